"""What the world may rely on of both languages."""
