"""What the answers say: counts, measures, the living map."""
