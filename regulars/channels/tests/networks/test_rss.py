"""Feeds as they are found in the wild, and as somebody with bad intent would write them."""

import gzip

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regulars.channels.networks.shape import Login, Slower, Unreachable
from regulars.channels.providers import rss
from regulars.channels.providers.rss.reading import entries, parse, stars
from regulars.channels.tests.networks.loopback import Answer, Cut

NEWS = """<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>
<title>Bike &amp; Trail</title><link>https://blog.example/</link><language>en</language>
<item><title>Northgate's new boots</title><link>https://blog.example/boots</link><guid>boots-1</guid>
<description>&lt;p&gt;They &lt;b&gt;pinch&lt;/b&gt;.&lt;script&gt;steal()&lt;/script&gt;&lt;/p&gt;</description>
<dc:creator>Jo Field</dc:creator><pubDate>Mon, 21 Sep 2026 10:00:00 GMT</pubDate>
<enclosure url="https://blog.example/b.jpg" type="image/jpeg" length="1"/></item>{more}</channel></rss>"""
ITEM = "<item><title>Second</title><guid>two</guid><pubDate>Mon, 21 Sep 2026 11:00:00 GMT</pubDate></item>"
REVIEWS = """<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"
 xmlns:im="http://itunes.apple.com/rss" xml:lang="en"><title>Customer Reviews</title>
<entry><id>9001</id><title>Great</title><content type="text">Works well</content><im:rating>4</im:rating>
<author><name>Sam</name></author><updated>2026-09-20T10:00:00-07:00</updated></entry>
<entry><id>9002</id><title>Bad</title><content type="text">Crashes</content><im:rating>1</im:rating>
<author><name>Sam</name></author><updated>2026-09-20T11:00:00-07:00</updated></entry></feed>"""


@pytest.fixture
def feed(net):
    """A feed whose body and marks a test may change."""
    state = {"body": NEWS.format(more=""), "etag": '"1"', "headers": {}}

    @net.on("GET", "/feed")
    def read(asked):
        if asked.headers.get("if-none-match") == state["etag"]:
            return Answer("", 304)
        return Answer(state["body"], headers={"ETag": state["etag"], **state["headers"]})

    return state


def line(net, **settings):
    return rss.open(Login(1, "rss", {"url": f"{net.base}/feed", **settings}))


def test_an_entry_is_read_once_with_its_author_time_and_picture(net, feed, at):
    heard = line(net).read({}, at=at)
    [item] = heard.items
    assert (item.external, item.title, item.text) == ("boots-1", "Northgate's new boots", "They pinch.")
    assert (item.who.name, item.language, item.to_us, item.at) == ("Jo Field", "en", False, 1_789_984_800_000_000)
    assert item.media[0]["url"] == "https://blog.example/b.jpg"
    feed["etag"] = '"2"'
    assert not line(net).read(heard.cursor, at=at).items


def test_an_unchanged_feed_is_not_sent_again(net, feed, at):
    heard = line(net).read({}, at=at)
    assert line(net).read(heard.cursor, at=at).cursor == heard.cursor
    assert net.asked[-1].headers["if-none-match"] == '"1"'


def test_what_is_new_or_changed_comes_and_what_left_the_feed_stays(net, feed, at):
    heard = line(net).read({}, at=at)
    feed |= {"body": NEWS.format(more=ITEM).replace("pinch", "fit"), "etag": '"2"'}
    again = line(net).read(heard.cursor, at=at)
    assert [(one.external, one.deleted) for one in again.items] == [("boots-1", False), ("two", False)]


def test_reviews_go_into_the_inbox_with_their_stars_and_namesakes_stay_two_people(net, feed, at):
    feed["body"] = REVIEWS
    good, bad = line(net, about="reviews").read({}, at=at).items
    assert (good.kind, good.to_us, good.stars, bad.stars) == ("review", True, 4.0, 1.0)
    assert good.who.name == bad.who.name == "Sam" and good.who.external != bad.who.external


