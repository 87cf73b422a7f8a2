"""Where the real data for tests is, if it is here at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("REGULARS_SHARED", ROOT.parent / "shared"))


def shared_data(name: str) -> Path:
    """The path of a file below shared/data; the test skips, saying so, where it is absent."""
    path = SHARED / "data" / name
    if not path.exists():
        pytest.skip(f"real data {name} is not here (looked in ../shared/data and REGULARS_SHARED)")
    return path
