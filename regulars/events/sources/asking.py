"""Asking a sender's API, through `core.outside`: JSON in and out, and three ways to fail."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode

import msgspec

from regulars.core import outside
from regulars.core.clock import MINUTE, SECOND

LONGEST = 30_000_000  # bytes of one page
SHORTEST_WAIT, LONGEST_WAIT = 30 * SECOND, 60 * MINUTE


class CannotAsk(Exception):
    """Asking failed; the message says why, for the page of the source."""


class NotNow(CannotAsk):
    """Come back later: too many requests, or the sender is in trouble. `after_us` when it said how much later."""

    def __init__(self, reason: str, after_us: int = 0) -> None:
        super().__init__(reason)
        self.after_us = after_us


class Gone(CannotAsk):
    """There is no such object (any more)."""


class Said(NamedTuple):
    """An answer: its JSON and its headers, names in lower case."""

    json: Any
    headers: Mapping[str, str]


def ask(
    url: str,
    *,
    headers: Mapping[str, str],
    query: Mapping[str, Any] | None = None,
    body: Any = None,
    form: Mapping[str, Any] | list[tuple[str, str]] | None = None,
    method: str = "",
) -> Said:
    """One request; `body` goes as JSON, `form` as a form. Raises NotNow, Gone, CannotAsk."""
    sent, kind = b"", {}
    if form is not None:
        sent, kind = urlencode(form).encode(), {"Content-Type": "application/x-www-form-urlencoded"}
    elif body is not None:
        sent, kind = msgspec.json.encode(body), {"Content-Type": "application/json"}
    if query:
        url += ("&" if "?" in url else "?") + urlencode(query)
    try:
        answer = outside.ask(
            url,
            method=method or ("POST" if sent else "GET"),
            headers={"Accept": "application/json", "User-Agent": "Regulars", **kind, **headers},
            body=sent,
            timeout=30,
            longest=LONGEST,
        )
    except outside.Unreachable as why:
        raise NotNow(str(why)) from None
    except outside.Refused as why:
        raise CannotAsk(str(why)) from None
    return _read(answer)


def _read(answer: outside.Answer) -> Said:
    headers = {name.lower(): value for name, value in answer.headers.items()}
    if answer.status == 429 or answer.status >= 500:
        what = "too many requests" if answer.status == 429 else "it is in trouble"
        raise NotNow(f"The API answered {answer.status}: {what}.", _after(headers))
    if answer.status in (404, 410):
        raise Gone("The API does not know this object or address (404).")
    if answer.status in (401, 403):
        wrong = f"The API refused the key ({answer.status}): it is wrong, was revoked, or lacks a permission."
        raise CannotAsk(f"{wrong} {_why(answer)}")
    if not 200 <= answer.status < 300:
        raise CannotAsk(f"The API answered {answer.status}. {_why(answer)}")
    try:
        return Said(msgspec.json.decode(answer.body) if answer.body else {}, headers)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise CannotAsk("The API did not answer with JSON: is the address the right one?") from None


def _why(answer: outside.Answer) -> str:
    return answer.body[:300].decode("utf-8", "replace").replace("\x00", "")


def _after(headers: Mapping[str, str]) -> int:
    """Retry-After in seconds, as microseconds; 0 when it does not say. Bounded: a sender may be wrong."""
    said = headers.get("retry-after", "").strip()
    try:
        return min(LONGEST_WAIT, max(SECOND, int(float(said) * SECOND)))
    except (ValueError, OverflowError):
        return 0


def wait_after(tries: int, said_us: int = 0) -> int:
    """How long to leave a sender alone after so many failures: what it said, else twice as long each time."""
    return said_us or min(LONGEST_WAIT, SHORTEST_WAIT * 2 ** min(tries, 10))


def basic(name: str, password: str) -> str:
    """The value of an Authorization header."""
    return "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()


def next_link(headers: Mapping[str, str]) -> str:
    """The address of the next page in a Link header; "" when this was the last."""
    for one in headers.get("link", "").split(","):
        address, _, rest = one.partition(";")
        if 'rel="next"' in rest.replace("'", '"'):
            return address.strip().strip("<>")
    return ""


def iso(us: int) -> str:
    """A time as APIs read it: 2026-09-21T14:13:20Z."""
    from regulars.core.clock import from_us

    return from_us(us).strftime("%Y-%m-%dT%H:%M:%SZ")
