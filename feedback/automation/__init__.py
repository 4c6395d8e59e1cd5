"""Automation: when something happens, and conditions hold, something is done."""
