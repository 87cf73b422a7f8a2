"""What can be asked about segments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.db import connection
from django.db.models import F

from regulars.core import bulk
from regulars.core.log import Position, Reader, where_after
from regulars.core.models import Business
from regulars.core.money import exponent
from regulars.segments import ready, tick
from regulars.segments import standing as standings
from regulars.segments.catalog import catalog_now
from regulars.segments.definition import DefinitionError, Node, OnList
from regulars.segments.models import Change, Segment, SegmentVersion
from regulars.segments.parsing import parse
from regulars.segments.words import Names, in_words

SAMPLE = 20


@dataclass(frozen=True)
class Member:
    """Somebody in a segment, and since when (us)."""

    person_id: int
    since_us: int


@dataclass(frozen=True)
class Page:
    """Some rows and where the next ones begin ("" = nowhere)."""

    rows: list
    next: str


@dataclass(frozen=True)
class Preview:
    """How many people a definition describes, some of them, and as of when (us)."""

    count: int
    sample: list[int]
    as_of: int


@dataclass(frozen=True)
class Freshness:
    """When memberships were last true, how many touches wait (at most 10,000 are counted), and people due."""

    ticked_us: int | None
    waiting: int
    due: int


class News(NamedTuple):
    """An entry of the log of entering and leaving (see `models.Change`); `place` is where it stands in the log."""

    place: Position
    id: int
    segment_id: int
    person_id: int
    entered: bool
    cause: str
    moved: bool
    at: int


def news(after: Position, *, limit: int) -> list[News]:
    """The next entries after a place, in the order of the log (see `core.log`): never one that a transaction still
    open could overtake."""
    condition, params = where_after(after)
    order = "tx, id" if connection.vendor == "postgresql" else "id"
    rows = bulk.query(
        "SELECT tx, id, segment_id, person_id, entered, cause, moved, at FROM segments_change"
        f" WHERE {condition} ORDER BY {order} LIMIT {limit}",
        params,
    )
    return [
        News((tx, row[0]), row[0], row[1], row[2], bool(row[3]), row[4], bool(row[5]), row[6]) for tx, *row in rows
    ]


def members_page(*, segment_id: int, after: str = "", limit: int = 50) -> Page:
    """Members, the newest first."""
    since, person = _cursor(after, (2**62, 0))
    rows = bulk.query(
        "SELECT person_id, since_us FROM segments_membership WHERE segment_id = %s AND member"
        " AND (since_us < %s OR (since_us = %s AND person_id > %s)) ORDER BY since_us DESC, person_id LIMIT %s",
        [segment_id, since, since, person, limit + 1],
    )
    members = [Member(*row) for row in rows[:limit]]
    return Page(members, f"{members[-1].since_us}.{members[-1].person_id}" if len(rows) > limit else "")


def list_page(*, segment_id: int, after: str = "", limit: int = 50) -> Page:
    """Who stands on a list edited by hand, put on last first: true at once, before the next tick."""
    since, person = _cursor(after, (2**62, 0))
    rows = bulk.query(
        "SELECT n.person_id, max(l.at) FROM segments_listentry l JOIN people_node n ON n.id = l.node_id"
        " WHERE l.segment_id = %s AND n.person_id IS NOT NULL GROUP BY n.person_id"
        " HAVING max(l.at) < %s OR (max(l.at) = %s AND n.person_id > %s)"
        " ORDER BY max(l.at) DESC, n.person_id LIMIT %s",
        [segment_id, since, since, person, limit + 1],
    )
    members = [Member(*row) for row in rows[:limit]]
    return Page(members, f"{members[-1].since_us}.{members[-1].person_id}" if len(rows) > limit else "")


def list_size(segment_id: int) -> int:
    """How many people stand on a list edited by hand."""
    sql = (
        "SELECT count(DISTINCT n.person_id) FROM segments_listentry l JOIN people_node n ON n.id = l.node_id"
        " WHERE l.segment_id = %s"
    )
    return bulk.query(sql, [segment_id])[0][0]


def have_found_their_people(segment_ids: Iterable[int]) -> bool:
    """Whether these segments are as they were meant: no definition still unevaluated, and on lists nobody still to be
    let in or out. An edit of any list counts: a moment later the tick has seen it."""
    named = Segment.objects.filter(id__in=list(segment_ids), archived_us=None)
    if named.filter(evaluated_version__lt=F("version")).exists():
        return False
    if not named.filter(kind="list").exists():
        return True
    condition, params = where_after(Reader(tick.CONSUMER).position())
    return not bulk.query(f"SELECT 1 FROM people_touch WHERE {condition} AND cause = 'manual' LIMIT 1", params)


def on_list(*, segment_id: int, person_ids: Iterable[int]) -> set[int]:
    """Those of the people who stand on a list."""
    some, params = bulk.ids(set(person_ids))
    rows = bulk.query(
        "SELECT n.person_id FROM segments_listentry l JOIN people_node n ON n.id = l.node_id"
        f" WHERE l.segment_id = %s AND n.person_id IN {some}",
        [segment_id, *params],
    )
    return {person for (person,) in rows}


def put_on(*, segment_id: int, at: int) -> list[int]:
    """Whom one act put on a list: what undoing it takes off."""
    rows = bulk.query(
        "SELECT DISTINCT n.person_id FROM segments_listentry l JOIN people_node n ON n.id = l.node_id"
        " WHERE l.segment_id = %s AND l.at = %s AND n.person_id IS NOT NULL",
        [segment_id, at],
    )
    return [person for (person,) in rows]


def changes_page(*, segment_id: int, after: str = "", limit: int = 50) -> Page:
    """Who entered and left, when and why, the newest first; without those that merging only moved."""
    (entry,) = _cursor(after, (2**62,))
    found = Change.objects.filter(segment_id=segment_id, id__lt=entry, moved=False).order_by("-id")[: limit + 1]
    rows = list(found)
    return Page(rows[:limit], str(rows[limit - 1].id) if len(rows) > limit else "")


def _cursor(after: str, start: tuple[int, ...]) -> tuple[int, ...]:
    parts = after.split(".")
    return tuple(map(int, parts)) if after and len(parts) == len(start) and all(map(str.isdigit, parts)) else start


def people_in(segment_id: int) -> list[int]:
    """All members, by person id."""
    sql = "SELECT person_id FROM segments_membership WHERE segment_id = %s AND member ORDER BY person_id"
    return [person for (person,) in bulk.query(sql, [segment_id])]


def segments_of(person_id: int) -> list[tuple[Segment, int]]:
    """The segments somebody is in, and since when."""
    rows = dict(
        bulk.query(
            "SELECT segment_id, since_us FROM segments_membership WHERE person_id = %s AND member", [person_id]
        )
    )
    found = Segment.objects.filter(id__in=rows, archived_us=None, owner="").order_by("name")
    return [(segment, rows[segment.id]) for segment in found]


def members_csv(segment_id: int) -> Iterator[tuple]:
    """Rows for a CSV file, a heading first: person, since (us)."""
    yield "person", "since_us"
    after = ""
    while True:
        page = members_page(segment_id=segment_id, after=after, limit=5_000)
        yield from ((member.person_id, member.since_us) for member in page.rows)
        after = page.next
        if not after:
            return


def preview(definition: Node | dict, *, at: int) -> Preview:
    """How many people this definition describes, and some of them. Asks the lake when there is one (`as_of` says
    how old it is), else the truth. Raises DefinitionError."""
    from regulars.segments import full

    if isinstance(definition, dict):
        definition = parse(definition, catalog_now())
    standing = with_draft(definition)
    if full.use_lake():
        return _preview_of_lake(standing, at)
    evaluated = full.everybody(standing, [DRAFT], at)
    members = sorted(person for person, found in evaluated.of(DRAFT) if found.member)
    return Preview(len(members), members[:SAMPLE], at)


DRAFT = 0


def with_draft(definition: Node) -> standings.Standing:
    """The newest definitions that this one needs, and itself as segment 0."""
    from regulars.segments.definition import referenced

    known, wanted = dict(standings.newest().definitions), {DRAFT: definition}
    todo = list(referenced(definition))
    while todo:
        segment = todo.pop()
        if segment not in known:
            raise DefinitionError("", f"There is no segment {segment} in use.")
        if segment not in wanted:
            wanted[segment] = known[segment]
            todo += referenced(known[segment])
    return standings.of(wanted)


def _preview_of_lake(standing: standings.Standing, at: int) -> Preview:
    from regulars.lake.queries import read
    from regulars.segments.compile import ibis_options
    from regulars.segments.gather import lists

    def question(snapshot) -> Preview:
        if "lists" in standing.needs.tables:
            snapshot.add("lists", lists())
        rows = standing.expression(now=at, wanted=[DRAFT])
        members = rows.filter(rows[f"m{DRAFT}"]).select("person_id")
        with ibis_options():
            count = snapshot.arrow(members.aggregate(n=members.count()))["n"][0].as_py()
            some = snapshot.arrow(members.order_by("person_id").limit(SAMPLE))
        return Preview(count, some["person_id"].to_pylist(), snapshot.at or at)

    return read(question)


def freshness(*, at: int) -> Freshness:
    """How fresh all segments are: they share one tick."""
    condition, params = where_after(Reader(tick.CONSUMER).position())
    count = "SELECT count(*) FROM (SELECT 1 FROM {} LIMIT 10000) AS few"
    waiting = bulk.query(count.format(f"people_touch WHERE {condition}"), params)[0][0]
    due = bulk.query(count.format("segments_membership WHERE next_us <= %s"), [at])[0][0]
    ticked = [t for t in Segment.objects.filter(archived_us=None).values_list("ticked_us", flat=True) if t]
    return Freshness(min(ticked, default=None), waiting, due)


def sentences(of: Segment | SegmentVersion | Node) -> list[str]:
    """A definition in words, one line per condition."""
    names = Names(dict(Segment.objects.values_list("id", "name")), _money())
    if not isinstance(of, Segment | SegmentVersion):
        return in_words(of, names)
    if getattr(of, "kind", "") == "list" or not of.definition:
        return in_words(OnList(0), names)
    try:
        return in_words(parse(of.definition, catalog_now()), names)
    except DefinitionError as error:
        return [f"This definition can no longer be read: {error}"]


def _money():
    currency = Business.load().currency
    digits = exponent(currency)
    return lambda minor: f"{minor / 10**digits:,.{digits}f} {currency}"


def ready_made() -> list[ready.ReadyMade]:
    """Segments to begin with, for an empty page."""
    return ready.offers()


def changes_since(*, after: int, segment_ids: Sequence[int], limit: int = 1000) -> list[Change]:
    """The log of changes of some segments after an entry, in order, for programs outside."""
    found = Change.objects.filter(id__gt=after, segment_id__in=segment_ids).order_by("id")
    return list(found[:limit])
