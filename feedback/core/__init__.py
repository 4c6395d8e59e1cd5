"""Shared kernel: standard library only, no input or output."""
