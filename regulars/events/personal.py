"""Personal data in this room: events, the raw requests they came in, and dead letters."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from django.db import transaction

from regulars.core import bulk
from regulars.core.plugs import PersonalTable, register
from regulars.events import intake, redactions
from regulars.events.item import decode_any
from regulars.events.models import DeadLetter, Event, Import, PrivacyRequest
from regulars.events.sources.csv.forgetting import forget_rows

SHORTEST = 4  # characters: shorter values would match strangers' letters


def export_events(node_ids: Sequence[int]) -> list[dict[str, Any]]:
    """Everything in the log about these nodes, oldest first."""
    ids, params = bulk.ids(node_ids)
    rows = bulk.query(
        "SELECT name, ts, received_us, source_id, message_id, properties, context FROM events_event"
        f" WHERE node_id IN {ids} ORDER BY ts, id",
        params,
    )
    names = ("event", "at_us", "received_us", "source_id", "message_id")
    return [
        dict(zip(names, row[:5], strict=True)) | {"properties": decode_any(row[5]), "context": decode_any(row[6])}
        for row in rows
    ]


def erase_events(node_ids: Sequence[int], at: int) -> int:
    """Delete the events and order their copies out of the inbox. Message ids stay: a resend stays known."""
    ids, params = bulk.ids(node_ids)
    intake.redact(bulk.query(f"SELECT raw_seq, position FROM events_event WHERE node_id IN {ids}", params))
    transaction.on_commit(lambda: redactions.carry_out(now=True), robust=True)
    bulk.execute(
        f"DELETE FROM events_consumerfailure WHERE event_id IN (SELECT id FROM events_event WHERE node_id IN {ids})",
        params,
    )
    return bulk.execute(f"DELETE FROM events_event WHERE node_id IN {ids}", params)


def export_dead_letters(node_ids: Sequence[int]) -> list[dict[str, Any]]:
    """Refused events in which one of the person's identifiers stands."""
    return [
        {"received_us": letter.received_us, "reason": letter.reason, "body": letter.body}
        for letter in _letters_about(node_ids)
    ]


def erase_dead_letters(node_ids: Sequence[int], at: int) -> int:
    """Delete them, here and in the inbox."""
    letters = _letters_about(node_ids)
    intake.redact((letter.raw_seq, letter.position) for letter in letters)
    DeadLetter.objects.filter(id__in=[letter.id for letter in letters]).delete()
    return len(letters)


def _letters_about(node_ids: Sequence[int]) -> list[DeadLetter]:
    """A refused event has no node, so it is found by the values that the person is known by."""
    values, phones = _values_of(node_ids)
    return [letter for letter in DeadLetter.objects.iterator() if _mentions(letter.body, values, phones)]


def _values_of(node_ids: Sequence[int]) -> tuple[list[str], list[str]]:
    ids, params = bulk.ids(node_ids)
    rows = bulk.query(
        f"SELECT type, value FROM people_identifier WHERE node_id IN {ids} UNION"
        f" SELECT type, raw FROM people_identifier WHERE node_id IN {ids} UNION"
        f" SELECT 'key', key FROM people_node WHERE id IN {ids}",
        params * 3,
    )
    values = {json.dumps(value)[1:-1].casefold() for _, value in rows} | {value.casefold() for _, value in rows}
    digits = {re.sub(r"\D", "", value)[-9:] for type_, value in rows if type_ == "phone"}
    return [v for v in values if len(v) >= SHORTEST], [d for d in digits if len(d) >= 7]


def _mentions(body: str, values: list[str], phones: list[str]) -> bool:
    text = body.casefold()
    if any(value in text for value in values):
        return True
    digits = re.sub(r"\D", "", text) if phones else ""
    return any(phone in digits for phone in phones)


def export_import_rows(node_ids: Sequence[int]) -> list[dict[str, Any]]:
    """The rows that were taken in are events and exported there."""
    return []


def erase_import_rows(node_ids: Sequence[int], at: int) -> int:
    """Blank the person's rows in the stored files of imports."""
    values, phones = _values_of(node_ids)
    return forget_rows(values, phones)


def export_requests(node_ids: Sequence[int]) -> list[dict[str, Any]]:
    """What the person asked for through a shop, and the shop said of them."""
    return [{"asked_for": one.kind, "asked_us": one.asked_us, "said": one.about} for one in _requests_of(node_ids)]


def erase_requests(node_ids: Sequence[int], at: int) -> int:
    """Erasing answers them: that they were asked and when they were answered stays."""
    ids = [one.id for one in _requests_of(node_ids)]
    PrivacyRequest.objects.filter(id__in=ids, done_us=None).update(done_us=at, done_by="erasure")
    return PrivacyRequest.objects.filter(id__in=ids).update(about="", node_id=None)


def _requests_of(node_ids: Sequence[int]) -> list[PrivacyRequest]:
    """Those that name a node, and those of somebody unknown in which an identifier of the person stands."""
    values, phones = _values_of(node_ids)
    nodes = set(node_ids)
    return [
        one
        for one in PrivacyRequest.objects.exclude(about="", node_id=None)
        if one.node_id in nodes or _mentions(one.about, values, phones)
    ]


register(
    PersonalTable(
        table=PrivacyRequest._meta.db_table,
        room="events",
        holds="what the person asked for through a shop: their data, or to be erased",
        export=export_requests,
        erase=erase_requests,
    ),
    PersonalTable(
        table=Import._meta.db_table,
        room="events",
        holds="rows in the stored files of imports that are unfinished or were refused",
        export=export_import_rows,
        erase=erase_import_rows,
    ),
    PersonalTable(
        table=Event._meta.db_table,
        room="events",
        holds="what the person did, when and how; the raw requests hold the same and are redacted with it",
        export=export_events,
        erase=erase_events,
    ),
    PersonalTable(
        table=DeadLetter._meta.db_table,
        room="events",
        holds="refused events that mention an identifier of the person",
        export=export_dead_letters,
        erase=erase_dead_letters,
    ),
)
