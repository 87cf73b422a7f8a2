"""A Discourse forum: payloads as its API documentation gives them."""

import hashlib
import hmac
import json

import pytest

from regulars.channels.networks.shape import Expired, Login, Picture, Saying, Slower
from regulars.channels.providers import Forged, Incoming, discourse
from regulars.channels.tests.networks.loopback import Answer
from regulars.core.clock import HOUR, MINUTE, from_us


class Forum:
    """Posts in memory."""

    def __init__(self, net, at) -> None:
        self.at, self.posts, self.topics, self.private, self.names = at, {}, 0, set(), {}
        on = net.on
        on("GET", "/posts.json")(self.newest)
        on("GET", r"/posts/(\d+).json")(lambda asked, n: self.posts.get(int(n)) or Answer({"errors": ["no"]}, 404))
        on("POST", "/posts.json")(self.create)
        on("PUT", r"/posts/(\d+).json")(self.change)
        on("DELETE", r"/posts/(\d+).json")(lambda asked, n: {} if self.posts.pop(int(n), 0) else Answer({}, 404))
        on("GET", "/u/northgate.json")(lambda asked: {"user": {"username": "northgate", "name": "Northgate"}})
        on("GET", "/topics/private-messages/northgate.json")(self.letters)
        on("GET", r"/t/(\d+).json")(lambda asked, n: self.topic(int(n)))
        on("GET", r"/t/external_id/([\w-]+).json")(self.by_name)
        on("GET", "/user_actions.json")(self.done)
        on("GET", "/search.json")(self.search)
        on("POST", "/uploads.json")(lambda asked: {"short_url": "upload://abc.png"})

    def post(self, user, raw, *, topic=None, **more):
        number = len(self.posts) + 1
        self.topics += topic is None
        topic = topic or self.topics
        when = from_us(self.at + number * MINUTE).isoformat().replace("+00:00", "Z")
        self.posts[number] = {
            "id": number, "name": user.title(), "username": user, "avatar_template": "/a/{size}.png", "version": 1,
            "created_at": when, "updated_at": when, "cooked": f"<p>{raw}</p>", "raw": raw, "post_type": 1,
            "post_number": 1 + sum(one["topic_id"] == topic for one in self.posts.values()), "reply_count": 0,
            "reply_to_user": None, "topic_id": topic, "topic_slug": "shoes", "topic_title": "Shoes", "reads": 4,
            "actions_summary": [{"id": 2, "count": 3}], "user_deleted": False, "hidden": False, **more,
        }  # fmt: skip
        return self.posts[number]

    def newest(self, asked):
        before = int(asked.params.get("before", 10**9))
        found = [
            one for number, one in self.posts.items() if number <= before and one["topic_id"] not in self.private
        ]
        return {"latest_posts": sorted(found, key=lambda one: -one["id"])[:50]}

    def topic(self, number):
        found = [one for one in self.posts.values() if one["topic_id"] == number]
        return {"id": number, "title": "About my order", "post_stream": {"posts": found}}

    def letters(self, asked):
        last = {n: max(p["created_at"] for p in self.posts.values() if p["topic_id"] == n) for n in self.private}
        return {"topic_list": {"topics": [{"id": n, "last_posted_at": when} for n, when in last.items()]}}

    def create(self, asked):
        said = asked.said
        if any(one["raw"] == said["raw"] for one in self.posts.values()):
            return Answer({"errors": ["Body is too similar to what you recently posted"]}, 422)
        made = self.post("northgate", said["raw"], topic=said.get("topic_id"))
        self.names |= {said["external_id"]: made["topic_id"]} if "external_id" in said else {}
        made["sent"] = said
        return made

    def change(self, asked, number):
        self.posts[int(number)] |= {"raw": asked.said["post"]["raw"], "version": 2}
        return {"post": self.posts[int(number)]}

    def by_name(self, asked, name):
        return self.topic(self.names[name]) if name in self.names else Answer({"errors": ["no"]}, 404)

    def done(self, asked):
        ours = [one for one in self.posts.values() if one["username"] == "northgate"]
        return {"user_actions": [{"post_id": one["id"], "created_at": one["created_at"],
                                  "topic_id": one["topic_id"], "post_number": one["post_number"]} for one in
                                 reversed(ours)]}  # fmt: skip

    def search(self, asked):
        words = asked.params["q"].split(" order:")[0]
        found = [{**one, "blurb": one["raw"]} for one in self.posts.values() if words in one["raw"]]
        return {"posts": found, "topics": [{"id": 1, "title": "Shoes"}]}


@pytest.fixture
def forum(net, at):
    return Forum(net, at)


def line(net, **more):
    settings = {"url": net.base, "username": "northgate", **more}
    return discourse.open(Login(1, "discourse", settings, {"key": "k", "hook": "s"}))


def saying(at, text="We open at nine on Sundays.", **more):
    return Saying("case:1:2", text, at, **more)


def test_what_concerns_us_is_told_from_what_was_only_said(net, forum, at):
    forum.post("anna", "Which shoes?")
    forum.post("bob", "Ask @northgate, they know", topic=1)
    forum.post("cleo", "see northgate.com or @northgates", topic=1)
    forum.post("dan", "thanks", topic=1, reply_to_user={"username": "Northgate"})
    items = line(net).read({}, at=at).items
    assert [(one.who.name, one.to_us) for one in items] == [("Dan", True), ("Cleo", False), ("Bob", True),
                                                            ("Anna", False)]  # fmt: skip
    assert {one.thread for one in items} == {"topic:1"} and items[0].metrics["likes"] == 3
    assert [one.to_us for one in line(net, scope="all").read({}, at=at).items] == [True, False, True, True]


