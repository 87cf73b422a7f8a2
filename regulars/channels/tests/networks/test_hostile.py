"""Whatever a network answers, a line raises one of three troubles or nothing, and what it hears can be kept."""

from importlib import import_module

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regulars.channels.networks import kinds
from regulars.channels.networks.shape import Expired, Login, Said, Saying, Seen, Slower, Unreachable
from regulars.channels.tests.networks.loopback import Answer

pytestmark = pytest.mark.django_db
PLACE = "accounts/1/locations/2"
NAMES = st.sampled_from(
    ["data", "items", "id", "snippet", "reviews", "posts", "latest_posts", "error", "errors", "code", "message",
     "text", "from", "comments", "created_time", "publishedAt", "topLevelComment", "content", "account",
     "acct", "paging", "statuses", "ancestors", "meta", "includes", "users", "created_at", "media",
     "reviewId", "topic_id", "cooked",
     "access_token", "expires_in", "messages", "participants", "username", "user", "media_attachments"]
)  # fmt: skip
WORDS = st.sampled_from(
    ["1", "20", "northgate", "2026-09-21T10:00:00Z", "<b>x", "\u202eevil", "x" * 50_000, "javascript:x", ""]
)
LEAF = st.none() | st.booleans() | st.integers() | st.floats() | WORDS | st.text(max_size=8)
SHAPES = st.recursive(
    LEAF, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=6), max_leaves=40
)
STATUSES = st.sampled_from([200, 200, 200, 400, 403, 404, 500])
LISTS = st.lists(SHAPES, max_size=4)
WRAPPED = st.fixed_dictionaries({
    **dict.fromkeys(("data", "items", "reviews", "latest_posts", "statuses", "posts", "errors"), LISTS),
    "id": LEAF, "snippet": SHAPES, "user": SHAPES, "paging": SHAPES, "meta": SHAPES, "access_token": LEAF,
    "includes": st.fixed_dictionaries({"users": LISTS, "media": LISTS}),
    "topic_list": st.fixed_dictionaries({"topics": LISTS}), "error": st.none() | SHAPES,
})  # fmt: skip
LOGINS = {
    "mastodon": ({"server": "{base}", "host": "h.example"}, {"token": "t"}, {"me": {"id": "1", "address": "us@h"}}),
    "discourse": ({"url": "{base}", "username": "northgate"}, {"key": "k"}, {}),
    "youtube": ({"api": "{base}", "token_url": "{base}/t", "client_id": "c"}, {"refresh": "r"}, {"channel": "UC1"}),
    "google": ({"api": "{base}", "token_url": "{base}/t", "location": PLACE}, {"refresh": "r"}, {}),
    "x": ({"api": "{base}", "token_url": "{base}/t", "cap": "1000000"}, {"access": "a"}, {"me": "1"}),
    "facebook": ({"api": "{base}", "page": "10"}, {"token": "t"}, {}),
    "instagram": ({"api": "{base}", "page": "10", "ig": "20"}, {"token": "t"}, {"name": "northgate"}),
    "rss": ({"url": "{base}/feed"}, {}, {}),
}


def line(kind, net):
    told, secrets, state = LOGINS[kind]
    filled = {name: value.format(base=net.base) for name, value in told.items()}
    return import_module(f"regulars.channels.providers.{kind}").open(Login(9, kind, filled, secrets, state))


def test_every_network_that_is_asked_over_http_is_tried():
    asked = {kind for kind in kinds.KINDS if kind not in ("bluesky", "mailbox", "form", "box")}
    assert asked == set(LOGINS)


@pytest.mark.parametrize("kind", LOGINS)
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    shape=LISTS | WRAPPED,
    status=st.sampled_from([200, 200, 200, 400, 403, 404, 500]),
    text=st.sampled_from(["hi", ""]),
)
def test_no_answer_breaks_a_line(net, at, kind, shape, status, text):
    net.answer = lambda asked: Answer(_json(shape), status)
    here = line(kind, net)
    saying = Saying("k", text, at, reply_to="1", thread="1", to="5", private=text == "", now=at)
    for ask in (
        here.me, lambda: here.read({}, at=at), lambda: here.search("words", {}, at=at), lambda: here.say(saying),
        lambda: here.find(saying), lambda: here.edit("1", saying), lambda: here.remove("1"),
        lambda: here.hide("1", hidden=True), lambda: here.measure(("1",)),
    ):  # fmt: skip
        try:
            found = ask()
        except (Expired, Slower, Unreachable) as trouble:
            assert str(trouble) and len(str(trouble)) < 600
            continue
        for item in getattr(found, "items", ()) if not isinstance(found, dict) else ():
            assert isinstance(item, Seen) and item.external and len(item.text) <= 20_000 and "\u202e" not in item.text
            assert item.at > 0 and (not item.url or item.url.startswith("http"))
        if isinstance(found, Said):
            assert found.state in ("handed_off", "retry", "failed", "unknown", "unauthorised")


def _json(shape):
    import json

    return json.dumps(shape)
