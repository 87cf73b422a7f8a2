"""A rendered message as the bytes that travel. The MIME skeleton is laid once; a message only fills it in.

Boundaries hold “=_”, which no encoded body can: quoted-printable and base64 never have it, and what stays as it is
was looked at. Nothing in a parcel can start a header of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2s
from typing import NamedTuple

from regulars.channels.mail import dkim, verp
from regulars.channels.mail.addresses import Address, BadAddress, address_of
from regulars.channels.mail.bodies import encode, encode_pieces
from regulars.channels.mail.headers import date, link, mailbox, one_line, unstructured
from regulars.channels.providers import From, Parcel

TYPE = b"text/%s; charset=utf-8"
ALTERNATIVE = b'multipart/alternative; boundary="=_of"'
PART = b"--=_of\r\nContent-Type: " + TYPE + b"\r\nContent-Transfer-Encoding: %s\r\n\r\n%s\r\n"
END = b"--=_of--\r\n"


@dataclass(frozen=True, slots=True)
class Letter:
    """A message ready for SMTP: the envelope and the bytes, lines ending in CRLF, dots not yet stuffed."""

    message_id: int
    mail_from: str
    rcpt_to: str
    content: bytes
    utf8: bool  # an address holds letters that only SMTPUTF8 can carry


def compose(parcel: Parcel, *, at: int, key: bytes) -> Letter:
    """The letter of a parcel, signed where its sender has a DKIM key. `key` seals the return path and the Message-ID.

    Raises BadAddress when nothing can be sent to its address, ValueError when its sender is not set up well.
    """
    to, sender = address_of(parcel.to), _of(parcel.sender).address
    headers = _headers(parcel, to, sender, at, key)
    kind, body = _body(parcel)
    headers += kind
    if parcel.sender.dkim_key:
        own = parcel.sender
        signed = dkim.signature(
            headers, body, domain=sender.domain, selector=own.dkim_selector, key=own.dkim_key, at=at
        )
        headers.insert(0, ("DKIM-Signature", signed))
    head = b"".join([b"%s: %s\r\n" % (name.encode(), value) for name, value in headers])
    back = envelope_from(parcel.message_id, parcel.sender, sender, key)
    return Letter(parcel.message_id, back, to.wire, head + b"\r\n" + body, to.utf8 or sender.utf8)


def envelope_from(message_id: int, sender: From, address: Address, key: bytes) -> str:
    """Where bounces go: a return path of its own, or the sender's address when no place for bounces is known."""
    if not sender.bounce_domain:
        return address.wire
    return _own(verp.return_path(message_id, sender.bounce_domain, key)).wire


class Known(NamedTuple):
    """What is the same in every message of a sender."""

    address: Address
    mailbox: bytes
    reply_to: bytes


@lru_cache(64)
def _of(sender: From) -> Known:
    address = _own(sender.address)
    reply_to = _own(sender.reply_to).wire.encode() if sender.reply_to else b""
    return Known(address, mailbox(sender.name, address.wire), reply_to)


def _own(address: str) -> Address:
    """An address of the shop: when it is wrong, that is not the recipient's fault."""
    try:
        return address_of(address)
    except BadAddress as bad:
        raise ValueError(f"The sender is not set up well: {bad}") from None


def _headers(parcel: Parcel, to: Address, sender: Address, at: int, key: bytes) -> list[tuple[str, bytes]]:
    known = _of(parcel.sender)
    headers = [("From", known.mailbox), ("To", to.wire.encode())]
    if known.reply_to:
        headers.append(("Reply-To", known.reply_to))
    headers += [
        ("Subject", unstructured(parcel.subject, taken=9)),
        ("Date", date(at // 1_000_000)),
        ("Message-ID", message_id_of(parcel.message_id, sender.domain, key)),
        ("MIME-Version", b"1.0"),
    ]
    if parcel.language and (language := one_line(parcel.language)).replace("-", "").isalnum() and language.isascii():
        headers.append(("Content-Language", language.encode()))
    if parcel.unsubscribe_url:
        headers.append(("List-Unsubscribe", link(parcel.unsubscribe_url)))
        headers.append(("List-Unsubscribe-Post", b"List-Unsubscribe=One-Click"))
    headers.append(("Feedback-ID", _feedback_id(parcel.campaign_id, parcel.lane, sender.domain)))
    if parcel.lane == "transactional":
        headers.append(("Auto-Submitted", b"auto-generated"))
    else:
        headers.append(("X-Auto-Response-Suppress", b"OOF, AutoReply"))
    return headers


def message_id_of(message_id: int, domain: str, key: bytes) -> bytes:
    """The Message-ID of a row: always the same one, and a reply to it leads back to the row."""
    return f"<{verp.token_of(message_id, key)}@{domain}>".encode()


@lru_cache(256)
def _feedback_id(campaign_id: int, lane: str, domain: str) -> bytes:
    """Campaign, lane and sender, as Gmail's Feedback-ID wants them: the last one stays the same for ever."""
    own = blake2s(domain.encode(), digest_size=5).hexdigest()
    return f"{campaign_id}:{one_line(lane)}:regulars:{own}".encode("ascii", "replace")


def _body(parcel: Parcel) -> tuple[list[tuple[str, bytes]], bytes]:
    """The fields about the content, and the content."""
    if parcel.html and parcel.text:
        parts = PART % (b"plain", *encode(parcel.text)) + PART % (b"html", *_page(parcel))
        return [("Content-Type", ALTERNATIVE)], parts + END
    kind = b"html" if parcel.html else b"plain"
    how, body = _page(parcel) if parcel.html else encode(parcel.text)
    return [("Content-Type", TYPE % kind), ("Content-Transfer-Encoding", how)], body


def _page(parcel: Parcel) -> tuple[bytes, bytes]:
    return encode_pieces(parcel.pieces) if parcel.pieces else encode(parcel.html)


__all__ = ["BadAddress", "Letter", "compose", "envelope_from", "message_id_of"]
