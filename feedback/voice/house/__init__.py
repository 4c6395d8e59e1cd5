"""Models learned from a deployment's own answers: kept, compared, put live."""
