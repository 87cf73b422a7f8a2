"""Surveys: whom we ask, what they answer, and what it says, with its uncertainty.

An *invitation* is that we asked; a *response* is what was answered. NPS, CSAT and free questions share both.
"""
