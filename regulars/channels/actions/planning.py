"""Planning: every intended message is a row before anything is sent, with what the rules say of it today."""

from __future__ import annotations

import gc
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db import IntegrityError, transaction

from regulars.channels.actions.errors import CannotSend
from regulars.channels.decisions import Decision, Engine
from regulars.channels.gathering import rules_of, subjects
from regulars.channels.models import Campaign, Message
from regulars.channels.supplying import with_supplies
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
        found = forecast(campaign, fresh, at)
        fresh = with_supplies(campaign, fresh, found, at)
        new = _write(_rows(campaign, fresh, found, at))
    return Plan(new, len(items) - new, dict(Counter(decision.rule for decision in found)))


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
    rules = rules_of(campaign)
    own = {item.person_id: item.address for item in items if item.address}
    known = subjects(campaign, (item.person_id for item in items), at, rules=rules, addresses=own)
    engine = Engine(rules)
    return [
        engine.decide(known[item.person_id], max(at, item.due_us), expiry(campaign, item.due_us, at))
        for item in items
    ]


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


def _rows(campaign: Campaign, items: Sequence[Planned], found: Sequence[Decision], at: int) -> list[tuple]:
    """Through quiet hours a message waits from the start: the clock alone says until when."""
    fixed = (campaign.id, campaign.channel, int(campaign.lane == "transactional"), campaign.version_id,
             campaign.priority, at, 0, "", 0, "", "")  # fmt: skip
    said: dict[int, str] = {}  # one text for all that share a decision
    rows = []
    for item, decision in zip(items, found, strict=True):
        text = said.get(id(decision))
        if text is None:
            text = said[id(decision)] = json.dumps(decision.stored(at), separators=(",", ":"))
        due = decision.until_us if decision.rule == "quiet_hours" else item.due_us
        context = None if item.context is None else json.dumps(item.context)
        own = (item.key, item.person_id, item.language[:12], context, item.address[:254], due)
        rows.append((*own, expiry(campaign, item.due_us, at), text, *fixed))
    return rows


def _write(rows: list[tuple]) -> int:
    """The quick way, and should somebody plan the same at the same moment, the patient one."""
    try:
        with transaction.atomic():
            return bulk.insert(Message, COLUMNS, rows)
    except IntegrityError:
        return bulk.insert(Message, COLUMNS, rows, conflict="(key) DO NOTHING")
