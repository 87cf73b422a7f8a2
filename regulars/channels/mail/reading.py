"""Reading mail that strangers wrote: nothing here raises, whatever it is given."""

from __future__ import annotations

from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.parser import HeaderParser

LONGEST = 20_000  # signs of a text that are looked at


def header(mail: Message, name: str) -> str:
    """A header's text, decoded and unfolded; empty when there is none."""
    raw = mail.get(name)
    if raw is None:
        return ""
    try:
        text = str(make_header(decode_header(str(raw))))
    except (MessageError, ValueError, LookupError, TypeError):
        text = str(raw)
    return " ".join(text.encode("utf-8", "replace").decode().split())[:2000]


def text_of(mail: Message) -> str:
    """The first text of a mail."""
    for part in mail.walk():
        if part.get_content_maintype() == "text" and not part.is_multipart():
            return _decoded(part)
    return ""


def blocks(part: Message) -> list[Message]:
    """The groups of fields of a report: parsed by the standard library, or still one text."""
    inside = part.get_payload()
    if isinstance(inside, list):
        if len(inside) > 1 or not part.get_content_type().endswith("feedback-report"):
            return [one for one in inside if isinstance(one, Message)]
        return [_fields(one) for one in inside if isinstance(one, Message)]
    text = _decoded(part).replace("\r\n", "\n")
    return [HeaderParser().parsestr(group.lstrip("\n")) for group in text.split("\n\n") if group.strip()]


def _fields(inside: Message) -> Message:
    """A report that was taken for a message: its fields may have become headers, or the text."""
    return inside if inside.keys() else HeaderParser().parsestr(str(inside.get_payload()).lstrip("\n"))


def _decoded(part: Message) -> str:
    try:
        raw = part.get_payload(decode=True)
    except (ValueError, LookupError, AttributeError):
        return ""
    if not isinstance(raw, bytes):
        return str(part.get_payload() or "")[:LONGEST]
    try:
        return raw[: LONGEST * 4].decode(part.get_content_charset() or "utf-8", "replace")[:LONGEST]
    except (LookupError, ValueError):
        return raw[: LONGEST * 4].decode("utf-8", "replace")[:LONGEST]
