"""Header fields: on lines of at most 78 signs, encoded where they must be (RFC 2047), never ending a line early."""

from __future__ import annotations

import re
from binascii import b2a_base64
from datetime import UTC, datetime
from functools import lru_cache

CONTROLS = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029]+")
ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*")
WIDTH = 76
WORD = 39  # bytes in one encoded word: 52 signs of base64, 12 around them, and room for a field's name
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def one_line(text: str) -> str:
    """The text with every run of spaces, line ends and other control signs as one space: what a header can hold."""
    return CONTROLS.sub(" ", text).strip(" ")


@lru_cache(1024)  # subjects are mostly the same for everybody
def unstructured(text: str, *, taken: int) -> bytes:
    """A value of free text (a subject) for a field whose name takes `taken` signs."""
    line = one_line(text)
    if line.isascii() and "=?" not in line:
        folded = _fold(line, taken)
        if folded is not None:
            return folded
    return _encoded(line)


def phrase(text: str) -> bytes:
    """A display name: as it is, quoted, or encoded."""
    line = one_line(text)
    if not line.isascii() or "=?" in line or len(line) > 60:
        return _encoded(line)
    if ATOMS.fullmatch(line):
        return line.encode()
    return b'"' + line.replace("\\", "\\\\").replace('"', '\\"').encode() + b'"'


def mailbox(name: str, wire: str) -> bytes:
    """`Name <address>` or the bare address; the address has been through `addresses.address_of`."""
    named = phrase(name)
    if not named:
        return wire.encode()
    return named + (b"\r\n <" if len(named) + len(wire) > WIDTH - 12 else b" <") + wire.encode() + b">"


def link(url: str) -> bytes:
    """A URL between angle brackets, with nothing in it that could end it."""
    return b"<" + re.sub(rb"[^!#-;=?-~]", lambda bad: b"%%%02X" % bad[0][0], url.encode("utf-8", "replace")) + b">"


@lru_cache(64)
def date(second: int) -> bytes:
    """A Unix time as RFC 5322 writes it, in UTC."""
    when = datetime.fromtimestamp(second, UTC)
    day = f"{DAYS[when.weekday()]}, {when.day:02} {MONTHS[when.month - 1]} {when.year:04}"
    return f"{day} {when:%H:%M:%S} +0000".encode()


def _fold(line: str, taken: int) -> bytes | None:
    """Broken at spaces; None when a word is too long for that."""
    if len(line) + taken <= WIDTH:
        return line.encode()
    lines, room = [[]], WIDTH - taken
    for word in line.split(" "):
        if len(word) > WIDTH - 2:
            return None
        if len(word) + 1 > room and lines[-1]:
            lines.append([])
            room = WIDTH
        lines[-1].append(word)
        room -= len(word) + 1
    return "\r\n ".join(" ".join(words) for words in lines).encode()


def _encoded(line: str) -> bytes:
    words, word, size = [], [], 0
    for sign in line:
        width = len(sign.encode("utf-8", "replace"))
        if size + width > WORD:
            words.append("".join(word))
            word, size = [], 0
        word.append(sign)
        size += width
    words.append("".join(word))
    coded = [b2a_base64(part.encode("utf-8", "replace"), newline=False) for part in words]
    return b"\r\n ".join(b"=?utf-8?b?" + part + b"?=" for part in coded)
