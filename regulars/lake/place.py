"""Where the lake lives."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings


def folder() -> Path:
    """The lake's folder below the home."""
    return settings.REGULARS_HOME / "lake"
