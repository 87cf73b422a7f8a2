"""The gate: after a restored backup or a standstill nothing leaves the house until a person says yes.

A heartbeat stands in the database and in a file. A database whose beat is older than the file's was restored; a beat
older than half an hour with something due means that nobody was there to see it fall due.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.db import transaction

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


def is_open(at: int) -> bool:
    """Whether messages may leave, publications and calls included. Beats on the way; closes when it must."""
    gate = Gate.objects.filter(id=1).first()
    if gate and gate.closed_us is not None:
        return False
    if gate and gate.beat_us <= at < gate.beat_us + BEAT and file_beat() <= gate.beat_us:
        return True
    return _beat(at)


def _beat(at: int) -> bool:
    with transaction.atomic():
        Gate.objects.get_or_create(id=1)
        gate = Gate.objects.select_for_update().get(id=1)
        if gate.closed_us is None:
            why = _why_closed(gate, at)
            news = {"closed_us": at, "why": why} if why else {"beat_us": max(gate.beat_us, at)}
            Gate.objects.filter(id=1).update(**news)
        else:
            why = gate.why
    failpoint("gate.beat")
    if why:
        return False
    _write_file(at)
    return True


def _why_closed(gate: Gate, at: int) -> str:
    if file_beat() > gate.beat_us and (gate.beat_us or _is_due(at)):
        return RESTORED
    if gate.beat_us and at - gate.beat_us > STANDSTILL and _is_due(at):
        return STOOD_STILL.format(minutes=(at - gate.beat_us) // MINUTE)
    return ""


def _is_due(at: int) -> bool:
    stopped = Campaign.objects.exclude(stopped_us=None, paused_us=None).values("id")
    due = Message.objects.filter(state=State.PLANNED, due_us__lte=at).exclude(campaign_id__in=stopped)
    return due.exists() or any(asked(at) for asked in WORK)


def _file() -> Path:
    return settings.REGULARS_HOME / "delivery-beat"


def file_beat() -> int:
    """The beat in the file, 0 when there is none."""
    try:
        return int(_file().read_text())
    except (FileNotFoundError, ValueError):
        return 0


def _write_file(at: int) -> None:
    if at > file_beat():
        fresh = _file().with_suffix(f".{os.getpid()}")
        fresh.write_text(str(at))
        os.replace(fresh, _file())
