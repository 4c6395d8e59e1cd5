"""What customers said, from any source, and what the analysis made of it."""
