"""The demo as a newcomer meets it: a shop that has written to people, and a whole way from joining to leaving.

The real `regulars demo`, small, with its own mail server; nothing is faked.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request

import pytest
from playwright.sync_api import expect

from tests.browser import checks

pytestmark = [pytest.mark.anydb, pytest.mark.story, pytest.mark.slow]
EMAIL, PASSWORD, PATIENCE = "owner@northgate.example", "three random words", 300
NORA = "nora.newcomer@example.com"


class Demo:
    """`regulars demo` as a child; can be stopped and started again."""

    def __init__(self, home) -> None:
        self.home, self.process, self.port = home, None, 0

    def start(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        told = {"REGULARS_HOME": str(self.home), "REGULARS_KEYS": str(self.home / "keys.json")}
        gone = ("DATABASE_URL", "REGULARS_URL", "DJANGO_SETTINGS_MODULE")
        rest = {name: value for name, value in os.environ.items() if name not in gone}
        command = [sys.executable, "-m", "regulars", "demo", "--people", "400", "--port", str(self.port)]
        self.process = subprocess.Popen(
            [*command, "--password", PASSWORD], env=rest | told, stdout=subprocess.DEVNULL
        )
        until = time.monotonic() + PATIENCE
        while not self._answers():
            assert self.process.poll() is None and time.monotonic() < until, "the demo did not start"
            time.sleep(0.2)

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=PATIENCE)


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    found = Demo(tmp_path_factory.mktemp("demo") / "home")
    found.home.mkdir()
    found.start()
    yield found
    found.stop()


@pytest.fixture
def staff(chromium, demo):
    """A tab of the shop's owner, signed in."""
    context = chromium.new_context(base_url=demo.url, viewport={"width": 1600, "height": 1000})
    page = context.new_page()
    page.goto("/account/login/")
    page.locator("[name=login]").fill(EMAIL)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main button[type=submit], main form button.primary").first.click()
    expect(page.locator(".rail")).to_be_visible()
    yield page
    context.close()


def never_quiet(staff) -> None:
    """Quiet hours of mail that begin when they end."""
    staff.goto("/delivery/rules")
    staff.locator("#id_email_start").fill("03:00")
    staff.locator("#id_email_end").fill("03:00")
    staff.locator("form", has=staff.locator("#id_email_start")).get_by_role("button").click()
    expect(staff.locator("body")).to_contain_text("Quiet hours are changed")


def caught(staff, query: str, subject: str, base: str = ""):
    """Open the caught mail of that subject, once it is there."""
    link = staff.get_by_role("link", name=re.compile(subject)).first
    until = time.monotonic() + PATIENCE
    staff.goto(f"{base}/caught?q={query}")
    while not link.count() and time.monotonic() < until:
        staff.wait_for_timeout(200)
        staff.reload()
    link.click()
    return staff.frame_locator("iframe.mail")


def opened(staff, frame, link: str):
    """The tab a link of a mail opens."""
    with staff.context.expect_page() as found:
        frame.get_by_role("link", name=link).first.click()
    found.value.wait_for_load_state()
    return found.value


def test_a_newcomer_sees_letters_and_can_walk_the_whole_way(staff, demo):
    staff.goto("/caught")
    assert int(re.match(r"[\d,]+", staff.locator("h1").inner_text())[0].replace(",", "")) > 30
    assert checks.faults(staff) == [] and checks.too_wide(staff) <= 0
    never_quiet(staff)  # the demo is quiet in the small hours; this walk is taken at any hour
    staff.goto("/journeys")
    for name in ("Welcome", "VIP threshold", "Win back", "Birthday", "Soccer: from the first ball"):
        expect(staff.get_by_role("row").filter(has_text=name).filter(has_text="live")).to_be_visible()

    staff.goto("/broadcasts")
    expect(staff.get_by_role("row").filter(has_text="Winter boots").filter(has_text="done")).to_be_visible()

    staff.goto("/join/newsletter-on-the-website")
    staff.get_by_label("E-mail address").fill(NORA)
    staff.get_by_role("button", name="Sign me up").click()
    confirm = opened(staff, caught(staff, NORA, "Please confirm"), "Yes, I want this")
    confirm.get_by_role("button", name="Yes, I want this").click()
    expect(confirm.locator("body")).to_contain_text("You are in")

    demo.stop()
    demo.start()  # on another port, as after lunch
    staff.context.clear_cookies()
    staff.goto(f"{demo.url}/account/login/?next=/caught")
    staff.locator("[name=login]").fill(EMAIL)
    staff.locator("[name=password]").fill(PASSWORD)
    staff.locator("main button[type=submit], main form button.primary").first.click()
    expect(staff.locator(".rail")).to_be_visible()
    letter = caught(staff, NORA, "Welcome to Northgate", demo.url)
    expect(letter.locator("body")).to_contain_text("Good to have you here")
    staff.get_by_role("link", name="Why was this sent?").click()
    expect(staff.locator("main")).to_contain_text("Every rule let it pass")
    staff.go_back()
    leave = opened(staff, staff.frame_locator("iframe.mail"), "Unsubscribe")
    leave.get_by_role("button", name="Unsubscribe").click()
    expect(leave.locator("body")).to_contain_text("You are unsubscribed")
    staff.goto(f"{demo.url}/people?q={NORA}")
    expect(staff.locator("main")).to_contain_text("Wants no more messages")
