"""Facebook pages and Instagram: payloads as Meta documents them."""

import hashlib
import hmac
import json

import pytest

from regulars.channels.networks import graph
from regulars.channels.networks.shape import Expired, Login, Picture, Saying, Slower, Unreachable
from regulars.channels.providers import Forged, Incoming, facebook, instagram
from regulars.channels.tests.networks.loopback import Answer
from regulars.core.clock import DAY, HOUR, MINUTE, from_us

SECRETS = {"token": "t", "app_secret": "s", "verify": "our words"}


def when(at: int) -> str:
    return from_us(at).strftime("%Y-%m-%dT%H:%M:%S+0000")


class Meta:
    """A page (id 10) and its Instagram account (id 20)."""

    def __init__(self, net, at) -> None:
        self.at, self.feed, self.letters, self.sent, self.media, self.comments = at, [], [], [], [], {}
        self.hidden, self.photos, self.published, self.used, self.status = {}, [], [], 0, ["FINISHED"]
        self.proofs, self.ends = set(), 0
        for method, path, does in (
            ("GET", "/v23.0/10", lambda a: {"id": "10", "name": "Northgate", "username": "northgate"}),
            ("GET", "/v23.0/20", lambda a: {"id": "20", "name": "Northgate", "username": "northgate"}),
            ("GET", "/v23.0/debug_token", lambda a: {"data": {"is_valid": True, "expires_at": self.ends}}),
            ("GET", "/v23.0/10/feed", lambda a: {"data": self.feed}),
            ("GET", "/v23.0/10/tagged", lambda a: {"data": []}),
            ("GET", "/v23.0/10/conversations", self.conversations),
            ("POST", "/v23.0/10/messages", self.message), ("POST", "/v23.0/10/feed", self.post),
            ("POST", "/v23.0/10/photos", self.photo), ("GET", r"/v23.0/([\w_]+)/comments", self.under),
            ("POST", r"/v23.0/([\w_]+)/comments", self.comment), ("POST", r"/v23.0/([\w_]+)/replies", self.comment),
            ("GET", "/v23.0/20/media", lambda a: {"data": self.media}),
            ("GET", r"/v23.0/([\w_]+)/replies", self.under),
            ("GET", "/v23.0/20/tags", lambda a: {"data": []}), ("POST", "/v23.0/20/media", self.container),
            ("GET", "/v23.0/20/content_publishing_limit", self.limit),
            ("POST", "/v23.0/20/media_publish", self.publish),
            ("GET", "/v23.0/c1", lambda a: {"status_code": self.status.pop(0)}),
            ("GET", r"/v23.0/(\d+_\d+)", self.count),
            ("DELETE", r"/v23.0/(\w+)", self.delete), ("POST", r"/v23.0/([\w_]+)", self.change),
        ):  # fmt: skip
            net.on(method, path)(lambda asked, *more, does=does: self.proofs.add(
                asked.params.get("appsecret_proof")) or does(asked, *more))  # fmt: skip

    def says(self, words, *, by="5", name="Anna", post="10_1", parent=""):
        number = len(self.comments) + 1
        said, who = when(self.at + number * MINUTE), {"id": by, "name": name, "username": name.lower()}
        made = {"id": f"1_{number}", "message": words, "text": words, "created_time": said, "timestamp": said,
                "from": who,
                "like_count": 1, "permalink_url": f"https://fb.example/{number}"}  # fmt: skip
        made |= {"parent": {"id": parent}} if parent else {}
        self.comments.setdefault(post, []).append(made)
        self.comments |= {f"-{number}": []}
        return made

    def show(self):
        found = [one for name, all_ in self.comments.items() if not name.startswith("-") for one in all_]
        self.feed = [{"id": "10_1", "message": "New shoes", "created_time": when(self.at), "from": {"id": "10"},
                      "comments": {"data": found}}]  # fmt: skip
        self.media = [{"id": "m1", "caption": "New shoes", "timestamp": when(self.at), "comments": {"data": found}}]

    def wrote(self, at):
        self.letters = [
            {"id": "m_1", "message": "hello?", "created_time": when(at), "from": {"id": "5", "name": "Anna"}}
        ]

    def conversations(self, asked):
        return {"data": [{"id": "t_1", "updated_time": when(self.at), "messages": {"data": self.letters},
                          "participants": {"data": [{"id": "5"}, {"id": "10"}, {"id": "20"}]}}]}  # fmt: skip

    def message(self, asked):
        self.sent.append(asked.said)
        return {"recipient_id": "5", "message_id": "mid.1"}

    def post(self, asked):
        self.published.append(asked.said)
        self.feed.insert(0, {"id": "10_99", "message": asked.said["message"], "created_time": when(self.at), "from":
                             {"id": "10"}})  # fmt: skip
        return {"id": "10_99"}

    def photo(self, asked):
        self.photos.append(asked.said)
        return {"id": f"p{len(self.photos)}"}

    def comment(self, asked, to):
        self.comments.setdefault(to, []).append({"id": "1_77", "message": asked.said["message"], "from": {"id": "10"},
            "text": asked.said["message"], "created_time": when(self.at), "timestamp": when(self.at)})  # fmt: skip
        return {"id": "1_77"}

    def under(self, asked, name):
        return {"data": self.comments.get(name, [])}

    def container(self, asked):
        self.published.append(asked.said)
        return {"id": "c1"}

    def limit(self, asked):
        return {"data": [{"quota_usage": self.used, "config": {"quota_total": 50, "quota_duration": 86400}}]}

    def publish(self, asked):
        self.published.append(asked.said)
        return {"id": "m9"}

    def count(self, asked, name):
        if name != "10_1":
            return Answer({"error": {"code": 100, "message": "does not exist"}}, 400)
        return {"id": name, "likes": {"summary": {"total_count": 4}}, "like_count": 4, "comments_count": 1,
                "comments": {"summary": {"total_count": 1}}}  # fmt: skip

    def delete(self, asked, name):
        for said in self.comments.values():
            if here := [one for one in said if one["id"] == name]:
                said.remove(here[0])
                return {"success": True}
        return {"success": True} if name == "here" else Answer({"error": {"code": 100, "message": "no"}}, 400)

    def change(self, asked, name):
        self.hidden[name] = asked.said
        return {"success": True}


