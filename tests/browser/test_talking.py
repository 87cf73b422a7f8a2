"""Contact form and chat box as a visitor meets them: on our page, inside a shop's website, and without scripts."""

from __future__ import annotations

import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from regulars.channels.networks.accounts import connect, login_of
from regulars.channels.networks.kinds import open_line
from regulars.channels.networks.models import Item
from regulars.channels.networks.shape import Saying
from regulars.core.clock import now_us
from regulars.portal.models import Talk
from tests.browser.checks import faults, too_wide
from tests.browser.conftest import WIDTHS

SHOP = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Shop</title></head><body><h1>Our shop</h1>
<script src="{base}/static/portal/box.js" data-box="{base}/chat/help/embed" data-label="Ask us" defer></script>
</body></html>"""


class _Shop(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = SHOP.format(base=self.server.house).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Security-Policy", f"default-src 'none'; script-src {self.server.house};"
                         f" frame-src {self.server.house}")  # fmt: skip
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_) -> None:
        pass


@pytest.fixture
def shop(live_server):
    """Another website on another address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Shop) as server:
        server.daemon_threads, server.house = True, live_server.url
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def places(transactional_db, business, settings, live_server, shop, at):
    """A chat box and a contact form, that the shop may show."""
    settings.PUBLIC_URL = live_server.url
    box = {"slug": "help", "headline": "How can we help?", "intro": "We answer within an hour.", "origins": shop}
    form = {
        "slug": "contact",
        "headline": "Write to us",
        "intro": "We answer within a day.",
        "subjects": "Order, Size",
    }
    return {kind: connect(kind=kind, values=values, by="user:1", at=at) for kind, values in
            (("box", box), ("form", form))}  # fmt: skip


@pytest.fixture
def visitor(chromium, live_server, places):
    context = chromium.new_context(base_url=live_server.url, viewport=WIDTHS["narrow"])
    page = context.new_page()
    yield page
    context.close()


def answer(account, text: str) -> None:
    talk = Talk.objects.latest("id")
    item = Item.objects.filter(thread=talk.thread, ours=False).latest("id")
    place = {"reply_to": item.external, "thread": talk.thread, "to": talk.thread, "private": True}
    open_line(login_of(account)).say(Saying(f"case:1:{text}", text, now_us(), **place))


def test_a_visitor_writes_and_sees_the_answer_without_doing_anything(visitor, places):
    visitor.goto("/chat/help")
    visitor.get_by_label("Your message").fill("Do you have size 38?")
    visitor.get_by_role("button", name="Send").click()
    visitor.get_by_role("log").get_by_text("Do you have size 38?").wait_for()
    answer(places["box"], "Yes, we do.")
    visitor.get_by_role("log").get_by_text("Yes, we do.").wait_for()
    visitor.reload()
    visitor.get_by_role("log").get_by_text("Yes, we do.").wait_for()


def test_the_box_opens_inside_a_shops_website_with_a_strict_policy(visitor, places, shop):
    complaints = []
    visitor.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    visitor.goto(shop)
    visitor.get_by_role("button", name="Ask us").click()
    frame = visitor.frame_locator("iframe")
    frame.get_by_label("Your message").fill("Hello from the shop")
    frame.get_by_role("button", name="Send").click()
    frame.get_by_role("log").get_by_text("Hello from the shop").wait_for()
    answer(places["box"], "Hello to you")
    frame.get_by_role("log").get_by_text("Hello to you").wait_for()
    _picture(visitor, "shop", "narrow", "light")
    visitor.keyboard.press("Escape")
    assert [said for said in complaints if "favicon" not in said] == []


def test_a_website_that_was_not_named_cannot_show_the_box(visitor, places, shop):
    from regulars.channels.networks.models import Account

    account = Account.objects.get(kind="box")
    Account.objects.update(settings=account.settings | {"origins": "https://other.example"})
    visitor.goto(shop)
    with visitor.expect_console_message(lambda said: "frame-ancestors" in said.text):
        visitor.get_by_role("button", name="Ask us").click()
    assert visitor.frame_locator("iframe").get_by_label("Your message").count() == 0


def test_everything_works_without_scripts(chromium, live_server, places):
    context = chromium.new_context(base_url=live_server.url, viewport=WIDTHS["narrow"], java_script_enabled=False)
    page = context.new_page()
    page.goto("/contact/contact")
    page.get_by_label("Your message").fill("Where is my order?")
    page.get_by_label("E-mail address").fill("anna@example.org")
    page.get_by_label("What is it about?").select_option("Size")
    page.get_by_role("button", name="Send").click()
    page.get_by_text("confirm your address there").wait_for()
    answer(places["form"], "It comes tomorrow.")
    page.get_by_role("link", name="Look for an answer").click()
    page.get_by_text("It comes tomorrow.").wait_for()
    context.close()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_can_be_read_by_everybody(visitor, places, width, scheme):
    visitor.set_viewport_size(WIDTHS[width])
    visitor.emulate_media(color_scheme=scheme)
    visitor.goto("/contact/contact")
    _looked(visitor, "contact", width, scheme)
    visitor.goto("/chat/help")
    _looked(visitor, "chat", width, scheme)
    visitor.get_by_label("Your message").fill("Do you have these boots in 38? " * 6)
    visitor.get_by_role("button", name="Send").click()
    visitor.get_by_role("log").get_by_text("Do you have these boots").wait_for()
    answer(places["box"], "Yes: https://shop.example/boots/" + "a" * 80)
    visitor.reload()
    _looked(visitor, "chatting", width, scheme)


def _looked(page, name: str, width: str, scheme: str) -> None:
    _picture(page, name, width, scheme)
    assert (too_wide(page), faults(page)) == (0, []), name


def _picture(page, name: str, width: str, scheme: str) -> None:
    if folder := os.environ.get("REGULARS_SHOTS"):
        page.screenshot(path=f"{folder}/{name}-{width}-{scheme}.png", full_page=True)
