"""What can be asked about people."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Count, Q

from regulars.core import bulk
from regulars.core.plugs import registry
from regulars.people.explaining import RESTRICTIVE, Profile, profile_of
from regulars.people.models import Acceptance, Identifier, Link, Node, Person, Quarantine, Suggestion
from regulars.people.searching import find_people

SORTS = {"name": ("name_key", "id"), "-last": ("-last_us", "id"), "-first": ("-first_us", "id")}


@dataclass(frozen=True)
class Page:
    """Rows, and the cursor of the next page (None on the last)."""

    rows: list[Any]
    after: str | None


@dataclass(frozen=True)
class Pair:
    """A suggestion with the two persons as they are now; None for one that was erased."""

    suggestion: Suggestion
    a: Person | None
    b: Person | None


@dataclass(frozen=True)
class Merged:
    """An acceptance of many, how many of its pairs are merged, and how many wait for it."""

    acceptance: Acceptance
    done: int
    waiting: int


@dataclass(frozen=True)
class Confined:
    """A value in quarantine, and how many nodes have it."""

    quarantine: Quarantine
    shown: str
    holders: int


def person_id_of(nodes: Sequence[int]) -> dict[int, int]:
    """The person of each node; nodes that do not exist (erased) or are nobody's are absent."""
    sql, params = bulk.ids(set(nodes))
    which = f"id IN {sql} AND person_id IS NOT NULL"
    return dict(bulk.query(f"SELECT id, person_id FROM people_node WHERE {which}", params))


def still_there(nodes: Iterable[int]) -> set[int]:
    """Those of the nodes that were not erased. Inside a transaction an erasure waits for it from then on."""
    sql, params = bulk.ids(sorted(set(nodes)))
    hold = " ORDER BY id FOR KEY SHARE" if connection.vendor == "postgresql" and connection.in_atomic_block else ""
    return {row[0] for row in bulk.query(f"SELECT id FROM people_node WHERE id IN {sql}{hold}", params)}


def nodes_of(person_ids: Sequence[int]) -> dict[int, list[int]]:
    """The nodes each person is made of, oldest first; persons that are none are absent."""
    sql, params = bulk.ids(set(person_ids))
    found: dict[int, list[int]] = {}
    for node, person in bulk.query(
        f"SELECT id, person_id FROM people_node WHERE person_id IN {sql} ORDER BY id", params
    ):
        found.setdefault(person, []).append(node)
    return found


def resolve(person_id: int) -> int:
    """The person this number belongs to now, merged or not. Raises Person.DoesNotExist (erased, or never was)."""
    row = Node.objects.filter(id=person_id).values_list("person_id", flat=True).first()
    if row is None:
        raise Person.DoesNotExist(f"There is no person {person_id}: they were erased, or never were.")
    return row


def find_node(*, namespace: str, kind: str, key: str) -> int | None:
    """The node of an account, device or record."""
    return Node.objects.filter(namespace=namespace, kind=kind, key=key).values_list("id", flat=True).first()


def profile(person_id: int) -> Profile:
    """All that this room knows about a person, with the reason for every join. Follows merges."""
    return profile_of(Person.objects.get(id=resolve(person_id)))


def search(text: str, *, limit: int) -> list[Person]:
    """People of whom every typed word begins a name, e-mail, phone, card or account. Whole matches come first."""
    ids = find_people(text, limit=limit)
    found = Person.objects.in_bulk(ids)
    return [found[id_] for id_ in ids if id_ in found]


def people_page(*, sort: str = "-last", after: str = "", limit: int = 50, query: str = "") -> Page:
    """People in order of "name", "-last" or "-first" seen; a query is answered by `search`, on one page."""
    if query:
        return Page(search(query, limit=limit), None)
    order = SORTS.get(sort, SORTS["-last"])
    rows = Person.objects.filter(merged_into=None).order_by(*order)
    field = order[0].lstrip("-")
    if after:
        value, last = unpack(after)
        past = "gt" if field == order[0] else "lt"
        # the first condition lets the database start in the index
        rows = rows.filter(Q(**{f"{field}__{past}e": value}) & (Q(**{f"{field}__{past}": value}) | Q(id__gt=last)))
    found = list(rows[: limit + 1])
    more = len(found) > limit
    return Page(found[:limit], pack(getattr(found[limit - 1], field), found[limit - 1].id) if more else None)


