"""Files of transcripts, turned into turns by speaker. Pure."""
