"""A delivery: what a sender posted, with the headers that mean something. How it is kept in the raw inbox."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import msgspec

from regulars.events import inbox

PATH = "/webhooks/"
KEPT = re.compile(
    r"x-.+|.*(signature|hmac|webhook|event|topic|timestamp|version|delivery).*|user-agent|content-type|square-.+"
)
NOT_KEPT = re.compile(r"x-forwarded-.+|x-real-ip|x-write-key|authorization|cookie")


class NotOurs(ValueError):
    """A delivery that is turned away: the message says why, for the page of its source."""


@dataclass(frozen=True)
class Account:
    """A connection as the functions of its kind need it: opened secrets, settings, its address."""

    source_id: int
    kind: str
    address: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    before: str = ""  # the signing secret before a rotation, while it is still good
    mapping: Mapping[str, Any] | None = None  # what the fields mean, where a person says so

    def signing(self) -> list[str]:
        """The secrets that a signature may be made with."""
        return [secret for secret in (self.secrets.get("signing", ""), self.before) if secret]


@dataclass(frozen=True)
class Delivery:
    """One post of a sender. Names of headers are in lower case. `at`: when it came, microseconds."""

    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    at: int = 0

    def header(self, name: str) -> str:
        return self.headers.get(name.lower(), "")

    @cached_property
    def json(self) -> Any:
        """The body. Raises ValueError when it is no JSON."""
        return msgspec.json.decode(self.body)

    @property
    def object(self) -> dict[str, Any]:
        """The body, which must be an object. Raises ValueError."""
        if not isinstance(self.json, dict):
            raise ValueError("The body is no JSON object.")
        return self.json


def headers_in(environ: Mapping[str, Any]) -> dict[str, str]:
    """The headers of a request, names in lower case."""
    found = {"content-type": environ.get("CONTENT_TYPE", "")[:200]}
    for name, value in environ.items():
        if name.startswith("HTTP_"):
            found[name[5:].replace("_", "-").lower()] = str(value)[:4000]
    return found


def _kept(headers: Mapping[str, str], but: str) -> dict[str, str]:
    """What senders say about the delivery; nothing that lets somebody in."""
    named = {name: value for name, value in headers.items() if KEPT.fullmatch(name) and not NOT_KEPT.fullmatch(name)}
    named.pop(but.lower(), None)
    return dict(list(named.items())[:60])


class _Kept(msgspec.Struct):
    headers: dict[str, str] = {}
    json: msgspec.Raw = msgspec.Raw(b"")
    text: str = ""
    bytes: str = ""


def pack(delivery: Delivery, *, but: str = "") -> bytes:
    """For the raw inbox: headers and body in one JSON object. The body stays as it was, byte for byte.

    `but` names a header that is a secret itself.
    """
    kept: dict[str, Any] = {"headers": _kept(delivery.headers, but)}
    try:
        msgspec.json.decode(delivery.body, type=msgspec.Raw)
        delivery.body.decode()
        kept["json"] = msgspec.Raw(delivery.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        try:
            kept["text"] = delivery.body.decode()
        except UnicodeDecodeError:
            kept["bytes"] = base64.b64encode(delivery.body).decode()
    return msgspec.json.encode(kept)


def unpack(body: bytes, at: int) -> Delivery:
    """What `pack` kept. Raises ValueError for what is none."""
    kept = msgspec.json.decode(body, type=_Kept)
    if bytes(kept.json):
        return Delivery(bytes(kept.json), kept.headers, at)
    return Delivery(base64.b64decode(kept.bytes) if kept.bytes else kept.text.encode(), kept.headers, at)


class Late(NamedTuple):
    """A stored delivery, for people: when it came, what it is called there, its body as text."""

    seq: int
    at: int
    what: str
    body: str
    delivery: Delivery


NAMED = ("x-shopify-topic", "x-wc-webhook-topic", "x-event-type", "x-event")
LOOKED_AT = 20_000  # requests of the inbox, from the newest backwards


def lately(source_id: int, most: int) -> list[Late]:
    """The newest deliveries of a source that are still in the raw inbox."""
    found = []
    for request in inbox.store().newest(source_id, most, LOOKED_AT):
        try:
            delivery = unpack(request.body, request.received_us)
        except ValueError:
            continue
        said = next((delivery.header(name) for name in NAMED if delivery.header(name)), "") or _type_in(delivery)
        found.append(Late(request.seq, request.received_us, said, delivery.body.decode("utf-8", "replace"), delivery))
    return found


def _type_in(delivery: Delivery) -> str:
    try:
        said = delivery.object
    except ValueError:
        return ""
    return next((str(said[name])[:80] for name in ("type", "event", "topic") if isinstance(said.get(name), str)), "")
