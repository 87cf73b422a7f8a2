"""Heartbeats outside of the database: what tells that it was restored from a backup.

One stands in the home. Whoever restores the whole home takes that one back too, so another stands beside the keys,
which are kept apart and not restored with the data; it is named by the database's own `life`, because keys may be
shared.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from django.conf import settings

from regulars.core.home import keys_file


def beat_seen(life: str) -> int:
    """The latest heartbeat that any file knows of, 0 when there is none."""
    return max(map(_read, _files(life)))


def note_beat(life: str, at: int) -> None:
    """Remember a heartbeat. Keys that cannot be written to leave the one in the home."""
    home, *others = _files(life)
    _write(home, at)
    for other in others:
        with suppress(OSError):
            _write(other, at)


def _files(life: str) -> list[Path]:
    home = settings.REGULARS_HOME / "delivery-beat"
    return [home, keys_file().parent / f"delivery-beat-{life}"] if life else [home]


def _read(file: Path) -> int:
    try:
        return int(file.read_text())
    except (OSError, ValueError):
        return 0


def _write(file: Path, at: int) -> None:
    if at > _read(file):
        fresh = file.with_name(f"{file.name}.{os.getpid()}")
        fresh.write_text(str(at))
        os.replace(fresh, file)
