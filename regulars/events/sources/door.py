"""The door for webhooks, /webhooks/<token>: a WSGI application before Django's middleware (config/wsgi.py).

It finds the connection, checks the signature on the raw bytes, stores headers and body in the raw inbox and says 200.
What the delivery means is looked at later, by ingestion. Unsigned deliveries are not stored: a stranger could fill
the disk. Senders give up after 1 to 10 seconds, and after some failures they stop sending for good.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import F

from regulars.core.clock import now_us
from regulars.core.failpoints import declare, failpoint
from regulars.events import edge, inbox, rate
from regulars.events.sources import accounts, privacy
from regulars.events.sources.deliveries import PATH, Account, Delivery, NotOurs, headers_in, pack
from regulars.events.sources.kinds import Kind, kind_of
from regulars.events.sources.models import Connection

declare("door.before_answer")
log = logging.getLogger(__name__)
OK = 200, b'{"success": true}', ()
NOTED_EVERY = 10.0  # seconds between two notes about refusals of one source: a flood must not become writes
_noted: dict[int, tuple[float, int]] = {}  # source -> (when, refusals since)


def is_ours(environ: Mapping[str, Any]) -> bool:
    """Whether this application answers the address."""
    return environ.get("PATH_INFO", "").startswith(PATH)


def application(environ: dict[str, Any], start_response) -> Iterable[bytes]:
    """The WSGI door."""
    try:
        status, body, headers = _answer(environ)
    except edge.Answer as answer:
        status, body, headers = answer.status, answer.body, answer.headers
    except Exception:
        log.exception("A delivery could not be stored")
        sorry = edge.not_stored()
        status, body, headers = sorry.status, sorry.body, sorry.headers
    failpoint("door.before_answer")
    start_response(
        edge.TEXTS[status], [("Content-Type", "application/json"), ("Content-Length", str(len(body))), *headers]
    )
    return [b"" if environ["REQUEST_METHOD"] == "HEAD" else body]


def _answer(environ: dict[str, Any]) -> tuple[int, bytes, tuple]:
    opened = accounts.by_token(environ["PATH_INFO"].removeprefix(PATH).rstrip("/"))
    if opened is None:
        raise edge.Answer(404, "unknown_address", "No source has this address; copy it again from its page.")
    if environ["REQUEST_METHOD"] in ("GET", "HEAD"):
        return 200, json.dumps({"message": "Webhooks are sent here by POST."}).encode(), ()
    if environ["REQUEST_METHOD"] != "POST":
        raise edge.Answer(405, "method_not_allowed", "Webhooks are sent here by POST.", ("Allow", "POST, GET, HEAD"))
    _within_rate(opened)
    _, body = edge.body_of(environ)
    return _take(opened, Delivery(body, headers_in(environ), now_us()))


def _within_rate(opened: accounts.Opened) -> None:
    wait = rate.wait_for(-opened.account.source_id, 1, opened.per_second)  # apart from the tracking API's buckets
    if wait:
        said = f"More than {opened.per_second:g} deliveries a second; try again in {wait} s."
        raise edge.Answer(429, "too_many", said, ("Retry-After", str(wait)))


def _take(opened: accounts.Opened, delivery: Delivery) -> tuple[int, bytes, tuple]:
    account = opened.account
    kind = kind_of(account.kind)
    if kind.is_ping(delivery):
        Connection.objects.filter(source_id=account.source_id).update(pinged_us=delivery.at)
        return OK
    try:
        kind.verify(delivery, account)
    except NotOurs as why:
        _note_refusal(account.source_id, str(why), delivery.at)
        raise edge.Answer(kind.turned_away, "bad_signature", str(why)) from None
    _keep_requests(kind, delivery, account.source_id)
    _store(account, delivery)
    return OK


def _store(account: Account, delivery: Delivery) -> None:
    secret = account.settings.get("header", "") if account.settings.get("form") == "plain" else ""
    body = pack(delivery, but=secret)
    try:
        inbox.append(source_id=account.source_id, path=PATH + account.kind, body=body, at=delivery.at)
    except inbox.NotStored:
        log.exception("A delivery could not be stored")
        raise edge.not_stored() from None


def _keep_requests(kind: Kind, delivery: Delivery, source_id: int) -> None:
    """What a customer asks for through the shop is kept before it is answered: there is a legal term on it."""
    asked = kind.privacy(delivery)
    if asked:
        privacy.keep(source_id=source_id, asked=asked, at=delivery.at)


def _note_refusal(source_id: int, reason: str, at: int) -> None:
    when, count = _noted.get(source_id, (-NOTED_EVERY, 0))
    if time.monotonic() - when < NOTED_EVERY:
        _noted[source_id] = when, count + 1
        return
    _noted[source_id] = time.monotonic(), 0
    noted = Connection.objects.filter(source_id=source_id)
    noted.update(refused_us=at, refusal=reason, refused=F("refused") + count + 1)
