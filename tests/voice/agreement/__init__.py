"""Blind labelling: samples, labels, agreement, and the ledger."""
