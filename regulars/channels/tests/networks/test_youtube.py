"""YouTube comments: resources as Google documents them, and a quota that is ours before it is theirs."""

import pytest

from regulars.channels.networks import budgets
from regulars.channels.networks.shape import Expired, Login, Saying, Slower
from regulars.channels.providers import youtube
from regulars.channels.providers.youtube.quota import Quota, day_of
from regulars.channels.tests.networks.loopback import Answer
from regulars.channels.tests.networks.tokens import Tokens
from regulars.core.clock import HOUR, MINUTE, from_us

pytestmark = pytest.mark.django_db
EXCEEDED = {"error": {"code": 403, "message": "exceeded", "errors": [{"reason": "quotaExceeded"}]}}


class Channel:
    """A channel with threads in memory; `read` is every call that was answered."""

    def __init__(self, net, at) -> None:
        self.net, self.at, self.threads, self.number = net, at, {}, 0
        self.tokens = Tokens(net)
        for method, path, does in (
            ("GET", "/channels", self.channels), ("GET", "/commentThreads", self.list),
            ("GET", "/comments", self.comments), ("POST", "/comments", self.insert),
            ("PUT", "/comments", self.update), ("GET", "/videos", self.videos),
            ("DELETE", "/comments", self.delete), ("POST", "/comments/setModerationStatus", self.moderate),
            ("GET", "/search", self.search),
        ):  # fmt: skip
            net.on(method, path)(lambda asked, does=does: self.tokens.check(asked) or does(asked))
        self.hidden = {}

    def comment(self, words, *, by="UCanna", parent=""):
        self.number += 1
        name = f"{parent}.r{self.number}" if parent else f"t{self.number}"
        when = from_us(self.at + self.number * MINUTE).isoformat().replace("+00:00", "Z")
        made = {"kind": "youtube#comment", "id": name, "snippet": {
            "authorDisplayName": "@" + by[2:], "authorProfileImageUrl": "https://yt.example/a.jpg",
            "authorChannelUrl": f"https://www.youtube.com/@{by[2:]}", "authorChannelId": {"value": by},
            "textDisplay": words, "textOriginal": words, "canRate": True, "likeCount": 2, "publishedAt": when,
            "updatedAt": when, **({"parentId": parent} if parent else {"videoId": "v1"})}}  # fmt: skip
        if parent:
            self.threads[parent]["all"].append(made)
        else:
            self.threads[name] = {"top": made, "all": []}
        return made

    def channels(self, asked):
        return {"items": [{"id": "UCus", "snippet": {"title": "Northgate", "customUrl": "@northgate"}}]}

    def list(self, asked):
        found = [
            {"kind": "youtube#commentThread", "id": name, "snippet": {"videoId": "v1", "topLevelComment": one["top"],
             "totalReplyCount": len(one["all"])}, "replies": {"comments": one["all"][:5]}}
            for name, one in self.threads.items()
        ]  # fmt: skip
        return {"items": found[::-1][:100]}

    def videos(self, asked):
        return {"items": [{"id": "v1", "snippet": {"title": "How to lace boots"}}]}

    def comments(self, asked):
        if "parentId" in asked.params:
            return {"items": self.threads[asked.params["parentId"]]["all"]}
        ids = asked.params["id"].split(",")
        every = [one for thread in self.threads.values() for one in [thread["top"], *thread["all"]]]
        return {"items": [one for one in every if one["id"] in ids]}

    def insert(self, asked):
        said = asked.said["snippet"]
        return self.comment(said["textOriginal"], by="UCus", parent=said["parentId"])

    def update(self, asked):
        return {"id": asked.said["id"]}

    def delete(self, asked):
        thread, name = self.threads.get(asked.params["id"].partition(".")[0]), asked.params["id"]
        here = [one for one in thread["all"] if one["id"] == name] if thread else []
        if here:
            thread["all"].remove(here[0])
            return Answer("", 204)
        return Answer("", 204) if self.threads.pop(name, None) else Answer({"error": {}}, 404)

    def moderate(self, asked):
        self.hidden[asked.params["id"]] = asked.params["moderationStatus"]
        return Answer("", 204)

    def search(self, asked):
        return {"items": [{"id": {"videoId": "v9"}, "snippet": {"publishedAt": "2026-09-21T10:00:00Z",
                "channelId": "UCjo", "channelTitle": "Jo", "title": "Boots tested",
                "description": "pinch"}}]}  # fmt: skip


@pytest.fixture
def channel(net, at):
    return Channel(net, at)


def line(net, account=7, units="10000", secrets=None):
    settings = {"api": net.base, "token_url": f"{net.base}/token", "client_id": "c", "units": units}
    return youtube.open(Login(account, "youtube", settings, secrets or {"client_secret": "s", "refresh": "r1"}))


def used(at):
    return budgets.spent(account_id=7, name="units", period=day_of(at))


def saying(at, to="t1", text="We open at nine."):
    return Saying("case:1:2", text, at, reply_to=to)


