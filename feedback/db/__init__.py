"""Persistence plumbing, without a word of the business."""
