"""Accounts, networks and posts for the tests of publishing."""

from __future__ import annotations

from datetime import datetime
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

from regulars.channels.networks import kinds
from regulars.channels.networks.models import Account, Post, PostState
from regulars.channels.networks.shape import Network, Room
from regulars.content.honesty import CHANGE, CLEAR, SECOND, Examination, Finding, digest_of
from regulars.content.models import Picture
from regulars.core.clock import to_us
from regulars.social.actions import approving, clearing, scheduling, writing
from regulars.social.models import Plan, Variant

LONDON = ZoneInfo("Europe/London")
MONDAY = to_us(datetime(2026, 9, 21, 10, 0, tzinfo=LONDON))
TUESDAY = "2026-09-22T10:00"
ANN, BEN, CID = "user:1", "user:2", "user:3"
CAN = frozenset({"read", "post", "reply", "metrics"})
NETWORKS = {
    "alpha": Network("alpha", "Alpha", (), CAN, Room(characters=300, pictures=4, alt_length=1000,
                                                     video_bytes=50_000_000, video_seconds=60)),
    "beta": Network("beta", "Beta", (), CAN, Room(characters=500, counts="characters", link_length=23, pictures=2)),
    "insta": Network("insta", "Insta", (), CAN, Room(characters=2200, pictures=10, needs_picture=True, stories=True)),
    "feed": Network("feed", "Feed", (), frozenset({"read"})),
}  # fmt: skip


def use_networks(monkeypatch) -> None:
    """Networks that need nobody, and a gate whose verdict stands in the text."""
    for kind, network in NETWORKS.items():
        monkeypatch.setitem(kinds.GIVEN, kind, SimpleNamespace(NETWORK=network))
    monkeypatch.setattr(clearing, "examine", examine)


def examine(text: str, context: Any) -> Examination:
    verdict = CHANGE if "BLAME" in text else SECOND if "CLAIM" in text else CLEAR
    findings = () if verdict == CLEAR else (Finding("claim", verdict, "It says something.", "Look."),)
    return Examination(findings, verdict, digest_of(text), "en")


def account(kind: str = "alpha", name: str = "Northgate") -> Account:
    """An account that publishes."""
    return Account.objects.create(kind=kind, name=name, handle=f"@{name}", connected_by=ANN, created_us=MONDAY)


def draft(*accounts: Account, text: str = "New boots are in.", by: str = ANN, at: int = MONDAY, **more: Any) -> Plan:
    """A draft that says the same on each account."""
    words = [writing.Words(one.id, text) for one in accounts]
    return writing.write_plan(title="Boots", words=words, by=by, at=at, **more)


def planned(*accounts: Account, local: str = TUESDAY, at: int = MONDAY, **more: Any) -> Plan:
    """One with a time."""
    plan = draft(*accounts, at=at, **more)
    return scheduling.place(plan_id=plan.id, local=local, by=more.get("by", ANN), at=at)


def yes(plan: Plan, by: str = BEN, at: int = MONDAY) -> bool:
    """Somebody agrees to what it says now."""
    return approving.approve(plan_id=plan.id, digest=Plan.objects.get(id=plan.id).digest, by=by, at=at)


def posts() -> list[Post]:
    """Everything that was handed over, oldest first; not what was taken back."""
    return list(Post.objects.exclude(state=PostState.CANCELLED).order_by("id"))


def variant(plan: Plan, account: Account | None = None) -> Variant:
    """Its text on an account, as it is now."""
    found = Variant.objects.filter(plan_id=plan.id)
    return found.get(account_id=account.id) if account else found.get()


def picture(name: str = "boots.png", size: int = 1000, type: str = "image/png") -> Picture:
    """A picture of the library."""
    return Picture.objects.create(digest=name, name=name, type=type, width=10, height=10, size=size, at=1, by=ANN)
