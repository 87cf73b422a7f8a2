"""Ways to carry messages, one folder of equal shape per kind: adding one is copying a neighbour.

`providers/<kind>/__init__.py` offers
    CHANNEL = "email" or "sms"; LABEL; FIELDS: tuple[Field, ...] (its settings form);
    open(server: Way) -> Carrier       (connects lazily, keeps connections, is used by one process)
and, where the other side calls us, `webhook(incoming, way, *, at) -> list[Returned]`, which raises Forged when the
call is not theirs. Its address is `hook_path(server_id)`; views.py answers there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from types import ModuleType
from typing import Protocol

from regulars.core.crypto import digest

KINDS = ("smtp", "anymail", "http_sms", "twilio", "smpp")


@dataclass(frozen=True)
class Field:
    """One line of a server's settings form. `type`: text, number, bool, password (kept encrypted), choice."""

    name: str
    label: str
    type: str = "text"
    default: str = ""
    help: str = ""
    required: bool = False
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Way:
    """A server as a provider sees it: its settings with secrets in clear."""

    server_id: int
    kind: str
    settings: dict
    secrets: dict


@dataclass(frozen=True)
class From:
    """Who a message is from."""

    name: str
    address: str
    reply_to: str = ""
    bounce_domain: str = ""  # "bounces.example.com", or a mailbox: "bounces@example.com" gets bounces+<token>@
    dkim_selector: str = ""
    dkim_key: str = field(default="", repr=False)


@dataclass(frozen=True)
class Parcel:
    """A rendered message, ready to be carried. SMS: only `text`."""

    message_id: int
    key: str
    to: str
    sender: From
    subject: str = ""
    html: str = ""
    text: str = ""
    unsubscribe_url: str = ""  # RFC 8058; empty: transactional
    language: str = ""
    lane: str = "bulk"
    campaign_id: int = 0  # Feedback-ID: mail services report complaints per campaign
    pieces: tuple[str, ...] = ()  # the HTML again, cut where it differs by person; empty: it is not known where


@dataclass(frozen=True)
class Outcome:
    """What became of a parcel.

    state: "handed_off" (the other side took responsibility), "retry" (a 4xx: it did not, later it may),
    "failed" (it never will; `hard` = the address is dead), "unknown" (we cannot tell: the line broke after the last
    byte and before the answer). `blame` says whose fault it is, where there is one: "address", "message", or "server"
    (wrong password, no connection: the next message will fare no better, so a run of these pauses the server and
    costs no message one of its attempts), or "sender" (its address is refused for good: that pauses the campaign, and
    other senders go on).
    """

    message_id: int
    state: str
    code: str = ""
    reply: str = ""
    external_id: str = ""
    hard: bool = False
    wait_us: int = 0  # at least so long before the next try
    blame: str = ""


@dataclass(frozen=True)
class Returned:
    """News about a message that came back from outside; see actions.note_feedback."""

    kind: str  # the kinds of models.Feedback, and stop, start (SMS)
    occasion: str
    at: int
    message_id: int | None = None
    external_id: str = ""
    address: str = ""
    hard: bool = False
    detail: str = ""
    link: int | None = None
    verdict: str = "human"
    recorded: bool = False  # unsubscribed: who tells has put it into the consent ledger, with evidence


@dataclass(frozen=True)
class Incoming:
    """A call of the other side: the body, headers in lower case, form or query parameters, and the URL."""

    body: bytes
    headers: Mapping[str, str]
    params: Mapping[str, str]
    url: str


class Forged(ValueError):
    """A call that does not prove where it comes from."""


class Carrier(Protocol):
    """Carries up to a hundred parcels at a time; answers for each one, in any order; never raises for one of them."""

    def carry(self, parcels: Sequence[Parcel], *, at: int) -> list[Outcome]: ...

    def close(self) -> None: ...


def hook_path(server_id: int) -> str:
    """Where a service calls us about its messages: an address nobody can guess."""
    return f"/hooks/{server_id}/{digest('hook', str(server_id))[:32]}"


def provider(kind: str) -> ModuleType:
    """The module of a kind. Raises KeyError for one that does not exist."""
    if kind not in KINDS:
        raise KeyError(kind)
    return import_module(f"regulars.channels.providers.{kind}")
