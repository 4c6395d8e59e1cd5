"""Pure text analysis: a customer's words in, annotations out, French and English."""
