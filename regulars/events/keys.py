"""Write keys: where clients put them, and which source each belongs to. Looked up without touching the database."""

from __future__ import annotations

import base64
import binascii
import logging
import threading
import time
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import parse_qs

from django.db import connection

from regulars.core.clock import now_us
from regulars.events.models import Source

log = logging.getLogger(__name__)
FRESH = 2.0  # seconds: a revoked key stops within this time
EVENTS_PER_SECOND = 200_000  # per key and process, unless the source's settings say otherwise


class Known(NamedTuple):
    """The source behind a key."""

    source_id: int
    events_per_second: float


_known: dict[str, Known] = {}
_read_at = -FRESH
_reading = threading.Lock()


def source_of(key: str) -> Known | None:
    """The source of a write key that is not revoked. While the database is away, what was known still holds."""
    if time.monotonic() - _read_at > FRESH and _reading.acquire(blocking=not _known):
        try:
            _read()
        except Exception:
            log.exception("The write keys could not be read; the known ones are used")
        finally:
            _reading.release()
    return _known.get(key) or _just_made(key)


def _just_made(key: str) -> Known | None:
    """A key that is not known may be a moment old, and clients drop what is answered with 401: look again."""
    asked = time.monotonic()
    with _reading:
        if _read_at < asked:
            _read(force=True)
    return _known.get(key)


def forget() -> None:
    """Read the keys anew at the next request."""
    global _read_at
    _read_at = -FRESH


def _read(*, force: bool = False) -> None:
    global _known, _read_at
    if not force and time.monotonic() - _read_at <= FRESH:
        return  # another thread just did
    found: dict[str, Known] = {}
    now = now_us()
    for source in _sources():
        known = Known(source.id, source.settings.get("events_per_second", EVENTS_PER_SECOND))
        found[source.key] = known
        before = source.settings.get("previous")
        if before and before["until_us"] > now:
            found[before["key"]] = known
    _known, _read_at = found, time.monotonic()


def _sources() -> list[Source]:
    """A broken connection is dropped, so that the next look makes a new one."""
    try:
        return list(Source.objects.filter(key__isnull=False, revoked_us=None))
    except Exception:
        connection.close()
        raise


def in_headers(environ: Mapping[str, Any]) -> str:
    """The key in Basic (with or without the colon), Bearer or X-Write-Key; "" when there is none."""
    given = environ.get("HTTP_AUTHORIZATION", "")
    scheme, _, value = given.partition(" ")
    if scheme.lower() == "basic":
        return _basic(value.strip())
    if scheme.lower() == "bearer":
        return value.strip()
    return environ.get("HTTP_X_WRITE_KEY", "").strip()


def _basic(value: str) -> str:
    try:
        return base64.b64decode(value, validate=True).decode().partition(":")[0]
    except (binascii.Error, UnicodeDecodeError):
        return ""


def in_query(environ: Mapping[str, Any]) -> str:
    """The key in `?writeKey=`; "" when there is none."""
    return parse_qs(environ.get("QUERY_STRING", "")).get("writeKey", [""])[0]
