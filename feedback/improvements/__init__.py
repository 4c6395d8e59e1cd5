"""What is done about findings, and whether it changed a figure."""
