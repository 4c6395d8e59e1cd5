"""Feedback: surveys and the voice of the customer, in French and in English.

The customer's journey is the spine. What customers say comes in at a touchpoint
(`voice`), is analysed (`nlp`), counted with its doubt (`measures`, `insights`),
shown on the living map (`web`) and sent to managers each month (`reports`).
"""

__version__ = "0.1.0"
