"""Bodies that survive every server: seven bits, lines of at most 76 signs, no line that begins or ends in a trap.

Texts mostly in Latin letters become quoted-printable, others base64; what is harmless already stays as it is. Long
pieces that many messages share are encoded once and kept.
"""

from __future__ import annotations

import re
from binascii import b2a_base64, b2a_qp
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

PLAIN = re.compile(rb"(?:[!-~](?:[\t -~]{0,74}[!-~])?\r\n|\r\n)*")
TOO_LONG = re.compile(rb"(?<=\n)([^\n]{74})(=20|=09)(?=\r\n)")  # a line of 77 signs whose last one is a blank
ASCII = bytes(range(128))
LONG = 160  # signs of a piece that is worth keeping


def lines(text: str) -> str:
    """The text with CRLF at the end of each line, the last included: what travels."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = text.replace("\n", "\r\n")
    return text if text.endswith("\r\n") else text + "\r\n"


def encode(text: str) -> tuple[bytes, bytes]:
    """(Content-Transfer-Encoding, the encoded body, which ends in CRLF). Decoding gives exactly `lines(text)`."""
    if text.isascii():
        raw = lines(text).encode()
        if PLAIN.fullmatch(raw) and b"=_" not in raw and b"From " not in raw:
            return b"7bit", raw
    return encode_pieces(text.splitlines(keepends=True))


def encode_pieces(pieces: Sequence[str]) -> tuple[bytes, bytes]:
    """The same for a text cut into pieces, wherever that is; never 7bit."""
    if any("\r" in piece for piece in pieces):
        pieces = lines("".join(pieces)).replace("\r\n", "\n").splitlines(keepends=True)
    coded = [_kept(piece) if len(piece) >= LONG else _coded(piece) for piece in _runs(pieces)]
    size, foreign = sum(one.size for one in coded), sum(one.foreign for one in coded)
    if foreign * 6 > size:
        return b"base64", _base64(lines("".join(pieces)).encode("utf-8", "replace"))
    body = b"".join([one.body for one in coded])
    if not body or body.endswith(b"=\r\n"):
        body = _without_blank_end(body[:-3]) + b"\r\n"  # the last line ends
    return b"quoted-printable", body


def _without_blank_end(body: bytes) -> bytes:
    """A blank at the very end is written as its code, or it would be lost on the way (RFC 2045, 6.7, rule 3)."""
    if body[-1:] not in (b" ", b"\t"):
        return body
    code = b"=20" if body[-1:] == b" " else b"=09"
    full = len(body) - (body.rfind(b"\n") + 1) > 73
    return body[:-1] + (b"=\r\n" if full else b"") + code


def _runs(pieces: Sequence[str]) -> list[str]:
    """Long pieces as they are, the short ones between them as one."""
    made: list[str] = []
    run: list[str] = []
    for piece in pieces:
        if len(piece) < LONG:
            run.append(piece)
            continue
        if run:
            made.append("".join(run))
            run.clear()
        made.append(piece)
    return [*made, "".join(run)] if run else made


class Piece(NamedTuple):
    """A piece in quoted-printable, which begins and ends with a line; its bytes, and how many of them are foreign."""

    body: bytes
    size: int
    foreign: int


def _coded(text: str) -> Piece:
    raw = text.replace("\n", "\r\n").encode("utf-8", "replace")
    # the line behind keeps a space from standing last, leaves room for the "=" that says: it goes on, and says CRLF
    body = b2a_qp(raw + b"x\r\n", istext=True)[:-3]
    if body and not body.endswith(b"\n"):
        body += b"=\r\n"
    if b"=20\r\n" in body or b"=09\r\n" in body:  # coding the blank at the end of a line, b2a_qp lets it grow to 77
        body = TOO_LONG.sub(rb"\1=\r\n\2", b"\n" + body)[1:]
    return Piece(body, len(raw), 0 if text.isascii() else len(raw.translate(None, ASCII)))


_kept = lru_cache(maxsize=512)(_coded)


def _base64(raw: bytes) -> bytes:
    flat = b2a_base64(raw, newline=False)
    return b"\r\n".join([flat[start : start + 76] for start in range(0, len(flat), 76)]) + b"\r\n"
