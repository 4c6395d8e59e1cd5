"""What the world may rely on of the experience measures."""
