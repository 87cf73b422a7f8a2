"""Periodic jobs of this room; config/schedule.py says when."""

from regulars.people.linkage import suggest_duplicates

__all__ = ["suggest_duplicates"]
