"""Connections by the token in their address, opened and ready, without asking the database for every delivery."""

from __future__ import annotations

import json
import logging
import threading
import time
from typing import NamedTuple

from django.db import connection

from regulars.core import crypto
from regulars.core.clock import now_us
from regulars.events.models import Source
from regulars.events.sources.deliveries import Account
from regulars.events.sources.kinds import NAMES
from regulars.events.sources.models import Connection, FieldMap

log = logging.getLogger(__name__)
FRESH = 2.0  # seconds: a rotated secret, a pause, a revoked source are seen within this time


class Opened(NamedTuple):
    """An account and whether it is paused."""

    account: Account
    paused: bool
    per_second: float


_by_token: dict[str, Opened] = {}
_by_source: dict[int, Opened] = {}
_read_at = -FRESH
_reading = threading.Lock()
PER_SECOND = 1000.0  # deliveries of one source, unless its settings say otherwise


def by_token(token: str) -> Opened | None:
    """The connection with this address, unless its source was revoked. While the database is away, what was known
    still holds."""
    _look()
    return _by_token.get(token) or (_just_made() or _by_token.get(token))


def by_source(source_id: int) -> Opened | None:
    """The connection of a source, as it is now or was up to two seconds ago."""
    _look()
    return _by_source.get(source_id) or (_just_made() or _by_source.get(source_id))


def forget() -> None:
    """Read the connections anew at the next delivery."""
    global _read_at
    _read_at = -FRESH


def _look() -> None:
    if time.monotonic() - _read_at > FRESH and _reading.acquire(blocking=not _by_token):
        try:
            _read()
        except Exception:
            log.exception("The connections could not be read; the known ones are used")
        finally:
            _reading.release()


def _just_made() -> None:
    """An address that is not known may be a moment old: look once more, though not for every guess of a stranger."""
    with _reading:
        if time.monotonic() - _read_at > FRESH / 10:
            _read(force=True)


def _read(*, force: bool = False) -> None:
    global _by_token, _by_source, _read_at
    if not force and time.monotonic() - _read_at <= FRESH:
        return  # another thread just did
    try:
        found = list(_opened())
    except Exception:
        connection.close()
        raise
    _by_token = {token: opened for token, opened in found}
    _by_source = {opened.account.source_id: opened for _, opened in found}
    _read_at = time.monotonic()


def _opened():
    sources = {source.id: source for source in Source.objects.filter(kind__in=NAMES, revoked_us=None)}
    maps = {row.source_id: row.mapping for row in FieldMap.objects.order_by("version")}
    for row in Connection.objects.filter(source_id__in=list(sources)):
        source = sources[row.source_id]
        per_second = float(source.settings.get("deliveries_per_second", PER_SECOND))
        yield (
            row.token,
            Opened(account_of(row, source.kind, maps.get(source.id)), row.paused_us is not None, per_second),
        )


def account_of(row: Connection, kind: str, mapping: dict | None = None) -> Account:
    """A connection with its secrets opened."""
    before = crypto.decrypt(row.before) if row.before and (row.before_until_us or 0) > now_us() else ""
    return Account(row.source_id, kind, row.address, row.settings, secrets_of(row), before, mapping)


def secrets_of(row: Connection) -> dict[str, str]:
    """The secrets of a connection, opened."""
    return json.loads(crypto.decrypt(row.secrets)) if row.secrets else {}


def seal(secrets: dict[str, str]) -> str:
    """For `Connection.secrets`."""
    return crypto.encrypt(json.dumps({name: value for name, value in secrets.items() if value}))
