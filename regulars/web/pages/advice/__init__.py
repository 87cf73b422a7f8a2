"""Recommendations and how well they hit."""
