"""The fake Bluesky of the fast tests answers with the keys and codes of a real one."""

from __future__ import annotations

import pytest
from atproto import exceptions

from regulars.channels.networks.shape import Login
from regulars.channels.providers.bluesky.asking import Asking, Refused, Unclear
from regulars.channels.tests.networks.bluesky import US, serve
from regulars.channels.tests.networks.loopback import Net, serving
from tests.bluesky.network import until
from tests.bluesky.test_stories import says

pytestmark = [pytest.mark.slow, pytest.mark.anydb]
POSTS = "app.bsky.feed.post"


@pytest.fixture
def both(bluesky, northgate, anna, monkeypatch):
    """(real, fake): signed in, with a mention in each."""
    monkeypatch.setenv("REGULARS_PRIVATE_OUTSIDE", "1")
    settings = {"handle": northgate.handle, "server": bluesky.pds}
    real = Asking(Login(1, "bluesky", settings, {"password": northgate.password}))
    says(anna, "hello", to=northgate)
    until(lambda: real.get("app.bsky.notification.listNotifications", limit=1)["notifications"])
    with serving(Net()) as net:
        there = serve(net)
        there.mention(1)
        login = Login(1, "bluesky", {"handle": "x", "server": net.base}, {"password": there.password})
        yield real, Asking(login)


def asked(one, method, **params):
    try:
        return one.get(method, **params)
    except Refused as no:
        return no.code


def test_notifications_have_these_keys(both):
    real, fake = (one.get("app.bsky.notification.listNotifications", limit=1) for one in both)
    assert set(fake) - {"seenAt"} <= set(real)
    (there,), (here,) = real["notifications"], fake["notifications"]
    assert set(here) <= set(there) and set(here["record"]) <= set(there["record"])
    assert set(here["author"]) - {"displayName"} <= set(there["author"])


def test_posts_and_profiles_have_these_keys(both):
    real, fake = both
    for one in both:
        (note,) = one.get("app.bsky.notification.listNotifications", limit=1)["notifications"]
        (one.post_view,) = one.get("app.bsky.feed.getPosts", uris=[note["uri"]])["posts"]
        (one.person,) = one.get("app.bsky.actor.getProfiles", actors=[note["author"]["did"]])["profiles"]
    assert {name for name in fake.post_view if name.endswith("Count")} <= set(real.post_view)
    assert set(fake.person) - {"displayName"} <= set(real.person)


def test_a_record_that_is_not_there_has_the_same_code(both):
    nothing = {"collection": POSTS, "rkey": "3kaaaaaaaaaa3"}
    found = [asked(one, "com.atproto.repo.getRecord", repo=one.did, **nothing) for one in both]
    assert found == ["RecordNotFound", "RecordNotFound"]


def test_a_record_made_twice_is_refused_alike(both):
    kinds = []
    for one in both:
        record = {"$type": POSTS, "text": "Hi", "createdAt": "2026-09-21T14:13:20.000Z"}
        given = {"repo": one.did, "collection": POSTS, "rkey": "3kaaaaaaaaaa2", "record": record}
        first = one.post("com.atproto.repo.createRecord", **given)
        with pytest.raises((Refused, Unclear)) as no:
            one.post("com.atproto.repo.createRecord", **given)
        kinds.append((set(first) >= {"uri", "cid"}, type(no.value)))
    assert kinds[0] == kinds[1]


def test_a_wrong_password_is_refused_alike(bluesky, northgate, monkeypatch):
    monkeypatch.setenv("REGULARS_PRIVATE_OUTSIDE", "1")
    codes = []
    with serving(Net()) as net:
        serve(net)
        for server in (bluesky.pds, net.base):
            one = Asking(Login(1, "bluesky", {"handle": northgate.handle, "server": server}, {"password": "wrong"}))
            with pytest.raises(exceptions.UnauthorizedError) as no:
                one.client.login(northgate.handle, "wrong", fetch_bsky_profile=False)
            codes.append((no.value.response.status_code, no.value.response.content.error))
    assert codes[0] == codes[1] and US