@pytest.fixture
def meta(net, at):
    return Meta(net, at)


def page(net):
    return facebook.open(Login(1, "facebook", {"page": "10", "api": net.base}, SECRETS))


def gram(net, state=None):
    return instagram.open(Login(2, "instagram", {"ig": "20", "page": "10", "api": net.base}, SECRETS, state or {}))


def saying(at, text="We open at nine.", **more):
    return Saying("case:1:2", text, at, **more)


def test_comments_of_each_person_are_a_conversation_read_once(net, meta, at):
    first = meta.says("Which size?")
    meta.says("38", by="10", name="Northgate", parent=first["id"])
    meta.says("Ugly", by="6", name="Bob")
    meta.show()
    heard = page(net).read({}, at=at)
    items = {one.text: one for one in heard.items}
    assert (items["Which size?"].to_us, items["38"].ours, items["Ugly"].who.name) == (True, True, "Bob")
    assert items["38"].thread == items["Which size?"].thread != items["Ugly"].thread
    assert not page(net).read(heard.cursor, at=at).items
    gone = meta.comments["10_1"].pop()["id"]
    meta.show()
    assert [(one.external, one.deleted) for one in page(net).read(heard.cursor, at=at).items] == [(gone, True)]


def test_every_call_proves_that_it_is_the_apps(net, meta, at):
    page(net).me()
    assert meta.proofs == {hmac.new(b"s", b"t", hashlib.sha256).hexdigest()}


@pytest.mark.parametrize("open_line", [page, gram])
@pytest.mark.parametrize(
    ("ago", "sent"),
    [(HOUR, {"messaging_type": "RESPONSE"}), (2 * DAY, {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}),
     (8 * DAY, None)],
)  # fmt: skip
def test_the_window_for_private_answers_is_kept(net, meta, at, open_line, ago, sent):
    meta.wrote(at - ago)
    done = open_line(net).say(saying(at, private=True, to="5"))
    if sent is None:
        assert done.state == "failed" and "7 days" in done.reply and not meta.sent
    else:
        body = {"recipient": {"id": "5"}, "message": {"text": "We open at nine."}, **sent}
        assert meta.sent == [body] and done.external == "mid.1"


def test_nobody_who_never_wrote_is_written_to(net, meta, at):
    assert page(net).say(saying(at, private=True, to="9")).state == "failed" and not meta.sent


