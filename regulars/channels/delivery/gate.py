"""The gate: after a restored backup or a standstill nothing leaves the house until a person says yes.

A heartbeat stands in the database and in files (see witness). A database whose beat is older than a file's was
restored; a beat older than half an hour with something due means that nobody was there to see it fall due.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable

from django.db import transaction

from regulars.channels.delivery.witness import beat_seen, note_beat
from regulars.channels.models import Campaign, Gate, Message, State
from regulars.core.clock import MINUTE, SECOND
from regulars.core.failpoints import declare, failpoint

declare("gate.beat")

STANDSTILL = 30 * MINUTE
BEAT = 10 * SECOND
RESTORED = "The database is older than this installation: it was restored from a backup."
STOOD_STILL = "Nothing was sent for {minutes} minutes, and messages fell due in that time."

WORK: list[Callable[[int], bool]] = []


def due_work(question: Callable[[int], bool]) -> Callable[[int], bool]:
    """Register a question `(at) -> bool` of an upper room: would something of mine lead to messages now?"""
    WORK.append(question)
    return question


def is_open(at: int, *, moving: bool = False) -> bool:
    """Whether messages may leave, publications and calls included. Beats on the way; closes when it must.

    `moving`: messages are leaving, or may be, so it beats every second: a backup that is older than that is noticed.
    """
    gate = Gate.objects.filter(id=1).first()
    if gate and gate.closed_us is not None:
        return False
    pause = SECOND if moving else BEAT
    if gate and gate.beat_us <= at < gate.beat_us + pause and beat_seen(gate.life) <= gate.beat_us:
        return True
    return _beat(at)


def _beat(at: int) -> bool:
    with transaction.atomic():
        Gate.objects.get_or_create(id=1)
        gate = Gate.objects.select_for_update().get(id=1)
        life = gate.life or secrets.token_hex(8)
        if gate.closed_us is None:
            why = _why_closed(gate, at)
            news = {"closed_us": at, "why": why} if why else {"beat_us": max(gate.beat_us, at), "life": life}
            Gate.objects.filter(id=1).update(**news)
        else:
            why = gate.why
    failpoint("gate.beat")
    if why:
        return False
    note_beat(life, at)
    return True


def _why_closed(gate: Gate, at: int) -> str:
    if beat_seen(gate.life) > gate.beat_us and (gate.beat_us or _is_due(at)):
        return RESTORED
    if gate.beat_us and at - gate.beat_us > STANDSTILL and _is_due(at):
        return STOOD_STILL.format(minutes=(at - gate.beat_us) // MINUTE)
    return ""


def _is_due(at: int) -> bool:
    stopped = Campaign.objects.exclude(stopped_us=None, paused_us=None).values("id")
    due = Message.objects.filter(state=State.PLANNED, due_us__lte=at).exclude(campaign_id__in=stopped)
    return due.exists() or any(asked(at) for asked in WORK)
