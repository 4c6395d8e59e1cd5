"""Both languages, French and English, for pages, mail and PDF alike."""
