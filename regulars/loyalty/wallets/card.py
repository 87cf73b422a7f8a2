"""What a card in a wallet shows. Pure."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass

INK, PAPER = (31, 41, 55), (255, 255, 255)


@dataclass(frozen=True)
class Card:
    """`code` as scanners read it, `shown` as people do; `page` is where the balance is."""

    business: str
    programme: str
    code: str
    shown: str
    page: str


def icon(size: int) -> bytes:
    """A square PNG with a disc, drawn here: every pass needs a picture."""
    middle, radius = (size - 1) / 2, size * 0.34
    rows = bytearray()
    for y in range(size):
        rows.append(0)  # this row is not filtered
        for x in range(size):
            inside = (x - middle) ** 2 + (y - middle) ** 2 <= radius**2
            rows += bytes(PAPER if inside else INK)
    head = struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(bytes(rows), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, body) for name, body in parts)


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
