"""Briefs: answers and an author's own text → a document whose notes are proved."""
