"""What has no theme: grouped, counted, decided of."""
