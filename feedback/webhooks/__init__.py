"""Webhooks out: other systems are told what happened, as Standard Webhooks says."""
