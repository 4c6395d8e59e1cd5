"""What has changed and nobody asked for: told once, until it is over."""
