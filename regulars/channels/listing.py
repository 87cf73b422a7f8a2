"""Finding messages among millions: each page reads a bounded number of rows, however rare what is looked for.

A page says how far back it looked; the next one goes on from there, whether it found anything or not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from regulars.channels.models import Feedback, Message, State
from regulars.people.queries import nodes_of

LOOKED_AT = 10_000


@dataclass(frozen=True)
class Found:
    """Rows, newest first, and where to look on (None: at the end). `looked`: only so many rows were looked at."""

    rows: list[Any]
    after: str | None
    looked: int = LOOKED_AT


def look_back(rows: QuerySet, keep: Q, *, after: str = "", limit: int = 50, most: int = LOOKED_AT) -> Found:
    """Those of the next `most` rows by falling id that are to be kept. Raises ValueError for a damaged cursor."""
    rows = _before(rows, after).order_by("-id")
    last = rows.values_list("id", flat=True)[most - 1 : most].first() if keep else None
    found = list((rows.filter(keep) if last is None else rows.filter(keep, id__gte=last))[: limit + 1])
    return _found(found, limit, last)


def find_messages(
    *,
    campaign_id: int | None = None,
    person_id: int | None = None,
    states: Sequence[State] = (),
    rule: str = "",
    channel: str = "",
    did: str = "",
    after: str = "",
    limit: int = 50,
) -> Found:
    """Messages by number, newest first. `rule`: what decided, or for those still waiting, what was foretold;
    `did`: a kind of Feedback that a person, not a machine, caused."""
    keep = Q(channel=channel) if channel else Q()
    if rule:
        keep &= Q(decision__rule=rule) | Q(decision__isnull=True, forecast__rule=rule)
    if did:
        news = Feedback.objects.filter(message_id=OuterRef("id"), kind=did, verdict="human")
        keep &= Q(Exists(news))
    if person_id is not None:
        rows = Message.objects.filter(node_id__in=nodes_of([person_id]).get(person_id, []))
        rows = rows if campaign_id is None else rows.filter(campaign_id=campaign_id)
        return look_back(rows, _in_states(keep, states), after=after, limit=limit)
    if campaign_id is None:
        return look_back(Message.objects.all(), _in_states(keep, states), after=after, limit=limit)
    return _of_campaign(campaign_id, states or list(State), keep, after, limit)


def _in_states(keep: Q, states: Sequence[State]) -> Q:
    return keep & Q(state__in=states) if states else keep


def _of_campaign(campaign_id: int, states: Sequence[State], keep: Q, after: str, limit: int) -> Found:
    """The index knows (campaign, state, id), so each state is asked for its newest, and these are merged."""
    pages = [
        look_back(Message.objects.filter(campaign_id=campaign_id, state=state), keep, after=after, limit=limit)
        for state in states
    ]
    ends = [int(page.after) for page in pages if page.after]
    floor = max(ends, default=None)  # beyond it some state has not been looked at yet
    rows = sorted((row for page in pages for row in page.rows), key=lambda row: -row.id)
    return _found([row for row in rows if floor is None or row.id >= floor], limit, floor)


def _found(rows: list[Model], limit: int, floor: int | None) -> Found:
    if len(rows) > limit:
        return Found(rows[:limit], str(rows[limit - 1].id))
    return Found(rows, None if floor is None else str(floor))


def _before(rows: QuerySet, after: str) -> QuerySet:
    if after and not (after.isascii() and after.isdigit() and len(after) < 19):
        raise ValueError("This page's address is damaged. Start at the first page.")
    return rows.filter(id__lt=int(after)) if after else rows
