"""What goes with the score of a journey or a touchpoint: its drivers, in words."""
