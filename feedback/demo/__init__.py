"""The demonstration company: two journeys, two years of made-up feedback."""
