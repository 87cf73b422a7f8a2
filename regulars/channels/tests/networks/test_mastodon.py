"""Mastodon through its client, against a server on loopback."""

import pytest
from mastodon.return_types import Account, MediaAttachment, Notification, Status

from regulars.channels.networks import accounts
from regulars.channels.networks.errors import CannotConnect
from regulars.channels.networks.shape import Expired, Login, Picture, Saying, Slower, Unreachable
from regulars.channels.providers import mastodon
from regulars.channels.tests.networks.loopback import Answer, Cut
from regulars.channels.tests.networks.mastodon_server import HOST, Mastodon
from regulars.core.clock import DAY, HOUR, MINUTE


@pytest.fixture
def server(net, at):
    return Mastodon(net, at)


def line(net, token="good", state=None):
    login = Login(1, "mastodon", {"server": net.base, "host": HOST}, {"token": token}, state or {})
    return mastodon.open(login)


def saying(at, text="We open at nine.", **more) -> Saying:
    return Saying(key="case:1:2", text=text, at=at, **more)


def test_the_fake_has_the_fields_that_real_servers_send(server):
    status = server.mention(server.account("anna@far.example"), "<p>Hello</p>")
    for made, declared in ((status, Status), (server.us, Account), (server.notifications[0], Notification)):
        assert set(made) <= set(declared.__annotations__)
    assert {"id", "url", "description"} <= set(MediaAttachment.__annotations__)


def test_a_mention_is_read_once_with_who_wrote_it_and_what_it_says(net, server, at):
    server.mention(server.account("Anna@far.example"), "<p><span>@northgate</span> my shoe<br>broke &amp; hurts</p>")
    heard = line(net).read({}, at=at)
    [item] = [one for one in heard.items if one.to_us]
    assert (item.text, item.kind, item.public) == ("@northgate my shoe\nbroke & hurts", "mention", True)
    assert (item.who.external, item.who.handle, item.who.followers) == ("anna@far.example", "@anna@far.example", 12)
    assert not [one for one in line(net).read(heard.cursor, at=at).items if one.to_us]


@pytest.mark.parametrize(("values", "words"), [
    ({"server": "our shop", "token": "good"}, "“our shop” is no server"),
    ({"server": "nowhere.invalid", "token": "good"}, "no server named nowhere.invalid"),
    ({"server": "{net}/about", "token": "good"}, "is no server. Write only its name"),
    ({"server": "{net}", "token": "bad"}, "does not accept this key.*Copy it once more"),
])  # fmt: skip
def test_what_was_typed_wrongly_is_said_when_it_is_connected(net, server, business, at, values, words):
    given = {name: value.format(net=net.base) for name, value in values.items()}
    with pytest.raises(CannotConnect, match=words):
        accounts.connect(kind="mastodon", values=given, by="user:1", at=at)
    assert accounts.connect(kind="mastodon", values={"server": net.base, "token": "good"}, by="user:1", at=at)


def test_everything_is_read_however_many_pages_it_takes(net, server, at):
    here, cursor, found, more = line(net), {"since": "0"}, [], True
    for number in range(95):
        server.mention(server.account("anna"), f"<p>{number}</p>")
    while more:
        heard = here.read(cursor, at=at)
        cursor, more = heard.cursor, heard.more
        found += [one.text for one in heard.items if one.to_us]
    assert found == [str(number) for number in range(95)]


def test_a_reply_belongs_to_the_thread_it_stands_in(net, server, at):
    ours = server.status(server.us, "<p>New shoes!</p>")
    first = server.status(server.account("bob"), "<p>Nice</p>", to=ours["id"])
    server.mention(server.account("anna"), "<p>@northgate in red?</p>", to=first["id"])
    items = {one.text: one for one in line(net).read({}, at=at).items}
    assert {one.thread for one in items.values()} == {ours["id"]}
    assert items["New shoes!"].ours and not items["Nice"].to_us and items["@northgate in red?"].parent == first["id"]


def test_a_private_message_is_private_and_is_answered_in_private_only(net, server, at):
    asked = server.mention(server.account("anna@far.example"), "<p>@northgate my address</p>", visibility="direct")
    [item] = [one for one in line(net).read({}, at=at).items if one.to_us]
    assert (item.kind, item.public) == ("dm", False)
    done = line(net).say(saying(at, reply_to=asked["id"]))
    answer = server.statuses[done.external]
    assert answer["visibility"] == "direct" and answer["content"].startswith("<p>@anna@far.example We open")


def test_saying_the_same_key_again_gives_one_status(net, server, at):
    net.take_and_cut = ["POST"]
    lost = line(net).say(saying(at))
    again = line(net).say(saying(at))
    assert (lost.state, again.state, len(server.ours())) == ("unknown", "handed_off", 1)


