"""Surveys, answers and figures."""
