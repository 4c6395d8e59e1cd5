"""Tables of the rules that a deployment makes, and of analyses made again by them."""
