"""Webhooks of other systems: who signed them, and which events they tell of. Pure."""
