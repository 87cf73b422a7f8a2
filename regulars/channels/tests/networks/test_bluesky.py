"""Bluesky without a Bluesky: what it says when something is wrong, and texts that mean harm."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.channels.networks import kinds
from regulars.channels.networks.shape import Expired, Login, Said, Saying, Seen, Slower, Unreachable
from regulars.channels.providers import bluesky
from regulars.channels.providers.bluesky.keys import SIGNS, parts_of, record_key
from regulars.channels.providers.bluesky.seeing import seen_of
from regulars.channels.tests.networks.bluesky import ANNA, BROKEN, ENDED, US, jwt, serve, slow
from regulars.channels.tests.networks.loopback import Cut
from regulars.core.clock import DAY, HOUR, MINUTE, SECOND

pytestmark = pytest.mark.anydb


@pytest.fixture
def server(net):
    return serve(net)


@pytest.fixture
def line(server):
    made = bluesky.open(_login(server))
    yield made
    made.close()


def _login(server, password="abcd-abcd-abcd-abcd", state=None):
    settings = {"handle": "northgate.test", "server": server.net.base}
    return Login(1, "bluesky", settings, {"password": password}, state or {})


def saying(at, text="Our sale begins.", key="plan:1", **more):
    return Saying(key=key, text=text, at=at, now=at, **more)


def test_only_answers_below_a_post_of_ours_can_be_hidden():
    assert kinds.may_hide("bluesky", thread=f"at://{US}/app.bsky.feed.post/1", us=US)
    assert not kinds.may_hide("bluesky", thread=f"at://{ANNA}/app.bsky.feed.post/1", us=US)
    assert not kinds.may_hide("bluesky", thread="at:///app.bsky.feed.post/1", us="")
    assert not kinds.may_hide("rss", thread="1", us="us")


def test_a_server_that_is_not_there_is_told_in_a_sentence(at):
    settings = {"handle": "northgate.test", "server": "https://nowhere.invalid"}
    with pytest.raises(Unreachable, match=r"no server named nowhere\.invalid") as told:
        bluesky.open(Login(1, "bluesky", settings, {"password": "abcd"}, {})).me()
    assert "Error(" not in str(told.value)


def test_a_mention_is_an_item_once(server, line, at):
    server.mention(1)
    heard = line.read({}, at=at)
    (one,) = heard.items
    assert (one.kind, one.to_us, one.text, one.who.followers) == ("mention", True, "Hello @northgate.test", 12)
    assert one.url == f"https://bsky.app/profile/{ANNA}/post/3k00000000001"
    assert line.read(heard.cursor, at=at + SECOND).items == ()


def test_what_claims_to_be_old_is_heard_too_and_a_full_page_hides_nothing(server, line, at):
    for number in range(90):
        server.mention(number)
    heard = line.read({}, at=at)
    assert len(heard.items) == 90
    late = server.mention(500)
    server.notifications.remove(late)
    server.notifications.append(late)  # by the time it claims, it stands at the end of the list
    assert line.read(heard.cursor, at=at + SECOND).items == ()
    assert late["uri"] in [one.external for one in line.read(heard.cursor, at=at + 5 * MINUTE).items]


def test_too_many_requests_say_how_long_to_wait(server, line, at, net):
    line.read({}, at=at)
    net.trouble = [slow(120)]
    with pytest.raises(Slower) as told:
        line.read({}, at=at)
    assert 110 * SECOND < told.value.wait_us <= 121 * SECOND


def test_a_session_that_ended_is_made_anew_by_itself(server, line, at, net):
    line.read({}, at=at)
    net.trouble = [ENDED]
    line.read({}, at=at)
    assert server.sessions == 2


def test_a_kept_session_signs_in_nobody_and_one_about_to_end_is_refreshed(server, line, at):
    line.read({}, at=at)
    again = bluesky.open(_login(server, state=line.state))
    again.read({}, at=at)
    assert server.sessions == 1
    old = line.state["session"].replace(jwt(), jwt(1))
    bluesky.open(_login(server, state={"session": old})).read({}, at=at)
    assert server.sessions == 2 and server.net.paths("POST")[-1].endswith("refreshSession")


def test_a_refresh_token_somebody_else_used_up_ends_in_a_fresh_session_and_no_account_is_lost(server, line, at):
    line.read({}, at=at)
    old = {"session": line.state["session"].replace(jwt(), jwt(1))}  # its access token is about to end
    first, second = (bluesky.open(_login(server, state=old)) for _ in range(2))
    assert first.read({}, at=at).cursor and second.read({}, at=at).cursor and first.read({}, at=at).cursor
    refreshed = [path for path in server.net.paths("POST") if path.endswith("refreshSession")]
    assert refreshed and server.sessions == 3


def test_a_password_that_was_taken_back_is_told_in_a_sentence(server, at):
    with pytest.raises(Expired, match="app password"):
        bluesky.open(_login(server, password="wrong")).read({}, at=at)


@pytest.mark.parametrize("trouble", [BROKEN, Cut])
def test_a_fault_over_there_is_an_outage(server, line, at, net, trouble):
    line.read({}, at=at)
    net.trouble = [trouble]
    with pytest.raises(Unreachable):
        line.read({}, at=at)


def test_an_answer_that_got_lost_is_found_and_not_said_again(server, line, at):
    server.cut = 1
    said = line.say(saying(at))
    assert said.state == "handed_off" and len(server.records) == 1


def test_an_answer_that_got_lost_while_nobody_can_look_is_unknown(server, line, at, net):
    line.me()
    net.trouble = [Cut, Cut]
    assert line.say(saying(at)).state == "unknown"
    assert line.find(saying(at)) is None


def test_saying_the_same_key_again_is_the_same_record(server, line, at):
    first, second = line.say(saying(at)), line.say(saying(at))
    assert first == second and first.state == "handed_off" and len(server.records) == 1


def test_something_else_under_the_same_key_is_nothing_we_said(server, line, at):
    line.say(saying(at))
    assert line.find(saying(at, text="Other words.")) == Said(
        "unknown", reply="Something else stands under this key."
    )


def test_nobody_listens_means_it_was_not_said(server, at):
    login = Login(1, "bluesky", {"handle": "n.test", "server": "http://127.0.0.1:9"}, {"password": "x"})
    assert bluesky.open(login).say(saying(at)).state == "retry"


def test_too_many_posts_wait_as_long_as_bluesky_says(server, line, at, net):
    line.me()
    net.trouble = [slow(120)]
    said = line.say(saying(at))
    assert (said.state, server.records) == ("retry", {}) and 110 * SECOND < said.wait_us <= 121 * SECOND


def test_the_time_of_a_post_is_that_of_the_try_and_its_key_that_of_the_plan(server, line, at):
    line.say(Saying(key="plan:1", text="Hi", at=at - 5 * DAY, now=at))
    ((uri, record),) = server.records.items()
    assert record["createdAt"] == "2026-09-21T14:13:20.000Z"
    assert parts_of(uri)[2] == record_key("plan:1", at - 5 * DAY)


@given(st.text(max_size=40), st.integers(0, 2**52))
def test_a_record_key_is_a_tid_and_the_same_every_time(key, when):
    made = record_key(key, when)
    assert made == record_key(key, when) and len(made) == 13
    assert set(made) <= set(SIGNS) and made[0] in "234567abcdefghij"


def test_ten_thousand_posts_of_one_moment_have_keys_of_their_own(at):
    assert len({record_key(f"plan:{n}", at) for n in range(10_000)}) == 10_000


NAMES = (
    *(
        "uri",
        "cid",
        "author",
        "did",
        "record",
        "text",
        "$type",
        "reply",
        "root",
        "parent",
        "embed",
        "images",
        "facets",
    ),
    *("features", "index", "byteStart", "createdAt", "indexedAt", "labels", "langs", "likeCount"),
)
PLAIN = st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.sampled_from([US, "at://x/y/z"])
ODD = st.recursive(
    PLAIN,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=5),
    max_leaves=12,
)


@given(ODD, ODD)
def test_whatever_stands_in_a_record_nothing_breaks(record, author):
    record = {**record, "$type": "app.bsky.feed.post"} if isinstance(record, dict) else record
    post = {"uri": "at://x/app.bsky.feed.post/1", "record": record, "author": author}
    found = seen_of(post, us=US)
    assert found is None or isinstance(found, Seen)


def test_a_post_dated_years_back_was_said_when_it_came(server, line, at):
    server.mention(1, record={"createdAt": "2001-01-01T00:00:00Z"})
    server.mention(2, record={"createdAt": "2099-01-01T00:00:00Z"})
    assert {one.at for one in line.read({}, at=at + HOUR).items} == {at}


def test_words_that_lead_elsewhere_are_kept_with_where_they_lead(server, line, at):
    text = "Größe 46: northgate.example"
    facet = {
        "index": {"byteStart": 12, "byteEnd": 29},
        "features": [{"$type": "app.bsky.richtext.facet#link", "uri": "https://evil.example/"}],
    }
    server.mention(1, text=text, record={"facets": [facet]})
    (one,) = line.read({}, at=at).items
    assert one.facts["links"] == [{"shown": "northgate.example", "url": "https://evil.example/"}]
