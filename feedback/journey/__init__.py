"""The customer's path: phases, touchpoints and personas, the spine of the house."""
