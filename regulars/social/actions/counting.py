"""Who followed a link of ours: counted by day, people apart from machines, each device once a day. Nobody named."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from django.db import transaction

from regulars.channels.networks.models import Account
from regulars.core import bulk
from regulars.core.clock import from_us
from regulars.core.crypto import digest
from regulars.core.models import Business
from regulars.social.models import Link, LinkDay, Visitor
from regulars.social.publishing.links import target_of

UNIX_DAY = date(1970, 1, 1).toordinal()
KEPT_DAYS = 2
FETCHERS = (
    "facebookexternalhit", "whatsapp", "mastodon", "pleroma", "akkoma", "misskey", "http.rb", "cardyb", "embed",
    "slack", "discord", "telegram", "skype", "iframely", "feedfetcher",
)  # fmt: skip


def follow(*, code: str, agent: str, machine: bool, visitor: str, at: int) -> str | None:
    """Where the link leads, counted on the way; None when there is no such link.

    `visitor`: what tells devices apart (address and browser); only a keyed hash of it is kept, for two days.
    `machine`: what the door found; networks that fetch a preview are known here.
    """
    link = Link.objects.filter(code=code).first()
    if link is None:
        return None
    network = Account.objects.filter(id=link.account_id).values_list("kind", flat=True).first() or "social"
    _count(link.id, machine or any(name in agent.lower() for name in FETCHERS), visitor, at)
    return target_of(link, network)


@transaction.atomic
def _count(link_id: int, machine: bool, visitor: str, at: int) -> None:
    day = from_us(at).astimezone(ZoneInfo(Business.load().timezone)).date().toordinal() - UNIX_DAY
    column = "machines" if machine else "people"
    if not machine:
        mark = digest("visitor", f"{link_id}:{day}:{visitor}")[:32]
        new = bulk.insert(
            Visitor, ("link_id", "mark", "day"), [(link_id, mark, day)], conflict="(link_id, day, mark) DO NOTHING"
        )
        column = "people" if new else "doubles"
    row = dict.fromkeys(("people", "machines", "doubles"), 0) | {column: 1}
    bulk.insert(
        LinkDay, ("link_id", "day", *row), [(link_id, day, *row.values())],
        conflict=f"(link_id, day) DO UPDATE SET {column} = social_linkday.{column} + 1",
    )  # fmt: skip


def forget_visitors(*, at: int) -> int:
    """Forget which devices followed which link, after two days; returns how many."""
    return Visitor.objects.filter(day__lt=at // 86_400_000_000 - KEPT_DAYS).delete()[0]
