"""Where people stand after counting: stored if it is another place, and told to the event log and the rooms above.

What follows from before the programme or its rules began is stored quietly: switching a programme on writes nobody
a hundred letters.
"""

from __future__ import annotations

from regulars.core import bulk, signals
from regulars.events.actions import create_source
from regulars.events.inside import Noticed, note_events
from regulars.events.models import Source
from regulars.loyalty.counting import Limen, Told
from regulars.loyalty.earning.evaluate import book_at
from regulars.loyalty.gathering import Terms, Who
from regulars.loyalty.models import Crossing, Standing
from regulars.loyalty.rewards.issuing import take_back_for_threshold
from regulars.loyalty.signals import ThresholdCrossed, TierChanged
from regulars.loyalty.tiers.history import warning

NAMESPACE = "loyalty"
STANDING = ("person_id", "programme_id", "version", "tier", "since_us", "until_us", "progress", "next_tier",
            "to_next", "falls_to", "tier_name", "earned", "last_us", "next_us", "warned_us")  # fmt: skip
CROSSING = ("threshold_id", "person_id", "crossed_us", "until_us", "undone_us")


def note(whos: dict[int, Who], told: dict[int, Told], terms: Terms, at: int) -> set[int]:
    """Store and tell; returns the persons for whom anything that facts show is another."""
    events: list[Noticed] = []
    changed = _stand(whos, told, terms, at, events) | _cross(whos, told, terms, at, events)
    if events:
        note_events(source_id=source_id(at), items=events, at=at)
    return changed


def _stand(whos, told, terms: Terms, at: int, events: list[Noticed]) -> set[int]:
    ids, params = bulk.ids(whos)
    before = {
        row[0]: row
        for row in bulk.query(f"SELECT {', '.join(STANDING)} FROM loyalty_standing WHERE person_id IN {ids}", params)
    }
    rows = []
    for person, who in whos.items():
        old = before.get(person)
        new = standing_row(who, told[person], terms, at)
        if old is None and not told[person].grants and told[person].ahead is None and not who.past.orders:
            continue
        if old != new:
            rows.append(new)
            events += _tier_events(who, told[person], terms, at, old, new)
    sets = ", ".join(f"{name} = excluded.{name}" for name in STANDING[1:])
    bulk.insert(Standing, STANDING, rows, conflict=f"(person_id) DO UPDATE SET {sets}")
    return {row[0] for row in rows}


def standing_row(who: Who, told: Told, terms: Terms, at: int) -> tuple:
    """The row of Standing that these answers make: a pure function of the past, the terms and the time."""
    place, scheme, live = told.place, told.scheme, book_at(terms.lives, at)
    last = max((order.ts for order in told.past.orders if order.net > 0), default=None)
    earned = sum(grant.points for grant in told.grants)
    head = (who.person_id, terms.programme.id, live.number)
    nexts = [span.until for spans in told.spans.values() for span in spans]
    nexts += [limen.from_us for limen in terms.limens] + [told.ahead]
    if place is None:
        return (*head, "", None, None, 0, "", None, "", "", earned, last, _soonest(nexts, at), None)
    nexts += [place.next_us]
    above = scheme.levels[place.level + 1].key if place.level + 1 < len(scheme.levels) else ""
    falls = scheme.levels[place.falls_to].key if place.falls_to >= 0 else ""
    falling = place.review is not None and place.falls_to < place.level
    ending = falling and at >= warning(place.review, scheme, terms.zone)
    return (
        *head, told.tier, place.since, place.review, place.progress, above, place.to_next, falls,
        _name(told, told.tier), earned, last,
        _soonest(nexts, at), place.review if ending else None,
    )  # fmt: skip


def _soonest(moments, at: int) -> int | None:
    return min((moment for moment in moments if moment is not None and moment > at), default=None)


def _tier_events(who: Who, told: Told, terms: Terms, at: int, old, new) -> list[Noticed]:
    """Changed, unless by rules that are new themselves; and a warning before it falls."""
    node, begins, events = who.nodes[0], book_at(terms.lives, at).from_us, []
    before, after = old[3] if old else "", new[3]
    news = (old is not None and old[2] == new[2]) or (new[4] or 0) >= max(begins, terms.programme.created_us)
    if before != after:
        signals.send(TierChanged(who.person_id, node, before, after, at))
        if news:
            up = _level(told, after) > _level(told, before)
            facts = {"tier": _name(told, after), "before": _name(told, before), "up": up}
            events.append(Noticed(node, "Tier Changed", _when(old, new, at), f"tier:{node}:{after}:{at}", facts))
    if new[-1] is not None and old is not None and old[-1] != new[-1]:
        facts = {"tier": _name(told, after), "falls_to": _name(told, new[9]), "to_keep": _to_keep(told)}
        events.append(Noticed(node, "Tier Ending", at, f"ending:{node}:{after}:{new[-1]}", facts))
    return events


def _when(old, new, at: int) -> int:
    """The purchase or the review that did it; now, where something was undone."""
    since = new[4]
    return since if since is not None and (old is None or since > (old[4] or 0)) else at


def _level(told: Told, key: str) -> int:
    return told.scheme.index(key) if told.scheme and key else -1


def _name(told: Told, key: str) -> str:
    level = _level(told, key)
    return told.scheme.levels[level].name if level >= 0 else key


def _to_keep(told: Told) -> int:
    return max(told.scheme.levels[told.place.level].least - told.place.progress, 0)


def _cross(whos, told, terms: Terms, at: int, events: list[Noticed]) -> set[int]:
    ids, params = bulk.ids(whos)
    rows = bulk.query(f"SELECT {', '.join(CROSSING)} FROM loyalty_crossing WHERE person_id IN {ids}", params)
    before = {(row[0], row[1]): row for row in rows}
    fresh = []
    for person, who in whos.items():
        for limen in terms.limens:
            old = before.get((limen.id, person))
            new = _crossing_row(limen.id, person, told[person], old, at)
            if new is None or new == old:
                continue
            fresh.append(new)
            undone = new[4] is not None
            if old is None or undone or old[4] is not None or new[2] > old[2]:
                signals.send(ThresholdCrossed(limen.id, person, who.nodes[0], undone, at))
                if undone:
                    take_back_for_threshold(threshold_id=limen.id, node_ids=who.nodes, at=at)
                events.append(_crossed(who.nodes[0], limen, new, at))
    sets = "crossed_us = excluded.crossed_us, until_us = excluded.until_us, undone_us = excluded.undone_us"
    bulk.insert(Crossing, CROSSING, fresh, conflict=f"(threshold_id, person_id) DO UPDATE SET {sets}")
    return {row[1] for row in fresh}


def _crossing_row(limen_id: int, person: int, told: Told, old, at: int):
    spans = told.spans[limen_id]
    if spans:
        return (limen_id, person, spans[-1].since, spans[-1].until, None)
    if old is None or old[4] is not None:
        return old
    return (*old[:4], at)


def _crossed(node: int, limen: Limen, row: tuple, at: int) -> Noticed:
    mark, said = f"{limen.id}:{node}:{row[2]}:{at}", {"threshold": limen.name}
    if row[4] is not None:
        return Noticed(node, "Threshold Undone", at, f"undone:{mark}", said)
    return Noticed(node, "Threshold Crossed", row[2], f"crossed:{mark}", said)


def source_id(at: int) -> int:
    """The source of these events; made on first use."""
    found = Source.objects.filter(namespace=NAMESPACE, kind="internal").values_list("id", flat=True).first()
    return found or create_source(name="Loyalty", kind="internal", namespace=NAMESPACE, by="system", at=at).id
