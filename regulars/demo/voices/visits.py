"""People who follow links of Northgate's posts into the web shop: customers who buy there anyway, many nobody knows,
and the previews of networks."""

from __future__ import annotations

import numpy as np

from regulars.core.clock import DAY, HOUR
from regulars.events.inside import Noticed, note_events
from regulars.events.models import Event, Source
from regulars.social.actions import counting
from regulars.social.models import Link, LinkDay, Variant

FOLLOW, STRANGERS = 6, 17  # visits a link, on average: of customers, and of people nobody knows


def follow(*, seed: int, at: int) -> None:
    """Page views with the codes of links, within three days of their post. Idempotent."""
    web = Source.objects.filter(name__icontains="web").values_list("id", flat=True).first()
    out = {(one.plan_id, one.account_id): one.given_us for one in Variant.objects.filter(given_us__isnull=False)}
    for link in Link.objects.order_by("id") if web else ():
        said = out.get((link.plan_id, link.account_id))
        if said is not None:
            visits = _visits(seed, link, said, at)
            note_events(source_id=web, items=visits, at=at)
            _count(seed, link, said, [(f"node {one.node_id}", one.ts) for one in visits], at)


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


def _count(seed: int, link: Link, said: int, known: list[tuple[str, int]], at: int) -> None:
    """Each of them went through the short link, and so did others."""
    if LinkDay.objects.filter(link_id=link.id).exists():
        return
    random = np.random.default_rng([seed, 59, link.id])
    when = said + random.exponential(8 * HOUR, int(random.poisson(STRANGERS))).astype(np.int64)
    strangers = [(f"stranger {n}", int(ts)) for n, ts in enumerate(when) if ts < at]
    for visitor, ts in known + strangers:
        counting.follow(code=link.code, agent="Firefox", machine=False, visitor=visitor, at=ts)
    counting.follow(code=link.code, agent="bot", machine=True, visitor="preview", at=said)
