"""What the lake does: copy, take out what was erased, start over. One writer at a time, on any machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from msgspec.structs import replace

from regulars.core.jobs import job
from regulars.core.locks import exclusive
from regulars.core.log import START
from regulars.core.plugs import registry
from regulars.lake import erasure, truth
from regulars.lake.compaction import compact
from regulars.lake.copying import copy_step
from regulars.lake.declared import copied, lake_table, layout
from regulars.lake.filling import fill, widen
from regulars.lake.queries import folder
from regulars.lake.writer import Sizes, Writer


def copy_once(at: int, *, sizes: Sizes | None = None) -> bool:
    """Bring the lake one batch nearer to the truth and do one piece of upkeep. Says whether there was work.

    Erasures go first. False at once while another process copies. Safe to kill anywhere.
    """
    with _writer(at, sizes) as writer:
        return bool(writer) and _step(writer)


@job()
def rebuild(*, at: int, sizes: Sizes | None = None) -> None:
    """Make the lake anew from the truth. Readers keep the old one until the new one is complete; if this is
    killed, nothing happened. Raises RuntimeError while another process writes."""
    with _writer(at, sizes) as writer:
        if not writer:
            raise RuntimeError("Another process is writing the lake: try again in a moment.")
        _rebuild(writer)


def apply_erasures(at: int, *, sizes: Sizes | None = None) -> bool:
    """Rewrite the files that hold rows of erased people, and let the old ones go after the short grace.

    Says whether there was anything to do. `copy_once` does it too.
    """
    with _writer(at, sizes) as writer:
        return bool(writer) and _erase(writer)


@contextmanager
def _writer(at: int, sizes: Sizes | None) -> Iterator[Writer | None]:
    with exclusive("lake") as mine:
        yield Writer(folder(), map(lake_table, copied()), at=at, sizes=sizes) if mine else None


def _step(writer: Writer) -> bool:
    if not writer.draft.version:
        writer.draft = replace(writer.draft, layout=layout())
    if writer.draft.layout != layout():
        _rebuild(writer)
        return True
    erased = _erase(writer)
    before = writer.draft
    _widen(writer)
    copied_some = copy_step(writer)
    kept_up = compact(writer) or (not copied_some and _fill(writer))
    if writer.draft != before:
        writer.commit()
    return any([erased, copied_some, kept_up, writer.delete_retired()])


def _rebuild(writer: Writer) -> None:
    """Everything from zero in the draft, published at the end."""
    writer.clear()
    writer.draft = replace(writer.draft, layout=layout())
    _note_erased(writer)
    while copy_step(writer):
        while compact(writer):
            pass
    writer.commit()


def _erase(writer: Writer) -> bool:
    """Hide the newly erased for every reader, then rewrite; each step is published."""
    nodes = _note_erased(writer)
    if nodes:
        erasure.hide(writer, nodes)
        writer.commit()
    if not writer.draft.erased:
        return False
    erasure.rewrite(writer)
    writer.commit()
    return True


def _note_erased(writer: Writer) -> list[int]:
    """The nodes erased since the last look, as far as the log may be read; moves the draft's place in it."""
    log = truth.of_kind("erased")
    if log is None:
        return []
    rows, end = truth.entries(log, writer.draft.offsets.get(log.name, START), 10_000)
    writer.draft = replace(writer.draft, offsets={**writer.draft.offsets, log.name: end})
    return [row[2] for row in rows]


def _widen(writer: Writer) -> None:
    for name in _with_properties():
        widen(writer, writer.tables[name])


def _fill(writer: Writer) -> bool:
    return any(fill(writer, registry.replica[name]) for name in _with_properties())


def _with_properties() -> list[str]:
    return [r.name for r in copied() if r.properties]
