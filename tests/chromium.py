"""Debian's Chromium, one for all tests of a process: two in one thread get in each other's way."""

from __future__ import annotations

import functools
import os
import shutil

import pytest

CHROMIUM = next((found for name in ("chromium", "chromium-browser") if (found := shutil.which(name))), None)
PATIENCE = 30_000  # ms that a test waits for what a page is to say, as long as Playwright waits for anything else
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]


@pytest.fixture(scope="session")
def chromium():
    """Chromium, started once."""
    if not CHROMIUM:
        pytest.skip("no Chromium on this machine: apt install chromium")
    from playwright.sync_api import Page, expect, sync_playwright

    expect.set_options(timeout=PATIENCE)
    Page.goto = _goes_even_if_the_page_comes_anew(Page.goto)
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright's loop runs in the thread of the test
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


def _goes_even_if_the_page_comes_anew(goto):
    """A page that comes anew by itself while somebody leaves it holds a test back, but never a person."""
    from playwright.sync_api import Error

    @functools.wraps(goto)
    def goes(page, address, **how):
        try:
            return goto(page, address, **how)
        except Error as held:
            if "interrupted by another navigation" not in str(held):
                raise
            return goto(page, address, **how)

    return goes
