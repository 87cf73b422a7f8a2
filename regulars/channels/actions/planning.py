"""Planning: every intended message is a row before anything is sent, with what the rules say of it today."""

from __future__ import annotations

import gc
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db import IntegrityError, transaction

from regulars.channels.actions.errors import CannotSend
from regulars.channels.decisions import Decision, Engine
from regulars.channels.gathering import look_up, rules_of
from regulars.channels.models import Campaign, Message
from regulars.channels.supplying import wanted, with_supplies
from regulars.core import bulk

LONGEST_KEY = 120
COLUMNS = ("key", "node_id", "language", "context", "address", "due_us", "expires_us", "forecast", "campaign_id",
           "channel", "lane", "version_id", "priority", "planned_us", "state", "claimed_by", "attempts", "reply",
           "external_id")  # fmt: skip


class Planned(NamedTuple):
    """One intended message. `key` is unique for ever; `person_id` may be a merged one; `due_us`: not before."""

    key: str
    person_id: int
    due_us: int
    context: dict[str, Any] | None = None
    language: str = ""
    address: str = ""


@dataclass(frozen=True)
class Plan:
    """How many were new, how many known, and what the rules say of the new: {rule: messages}, "passed" goes."""

    new: int
    known: int
    forecast: dict[str, int] = field(default_factory=dict)


def plan(*, campaign_id: int, items: Sequence[Planned], at: int) -> Plan:
    """Write messages that are not known yet, each with its forecast. In the caller's transaction; set-based.

    Give at most some 20,000 at a time. A known key changes nothing, so planning again is harmless.
    """
    campaign = Campaign.objects.get(id=campaign_id)
    with _uncollected():
        fresh = _unknown(items)
        pairs = _decided(campaign, fresh, at)
        said: Counter[str] = Counter()
        new = _write(lambda: _rows(campaign, pairs(), at, said))
    return Plan(new, len(items) - new, dict(said))


def _decided(
    campaign: Campaign, items: Sequence[Planned], at: int
) -> Callable[[], Iterable[tuple[Planned, Decision]]]:
    """Each message and what the rules say of it, again whenever called. Decided one by one on the way, unless the
    text needs what other rooms supply: they hand out nothing before they know who goes."""
    decide = _forecasts(campaign, items, at)
    if not wanted(campaign):
        return lambda: ((item, decide(item)) for item in items)
    found = list(map(decide, items))
    pairs = list(zip(with_supplies(campaign, items, found, at), found, strict=True))
    return lambda: pairs


@contextmanager
def _uncollected() -> Iterator[None]:
    """Some 100,000 small objects without a circle among them: looking for circles costs a fifth of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def forecast(campaign: Campaign, items: Sequence[Planned], at: int) -> list[Decision]:
    """What the rules would say of each of these messages when it is due; nothing is written."""
    with _uncollected():
        return list(map(_forecasts(campaign, items, at), items))


def _forecasts(campaign: Campaign, items: Sequence[Planned], at: int) -> Callable[[Planned], Decision]:
    """All questions are asked now, each message is decided on when asked for."""
    rules = rules_of(campaign)
    own = {item.person_id: item.address for item in items if item.address}
    given = list(dict.fromkeys(item.person_id for item in items))
    known = look_up(campaign, given, at, rules=rules, addresses=own)
    decide = Engine(rules).decide
    return lambda item: decide(known.of(item.person_id), max(at, item.due_us), expiry(campaign, item.due_us, at))


def expiry(campaign: Campaign, due_us: int, at: int) -> int | None:
    """From when on a message that is meant to go at `due_us` is of no use any more."""
    return None if campaign.expires_after_us is None else max(at, due_us) + campaign.expires_after_us


def _unknown(items: Sequence[Planned]) -> list[Planned]:
    by_key = {item.key: item for item in items}
    if any(not key or len(key) > LONGEST_KEY for key in by_key):
        raise CannotSend(f"The key of a message has 1 to {LONGEST_KEY} characters.")
    sql, params = bulk.table({"key": "text"}, [[key] for key in by_key])
    for (key,) in bulk.query(f"SELECT m.key FROM {sql} JOIN channels_message m ON m.key = v.key", params):
        del by_key[key]
    return list(by_key.values())


def _rows(
    campaign: Campaign, pairs: Iterable[tuple[Planned, Decision]], at: int, rules: Counter[str]
) -> Iterator[tuple]:
    """The rows, one by one: the database takes in the first while the last is decided on; `rules` are counted.

    Through quiet hours a message waits from the start: the clock alone says until when.
    """
    rules.clear()
    fixed = (campaign.id, campaign.channel, int(campaign.lane == "transactional"), campaign.version_id,
             campaign.priority, at, 0, "", 0, "", "")  # fmt: skip
    said: dict[int, tuple[str, Decision]] = {}  # one text for all that share a decision, which keeps its id
    for item, decision in pairs:
        rules[decision.rule] += 1
        known = said.get(id(decision))
        if known is None:
            text = json.dumps(decision.stored(at), separators=(",", ":"))
            said[id(decision)] = (text, decision)
        else:
            text = known[0]
        due = decision.until_us if decision.rule == "quiet_hours" else item.due_us
        context = None if item.context is None else json.dumps(item.context)
        own = (item.key, item.person_id, item.language[:12], context, item.address[:254], due)
        yield (*own, expiry(campaign, item.due_us, at), text, *fixed)


def _write(rows: Callable[[], Iterator[tuple]]) -> int:
    """The quick way, and should somebody plan the same at the same moment, the patient one."""
    try:
        with transaction.atomic():
            return bulk.insert(Message, COLUMNS, rows())
    except IntegrityError:
        return bulk.insert(Message, COLUMNS, rows(), conflict="(key) DO NOTHING")
