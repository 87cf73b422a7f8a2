"""Surveys: whom we ask, what they answer, and what it says, with its uncertainty.

An *invitation* is that we asked; a *response* is what was answered: two separate facts. A *wave* is a stretch of time
in which somebody is asked at most once by chance. NPS, CSAT and free questions share all of it. A response to an
anonymous survey names nobody, and no exact time.
"""
