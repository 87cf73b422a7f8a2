"""Google reviews: the resources of the Business Profile API v4 as documented."""

import pytest

from regulars.channels.networks.shape import Expired, Login, Saying, Slower
from regulars.channels.providers import google
from regulars.channels.providers.google.line import original
from regulars.channels.tests.networks.loopback import Answer
from regulars.channels.tests.networks.tokens import Tokens
from regulars.core.clock import MINUTE, from_us

pytestmark = pytest.mark.django_db
PLACE = "accounts/12/locations/34"


class Place:
    """A location with reviews in memory."""

    def __init__(self, net, at) -> None:
        self.at, self.reviews, self.tokens = at, {}, Tokens(net)
        net.on("GET", f"/{PLACE}/reviews")(lambda asked: self.tokens.check(asked) or self.list(asked))
        net.on("GET", rf"/{PLACE}/reviews/(\w+)")(lambda asked, n: self.reviews.get(n) or Answer({}, 404))
        net.on("PUT", rf"/{PLACE}/reviews/(\w+)/reply")(self.answer)
        net.on("DELETE", rf"/{PLACE}/reviews/(\w+)/reply")(self.forget)

    def review(self, words, stars="FIVE", *, minute=0, name="Jo"):
        number = f"r{len(self.reviews) + 1}"
        when = from_us(self.at + (minute or len(self.reviews)) * MINUTE).isoformat().replace("+00:00", "Z")
        self.reviews[number] = {
            "name": f"{PLACE}/reviews/{number}", "reviewId": number, "starRating": stars, "comment": words,
            "reviewer": {"displayName": name, "profilePhotoUrl": "https://g.example/p.jpg"}, "createTime": when,
            "updateTime": when,
        }  # fmt: skip
        return self.reviews[number]

    def list(self, asked):
        found = sorted(self.reviews.values(), key=lambda one: one["updateTime"], reverse=True)
        start, size = int(asked.params.get("pageToken", 0)), int(asked.params["pageSize"])
        more = {"nextPageToken": str(start + size)} if start + size < len(found) else {}
        return {"reviews": found[start : start + size], "averageRating": 4.5, "totalReviewCount": len(found), **more}

    def answer(self, asked, number):
        self.reviews[number]["reviewReply"] = {"comment": asked.said["comment"], "updateTime": "2026-09-22T08:00:00Z"}
        return self.reviews[number]["reviewReply"]

    def forget(self, asked, number):
        return {} if self.reviews[number].pop("reviewReply", None) else Answer({}, 404)


@pytest.fixture
def place(net, at):
    return Place(net, at)


def line(net):
    settings = {"api": net.base, "token_url": f"{net.base}/token", "client_id": "c", "location": PLACE}
    return google.open(Login(3, "google", settings, {"client_secret": "s", "refresh": "r1"}))


def saying(at, text="Thank you, Jo.", to="r1"):
    return Saying("case:1:2", text, at, reply_to=to)


def test_reviews_are_read_once_however_many_with_stars_and_words(net, place, at):
    for number in range(120):
        place.review(f"review {number}", "TWO")
    heard = line(net).read({}, at=at)
    assert len(heard.items) == 120 and {one.stars for one in heard.items} == {2.0}
    assert all(one.kind == "review" and one.to_us for one in heard.items)
    assert not line(net).read(heard.cursor, at=at).items


def test_only_what_is_new_or_changed_is_read_and_namesakes_stay_two_people(net, place, at):
    place.review("good")
    cursor = line(net).read({}, at=at).cursor
    place.review("bad", "ONE", minute=5)
    place.reviews["r1"] |= {"comment": "not so good", "starRating": "THREE", "updateTime": "2026-09-21T15:00:00Z"}
    found = {one.external: one for one in line(net).read(cursor, at=at).items}
    assert found["r1"].edited_us and found["r1"].stars == 3.0 and found["r2"].stars == 1.0
    assert found["r1"].who.name == found["r2"].who.name and found["r1"].who.external != found["r2"].who.external


@pytest.mark.parametrize(
    ("comment", "words"),
    [("Great shop", "Great shop"), ("Great shop\n\n(Translated by Google)\nToller Laden", "Great shop"),
     ("(Translated by Google) Great\n\n(Original)\nToller Laden", "Toller Laden"), ("", "")],
)  # fmt: skip
def test_what_the_person_wrote_is_kept_and_not_googles_translation(comment, words):
    assert original(comment) == words


def test_an_answer_replaces_itself_and_is_found(net, place, at):
    place.review("good")
    assert line(net).find(saying(at)) is None
    net.take_and_cut = ["PUT"]
    assert [line(net).say(saying(at)).state, line(net).say(saying(at)).state] == ["unknown", "handed_off"]
    assert line(net).find(saying(at)).external == "r1:reply"
    assert line(net).edit("r1:reply", saying(at, "Thanks!")).state == "handed_off"
    ours = [one for one in line(net).read({}, at=at).items if one.ours]
    assert [(one.text, one.parent) for one in ours] == [("Thanks!", "r1")]
    assert line(net).remove("r1:reply") and not line(net).remove("r1:reply")


def test_an_answer_that_is_too_long_is_not_sent(net, place, at):
    done = line(net).say(saying(at, "é" * 2049))
    assert done.state == "failed" and "4096 bytes" in done.reply and not net.paths("PUT")


def test_nothing_in_an_id_leads_to_another_address(net, place, at):
    line(net).say(saying(at, to="../../x?y#"))
    assert net.paths("PUT") == [f"/{PLACE}/reviews/....xy/reply"]


def test_googles_limit_is_waited_for_and_a_location_that_is_none_is_refused(net, place, at):
    line(net).me()
    net.trouble = [Answer({"error": {"code": 429, "status": "RESOURCE_EXHAUSTED", "message": "Quota"}}, 429)] * 2
    with pytest.raises(Slower):
        line(net).read({}, at=at)
    bad = google.open(Login(3, "google", {"location": "shop"}, {}))
    with pytest.raises(Expired, match="accounts/123"):
        bad.me()
