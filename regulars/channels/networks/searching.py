"""Searching the networks for what strangers say: which words are wanted, and when each is asked for again.

A room that listens registers who knows the words:
    @searching.wanted
    def words(kind: str, at: int) -> Iterable[str]: ...
Each is asked on one account of every kind that can be searched; what is found arrives as items like all others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from regulars.channels.networks import budgets
from regulars.channels.networks.models import Account, Spent
from regulars.channels.networks.shape import Heard, Network
from regulars.core.clock import SECOND, from_us

Question = Callable[[str, int], Iterable[str]]
_questions: list[Question] = []
AT_ONCE = 5  # searches of one account between two readings: mentions wait for no search


def wanted(question: Question) -> Question:
    """Register who says which words are wanted: `question(kind, at) -> words`, asked at every reading."""
    _questions.append(question)
    return question


def due(account: Account, known: Network, at: int) -> list[tuple[str, Mapping[str, Any]]]:
    """(words, cursor) to be searched now, those waiting longest first; none when another account does it."""
    if "search" not in known.can or not _questions or not _is_first(account):
        return []
    places = account.cursor.get("search", {})
    words = dict.fromkeys(text for ask in _questions for raw in ask(account.kind, at) if (text := raw.strip()))
    waiting = [(places.get(key_of(one), {}).get("next_us", 0), one) for one in words]
    ready = sorted((when, one) for when, one in waiting if when <= at)[:AT_ONCE]
    return [(one, places.get(key_of(one), {}).get("cursor", {})) for _, one in ready]


def _is_first(account: Account) -> bool:
    live = Account.objects.filter(kind=account.kind, archived_us=None, paused_us=None, reads=True)
    return live.order_by("id").values_list("id", flat=True).first() == account.id


def key_of(words: str) -> str:
    """Under what the place of a search is kept."""
    return sha256(words.encode()).hexdigest()[:16]


def moved(cursor: Mapping[str, Any], words: str, heard: Heard, at: int, pause_s: int) -> dict[str, Any]:
    """The account's cursor after a search. Places of words nobody wants any more go after a week."""
    pause = heard.wait_us or (0 if heard.more else pause_s * SECOND)
    places = {k: v for k, v in cursor.get("search", {}).items() if v.get("next_us", 0) > at - 7 * 86_400 * SECOND}
    places[key_of(words)] = {"cursor": dict(heard.cursor), "next_us": at + pause}
    return {**cursor, "search": places}


@dataclass(frozen=True)
class Used:
    """What searching for some words took in a month (UTC): how often the network was asked, how many items came, what
    that cost in millionths of the network's currency."""

    asked: int = 0
    read: int = 0
    cost: int = 0


COUNTED = {"a": "asked", "r": "read", "u": "cost"}  # the first sign of a name; after it the key of the words


def note_use(account_id: int, words: str, heard: Heard, at: int) -> None:
    """Count one search, in the transaction that keeps what it found."""
    amounts = {"a": int(heard.asked), "r": len(heard.items), "u": heard.cost}
    for sign, amount in amounts.items():
        name = f"{sign}:{key_of(words)}"
        budgets.count(account_id=account_id, name=name, period=month_of(at), amount=amount)


def used(words: Iterable[str], *, kind: str, at: int) -> Used:
    """What these searches took on networks of this kind in the month of `at`."""
    names = {f"{sign}:{key_of(one)}" for one in set(words) for sign in COUNTED}
    accounts = Account.objects.filter(kind=kind).values("id")
    rows = Spent.objects.filter(account_id__in=accounts, period=month_of(at), name__in=names)
    found = dict.fromkeys(COUNTED.values(), 0)
    for name, amount in rows.values_list("name", "amount"):
        found[COUNTED[name[0]]] += amount
    return Used(**found)


def month_of(at: int) -> str:
    """ "2026-11", as networks count months."""
    return from_us(at).strftime("%Y-%m")
