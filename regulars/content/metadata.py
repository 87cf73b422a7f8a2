"""Pictures without what cameras and programs write beside them: where and when they were taken, with what, by whom.

Only segments are left out; the picture itself is not touched, so nothing is lost and nothing is decoded. How it must
be turned (EXIF's orientation) and its colours (ICC) stay. JPEG: ITU T.81; EXIF: CIPA DC-008; PNG and WebP as in their
specifications (W3C PNG, RFC 9649).
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

EXIF = b"Exif\0\0"
KEPT_APPS = ((0xE0, b"JFIF\0"), (0xE2, b"ICC_PROFILE\0"), (0xEE, b"Adobe"))
PNG = b"\x89PNG\r\n\x1a\n"
PNG_DROPPED = (b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"tIME")
WEBP_DROPPED = (b"EXIF", b"XMP ")
HAS_EXIF, HAS_XMP = 0x08, 0x04  # of the flags of VP8X


class Damaged(ValueError):
    """The file ends too early, or is not what it says."""


def bare(data: bytes, type: str) -> bytes:
    """The picture alone. Idempotent. Raises Damaged."""
    strip = {"image/jpeg": _jpeg, "image/png": _png, "image/webp": _webp, "image/gif": _gif}[type]
    try:
        return strip(data)
    except (struct.error, IndexError) as why:
        raise Damaged(str(why)) from None


def orientation_of(tiff: bytes) -> int:
    """How the picture must be turned, 1 to 8; 1 (as it is) when it does not say."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None or len(tiff) < 10:
        return 1
    (start,) = struct.unpack_from(order + "I", tiff, 4)
    if start + 2 > len(tiff):
        return 1
    (count,) = struct.unpack_from(order + "H", tiff, start)
    for place in range(start + 2, min(start + 2 + 12 * count, len(tiff) - 11), 12):
        tag, kind, _, value = struct.unpack_from(order + "HHIH", tiff, place)
        if (tag, kind) == (0x0112, 3):
            return value if 1 <= value <= 8 else 1
    return 1


def _only_orientation(turned: int) -> bytes:
    """An EXIF block that says how to turn the picture, and nothing else."""
    return b"MM\0*\0\0\0\x08" + struct.pack(">HHHIHHI", 1, 0x0112, 3, 1, turned, 0, 0)


def _jpeg(data: bytes) -> bytes:
    """What stands behind the end of the picture goes too: phones put a second one there, with a place of its own."""
    kept, turned = [], 1
    for kind, part in _jpeg_parts(data):
        if kind == 0xE1 and part[4:10] == EXIF:
            turned = orientation_of(part[10:])
        elif kind != 0xFE and (not 0xE0 <= kind <= 0xEF or _is_kept(kind, part)):
            kept.append(part)
    if turned != 1:
        exif = EXIF + _only_orientation(turned)
        kept.insert(1, b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif)
    return b"".join(kept)


def _is_kept(kind: int, part: bytes) -> bool:
    return any(kind == one and part[4:].startswith(sign) for one, sign in KEPT_APPS)


def _jpeg_parts(data: bytes) -> Iterator[tuple[int, bytes]]:
    """(marker, bytes) of each segment, scans with their data, up to the end of the picture."""
    yield 0xD8, data[:2]
    place = 2
    while True:
        while data[place] == 0xFF and data[place + 1] == 0xFF:
            place += 1  # fill bytes
        if data[place] != 0xFF:
            raise Damaged("a marker is missing")
        kind = data[place + 1]
        if kind == 0xD9:
            yield kind, b"\xff\xd9"
            return
        end = place + 2 + struct.unpack_from(">H", data, place + 2)[0]
        if kind == 0xDA:
            end = _end_of_scan(data, end)
        if end > len(data):
            raise Damaged("it ends too early")
        yield kind, data[place:end]
        place = end


def _end_of_scan(data: bytes, place: int) -> int:
    """Where the next marker begins; FF 00 and restarts are part of the scan."""
    while (place := data.find(b"\xff", place)) >= 0 and place + 1 < len(data):
        if data[place + 1] != 0 and not 0xD0 <= data[place + 1] <= 0xD7:
            return place
        place += 2
    raise Damaged("the picture has no end")


def _png(data: bytes) -> bytes:
    kept, turned, place = [PNG], 1, 8
    while True:
        length, kind = struct.unpack_from(">I4s", data, place)
        part = data[place : place + 12 + length]
        if len(part) < 12 + length:
            raise Damaged("it ends too early")
        if kind == b"eXIf":
            turned = orientation_of(part[8:-4])
        elif kind not in PNG_DROPPED:
            kept.append(part)
        place += 12 + length
        if kind == b"IEND":
            break
    if turned != 1:
        body = b"eXIf" + _only_orientation(turned)
        kept.insert(2, struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body)))
    return b"".join(kept)


def _webp(data: bytes) -> bytes:
    kept, turned, place = [], 1, 12
    end = min(len(data), 8 + struct.unpack_from("<I", data, 4)[0])
    while place + 8 <= end:
        kind, length = struct.unpack_from("<4sI", data, place)
        part = data[place : place + 8 + length + length % 2]
        if len(part) < 8 + length:
            raise Damaged("it ends too early")
        if kind == b"EXIF":
            turned = orientation_of(part[8:].removeprefix(EXIF))
        elif kind not in WEBP_DROPPED:
            kept.append(part)
        place += len(part)
    if not kept:
        raise Damaged("there is no picture in it")
    if kept[0][:4] == b"VP8X":
        flags = kept[0][8] & ~(HAS_EXIF | HAS_XMP) | (HAS_EXIF if turned != 1 else 0)
        kept[0] = kept[0][:8] + bytes([flags]) + kept[0][9:]
        if turned != 1:
            body = _only_orientation(turned)
            kept.append(b"EXIF" + struct.pack("<I", len(body)) + body)
    inside = b"WEBP" + b"".join(kept)
    return b"RIFF" + struct.pack("<I", len(inside)) + inside


def _gif(data: bytes) -> bytes:
    """Comments and XMP go; loops and frames stay."""
    place = 13 + (3 << (data[10] & 7) + 1 if data[10] & 0x80 else 0)
    kept = [data[:place]]
    while data[place] != 0x3B:
        begun = place
        if data[place] == 0x21:
            label = data[place + 1]
            place = _end_of_blocks(data, place + 2)
            part = data[begun:place]
            if label != 0xFE and not (label == 0xFF and b"XMP Data" in part[:14]):
                kept.append(part)
        elif data[place] == 0x2C:
            colours = data[place + 9]
            place = _end_of_blocks(data, place + 11 + (3 << (colours & 7) + 1 if colours & 0x80 else 0))
            kept.append(data[begun:place])
        else:
            raise Damaged("a block is missing")
    return b"".join(kept) + b"\x3b"


def _end_of_blocks(data: bytes, place: int) -> int:
    while data[place]:
        place += 1 + data[place]
    return place + 1
