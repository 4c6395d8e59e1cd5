"""What is read away from the screen: the monthly report."""
