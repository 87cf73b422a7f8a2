"""A small Northgate Sports, taken in like any shop: enough of everything for the pages to have something to show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from regulars.core.clock import DAY, now_us
from regulars.core.loops import LOOPS
from regulars.demo.shop import SOURCES, generate
from regulars.events.actions import create_source
from regulars.events.ingest import take_in
from regulars.insights.actions import refit
from regulars.segments.actions import create_segment
from regulars.segments.queries import ready_made


def open_shop(people: int = 150) -> None:
    """People, orders, predictions; everything the loops make of them."""
    at = now_us()
    shop = generate(seed=1, people=people, end_us=at - at % DAY)
    ids = {s.name: create_source(name=s.name, namespace=s.namespace, by="system", at=at).id for s in SOURCES}
    for source, events in _batches(shop.events()):
        take_in(source_id=ids[source], items=events, at=at)
    settle(at)
    refit(at=at)
    regulars = next(offer for offer in ready_made() if offer.name == "Regulars")
    create_segment(name=regulars.name, definition=regulars.definition, by="system", at=at)
    settle(at)


def _batches(events: Iterable[tuple[str, dict]]) -> Iterator[tuple[str, list[dict]]]:
    by_source: dict[str, list[dict]] = {}
    for source, event in events:
        by_source.setdefault(source, []).append(event)
    for source, found in by_source.items():
        for start in range(0, len(found), 500):
            yield source, found[start : start + 500]


def settle(at: int) -> None:
    """Run every loop until all are quiet."""
    while any([loop.step(at) for loop in LOOPS.values()]):
        pass
