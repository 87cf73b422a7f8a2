"""Accounts of networks as staff connect them: a form that stands on a website, and an account one is let into."""

from __future__ import annotations

import os

import pytest

from regulars.channels.networks import budgets
from regulars.channels.networks.accounts import connect
from regulars.core.clock import from_us, now_us
from tests.browser.checks import faults, too_wide
from tests.browser.conftest import WIDTHS


def _looked(tab, name: str, width: str, scheme: str) -> None:
    if folder := os.environ.get("REGULARS_SHOTS"):
        tab.screenshot(path=f"{folder}/{name}-{width}-{scheme}.png", full_page=True)
    assert (too_wide(tab), faults(tab)) == (0, []), name


@pytest.mark.parametrize(("width", "scheme"), [("wide", "light"), ("narrow", "dark")])
def test_forms_spending_and_letting_in_can_be_read(tab, at, width, scheme):
    box = connect(kind="box", values={"slug": "help", "headline": "How can we help?"}, by="user:1", at=at)
    bird = connect(kind="x", values={"client_id": "c", "cap": "10"}, external="1", handle="@northgate", by="user:1",
                   at=at, test=False)  # fmt: skip
    month = from_us(now_us()).strftime("%Y-%m")
    budgets.take(account_id=bird.id, name="usd", period=month, amount=1_234_000, most=10_000_000)
    tab.set_viewport_size(WIDTHS[width])
    tab.emulate_media(color_scheme=scheme)
    tab.goto(f"/accounts/{box.id}")
    tab.get_by_text("data-box=").wait_for()
    _looked(tab, "box", width, scheme)
    tab.goto(f"/accounts/{bird.id}")
    tab.get_by_text("$1.23 of at most $10.00 this month").wait_for()
    _looked(tab, "x", width, scheme)
    tab.get_by_role("button", name="Let us in anew").click()
    assert "x.com/i/oauth2/authorize" in tab.get_by_role("link", name="Go to X").get_attribute("href")
    _looked(tab, "let-in", width, scheme)
    tab.goto("/forms")
    tab.get_by_text("Contact forms and chat boxes").wait_for()
    _looked(tab, "forms", width, scheme)
