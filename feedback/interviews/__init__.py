"""Interviews: guides, conversations held with consent, and what is taken from them."""