@pytest.mark.parametrize(
    ("entry", "title", "best", "found"),
    [({"rating": "8"}, "", 10, 4.0), ({}, "★★★★☆ fine", 5, 4.0), ({}, "3.5 out of 5", 5, 3.5),
     ({}, "7/10 ok", 5, 3.5),
     ({"rating": "9"}, "", 5, None), ({}, "my 5 shoes", 5, None), ({"rating": "nan"}, "x", 5, None),
     ({"media_starrating": {"average": "3", "max": "6"}}, "", 5, 2.5)],
)  # fmt: skip
def test_stars_are_found_where_feeds_put_them(entry, title, best, found):
    assert stars(entry, title, best) == found


def test_a_moved_feed_is_followed_and_its_new_place_remembered(net, feed, at):
    net.on("GET", "/old")(lambda asked: Answer("", 301, {"Location": "/feed"}))
    heard = line(net, url=f"{net.base}/old").read({}, at=at)
    assert heard.cursor["url"] == f"{net.base}/feed" and len(heard.items) == 1


def test_a_redirect_into_our_own_network_is_not_followed(net, at, monkeypatch):
    asked = []
    monkeypatch.delenv("REGULARS_PRIVATE_OUTSIDE")
    monkeypatch.setattr(
        "regulars.core.outside.public_address", lambda host, port: asked.append(host) or _refuse(host)
    )
    with pytest.raises(Unreachable, match="private"):
        rss.open(Login(1, "rss", {"url": "https://feed.example/x"})).read({}, at=at)
    assert asked == ["feed.example"]


def _refuse(host):
    from regulars.core.outside import Refused

    raise Refused(f"{host} leads into a private network")


@pytest.mark.parametrize(
    ("answer", "raised", "words"),
    [(Answer("", 429, {"Retry-After": "60"}), Slower, "wait"), (Answer("", 410), Unreachable, "any more"),
     (Answer("<html><p>hi</p></html>"), Unreachable, "neither RSS nor Atom"), (Cut, Unreachable, "did not answer"),
     (Answer(b"x" * 5_000_001), Unreachable, "five megabytes"), (Answer("", 500), Unreachable, "500"),
     (Answer(gzip.compress(b" " * 50_000_000)), Unreachable, "five megabytes"),
     (Answer(b"\x1f\x8bnot gzip"), Unreachable, "unpacked"), (Answer("", 302, {"Location": "file:///etc/passwd"}),
      Unreachable, "https")],
)  # fmt: skip
def test_trouble_is_a_sentence_and_loses_nothing(net, feed, at, answer, raised, words):
    net.trouble = [answer]
    with pytest.raises(raised, match=words):
        line(net).read({}, at=at)
    assert len(line(net).read({}, at=at).items) == 1


def test_a_packed_feed_is_unpacked(net, feed, at):
    feed["body"] = gzip.compress(NEWS.format(more="").encode())
    assert len(line(net).read({}, at=at).items) == 1


def test_entities_that_would_explode_or_read_files_do_neither(net, feed, at):
    bomb = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))
    feed["body"] = (
        f'<!DOCTYPE rss [<!ENTITY l0 "ha">{bomb}<!ENTITY f SYSTEM "file:///etc/passwd">]>'
        "<rss version='2.0'><channel><item><guid>1</guid><title>&f;&l8;x</title></item></channel></rss>"
    )
    for item in line(net).read({}, at=at).items:
        assert "root:" not in item.title + item.text and len(item.title) <= 300


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet="<>/&;=\"'![]-abcrssitemguid \n\x00", max_size=200))
def test_no_feed_breaks_the_reading(at, middle):
    body = f"<rss version='2.0'><channel><item><title>{middle}</title></item>{middle}</channel></rss>".encode()
    assert isinstance(entries(parse(body, {}), url="", reviews=True, best=5, at=at), list)
