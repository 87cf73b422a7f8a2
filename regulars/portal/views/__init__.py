"""The doors for customers."""
