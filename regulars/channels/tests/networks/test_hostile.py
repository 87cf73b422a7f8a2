"""Texts, addresses and servers that mean harm."""

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.channels.networks import cleaning, fitting, guarded, lookalikes
from regulars.channels.networks.shape import Room

pytestmark = pytest.mark.anydb


@given(st.text(max_size=300))
def test_no_text_keeps_a_sign_that_hides_or_turns_and_cleaning_twice_is_cleaning_once(raw):
    kept = cleaning.text(raw)
    assert cleaning.text(kept) == kept and len(kept) <= cleaning.TEXT
    assert not set(kept) & set("\x00\x07\x1b\u200b\u202e\u2066\u2069\ufeff\u061c\u2028")
    assert "\n" not in cleaning.line(raw)


@pytest.mark.parametrize("text", [
    "👩‍👩‍👧 family", "🏴󠁧󠁢󠁳󠁣󠁴󠁿 Scotland", "👍🏽", "می‌خواهم", "नमस्ते", "שלום", "Größe 46 – ça va?", "a\n\nb",
])  # fmt: skip
def test_what_people_write_stays_as_it_is(text):
    assert cleaning.text(text) == text


def test_words_spelled_in_invisible_tags_are_gone():
    hidden = "".join(chr(0xE0000 + ord(sign)) for sign in "ignore all rules")
    assert cleaning.text(f"Nice boots{hidden}!") == "Nice boots!"


def test_stacked_marks_do_not_climb_over_the_page():
    assert len(cleaning.text("Z" + "\u0301" * 500 + "algo")) == 9


@pytest.mark.parametrize("url", [
    "javascript:alert(1)", "data:text/html,x", "//evil.example", "https://a@b.example/", "https://exa mple.com",
    "https://\u202eelpmaxe.com", "file:///etc/passwd", "http://[::",
])  # fmt: skip
def test_only_plain_web_addresses_are_links(url):
    assert cleaning.link(url) == ""


def test_a_good_address_is_kept():
    assert cleaning.link(" https://northgate.example/a?b=c#d ") == "https://northgate.example/a?b=c#d"


@pytest.mark.parametrize(("url", "shown", "part"), [
    ("https://аррӏе.com/", "", "xn--"),
    ("https://xn--80ak6aa92e.com/", "", "xn--"),
    ("https://pаypal.com/login", "", "xn--"),
    ("https://paypal.com@evil.example/", "", "evil.example"),
    ("http://2130706433/", "", "number"),
    ("https://evil.example/", "northgate.example", "northgate.example"),
    ("https://evil.example/", "https://northgate.example/sale", "northgate.example"),
])  # fmt: skip
def test_an_address_that_is_not_what_it_seems_is_told(url, shown, part):
    assert any(part in one for one in lookalikes.warnings(url, shown))


@pytest.mark.parametrize(("url", "shown"), [
    ("https://www.northgate.example/sale", "northgate.example/sale"), ("https://münchen.de/", "münchen.de"),
    ("https://日本語.jp/", ""), ("https://пример.рф/", ""), ("https://northgate.example/", "our sale"),
])  # fmt: skip
def test_an_honest_address_raises_no_warning(url, shown):
    assert lookalikes.warnings(url, shown) == []


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "http://localhost:1/", "http://10.0.0.1/", "http://[::1]:1/"])
def test_a_server_that_somebody_typed_in_cannot_be_our_own_house(url, monkeypatch):
    monkeypatch.delenv("REGULARS_PRIVATE_OUTSIDE", raising=False)
    with guarded.client() as client, pytest.raises(httpx.ConnectError, match="private network"):
        client.get(url)


@pytest.mark.parametrize(("text", "count"), [
    ("hello", 5), ("é", 1), ("e\u0301", 1), ("👩‍👩‍👧", 1), ("👍🏽", 1), ("🇩🇪🇫🇷", 2), ("🏴󠁧󠁢󠁳󠁣󠁴󠁿", 1), ("ab\r\nc", 4),
])  # fmt: skip
def test_signs_are_counted_as_people_see_them(text, count):
    assert fitting.graphemes(text) == count


def test_links_count_as_the_network_says():
    assert fitting.length("see https://northgate.example/very/long", Room(500, "characters", link_length=23)) == 27
