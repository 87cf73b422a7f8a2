"""Judging texts by keys alone, and the page about the reader, in a real browser."""

from __future__ import annotations

import os

import pytest

from regulars.channels.networks.signals import ItemsChanged
from regulars.core import signals
from regulars.core.clock import now_us
from regulars.inbox.models import Label
from regulars.inbox.tests.talk import said
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


def shot(tab, name: str) -> None:
    """A picture for people, where they asked for one."""
    if folder := os.environ.get("REGULARS_SHOTS"):
        tab.screenshot(path=f"{folder}/{name}.png", full_page=True)