def pack(value: Any, id_: int) -> str:
    """The cursor behind a row."""
    return base64.urlsafe_b64encode(json.dumps([value, id_]).encode()).decode().rstrip("=")


def unpack(cursor: str) -> tuple[Any, int]:
    """What a cursor holds. Raises ValueError for one that was not made here."""
    try:
        value, id_ = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return value, int(id_)
    except (ValueError, TypeError) as error:
        raise ValueError("This cursor is damaged: start at the first page.") from error


def suggestions_page(*, state: str = "open", kind: str = "", after: str = "", limit: int = 20) -> Page:
    """Pairs that may be one person, surest first; state: open, accepted, rejected or stale; kind: alike or shared."""
    rows = Suggestion.objects.filter(state=state, **({"kind": kind} if kind else {})).order_by("-score", "id")
    if after:
        score, last = unpack(after)
        rows = rows.filter(Q(score__lte=score) & (Q(score__lt=score) | Q(id__gt=last)))
    found = list(rows[: limit + 1])
    more = len(found) > limit
    homes = person_id_of([node for one in found[:limit] for node in (one.a, one.b)])
    people = Person.objects.in_bulk(set(homes.values()) | set(homes))
    pairs = [Pair(one, people.get(_side(one, one.a, homes)), people.get(_side(one, one.b, homes))) for one in found]
    return Page(pairs[:limit], pack(found[limit - 1].score, found[limit - 1].id) if more else None)


def acceptances(*, limit: int = 10) -> list[Merged]:
    """What was accepted at once and not taken back, newest first, with how much of it is done."""
    found = list(Acceptance.objects.filter(undone_us=None).order_by("-id")[:limit])
    marked = Suggestion.objects.filter(acceptance_id__in=[one.id for one in found])
    counts = {
        (one, state): n for one, state, n in marked.values_list("acceptance_id", "state").annotate(n=Count("id"))
    }
    return [Merged(one, counts.get((one.id, "accepted"), 0), counts.get((one.id, "open"), 0)) for one in found]


def _side(one: Suggestion, node: int, homes: dict[int, int]) -> int | None:
    """Accepted pairs are one person now: show the two sides as they were."""
    return node if one.state == "accepted" and node in homes else homes.get(node)


def quarantine_page(*, after: str = "", limit: int = 50) -> Page:
    """Values that link nobody, newest first, with the number of nodes that have each."""
    rows = Quarantine.objects.filter(released_us=None).order_by("-since_us", "id")
    if after:
        since, last = unpack(after)
        rows = rows.filter(Q(since_us__lte=since) & (Q(since_us__lt=since) | Q(id__gt=last)))
    found = list(rows[: limit + 1])
    cursor = pack(found[limit - 1].since_us, found[limit - 1].id) if len(found) > limit else None
    return Page([_confined(one) for one in found[:limit]], cursor)


def _confined(one: Quarantine) -> Confined:
    if one.type == "anonymous":
        node = Node.objects.filter(id=one.value).first()
        accounts = Link.objects.filter(rule="same_event", value=one.value).count()
        return Confined(one, str(node or one.value), accounts)
    holders = Identifier.objects.filter(type=one.type, value=one.value, refused="").count()
    return Confined(one, one.value, holders)


def consent_state(person_ids: Sequence[int]) -> dict[int, dict[tuple[str, str], str]]:
    """Per person (purpose, channel) -> granted, pending or withdrawn: the most restrictive over all nodes."""
    sql, params = bulk.ids(set(person_ids))
    found: dict[int, dict[tuple[str, str], str]] = {}
    for person, purpose, channel, state in bulk.query(
        "SELECT n.person_id, c.purpose, c.channel, c.state FROM people_node n"
        f" JOIN people_consentstate c ON c.node_id = n.id WHERE n.person_id IN {sql}",
        params,
    ):
        states = found.setdefault(person, {})
        mark = (purpose, channel)
        states[mark] = max(states.get(mark, state), state, key=RESTRICTIVE.__getitem__)
    return found


def export_person(person_id: int) -> dict[str, Any]:
    """Everything held about a person by every room, ready for JSON. Follows merges; raises Person.DoesNotExist."""
    person = resolve(person_id)
    nodes = nodes_of([person])[person]
    found = {
        table.table: {"what": table.holds, "rows": rows}
        for table in registry.personal.values()
        if (rows := table.export(nodes))
    }
    return {"person": person, "nodes": nodes, "held": json.loads(json.dumps(found, default=str))}
