"""Trying a query on what is stored, before anything is saved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from regulars.channels.networks.models import Account, Author, Item
from regulars.core.clock import DAY
from regulars.social.listening import finding, noise
from regulars.social.listening.parsing import parse
from regulars.social.models import Mention

LOOKED_AT = 10_000  # newest public items
SAMPLES = 8


@dataclass(frozen=True)
class Tried:
    """How many of the newest items match, in how many days, by how many people; what brings noise."""

    finds: int
    looked: int
    days: int
    people: int
    samples: list[tuple[Any, ...]]
    brings: tuple[noise.Brings, ...]
    beside: tuple[noise.Beside, ...]

    @property
    def per_week(self) -> float:
        """Mentions to be expected in a week."""
        return self.finds * 7 / max(self.days, 1)


def try_query(query: str, *, at: int) -> Tried:
    """What it finds among the newest items. Raises QueryError."""
    from regulars.social.actions.mentions import stored  # which imports what this imports

    parse(query)
    items = sorted(finding.heard(stored(below=2**62, most=LOOKED_AT)), key=lambda one: (-one.at, -one.id))
    where = finding.accounts()
    found = noise.preview(query, [one.said(where) for one in items])
    matched = [items[place] for place in found.finds]
    oldest = min((one.at for one in items), default=at)
    voices = {one.author_id if one.author_id is not None else -one.account_id for one in matched}
    days = max(1, round((at - oldest) / DAY))
    return Tried(len(matched), len(items), days, len(voices), _samples(matched), found.brings, found.beside)


def _samples(matched: list[finding.Heard]) -> list[tuple[Any, ...]]:
    """Spread over what was found: newest, and others of other people."""
    step = max(1, len(matched) // SAMPLES)
    chosen = matched[::step][:SAMPLES]
    items, authors = (
        Item.objects.in_bulk([one.id for one in chosen]),
        Author.objects.in_bulk({one.author_id for one in chosen if one.author_id}),
    )
    accounts = Account.objects.in_bulk({one.account_id for one in chosen})
    return [
        (_as_mention(one, accounts), items[one.id], authors.get(one.author_id or 0), accounts.get(one.account_id))
        for one in chosen
        if one.id in items
    ]


def _as_mention(one: finding.Heard, accounts: dict[int, Account]) -> Mention:
    """Not saved."""
    network = accounts[one.account_id].kind if one.account_id in accounts else ""
    return Mention(item_id=one.id, account_id=one.account_id, network=network, at=one.at, feels=one.feels,
                   intent=one.intent, reach=one.reach)  # fmt: skip
