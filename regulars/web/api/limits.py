"""How often one key may ask: counted per minute, for all processes of this machine together.

A request adds a byte to the key's file of this minute, and the length of the file is the count: appending is exact
among processes, and nobody waits for a lock or a new file.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

from django.conf import settings


def count(key_id: int) -> None:
    """Count one request. Raises Problem 429 when the minute's allowance is used up."""
    from regulars.web.api.frame import Problem

    minute, second = divmod(int(time.time()), 60)
    used = _add(f"{key_id}.", str(minute))
    if used > settings.API_PER_MINUTE:
        message = f"This key asked {used - 1} times within a minute, which is its limit. Wait {60 - second} seconds."
        raise Problem(429, "too_many", message, Retry_After=str(60 - second))


def forget() -> None:
    """All keys begin anew."""
    for path in _folder().glob("*.*"):
        path.unlink(missing_ok=True)


def _add(key: str, minute: str) -> int:
    """How many requests there were in this minute, this one included."""
    path = os.fspath(_folder() / f"{key}{minute}")
    try:
        file = os.open(path, os.O_WRONLY | os.O_APPEND)
    except FileNotFoundError:
        file = _begin(key, path)
    try:
        os.write(file, b".")
        return os.fstat(file).st_size
    finally:
        os.close(file)


def _begin(key: str, path: str) -> int:
    """A file for this minute in place of those of earlier ones."""
    _folder().mkdir(parents=True, exist_ok=True)
    for old in _folder().glob(f"{key}*"):
        if os.fspath(old) != path:
            old.unlink(missing_ok=True)
    return os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)


def _folder() -> Path:
    return settings.REGULARS_HOME / "cache" / "api"
