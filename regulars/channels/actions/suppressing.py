"""Addresses nothing is sent to."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.db import transaction

from regulars.channels.actions.errors import CannotSend
from regulars.channels.gathering import IDENTIFIER
from regulars.channels.models import Suppression
from regulars.core import bulk
from regulars.core.crypto import digest
from regulars.core.models import Business
from regulars.people.identifiers import normal
from regulars.team.actions import audit

SHAPES = {"email": re.compile(r"[^\s@]+@[^\s@]+"), "sms": re.compile(r"\+?\d{5,15}")}
REASONS = ("hard_bounce", "soft_bounces", "complaint", "stop", "manual")
SCOPES = ("all", "marketing")


@transaction.atomic
def suppress(
    *, channel: str, address: str, reason: str = "manual", scope: str = "all", detail: str = "", by: str, at: int
) -> Suppression:
    """Send nothing to this address from now on, whoever has it. Idempotent; a wider scope replaces a narrower one."""
    if reason not in REASONS or scope not in SCOPES:
        raise CannotSend(f"A reason is one of {', '.join(REASONS)}; a scope is all or marketing.")
    value = spelled(channel, address)
    put_suppressions([(channel, value, reason, scope, detail[:300])], by=by, at=at)
    found = Suppression.objects.get(channel=channel, digest=digest(channel, value))
    audit(by=by, act="suppression.add", object=f"suppression:{found.id}", details={"reason": reason}, at=at)
    return found


@transaction.atomic
def import_suppressions(*, addresses: Sequence[str], scope: str = "all", by: str, at: int) -> tuple[int, int]:
    """A list from elsewhere: (how many addresses get nothing from now on, how many lines were no address)."""
    rows, bad = {}, 0
    for address in addresses:
        channel = "email" if "@" in address else "sms"
        try:
            value = spelled(channel, address)
        except ValueError:
            value = ""
        if SHAPES[channel].fullmatch(value):
            rows[channel, value] = None
        else:
            bad += 1
    given = [(channel, value, "manual", scope, "") for channel, value in rows]
    for start in range(0, len(given), 5000):
        put_suppressions(given[start : start + 5000], by=by, at=at)
    audit(by=by, act="suppression.import", object="suppressions", details={"taken": len(given), "bad": bad}, at=at)
    return len(given), bad


def put_refused(entries: Sequence[tuple[str, ...]], *, by: str, at: int) -> None:
    """(channel, address as written, reason, scope, detail) each, in the caller's transaction. What is no address is
    left out; where one stands there twice the wider scope counts."""
    rows: dict[tuple[str, str], tuple[str, ...]] = {}
    for channel, address, *why in entries:
        value = spelled(channel, address) if address.strip() else ""
        known = rows.get((channel, value))
        if SHAPES[channel].fullmatch(value) and not (known and known[3] == "all"):
            rows[channel, value] = (channel, value, *why)
    put_suppressions(list(rows.values()), by=by, at=at)


@transaction.atomic
def lift_suppression(*, channel: str, address: str = "", suppression_id: int = 0, by: str, at: int) -> None:
    """The address may be written to again. Idempotent. Raises Suppression.DoesNotExist."""
    which = {"id": suppression_id} if suppression_id else {"digest": digest(channel, spelled(channel, address))}
    found = Suppression.objects.select_for_update().get(channel=channel, **which)
    if found.lifted_us is None:
        Suppression.objects.filter(id=found.id).update(lifted_us=at, lifted_by=by)
        audit(by=by, act="suppression.lift", object=f"suppression:{found.id}", details={}, at=at)


def lift_for_own_wish(*, channel: str, address: str, by: str, at: int) -> bool:
    """Somebody asked for mail again and confirmed it from the address itself: an earlier “no marketing” is over.

    Complaints, STOP and dead addresses stay, and what was suppressed altogether. Says whether there was something.
    """
    mine = Suppression.objects.filter(channel=channel, digest=digest(channel, spelled(channel, address)))
    found = mine.filter(scope="marketing", reason="manual", lifted_us=None).first()
    if found is None:
        return False
    lift_suppression(channel=channel, suppression_id=found.id, by=by, at=at)
    return True


def put_suppressions(rows: list[tuple[str, str, str, str, str]], *, by: str, at: int) -> None:
    """Set-based: (channel, normalised address, reason, scope, detail). One that is in force is only widened."""
    news = {(channel, digest(channel, address)): (address, *why) for channel, address, *why in rows if address}
    bulk.insert(
        Suppression,
        ("channel", "digest", "address", "reason", "scope", "detail", "at", "by", "lifted_by"),
        [(*mark, *why, at, by, "") for mark, why in sorted(news.items())],
        conflict="(channel, digest) DO UPDATE SET address = excluded.address, reason = excluded.reason,"
        " scope = excluded.scope, detail = excluded.detail, at = excluded.at, by = excluded.by, lifted_us = NULL,"
        " lifted_by = '' WHERE channels_suppression.lifted_us IS NOT NULL OR (channels_suppression.scope ="
        " 'marketing' AND excluded.scope = 'all')",
    )


def spelled(channel: str, address: str) -> str:
    """An address in its one spelling. Raises CannotSend for what is none."""
    if channel not in IDENTIFIER:
        raise CannotSend(f"There is no channel “{channel}”; there are {', '.join(IDENTIFIER)}.")
    found = normal(IDENTIFIER[channel], address, Business.load().country)
    if found is None:
        raise CannotSend("Give an address.")
    return found.value
