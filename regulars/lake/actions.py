"""What the lake does: copy, take out what was erased, start over. One writer at a time, on any machine.

Parquet, DuckDB and Ibis are loaded by the first call, not by the import.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from regulars.core.jobs import job
from regulars.core.locks import exclusive
from regulars.lake.place import folder

if TYPE_CHECKING:
    from regulars.lake.writer import Sizes, Writer


def copy_once(at: int, *, sizes: Sizes | None = None) -> bool:
    """Bring the lake one batch nearer to the truth and do one piece of upkeep. Says whether there was work.

    Erasures go first. False at once while another process copies. Safe to kill anywhere.
    """
    with _writer(at, sizes) as writer:
        from regulars.lake import upkeep

        return bool(writer) and upkeep.step(writer)


@job()
def rebuild(*, at: int, sizes: Sizes | None = None) -> None:
    """Make the lake anew from the truth. Readers keep the old one until the new one is complete; if this is
    killed, nothing happened. Raises RuntimeError while another process writes."""
    with _writer(at, sizes) as writer:
        from regulars.lake import upkeep

        if not writer:
            raise RuntimeError("Another process is writing the lake: try again in a moment.")
        upkeep.build_anew(writer)


def apply_erasures(at: int, *, sizes: Sizes | None = None) -> bool:
    """Rewrite the files that hold rows of erased people, and let the old ones go after the short grace.

    Says whether there was anything to do. `copy_once` does it too.
    """
    with _writer(at, sizes) as writer:
        from regulars.lake import upkeep

        return bool(writer) and upkeep.erase(writer)


@contextmanager
def _writer(at: int, sizes: Sizes | None) -> Iterator[Writer | None]:
    from regulars.lake.declared import copied, lake_table
    from regulars.lake.writer import Writer

    with exclusive("lake") as mine:
        yield Writer(folder(), map(lake_table, copied()), at=at, sizes=sizes) if mine else None
