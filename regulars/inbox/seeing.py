"""Conversations as rules look at them: what is known of each, in a handful of questions for all (read-only)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from regulars.channels.networks.models import Item
from regulars.inbox import clocks
from regulars.inbox.models import Case, Entry, Reading, Wait
from regulars.inbox.promises import Promises, promises
from regulars.inbox.rules import Sight


class Place(NamedTuple):
    """A conversation, the word a rule is asked about (None: its last), and the occasion, once for ever."""

    case_id: int
    entry_id: int | None
    occasion: str
    at: int


def sights(places: Sequence[Place]) -> list[Sight]:
    """What is seen at each place, in the same order; of conversations that are gone nothing, so they are left out."""
    cases = Case.objects.in_bulk({place.case_id for place in places})
    entries = Entry.objects.in_bulk({place.entry_id for place in places if place.entry_id})
    entries |= _last_words([place.case_id for place in places if not place.entry_id])
    items = Item.objects.in_bulk({entry.item_id for entry in entries.values() if entry.item_id})
    readings = Reading.objects.in_bulk(list(items))
    begun = set(Wait.objects.filter(case_id__in=list(cases), first=True).values_list("entry_id", flat=True))
    promised = promises()
    return [
        _sight(cases[place.case_id], entry, items, readings, begun, promised, place.at)
        for place in places
        if place.case_id in cases
        for entry in [entries.get(place.entry_id or -place.case_id)]
    ]


def _last_words(case_ids: Sequence[int]) -> dict[int, Entry]:
    """{-case: their last word to us}."""
    found: dict[int, Entry] = {}
    for entry in Entry.objects.filter(case_id__in=case_ids, kind="said", gone_us=None).order_by("at", "id"):
        found[-entry.case_id] = entry
    return found


def _sight(
    case: Case, entry: Entry | None, items: Mapping[int, Item], readings: Mapping[int, Reading], begun: set[int],
    promised: Promises, at: int,
) -> Sight:  # fmt: skip
    item = items.get(entry.item_id) if entry else None
    reading = readings.get(item.id) if item else None
    hours = promised.hours(case.kind, case.account_id)
    return Sight(
        case_id=case.id, kind=case.kind, account_id=case.account_id, labels=frozenset(case.labels),
        known=case.node_id is not None, open=clocks.due(at=at, hours=hours, want_us=0) == at,
        public=entry.public if entry else case.audience == "public", text=entry.text if entry else "",
        first=bool(entry and entry.id in begun),
        language=(reading.language if reading else "") or (item.language if item else ""),
        feels=reading.feels if reading else "", intents=frozenset(reading.intents if reading else ()),
        stars=item.stars if item else None,
    )  # fmt: skip