def test_everything_since_the_last_time_is_read_once(net, forum, at):
    forum.post("anna", "first")
    cursor = line(net).read({}, at=at).cursor
    for number in range(130):
        forum.post("bob", f"post {number}")
    heard = line(net).read(cursor, at=at)
    assert len(heard.items) == 130 and not line(net).read(heard.cursor, at=at).items


def test_edits_and_deletions_are_noticed(net, forum, at):
    for word in ("kept", "gone", "changed", "newest"):
        forum.post("anna", word)
    cursor = line(net).read({}, at=at).cursor
    del forum.posts[2], forum.posts[4]
    forum.posts[3] |= {"version": 2, "cooked": "<p>other</p>"}
    found = {one.external: one for one in line(net).read(cursor, at=at).items}
    assert set(found) == {"2", "3", "4"} and found["2"].deleted and found["4"].deleted
    assert found["3"].text == "other" and found["3"].edited_us


def test_private_messages_are_read_and_are_private(net, forum, at):
    topic = forum.post("anna", "my order number is 12")["topic_id"]
    forum.private.add(topic)
    [item] = line(net).read({}, at=at).items
    assert (item.kind, item.public, item.to_us, item.title) == ("dm", False, True, "About my order")


def test_an_answer_stands_under_what_it_answers_and_saying_it_twice_gives_one(net, forum, at):
    asked = forum.post("anna", "when do you open?")
    net.take_and_cut = ["POST"]
    one = saying(at, reply_to=str(asked["id"]))
    assert [line(net).say(one).state, line(net).say(one).state] == ["unknown", "unknown"]
    found = line(net).find(one)
    assert (found.state, found.external, len(forum.posts)) == ("handed_off", "2", 2)
    assert forum.posts[2]["sent"]["reply_to_post_number"] == 1


def test_a_new_topic_is_found_by_our_own_number(net, forum, at):
    net.take_and_cut = ["POST"]
    one = saying(at, title="Opening hours on Sundays")
    assert line(net).find(one) is None
    assert line(net).say(one).state == "unknown"
    assert line(net).find(one).external == "1"


def test_an_answer_that_never_arrived_is_certainly_not_there(net, forum, at):
    asked = forum.post("anna", "hello there")
    forum.post("northgate", "Something else we said", topic=1)
    forum.posts[2]["created_at"] = from_us(at - HOUR).isoformat()
    assert line(net).find(saying(at, reply_to=str(asked["id"]))) is None


def test_a_picture_stands_in_the_text_with_its_description(net, forum, at):
    line(net).say(
        saying(at, title="New shoes in the shop", pictures=(Picture(b"x", "image/png", alt="A [red] shoe"),))
    )
    assert forum.posts[1]["raw"].endswith("![A  red  shoe](upload://abc.png)")


def test_editing_taking_down_searching_and_counting(net, forum, at):
    forum.post("northgate", "We open at nine on Sundays.")
    forum.post("bob", "my chain broke", topic=1)
    here = line(net)
    assert here.edit("1", saying(at, text="We open at ten on Sundays.")).external == "1"
    assert [one.text for one in here.search("chain", {}, at=at).items] == ["my chain broke"]
    assert here.measure(("1", "77"))["1"]["views"] == 4
    assert here.remove("1") and not here.remove("1")


def call(body, secret="s", event="post_created"):
    raw = json.dumps(body).encode()
    mark = "sha256=" + hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()
    headers = {"x-discourse-event-signature": mark, "x-discourse-event": event}
    return Incoming(raw, headers, {}, "https://shop.example/hooks/x")


def test_a_call_of_the_forum_brings_the_post_and_a_forged_one_nothing(net, forum, at):
    login = Login(1, "discourse", {"url": net.base, "username": "northgate"}, {"hook": "s"})
    post = forum.post("anna", "hey @northgate")
    assert discourse.webhook(call({"post": post}), login, at=at).items[0].to_us
    assert discourse.webhook(call({"post": post}, event="post_destroyed"), login, at=at).items[0].deleted
    for bad in (call({"post": post}, "other"), Incoming(b"{}", {}, {}, "")):
        with pytest.raises(Forged):
            discourse.webhook(bad, login, at=at)
    with pytest.raises(Forged):
        discourse.webhook(call({}, ""), Login(1, "discourse", {}, {}), at=at)


def test_a_wrong_key_and_a_full_limit_are_told_apart(net, forum, at):
    net.trouble = [Answer({"errors": ["You are not permitted: the API username or key is invalid."],
                           "error_type": "invalid_access"}, 403)]  # fmt: skip
    with pytest.raises(Expired):
        line(net).me()
    net.trouble = [Answer({"errors": ["slow down"], "extras": {"wait_seconds": 18}}, 429, {"Retry-After": "18"})]
    with pytest.raises(Slower) as slower:
        line(net).read({}, at=at)
    assert slower.value.wait_us == 18_000_000 and line(net).me().handle == "@northgate"
