"""Customers who follow links of Northgate's posts into the web shop: some of those who buy there anyway, and some who
only look."""

from __future__ import annotations

import numpy as np

from regulars.core.clock import DAY, HOUR
from regulars.events.inside import Noticed, note_events
from regulars.events.models import Event, Source
from regulars.social.models import Link, Variant

FOLLOW = 6  # visits a link, on average


def follow(*, seed: int, at: int) -> None:
    """Page views with the codes of links, within three days of their post. Idempotent."""
    web = Source.objects.filter(name__icontains="web").values_list("id", flat=True).first()
    out = {(one.plan_id, one.account_id): one.given_us for one in Variant.objects.filter(given_us__isnull=False)}
    for link in Link.objects.order_by("id") if web else ():
        said = out.get((link.plan_id, link.account_id))
        if said is not None:
            note_events(source_id=web, items=_visits(seed, link, said, at), at=at)


def _visits(seed: int, link: Link, said: int, at: int) -> list[Noticed]:
    random = np.random.default_rng([seed, 53, link.id])
    soon = Event.objects.filter(name="Order Completed", ts__gt=said, ts__lt=said + 6 * DAY).order_by("ts", "id")
    buyers = [*soon.values_list("node_id", "ts")[:400]]
    chosen = random.permutation(len(buyers))[: int(random.poisson(FOLLOW))]
    found = []
    for number in chosen:
        node, bought = buyers[int(number)]
        when = max(said + HOUR, bought - int(random.integers(1, 40)) * HOUR)
        if when < at:
            found.append(
                Noticed(node, "Page", when, f"visit-{link.id}-{node}", {"url": f"{link.url}?rg={link.code}"})
            )
    return found
