"""Cases: customers who are to be answered, by whom, until when, and what came of it."""