def test_what_was_lost_on_the_way_is_found_by_its_words_and_time(net, server, at):
    net.take_and_cut = ["POST"]
    one = saying(server.at + 1000 * 1_000_000, text="Yes: https://shop.example/red — @bob knows")
    assert line(net).find(one) is None
    line(net).say(one)
    assert line(net).find(one).external == server.ours()[0]["id"]
    assert line(net).find(saying(one.at, text="Another")) is None
    assert line(net).find(saying(one.at + DAY, text=one.text)) is None


def test_a_picture_goes_along_with_its_description_and_stays_when_the_text_is_edited(net, server, at):
    picture = Picture(b"png", "image/png", alt="A red shoe")
    done = line(net).say(saying(at, pictures=(picture,)))
    assert line(net).edit(done.external, saying(at, text="We open at ten.")).state == "handed_off"
    status = server.statuses[done.external]
    assert status["content"] == "<p>We open at ten.</p>"
    assert [one["description"] for one in status["media_attachments"]] == ["A red shoe"]


@pytest.mark.parametrize("old", [False, True])
def test_edits_and_deletions_of_what_was_said_to_us_are_noticed(net, server, at, old):
    server.old = old
    kept, gone = (server.mention(server.account("anna"), f"<p>{word}</p>") for word in ("kept", "gone"))
    first = line(net).read({}, at=at)
    kept |= {"content": "<p>changed</p>", "edited_at": "2026-09-21T15:00:00.000Z"}
    del server.statuses[gone["id"]]
    again = {one.external: one for one in line(net).read(first.cursor, at=at + HOUR).items}
    assert again[gone["id"]].deleted and again[kept["id"]].text == "changed" and again[kept["id"]].edited_us
    assert not line(net).read(first.cursor, at=at + MINUTE).items


def test_the_limits_are_those_of_the_server(net, server, at):
    here = line(net)
    here.me()
    room = mastodon.room(Login(1, "mastodon", {}, {}, here.state))
    assert (room.characters, room.pictures, room.picture_bytes) == (1000, 6, 8_000_000)
    assert room.picture_types == ("image/jpeg", "image/png")


def test_what_the_server_will_never_take_has_failed_with_its_reason(net, server, at):
    done = line(net).say(saying(at, text="x" * 1001))
    assert done.state == "failed" and "limit of 1000" in done.reply


def test_searching_finds_what_strangers_say_and_hashtags(net, server, at):
    server.status(server.account("bob"), "<p>My bike chain broke #bikes</p>")
    for words in ("chain broke", "#bikes"):
        found = line(net).search(words, {}, at=at)
        assert [(one.to_us, one.who.external) for one in found.items] == [(False, f"bob@{HOST}")]
        assert not line(net).search(words, found.cursor, at=at).items


def test_counts_are_read_and_what_is_gone_is_missing(net, server, at):
    mine = server.status(server.us, "<p>x</p>")
    assert line(net).measure((mine["id"], "99")) == {mine["id"]: {"likes": 3, "reposts": 2, "replies": 1}}


def test_taking_down_says_whether_it_was_there(net, server, at):
    mine = server.status(server.us, "<p>x</p>")
    assert line(net).remove(mine["id"]) and not line(net).remove(mine["id"])


@pytest.mark.parametrize(
    ("trouble", "raised"),
    [(Answer({"error": "x"}, 401), Expired), (Answer("", 429, {"X-RateLimit-Reset": "2026-09-21T14:20:00Z"}), Slower),
     (Answer("", 503), Unreachable), (Answer("<html>"), Unreachable), (Answer({"a": 1}), Unreachable),
     (Answer("", 301, {"Location": "http://127.0.0.1/"}), Unreachable), (Cut, Unreachable),
     (Answer({"error": "suspended"}, 403), Unreachable)],
)  # fmt: skip
def test_trouble_while_reading_is_told_apart(net, server, at, trouble, raised):
    here = line(net)
    here.me()
    net.trouble = [trouble]
    if raised is Unreachable and not isinstance(trouble, type) and trouble.body == {"a": 1}:
        assert not here.read({}, at=at).items
        return
    with pytest.raises(raised):
        here.read({}, at=at)


def test_how_long_to_wait_comes_from_the_server(net, server, at):
    here = line(net)
    here.me()
    net.trouble = [
        Answer("", 429, {"X-RateLimit-Reset": "2026-09-21T14:20:00Z", "Date": "Mon, 21 Sep 2026 14:13:20 GMT"})
    ]
    with pytest.raises(Slower) as slower:
        here.read({}, at=at)
    assert slower.value.wait_us == 400 * 1_000_000


def test_a_token_that_names_a_file_is_not_opened(net, server):
    with pytest.raises(Expired):
        line(net, token="/etc/hostname").me()
    assert not net.asked
