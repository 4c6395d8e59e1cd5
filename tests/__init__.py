"""The tests mirror the package: feedback/a/b.py is tested by tests/a/test_b.py."""