@pytest.mark.parametrize("open_line", [page, gram])
def test_a_token_that_ends_is_told_ahead_and_one_of_a_system_user_never_does(net, meta, at, open_line):
    found = []
    for meta.ends in (0, 1_795_000_000):
        here = open_line(net)
        here.me()
        found.append(here.state["expires_us"])
    net.on("GET", "/v23.0/debug_token")(lambda asked: Answer({"error": {"code": 100}}, 400))
    net.routes.insert(0, net.routes.pop())
    here = open_line(net)
    assert found == [None, 1_795_000_000_000_000] and here.me() and "expires_us" not in here.state


@pytest.mark.parametrize("open_line", [page, gram])
def test_the_same_words_of_a_stranger_are_not_taken_for_our_answer(net, meta, at, open_line):
    meta.says("We open at nine.", post="1_1")
    assert open_line(net).find(saying(at, reply_to="1_1", thread="1_1")) is None


@pytest.mark.parametrize("open_line", [page, gram])
def test_an_answer_lost_on_the_way_is_found(net, meta, at, open_line):
    meta.says("Which size?")
    here = open_line(net)
    one = saying(at, reply_to="1_1", thread="1_1")
    assert here.find(one) is None
    net.take_and_cut = ["POST"]
    assert here.say(one).state == "unknown"
    assert here.find(one).external == "1_77" and here.find(saying(at + HOUR, reply_to="1_1")) is None


def test_a_post_goes_out_with_pictures_that_are_described(net, meta, at):
    done = page(net).say(saying(at, pictures=(Picture(b"x", "image/png", alt="A red shoe"),)))
    assert done.external == "10_99" and meta.photos[0]["alt_text_custom"] == b"A red shoe"
    assert json.loads(meta.published[0]["attached_media[0]"]) == {"media_fbid": "p1"}


def test_a_picture_is_published_in_two_steps_and_waits_until_it_was_fetched(net, meta, at):
    here, meta.status = gram(net), ["IN_PROGRESS", "FINISHED"]
    one = saying(at, pictures=(Picture(b"x", "image/jpeg", "https://shop.example/p.jpg", alt="A red shoe"),))
    assert (here.say(one).state, here.say(one).external) == ("retry", "m9")
    assert [list(each) for each in meta.published] == [["image_url", "alt_text", "caption"], ["creation_id"]]
    assert not here.state["containers"]


def test_the_accounts_own_limit_is_read_before_publishing(net, meta, at):
    meta.used = 50
    one = saying(at, pictures=(Picture(b"x", "image/jpeg", "https://shop.example/p.jpg"),))
    done = gram(net).say(one)
    assert done.state == "retry" and "50 posts" in done.reply and not meta.published
    assert gram(net).say(saying(at)).state == "failed"


def test_comments_on_instagram_are_read_once_with_their_picture(net, meta, at):
    meta.says("Love it")
    meta.show()
    heard = gram(net).read({}, at=at)
    assert [(one.text, one.title, one.to_us) for one in heard.items] == [("Love it", "New shoes", True)]
    assert not gram(net).read(heard.cursor, at=at).items


def test_private_messages_are_private(net, meta, at):
    meta.wrote(at)
    for here in (page(net), gram(net)):
        [item] = here.read({}, at=at).items
        assert (item.kind, item.public, item.thread, item.to_us) == ("dm", False, "dm:5", True)


def test_hiding_editing_taking_down_and_counting(net, meta, at):
    assert page(net).hide("1_1", hidden=True) and gram(net).hide("1_2", hidden=True)
    assert meta.hidden == {"1_1": {"is_hidden": "true"}, "1_2": {"hide": "true"}}
    assert page(net).edit("10_1", saying(at)).state == "handed_off"
    assert page(net).remove("here") and not page(net).remove("gone")
    counted = {"10_1": {"likes": 4, "replies": 1}, "m_private": {}}
    assert page(net).measure(("10_1", "10_2", "m_private")) == counted
    assert gram(net).measure(("10_1", "10_2", "m_private")) == counted


@pytest.mark.parametrize(
    ("error", "headers", "raised", "wait"),
    [({"code": 190, "message": "expired", "error_subcode": 463}, {}, Expired, 0),
     ({"code": 32, "message": "limit"}, {"X-Business-Use-Case-Usage":
      '{"10":[{"type":"pages","estimated_time_to_regain_access":19}]}'}, Slower, 19 * MINUTE),
     ({"code": 4, "message": "limit"}, {}, Slower, HOUR), ({"code": 2, "message": "later"}, {}, Unreachable, 0),
     ({"code": 368, "message": "blocked"}, {}, Slower, 6 * HOUR),
     ({"code": 200, "message": "rights"}, {}, Unreachable, 0)],
)  # fmt: skip
def test_metas_own_codes_are_told_apart(net, meta, at, error, headers, raised, wait):
    net.trouble = [Answer({"error": error}, 400, headers)]
    with pytest.raises(raised) as problem:
        page(net).me()
    assert getattr(problem.value, "wait_us", 0) == wait


