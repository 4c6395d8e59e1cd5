"""Analysts label one sample blind: how far they agree, and the machine with them."""
