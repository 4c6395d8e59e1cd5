"""Feedback from files: recognised, mapped, checked line by line, loaded in batches."""
