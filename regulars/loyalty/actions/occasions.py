"""Occasions other than orders: reviews, named events, birthdays, sign-ups, profiles, referrals."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from typing import Any

from regulars.core import bulk
from regulars.core.clock import DAY
from regulars.loyalty import days
from regulars.loyalty.gathering import Terms, current, terms_of
from regulars.loyalty.models import Due, Occasion

REVIEW = "Product Reviewed"
COLUMNS = ("programme_id", "node_id", "kind", "key", "event", "ts")
GIFT = ("programme_id", "node_id", "kind", "key", "points", "ts", "event")


def note_occasions(*, programme_id: int, items: Sequence[tuple[int, str, str, int]], event: str = "") -> None:
    """(node, kind, key, ts) each: once for ever per kind and key; counted soon. In the caller's transaction."""
    rows = [(programme_id, node, kind, key[:60], event, ts) for node, kind, key, ts in items]
    bulk.insert(Occasion, COLUMNS, rows, conflict="(programme_id, kind, key) DO NOTHING")
    bulk.insert(Due, ("node_id",), [(node,) for node in sorted({item[0] for item in items})])


def give(*, programme_id: int, kind: str, items: Sequence[tuple[int, str, int, int]]) -> None:
    """(node, key, points, ts) each: points that no rule gives, once for ever per kind ("journey") and key.

    In the caller's transaction; they are posted soon.
    """
    rows = [(programme_id, node, kind, key[:60], points, ts, "") for node, key, points, ts in items]
    bulk.insert(Occasion, GIFT, rows, conflict="(programme_id, kind, key) DO NOTHING")
    bulk.insert(Due, ("node_id",), [(node,) for node in sorted({item[0] for item in items})])


def void_occasion(*, programme_id: int, kind: str, key: str, at: int) -> None:
    """Taken back, with the points it gave: a review that was deleted, a friend who was none. Idempotent."""
    for each in Occasion.objects.filter(programme_id=programme_id, kind=kind, key=key[:60], void_us=None):
        each.void_us = at
        each.save(update_fields=["void_us"])
        bulk.insert(Due, ("node_id",), [(each.node_id,)])


def wanted_events() -> tuple[str, ...]:
    """The events that some version of the rules gives points for; none without a programme."""
    programme = current()
    if programme is None:
        return ()
    rules = [rule for live in terms_of(programme).lives for rule in live.book.rules]
    names = {rule.event for rule in rules if rule.kind == "event"}
    return tuple(sorted(names | ({REVIEW} if any(rule.kind == "review" for rule in rules) else set())))


def note_events_of(entries: Sequence[Any], at: int) -> None:
    """From entries of the event log. A product is reviewed once by a node, whatever it says later."""
    programme = current()
    if programme is None or not entries:
        return
    by_event: dict[str, list[tuple[int, str, str, int]]] = {}
    for entry in entries:
        if entry.name == REVIEW:
            of = entry.properties.get("product_id") or entry.properties.get("review_id") or entry.id
            item, event = (entry.node_id, "review", _short(f"{entry.node_id}:{of}"), entry.ts), ""
        else:
            item, event = (entry.node_id, "event", f"event:{entry.id}", entry.ts), entry.name
        by_event.setdefault(event, []).append(item)
    for event, items in by_event.items():
        note_occasions(programme_id=programme.id, items=items, event=event)


def _short(text: str) -> str:
    return text if len(text) <= 60 else hashlib.sha256(text.encode()).hexdigest()[:60]


def note_birthdays(terms: Terms, at: int) -> None:
    """Members whose birthday is today, once a year per node; 29 February is kept on the 28th. Idempotent."""
    if not _has_rule(terms, "birthday", at):
        return
    today = days.day_of(at, terms.zone)
    some = [f"%-{day:%m-%d}%" for day in _kept_today(today)]
    like = " OR ".join(["t.value LIKE %s"] * len(some))
    rows = bulk.query(
        "SELECT t.node_id FROM people_trait t JOIN loyalty_member m ON m.node_id = t.node_id"
        f" WHERE t.name = 'birthday' AND m.programme_id = %s AND ({like})",
        [terms.programme.id, *some],
    )
    ts = days.begins(today, terms.zone)
    items = [(node, "birthday", f"{today.year}:{node}", ts) for (node,) in rows]
    note_occasions(programme_id=terms.programme.id, items=items)


def _kept_today(today: date) -> list[date]:
    leap = today.year % 4 == 0 and (today.year % 100 != 0 or today.year % 400 == 0)
    return [today, date(2000, 2, 29)] if (today.month, today.day) == (2, 28) and not leap else [today]


def _has_rule(terms: Terms, kind: str, at: int) -> bool:
    return any(rule.kind == kind for live in terms.lives if live.from_us <= at + DAY for rule in live.book.rules)


def note_profiles(terms: Terms, at: int) -> None:
    """Members of whom name, e-mail, telephone and birthday are known. Idempotent."""
    if not _has_rule(terms, "profile", at):
        return
    rows = bulk.query(
        "SELECT min(m.node_id) FROM loyalty_member m JOIN people_node home ON home.id = m.node_id"
        " JOIN people_person p ON p.id = home.person_id"
        " WHERE m.programme_id = %s AND p.name <> '' AND p.email <> '' AND p.phone <> ''"
        " AND EXISTS (SELECT 1 FROM people_trait t JOIN people_node n ON n.id = t.node_id"
        "  WHERE t.name = 'birthday' AND n.person_id = p.id)"
        " AND NOT EXISTS (SELECT 1 FROM loyalty_occasion o JOIN people_node n ON n.id = o.node_id"
        "  WHERE o.kind = 'profile' AND n.person_id = p.id)"
        " GROUP BY p.id",
        [terms.programme.id],
    )
    items = [(node, "profile", str(node), at) for (node,) in rows]
    note_occasions(programme_id=terms.programme.id, items=items)
