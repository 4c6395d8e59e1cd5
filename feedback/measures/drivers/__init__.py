"""What goes with a score: how much each theme spoken of weighs in it.

Answers are observed and not assigned: a weight tells what goes together, never what
makes what.
"""
