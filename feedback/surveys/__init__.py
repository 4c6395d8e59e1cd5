"""What is asked: questionnaires, their questions, drafts and published versions."""