@pytest.mark.parametrize(
    ("error", "state"),
    [({"code": 506, "message": "Duplicate status message"}, "unknown"), ({"code": 2, "message": "later"}, "unknown"),
     ({"code": 10, "error_subcode": 2018278, "message": "outside of allowed window"}, "failed"),
     ({"code": 190, "message": "x"}, "unauthorised"), ({"code": 4, "message": "x"}, "retry"),
     ({"code": 100, "message": "x"}, "failed")],
)  # fmt: skip
def test_what_a_refused_post_became_is_told(net, meta, at, error, state):
    net.trouble = [Answer({"error": error}, 400)]
    assert page(net).say(saying(at)).state == state


def call(body, secret="s"):
    raw = json.dumps(body).encode()
    mark = "sha256=" + hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()
    return Incoming(raw, {"x-hub-signature-256": mark}, {}, "https://shop.example/")


LOGIN = Login(1, "facebook", {"page": "10", "ig": "20"}, SECRETS)
FEED = {"object": "page", "entry": [{"id": "10", "time": 1, "changes": [{"field": "feed", "value": {
    "item": "comment", "verb": "add", "comment_id": "1_5", "post_id": "10_1", "parent_id": "10_1", "message": "Hi",
    "from": {"id": "5", "name": "Anna"}, "created_time": 1_790_000_000}}]}]}  # fmt: skip
ECHO = {"object": "page", "entry": [{"id": "10", "messaging": [
    {"sender": {"id": "5"}, "recipient": {"id": "10"}, "timestamp": 1_790_000_000_123,
     "message": {"mid": "m1", "text": "hello", "attachments": [{"type": "image"}]}},
    {"sender": {"id": "10"}, "recipient": {"id": "5"}, "timestamp": 1_790_000_000_456,
     "message": {"mid": "m2", "text": "hi", "is_echo": True}}]}]}  # fmt: skip


def test_calls_bring_comments_and_messages(at):
    [item] = facebook.webhook(call(FEED), LOGIN, at=at).items
    assert (item.external, item.thread, item.parent, item.at) == ("1_5", "1_5", "10_1", 1_790_000_000_000_000)
    theirs, ours = facebook.webhook(call(ECHO), LOGIN, at=at).items
    assert (theirs.text, theirs.thread, ours.ours, ours.thread) == ("hello\n[image]", "dm:5", True, "dm:5")
    gone = json.loads(json.dumps(FEED).replace('"add"', '"remove"'))
    assert facebook.webhook(call(gone), LOGIN, at=at).items[0].deleted
    insta = {"entry": [{"id": "20", "time": 1_790_000_000, "changes": [{"field": "comments", "value": {
        "id": "17", "text": "wow", "from": {"id": "5", "username": "anna"}, "media": {"id": "m1"}}}]}]}  # fmt: skip
    assert instagram.webhook(call(insta), LOGIN, at=at).items[0].who.handle == "@anna"


def test_calls_for_other_pages_of_the_app_say_nothing_here(at):
    other = json.loads(json.dumps(FEED).replace('"id": "10"', '"id": "11"'))
    assert not facebook.webhook(call(other), LOGIN, at=at).items


@pytest.mark.parametrize("forged", [call(FEED, "other"), call(FEED, ""), Incoming(b"{}", {}, {}, "")])
def test_a_forged_call_is_refused(at, forged):
    for login in (LOGIN, Login(1, "facebook", {"page": "10"}, {})):
        with pytest.raises(Forged):
            facebook.webhook(forged, login, at=at)


def test_meta_is_answered_when_it_says_our_words_and_only_then():
    asked = {"hub.mode": "subscribe", "hub.verify_token": "our words", "hub.challenge": "123"}
    assert graph.hello(Incoming(b"", {}, asked, ""), LOGIN) == "123"
    for wrong in (asked | {"hub.verify_token": "guess"}, {}):
        with pytest.raises(Forged):
            graph.hello(Incoming(b"", {}, wrong, ""), LOGIN)
