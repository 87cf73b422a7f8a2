"""How an SMS is cut: 3GPP TS 23.038."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from regulars.content.rendering import segments

pytestmark = pytest.mark.anydb


@pytest.mark.parametrize(
    ("text", "encoding", "count", "left"),
    [
        ("", "GSM-7", 0, 160),
        ("a" * 160, "GSM-7", 1, 0),
        ("a" * 161, "GSM-7", 2, 145),
        ("€" * 80, "GSM-7", 1, 0),  # two units each
        ("€" * 81, "GSM-7", 2, 143),  # 76 in the first part, and one unit lost
        ("é" * 160, "GSM-7", 1, 0),
        ("ç" * 70, "UCS-2", 1, 0),
        ("ç" * 71, "UCS-2", 2, 63),
        ("👋" * 35, "UCS-2", 1, 0),
        ("👋" * 36, "UCS-2", 2, 61),  # 33 in the first part: none is cut in two
    ],
)
def test_texts_are_cut_as_networks_cut_them(text, encoding, count, left):
    found = segments(text)
    assert (found.encoding, found.count, found.left) == (encoding, count, left)


@given(some.text(max_size=400))
def test_a_longer_text_never_needs_fewer_messages(text):
    assert segments(text + "a").count >= segments(text).count
    assert segments(text).left >= 0


def test_the_signs_that_double_the_price_are_named():
    assert segments("Grüße, ça va?").costly == ("ç",)
