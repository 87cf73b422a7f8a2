"""Uploaded pictures lose where, when and by whom they were taken; how to turn them, and their colours, stay."""

from __future__ import annotations

import base64
import contextlib
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as some

from regulars.content.metadata import Damaged, bare, orientation_of

pytestmark = pytest.mark.anydb
SECRET = b"51.5007 N 0.1246 W, Ann's phone"


def tiff(turned: int, order: str = ">") -> bytes:
    """EXIF with an orientation and a place."""
    head = (b"MM\0*" if order == ">" else b"II*\0") + struct.pack(order + "I", 8)
    where = struct.pack(order + "HHII", 0x8825, 4, 1, 38)
    turn = struct.pack(order + "HHIHH", 0x0112, 3, 1, turned, 0)
    return head + struct.pack(order + "H", 2) + turn + where + struct.pack(order + "I", 0) + SECRET


def segment(kind: int, body: bytes) -> bytes:
    return bytes([0xFF, kind]) + struct.pack(">H", len(body) + 2) + body


SCAN = segment(0xDA, b"\1\1\0\0?\0") + b"\x12\xff\x00\x34\xff\xd0\x56"
FRAME = segment(0xC0, b"\x08" + struct.pack(">HH", 32, 64) + b"\1\1\x11\0")
ICC = segment(0xE2, b"ICC_PROFILE\0\1\1colours")


def jpeg(*segments: bytes) -> bytes:
    return b"\xff\xd8" + b"".join(segments) + SCAN + b"\xff\xd9"


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


HEADER = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
PIXELS, END = chunk(b"IDAT", zlib.compress(b"\0\1\2\3")), chunk(b"IEND", b"")
PNG = b"\x89PNG\r\n\x1a\n"


def webp(*chunks: tuple[bytes, bytes]) -> bytes:
    inside = b"".join(k + struct.pack("<I", len(b)) + b + b"\0" * (len(b) % 2) for k, b in chunks)
    return b"RIFF" + struct.pack("<I", len(inside) + 4) + b"WEBP" + inside


GIF = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
NOTE = b"\x21\xfe" + bytes([len(SECRET)]) + SECRET + b"\0"
NOTED = GIF[:19] + NOTE + GIF[19:]
PHOTO = jpeg(
    segment(0xE1, b"Exif\0\0" + tiff(6)), segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + SECRET),
    segment(0xED, b"Photoshop 3.0\0" + SECRET), segment(0xFE, SECRET), ICC, FRAME,
)  # fmt: skip
PAINTED = HEADER + chunk(b"eXIf", tiff(6)) + chunk(b"tEXt", b"Author\0" + SECRET) + chunk(b"iCCP", b"colours")
WEBP = webp((b"VP8X", b"\x2c" + b"\0" * 9), (b"VP8 ", b"picture"), (b"EXIF", tiff(6)), (b"XMP ", SECRET))
WITH_ALL = [
    ("image/jpeg", PHOTO + b"\xff\xd8" + SECRET), ("image/png", PNG + PAINTED + PIXELS + END + SECRET),
    ("image/webp", WEBP), ("image/gif", NOTED),
]  # fmt: skip


@pytest.mark.parametrize(("type", "data"), WITH_ALL, ids=[type for type, _ in WITH_ALL])
def test_nothing_of_where_when_and_by_whom_is_left(type, data):
    made = bare(data, type)
    assert SECRET in data and SECRET not in made and b"Ann" not in made
    assert bare(made, type) == made


def test_the_picture_itself_is_not_touched():
    made = bare(WITH_ALL[0][1], "image/jpeg")
    assert ICC in made and FRAME in made and made.endswith(SCAN + b"\xff\xd9")
    assert PIXELS in bare(WITH_ALL[1][1], "image/png") and bare(NOTED, "image/gif") == GIF
    assert jpeg(ICC, FRAME) == bare(jpeg(ICC, FRAME), "image/jpeg")


@pytest.mark.parametrize("order", [">", "<"])
@given(turned=some.integers(1, 8))
def test_how_a_photo_must_be_turned_is_kept_and_nothing_else_of_it(order, turned):
    made = bare(jpeg(segment(0xE1, b"Exif\0\0" + tiff(turned, order)), FRAME), "image/jpeg")
    place = made.find(b"Exif\0\0")
    assert (orientation_of(made[place + 6 :]) if place >= 0 else 1) == turned
    assert (place >= 0) == (turned != 1) and SECRET not in made


def test_png_and_webp_keep_how_they_must_be_turned():
    png, other = bare(WITH_ALL[1][1], "image/png"), bare(WITH_ALL[2][1], "image/webp")
    place = png.find(b"eXIf")
    assert orientation_of(png[place + 4 :]) == 6
    body = png[place : place + 4 + struct.unpack(">I", png[place - 4 : place])[0]]
    assert struct.unpack(">I", png[place + len(body) : place + len(body) + 4])[0] == zlib.crc32(body)
    assert orientation_of(other[other.find(b"EXIF") + 8 :]) == 6 and other[20] == 0x28
    assert struct.unpack("<I", other[4:8])[0] == len(other) - 8


@given(some.sampled_from(WITH_ALL), some.integers(0, 400), some.binary(max_size=20))
def test_what_is_cut_or_spoiled_is_refused_or_stays_bare(one, cut, noise):
    """Whatever comes: an answer in time, and never an exception of another kind."""
    type, data = one
    with contextlib.suppress(Damaged):
        bare(data[: 20 + cut % len(data)] + noise, type)
