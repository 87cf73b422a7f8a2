"""Debian's Chromium, one for all tests of a process: two in one thread get in each other's way."""

from __future__ import annotations

import functools
import os
import shutil

import pytest

CHROMIUM = next((found for name in ("chromium", "chromium-browser") if (found := shutil.which(name))), None)
PATIENCE = 60_000  # ms that a test waits for a page, or for what it is to say; a busy machine takes half of that
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]


@pytest.fixture(scope="session")
def chromium():
    """Chromium, started once."""
    if not CHROMIUM:
        pytest.skip("no Chromium on this machine: apt install chromium")
    from playwright.sync_api import Browser, Page, expect, sync_playwright

    expect.set_options(timeout=PATIENCE)
    Browser.new_context = _with_patience(Browser.new_context)
    Page.goto = _goes_even_if_the_page_comes_anew(Page.goto)
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright's loop runs in the thread of the test
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


def _with_patience(new_context):
    @functools.wraps(new_context)
    def made(browser, **how):
        context = new_context(browser, **how)
        context.set_default_timeout(PATIENCE)
        return context

    return made


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
