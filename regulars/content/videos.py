"""What an MP4 video is (its size, how long it runs), read from its boxes; and the same without what it tells of its
maker. ISO/IEC 14496-12. Nothing is decoded.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from regulars.content.pictures import NotAPicture

TYPE = "video/mp4"
MOST_BYTES = 60_000_000
INSIDE = (b"moov", b"trak", b"mdia")
TELLING = (b"udta", b"meta", b"uuid")  # places, devices, names, comments
TIMED = (b"mvhd", b"tkhd", b"mdhd")  # when it was taken and changed
DEEPEST, MOST_BOXES = 6, 5000


@dataclass(frozen=True)
class Film:
    """A video: pixels and seconds."""

    width: int
    height: int
    seconds: float


def is_video(data: bytes) -> bool:
    """Whether the file begins as an MP4 does."""
    return data[4:8] == b"ftyp" and data[8:12] not in (b"heic", b"avif", b"mif1")


def sniff_video(data: bytes) -> Film:
    """Its size and length. Raises NotAPicture with a sentence."""
    if len(data) > MOST_BYTES:
        raise NotAPicture(
            _("The video is larger than %d MB: make it shorter or smaller.") % (MOST_BYTES // 1_000_000)
        )
    width = height = 0
    seconds = 0.0
    try:
        for kind, start, end in boxes(data):
            if kind == b"mvhd":
                seconds = _seconds(data, start)
            elif kind == b"tkhd":
                w, h = (value >> 16 for value in struct.unpack_from(">II", data, end - 8))
                width, height = max((width, height), (w, h))
    except (struct.error, IndexError):
        raise NotAPicture(_("The video is damaged: it ends too early.")) from None
    if not (width and height and seconds):
        raise NotAPicture(_("This is not a video that networks take: save it as MP4."))
    return Film(width, height, seconds)


def bare_video(data: bytes) -> bytes:
    """The same video without places, names, devices and times. Idempotent; no byte moves, so nothing else changes."""
    found = bytearray(data)
    for kind, start, end in boxes(data):
        if kind in TELLING:
            found[start - 4 : start] = b"free"
            found[start:end] = bytes(end - start)
        elif kind in TIMED and end - start >= 20:
            length = 16 if data[start] == 1 else 8
            found[start + 4 : start + 4 + length] = bytes(length)
    return bytes(found)


def boxes(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """(kind, where its content begins, where it ends) of each box, outer ones first. Raises struct.error."""
    todo, seen = [(0, len(data), 0)], 0
    while todo:
        place, end, depth = todo.pop()
        while place + 8 <= end and seen < MOST_BOXES:
            size, kind = struct.unpack_from(">I4s", data, place)
            head = 8
            if size == 1:
                (size,) = struct.unpack_from(">Q", data, place + 8)
                head = 16
            stop = end if size == 0 else place + size
            if stop > end or stop < place + head:
                raise struct.error("a box ends outside of the one it lies in")
            seen += 1
            yield kind, place + head, stop
            if kind in INSIDE and depth < DEEPEST:
                todo.append((place + head, stop, depth + 1))
            place = stop


def _seconds(data: bytes, start: int) -> float:
    if data[start] == 1:
        scale, length = struct.unpack_from(">IQ", data, start + 20)
    else:
        scale, length = struct.unpack_from(">II", data, start + 12)
    return length / scale if scale else 0.0
