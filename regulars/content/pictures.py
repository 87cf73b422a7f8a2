"""What an uploaded file really is: its kind and size, read from its first bytes, whatever its name says."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

MOST_BYTES = 5_000_000
MOST_PIXELS = 6_000
TYPES = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp", "video/mp4": "mp4"}


class NotAPicture(ValueError):
    """A sentence on why a file is not taken."""


@dataclass(frozen=True)
class Sniffed:
    """What a file is."""

    type: str
    width: int
    height: int


def sniff(data: bytes) -> Sniffed:
    """The kind and size of a picture. Raises NotAPicture."""
    if len(data) > MOST_BYTES:
        raise NotAPicture(_("The file is larger than %d MB: make the picture smaller.") % (MOST_BYTES // 1_000_000))
    for read in (_png, _gif, _jpeg, _webp):
        try:
            found = read(data)
        except (struct.error, IndexError):
            found = None
        if found:
            return _sized(found)
    raise NotAPicture(_("This is not a picture for mail: choose a PNG, JPEG, GIF or WebP file."))


def _sized(found: Sniffed) -> Sniffed:
    if not (0 < found.width <= MOST_PIXELS and 0 < found.height <= MOST_PIXELS):
        raise NotAPicture(_("A picture has at most %d pixels in each direction.") % MOST_PIXELS)
    return found


def _png(data: bytes) -> Sniffed | None:
    if data[:8] != b"\x89PNG\r\n\x1a\n" or data[12:16] != b"IHDR":
        return None
    return Sniffed("image/png", *struct.unpack(">II", data[16:24]))


def _gif(data: bytes) -> Sniffed | None:
    return Sniffed("image/gif", *struct.unpack("<HH", data[6:10])) if data[:6] in (b"GIF87a", b"GIF89a") else None


def _jpeg(data: bytes) -> Sniffed | None:
    """The first start-of-frame segment holds the size."""
    if data[:3] != b"\xff\xd8\xff":
        return None
    place = 2
    while data[place] == 0xFF:
        kind, length = data[place + 1], struct.unpack(">H", data[place + 2 : place + 4])[0]
        if 0xC0 <= kind <= 0xCF and kind not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", data[place + 5 : place + 9])
            return Sniffed("image/jpeg", width, height)
        place += 2 + length
    return None


def _webp(data: bytes) -> Sniffed | None:
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP":
        return None
    match data[12:16]:
        case b"VP8 ":
            width, height = struct.unpack("<HH", data[26:30])
            return Sniffed("image/webp", width & 0x3FFF, height & 0x3FFF)
        case b"VP8L":
            bits = struct.unpack("<I", data[21:25])[0]
            return Sniffed("image/webp", (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
        case b"VP8X":
            parts = [int.from_bytes(data[n : n + 3], "little") + 1 for n in (24, 27)]
            return Sniffed("image/webp", *parts)
    return None


def path_of(digest: str) -> Path:
    """Where the bytes of a picture lie."""
    return Path(settings.MEDIA_ROOT) / "pictures" / digest[:2] / digest


def keep(digest: str, data: bytes) -> None:
    """Put the bytes in their place, once; whole or not at all."""
    path = path_of(digest)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        fresh = path.with_suffix(".new")
        fresh.write_bytes(data)
        fresh.replace(path)
