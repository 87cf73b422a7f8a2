"""Videos: what they are is read from their boxes, and what they tell of their maker is taken out."""

import contextlib
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.content.actions import add_media
from regulars.content.models import Picture
from regulars.content.pictures import NotAPicture, path_of
from regulars.content.videos import MOST_BYTES, bare_video, boxes, is_video, sniff_video

PLACE = b"+51.5074-000.1278/"


def box(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I4s", 8 + len(body), kind) + body


def film(*, seconds: int = 12, width: int = 1080, height: int = 1920) -> bytes:
    """A video as a phone makes it: with the time and place it was taken."""
    taken = struct.pack(">II", 3_800_000_000, 3_800_000_001)
    mvhd = box(b"mvhd", bytes(4), taken, struct.pack(">II", 1000, seconds * 1000), bytes(80))
    tkhd = box(b"tkhd", bytes(4), taken, bytes(60), struct.pack(">II", width << 16, height << 16))
    mdhd = box(b"mdhd", bytes(4), taken, struct.pack(">II", 1000, seconds * 1000), bytes(4))
    trak = box(b"trak", tkhd, box(b"mdia", mdhd))
    moov = box(b"moov", mvhd, trak, box(b"udta", box(b"\xa9xyz", PLACE)))
    return box(b"ftyp", b"isom", bytes(4), b"mp42") + moov + box(b"mdat", b"pictures and sound")


def test_its_size_and_length_are_read():
    found = sniff_video(film())
    assert (found.width, found.height, found.seconds) == (1080, 1920, 12.0)
    assert is_video(film()) and not is_video(b"\x89PNG\r\n\x1a\n" + bytes(20))


def test_where_and_when_it_was_taken_goes_and_the_film_stays():
    bare = bare_video(film())
    assert PLACE not in bare and struct.pack(">I", 3_800_000_000) not in bare
    assert len(bare) == len(film()) and b"pictures and sound" in bare
    assert sniff_video(bare) == sniff_video(film())
    assert bare_video(bare) == bare
    assert b"udta" not in {kind for kind, _start, _end in boxes(bare)}


def test_what_is_too_large_damaged_or_no_video_is_refused_with_a_sentence():
    for data, said in (
        (film()[:60], "damaged"),
        (film(seconds=0), "save it as MP4"),
        (bytes(MOST_BYTES + 1), "larger"),
    ):
        with pytest.raises(NotAPicture, match=said):
            sniff_video(data)


@given(st.binary(max_size=300))
def test_no_file_whatever_is_in_it_does_more_than_be_refused(tail):
    data = film()[:40] + tail
    with contextlib.suppress(NotAPicture):
        sniff_video(data)
        bare_video(data)


@pytest.mark.django_db
def test_it_is_kept_once_without_its_place(settings, tmp_path, business):
    settings.MEDIA_ROOT = tmp_path
    made = add_media(data=film(), name="walk.mp4", by="user:1", at=1)
    assert add_media(data=film(), name="again.mp4", by="user:1", at=2) == made
    assert (made.type, made.seconds, made.width) == ("video/mp4", 12.0, 1080)
    assert PLACE not in path_of(made.digest).read_bytes()
    assert Picture.objects.count() == 1
