"""What was hidden or deleted in public, and how much of it was criticism."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from regulars.channels.networks.models import Item
from regulars.inbox.models import (
    Moderation,
    Reading,
)
from regulars.inbox.queries.desks import PAGE


def moderation_page(*, after: int | None = None, limit: int = PAGE) -> list[Moderation]:
    """Everything that was hidden, shown again or deleted, newest first; `after`: the last one's number."""
    found = Moderation.objects.all() if after is None else Moderation.objects.filter(id__lt=after)
    return list(found.order_by("-id")[:limit])


@dataclass(frozen=True)
class Ratio:
    """Of what was said in public to us: how much there was, how much of it read as criticism, and how much of both
    was hidden or deleted."""

    said: int
    critical: int
    hidden: int
    hidden_critical: int


def moderation_ratio(*, since: int, until: int) -> Ratio:
    """How much of what is said about us we take away: to be published."""
    said = Item.objects.filter(public=True, to_us=True, ours=False, at__gte=since, at__lt=until)
    critical = Reading.objects.filter(Q(feels="negative") | Q(intent="complaint"), item_id__in=said.values("id"))
    done = Moderation.objects.filter(at__gte=since, at__lt=until, state="done").exclude(act="show")
    return Ratio(said.count(), critical.count(), done.count(), done.filter(critical=True).count())