def test_comments_and_answers_are_read_once_with_their_video(net, channel, at):
    channel.comment("Where can I buy them?")
    channel.comment("In the shop", by="UCus", parent="t1")
    here = line(net)
    heard = here.read({}, at=at)
    asked, answer = heard.items
    assert (asked.to_us, asked.title, asked.who.handle) == (True, "How to lace boots", "@anna")
    assert (answer.ours, answer.to_us, answer.thread, answer.parent) == (True, False, "t1", "t1")
    assert not here.read(heard.cursor, at=at).items


def test_a_long_thread_is_read_whole_when_it_grows(net, channel, at):
    channel.comment("first")
    here = line(net)
    cursor = here.read({}, at=at).cursor
    for number in range(9):
        channel.comment(f"reply {number}", parent="t1")
    assert len([one for one in here.read(cursor, at=at).items if one.parent]) == 9


def test_what_was_taken_down_there_is_gone_here(net, channel, at):
    for word in ("old", "gone", "new"):
        channel.comment(word)
    here = line(net)
    cursor = here.read({}, at=at).cursor
    del channel.threads["t2"]
    assert [(one.external, one.deleted) for one in here.read(cursor, at=at).items] == [("t2", True)]


def test_every_call_takes_its_documented_units(net, channel, at):
    channel.comment("hello")
    here = line(net)
    here.read({}, at=at)
    before = used(at)
    here.say(saying(at))
    assert (before, used(at) - before) == (2, 50)


def test_nothing_is_asked_once_the_units_of_the_day_are_used_up(net, channel, at):
    channel.comment("hello")
    here = line(net, units="60")
    here.read({}, at=at)
    assert here.say(saying(at)).state == "handed_off"
    asked = len(net.asked)
    done = here.say(saying(at, text="Again"))
    assert done.state == "retry" and "midnight" in done.reply and len(net.asked) == asked
    with pytest.raises(Slower) as slower:
        for _ in range(20):
            here.read({}, at=at)
    assert 0 < slower.value.wait_us <= 25 * HOUR


def test_google_counts_days_from_midnight_in_california():
    winter = 1_767_254_400_000_000  # 2026-01-01 08:00 UTC is midnight there
    assert (day_of(winter - 1), day_of(winter)) == ("2025-12-31", "2026-01-01")
    quota = Quota(1, 1)
    quota.at = winter - HOUR
    assert quota.rest() == HOUR


def test_googles_own_word_that_the_quota_is_used_up_ends_the_day(net, channel, at):
    here = line(net)
    here.me()
    net.trouble = [Answer(EXCEEDED, 403)]
    for _ in range(2):
        with pytest.raises(Slower, match="midnight"):
            here.read({}, at=at)
    assert used(at) == 10_000


def test_an_answer_stands_under_the_first_comment_and_is_found_after_a_break(net, channel, at):
    channel.comment("hello")
    reply = channel.comment("me too", parent="t1")["id"]
    here = line(net)
    here.me()
    net.take_and_cut = ["POST"]
    one = saying(at, to=reply)
    assert here.find(one) is None
    assert here.say(one).state == "unknown"
    assert here.find(one).external.startswith("t1.") and here.find(saying(at, text="Other")) is None


def test_hiding_taking_down_counting_and_searching(net, channel, at):
    channel.comment("spam")
    here = line(net)
    assert here.hide("t1", hidden=True) and here.hide("t1", hidden=False) and channel.hidden == {"t1": "published"}
    assert here.measure(("t1", "t9")) == {"t1": {"likes": 2}}
    assert here.remove("t1") and not here.remove("t1")
    [found] = here.search("boots", {}, at=at).items
    assert (found.kind, found.to_us, found.title) == ("post", False, "Boots tested")


def test_a_token_that_ended_is_renewed_and_one_that_was_taken_back_says_so(net, channel, at):
    channel.comment("hello")
    here = line(net)
    here.read({}, at=at)
    channel.tokens.number += 5  # the token ends before its time
    assert here.read({}, at=at).items
    channel.tokens.number += 5
    channel.tokens.refused = True
    with pytest.raises(Expired, match="revoked"):
        here.read({}, at=at)


def test_comments_that_are_switched_off_cannot_be_answered(net, channel, at):
    here = line(net)
    here.me()
    net.trouble = [Answer({"error": {"code": 403, "message": "The video has disabled comments.",
                                     "errors": [{"reason": "commentsDisabled"}]}}, 403)]  # fmt: skip
    done = here.say(saying(at))
    assert done.state == "failed" and "disabled comments" in done.reply


def test_comments_are_read_on_when_the_searches_of_the_day_are_used_up(net, channel, at):
    channel.comment("hello")
    here = line(net)
    budgets.use_up(account_id=7, name="searches", period=day_of(at), most=100)
    assert here.search("boots", {}, at=at).wait_us > 0 and here.read({}, at=at).items
