"""What cannot be done."""

from __future__ import annotations


class CannotSend(ValueError):
    """What was asked cannot be done; the message says why and what to do, for people."""
