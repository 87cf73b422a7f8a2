"""The segments in use with the definitions their memberships follow, and the expression for all of them, kept."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from regulars.segments.calendar import Calendar, business_calendar
from regulars.segments.catalog import InstalledCatalog, catalog_now
from regulars.segments.definition import DefinitionError, Node, OnList, referenced
from regulars.segments.models import Segment, SegmentVersion
from regulars.segments.needs import Needs, needs_of
from regulars.segments.parsing import parse

if TYPE_CHECKING:
    import ibis.expr.types as ir

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Standing:
    """Definitions by segment id, closed under reference. Equal ones share a compiled expression."""

    definitions: tuple[tuple[int, Node], ...]
    versions: tuple[tuple[int, int], ...]
    calendar: Calendar
    stamp: int

    @property
    def ids(self) -> list[int]:
        return [segment for segment, _ in self.definitions]

    @cached_property
    def needs(self) -> Needs:
        return needs_of(node for _, node in self.definitions)

    def expression(self, *, now: int | None = None, wanted: Iterable[int] | None = None) -> ir.Table:
        """(person_id, m<id>, n<id>, ...); with `now` None it reads the table `clock` and is built only once."""
        return _kept(self) if now is None and wanted is None else _built(self, now, wanted)

    def dependents(self, segments: Iterable[int]) -> set[int]:
        """These segments and all that refer to them, directly or not."""
        found = set(segments)
        while more := {s for s, node in self.definitions if s not in found and referenced(node) & found}:
            found |= more
        return found


@lru_cache(maxsize=8)
def _kept(standing: Standing) -> ir.Table:
    return _built(standing, None, None)


def _built(standing: Standing, now: int | None, wanted: Iterable[int] | None) -> ir.Table:
    from regulars.segments.compile import compile_segments

    tables = standing.needs.table
    return compile_segments(
        dict(standing.definitions), tables, standing.calendar, now=now, wanted=set(wanted) if wanted else None
    )


def in_effect() -> Standing:
    """What memberships follow now: evaluated versions. A segment that cannot be read any more is left out, and
    those that refer to it."""
    return _standing(_evaluated_definitions())


def newest() -> Standing:
    """The newest versions of all segments, evaluated or not."""
    rows = Segment.objects.filter(archived_us=None).values_list("id", "version", "kind", "definition")
    return _standing({s: (version, kind, raw) for s, version, kind, raw in rows})


def _evaluated_definitions() -> dict[int, tuple[int, str, dict]]:
    rows = Segment.objects.filter(archived_us=None, evaluated_version__gt=0).values_list(
        "id", "evaluated_version", "kind", "version", "definition"
    )
    found = {s: (evaluated, kind, raw) for s, evaluated, kind, version, raw in rows if version == evaluated}
    for segment, evaluated, kind, version, _ in rows:
        if version != evaluated:
            old = SegmentVersion.objects.get(segment_id=segment, version=evaluated)
            found[segment] = (evaluated, kind, old.definition)
    return found


def _standing(rows: dict[int, tuple[int, str, dict]]) -> Standing:
    catalog = catalog_now()
    stamp = hash(repr(catalog.properties))
    definitions = {s: _read(s, version, kind, raw, catalog, stamp) for s, (version, kind, raw) in rows.items()}
    whole = _closed({s: node for s, node in definitions.items() if node is not None})
    versions = tuple(sorted((s, rows[s][0]) for s in whole))
    return Standing(tuple(sorted(whole.items())), versions, business_calendar(), stamp)


def _closed(definitions: dict[int, Node]) -> dict[int, Node]:
    while broken := [s for s, node in definitions.items() if not referenced(node) <= set(definitions)]:
        for segment in broken:
            log.warning("Segment %s refers to one that is not evaluated; it waits.", segment)
            del definitions[segment]
    return definitions


_read_before: dict[tuple[int, int, int], Node] = {}


def _read(segment: int, version: int, kind: str, raw: dict, catalog: InstalledCatalog, stamp: int) -> Node | None:
    if kind == "list":
        return OnList(segment)
    key = (segment, version, hash((stamp, repr(raw))))
    if key not in _read_before:
        if len(_read_before) > 2000:
            _read_before.clear()
        try:
            _read_before[key] = parse(raw, catalog, segment_id=segment)
        except DefinitionError as error:
            log.warning("Segment %s cannot be evaluated: %s", segment, error)
            return None
    return _read_before[key]


def of(definitions: dict[int, Node]) -> Standing:
    """A standing of parsed definitions, for a preview."""
    return Standing(tuple(sorted(definitions.items())), (), business_calendar(), 0)
