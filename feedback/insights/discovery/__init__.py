"""What customers speak of that no theme holds yet: groups, named by their own words."""
