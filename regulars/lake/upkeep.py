"""One turn of the lake's writer: erasures first, then what is new, then one piece of upkeep."""

from __future__ import annotations

from msgspec.structs import replace

from regulars.core.log import START
from regulars.core.plugs import registry
from regulars.lake import erasure, truth
from regulars.lake.compaction import compact
from regulars.lake.copying import copy_step
from regulars.lake.declared import copied, layout
from regulars.lake.filling import fill, widen
from regulars.lake.writer import Writer


def step(writer: Writer) -> bool:
    """One batch and one piece of upkeep. Says whether there was work."""
    if not writer.draft.version:
        writer.draft = replace(writer.draft, layout=layout())
    if writer.draft.layout != layout():
        build_anew(writer)
        return True
    erased = erase(writer)
    before = writer.draft
    _widen(writer)
    copied_some = copy_step(writer)
    kept_up = not writer.draft.dirty and (compact(writer) or (not copied_some and _fill(writer)))
    if writer.draft != before:
        writer.commit()
    return any([erased, copied_some, kept_up, writer.delete_retired()])


def build_anew(writer: Writer) -> None:
    """Everything from zero in the draft, published at the end."""
    writer.clear()
    writer.draft = replace(writer.draft, layout=layout())
    _note_erased(writer)
    while copy_step(writer):
        while compact(writer):
            pass
    writer.commit()


def erase(writer: Writer) -> bool:
    """Hide the newly erased for every reader, then rewrite some files; each step is published."""
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
