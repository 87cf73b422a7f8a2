"""Judging texts by keys alone, and the page about the reader, in a real browser."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

from regulars.channels.networks.signals import ItemsChanged
from regulars.core import signals
from regulars.core.clock import now_us
from regulars.inbox.models import Label, TextModel
from regulars.inbox.tests.talk import said
from regulars.inbox.understanding.model import house, to_bytes
from regulars.inbox.understanding.reading import read_due
from tests.browser.checks import faults, too_wide
from tests.browser.conftest import WIDTHS

TEXTS = (
    "Well, great, another delay. Just what I needed",
    "I love my new boots, thank you so much!",
    "My parcel never arrived and nobody answers, I want a refund",
    "Which of these come in wide fit?",
    "Shop opens at ten on Sunday",
)


@pytest.fixture
def texts(transactional_db, business):
    found = [said(f"t{n}", text, at=now_us(), public=n % 2 == 0) for n, text in enumerate(TEXTS * 12)]
    signals.send(ItemsChanged(tuple(item.id for item in found), now_us()))
    while read_due(now_us()):
        pass
    return found


def test_texts_are_judged_by_keys_alone(tab, texts):
    tab.goto("/reading/judge")
    tab.keyboard.press("c")
    tab.keyboard.press("1")
    tab.wait_for_selector("text=You said negative.")
    first = Label.objects.get()
    assert (first.feels, first.intent, first.how) == ("negative", "complaint", "random")
    shot(tab, "judged")
    tab.keyboard.press("u")
    tab.wait_for_selector("text=You said negative.", state="detached")
    assert not Label.objects.exists()
    for n in range(40):
        before = tab.input_value("#judging [name=item]")
        tab.keyboard.press("123"[n % 3])
        tab.wait_for_function(
            "before => document.querySelector('#judging [name=item]')?.value !== before", arg=before
        )
    assert Label.objects.count() == 40
    assert faults(tab) == []


@pytest.mark.parametrize("width", WIDTHS)
def test_the_pages_fit_and_are_accessible(tab, texts, width):
    tab.set_viewport_size(WIDTHS[width])
    for path in ("/reading", "/reading/judge"):
        tab.goto(path)
        assert faults(tab) == []
        assert too_wide(tab) <= 0
        shot(tab, path.strip("/").replace("/", "_") + width)


MEASURES = {
    "own": [0.642, 0.588, 0.69], "shipped": [0.603, 0.55, 0.65], "gain": [0.039, -0.004, 0.083], "better": 0.94,
    "confusion": [[20, 4, 1, 9], [5, 31, 4, 18], [2, 6, 40, 10]], "on": "random", "texts": 150,
    "strength": 0.2, "seen": "",
}  # fmt: skip


@pytest.mark.parametrize("width", WIDTHS)
def test_a_reader_of_the_shops_own_says_how_good_it_is(tab, texts, width):
    TextModel.objects.create(
        fitted_us=now_us(), labels=212, languages=["de"], house=house().version, measures=MEASURES,
        weights=to_bytes(replace(house(), version="own")), used_us=now_us(),
    )  # fmt: skip
    tab.emulate_media(color_scheme="dark" if width == "narrow" else "light")
    tab.set_viewport_size(WIDTHS[width])
    tab.goto("/reading")
    tab.wait_for_selector("text=It reads for you.")
    assert "+0.039" in tab.content() and "−0.004" in tab.content()
    assert faults(tab) == []
    assert too_wide(tab) <= 0
    shot(tab, "own" + width)


def shot(tab, name: str) -> None:
    """A picture for people, where they asked for one."""
    if folder := os.environ.get("REGULARS_SHOTS"):
        tab.screenshot(path=f"{folder}/{name}.png", full_page=True)
