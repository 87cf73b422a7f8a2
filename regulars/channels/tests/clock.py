"""A clock that a test sets and processes read: a file in the home."""

from __future__ import annotations

import os
from pathlib import Path


def read_clock(home: Path, of: int = 0) -> int:
    """What time it is, or up to which a process has worked."""
    shown = home / f"clock-{of}"
    return int(shown.read_text()) if shown.exists() else 1


def set_clock(home: Path, at: int, of: int = 0) -> None:
    fresh = home / f"clock-{of}.new"
    fresh.write_text(str(at))
    os.replace(fresh, home / f"clock-{of}")
