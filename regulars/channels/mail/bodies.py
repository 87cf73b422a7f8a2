"""Bodies that survive every server: seven bits, lines of at most 76 signs, no line that begins or ends in a trap.

Texts mostly in Latin letters become quoted-printable, others base64; what is harmless already stays as it is.
"""

from __future__ import annotations

import re
from binascii import b2a_base64, b2a_qp

PLAIN = re.compile(rb"(?:[!-~](?:[\t -~]{0,74}[!-~])?\r\n|\r\n)*")
ASCII = bytes(range(128))


def lines(text: str) -> str:
    """The text with CRLF at the end of each line, the last included: what travels."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = text.replace("\n", "\r\n")
    return text if text.endswith("\r\n") else text + "\r\n"


def encode(text: str) -> tuple[bytes, bytes]:
    """(Content-Transfer-Encoding, the encoded body, which ends in CRLF). Decoding gives exactly `lines(text)`."""
    raw = lines(text).encode("utf-8", "replace")
    if text.isascii():
        if b"=_" not in raw and b"From " not in raw and PLAIN.fullmatch(raw):
            return b"7bit", raw
        return b"quoted-printable", b2a_qp(raw, istext=True)
    foreign = len(raw.translate(None, ASCII))
    if foreign * 6 > len(raw):
        return b"base64", _base64(raw)
    return b"quoted-printable", b2a_qp(raw, istext=True)


def _base64(raw: bytes) -> bytes:
    flat = b2a_base64(raw, newline=False)
    return b"\r\n".join([flat[start : start + 76] for start in range(0, len(flat), 76)]) + b"\r\n"
