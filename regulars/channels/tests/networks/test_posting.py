"""What we say goes out exactly once, whatever happens on the way."""

import pytest

from regulars.channels.networks import posting
from regulars.channels.networks.errors import CannotSay
from regulars.channels.networks.models import Attempt, Post, PostState
from regulars.channels.networks.posting.saying import LEASE
from regulars.channels.networks.shape import Expired, Said, Slower
from regulars.channels.tests.networks.pretend import cleared
from regulars.content.actions import add_picture
from regulars.core.clock import HOUR, MINUTE, SECOND

DOT = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b5500"
    "00000a49444154789c636000000002000148afa4710000000049454e44ae426082"
)
TEXT = "Our sale begins on Friday."


@pytest.fixture
def plan(account, at):
    def plan(key="plan:1", text=TEXT, **more):
        values = {"purpose": "post", "by": "user:1", "at": at, "examined": cleared(text)}
        return posting.plan_post(key=key, account_id=account.id, text=text, **(values | more))

    return plan


def run(account, at):
    """Everything that is due is said and looked after."""
    while posting.say_some(account_id=account.id, at=at):
        pass
    while posting.look_some(account_id=account.id, at=at):
        pass


def hours(account, since, until):
    """Time passes, and the house is awake."""
    for at in range(since, until, 20 * MINUTE):
        run(account, at)


def states():
    return [PostState(state).name for state in Post.objects.order_by("id").values_list("state", flat=True)]


def test_a_post_is_said_once_and_read_back(there, account, plan, at):
    plan()
    run(account, at)
    assert states() == ["HANDED_OFF"]
    run(account, at + 3 * SECOND)
    post = Post.objects.get()
    assert (post.state, post.confirmed_us, post.url) == (
        PostState.CONFIRMED,
        at + 3 * SECOND,
        "https://pretend.example/p/plan:1",
    )
    run(account, at + HOUR)
    assert len(there.said) == 1


def test_a_picture_goes_along_with_an_address_at_which_the_network_can_fetch_it(there, account, plan, at, settings):
    settings.PUBLIC_URL = "https://shop.example"
    kept = add_picture(data=DOT, name="dot.png", by="user:1", at=at)
    pictures = [{"picture": kept.id, "alt": "A dot"}]
    plan(pictures=pictures, examined=cleared(TEXT, alts=("A dot",)))
    run(account, at)
    (sent,) = there.said[0].pictures
    assert sent.url == f"https://shop.example/media/{kept.digest}.png" and sent.content and sent.alt == "A dot"


def test_planning_the_same_key_again_changes_nothing(plan):
    assert plan().id == plan(text="Other words").id
    assert Post.objects.get().text == TEXT


def test_a_public_post_that_nobody_examined_is_held(there, account, plan, at):
    post = plan(examined={})
    run(account, at)
    assert post.state == PostState.HELD and post.trouble and there.said == []
    posting.clear_post(post_id=post.id, examined=cleared(TEXT), by="user:2", at=at)
    run(account, at)
    assert len(there.said) == 1


def test_another_word_in_it_and_the_clearance_no_longer_counts(there, account, plan, at):
    post = plan()
    changed = posting.change_post(post_id=post.id, text=TEXT + " Maybe.", by="user:1", at=at)
    run(account, at)
    assert changed.state == PostState.HELD and there.said == []


def test_a_post_waits_for_its_time(there, account, plan, at):
    plan(due_us=at + HOUR)
    run(account, at + HOUR - 1)
    assert there.said == []
    run(account, at + HOUR)
    assert len(there.said) == 1


def test_what_the_network_asks_to_wait_with_waits_so_long_and_goes_then(there, account, plan, at):
    plan()
    there.answers = [Slower("Too many.", 10 * MINUTE)]
    run(account, at)
    run(account, at + 10 * MINUTE - 1)
    assert there.said == [] and states() == ["PLANNED"]
    run(account, at + 10 * MINUTE)
    assert len(there.said) == 1


def test_what_nobody_knows_is_looked_for_and_not_said_again(there, account, plan, at):
    plan()
    there.lost = True
    run(account, at)
    assert states() == ["UNKNOWN"]
    run(account, at + LEASE - SECOND)
    assert states() == ["UNKNOWN"]
    run(account, at + LEASE)
    assert states() == ["CONFIRMED"] and len(there.said) == 1


def test_what_nobody_knows_and_is_certainly_not_there_is_said(there, account, plan, at):
    plan()
    there.answers = [OSError("the line broke")]
    run(account, at)
    run(account, at + LEASE)
    run(account, at + LEASE)
    run(account, at + LEASE + 3 * SECOND)
    assert states() == ["CONFIRMED"] and len(there.said) == 1
    assert list(Attempt.objects.order_by("id").values_list("state", flat=True)) == [
        "unknown", "retry", "handed_off", "handed_off",
    ]  # fmt: skip


def test_what_nobody_can_tell_waits_for_a_person(there, account, plan, at):
    post = plan()
    there.answers = [OSError("the line broke")]
    run(account, at)
    there.unsure = True
    hours(account, at + HOUR, at + 40 * HOUR)
    post.refresh_from_db()
    assert states() == ["UNKNOWN"] and there.said == [] and "look there" in post.trouble
    posting.settle_unknown(post_id=post.id, sent=False, by="user:1", at=at + 40 * HOUR)
    run(account, at + 40 * HOUR)
    assert len(there.said) == 1


def test_a_dead_key_pauses_the_account_with_a_sentence_and_loses_nothing(there, account, plan, at):
    plan()
    there.answers = [Expired("The password no longer works.")]
    run(account, at)
    account.refresh_from_db()
    assert account.paused_us == at and account.paused_why == "The password no longer works."
    assert states() == ["PLANNED"]


def test_what_the_network_refuses_for_good_fails_and_says_why(there, account, plan, at):
    post = plan()
    there.answers = [Said("failed", reply="Too rude.")]
    run(account, at)
    post.refresh_from_db()
    assert (post.state, post.trouble) == (PostState.FAILED, "Too rude.")
    posting.retry_post(post_id=post.id, by="user:1", at=at)
    run(account, at)
    assert len(there.said) == 1


def test_tries_come_to_an_end(there, account, plan, at):
    plan()
    there.answers = [Said("retry", reply="Not now.") for _ in range(50)]
    hours(account, at, at + 50 * HOUR)
    assert states() == ["FAILED"] and Attempt.objects.count() == len(posting.saying.AGAIN) + 1


def test_the_brake_stops_what_is_public_and_nothing_else(there, account, plan, at):
    said = there.says("Help!", kind="dm", public=False)
    from regulars.channels.networks.models import Item
    from regulars.channels.networks.taking import take

    take(account_id=account.id, heard=[said], at=at)
    plan()
    plan("case:1:1", purpose="private", item_id=Item.objects.get().id, examined={})
    posting.pull_brake(why="Something burns.", by="user:1", at=at)
    run(account, at)
    assert [one.key for one in there.said] == ["case:1:1"]
    assert posting.release_brake(by="user:2", at=at + HOUR) == 1
    run(account, at + HOUR)
    assert [one.key for one in there.said] == ["case:1:1"] and states()[0] == "HELD"
    posting.clear_post(post_id=Post.objects.get(key="plan:1").id, examined=cleared(TEXT), by="user:2", at=at + HOUR)
    run(account, at + HOUR)
    assert [one.key for one in there.said] == ["case:1:1", "plan:1"]


def test_what_is_on_its_way_cannot_be_cancelled_and_what_waits_can(there, account, plan, at):
    post = plan()
    assert posting.cancel_post(post_id=post.id, by="user:1", at=at)
    assert not posting.cancel_post(post_id=post.id, by="user:1", at=at)
    other = plan("plan:2")
    run(account, at)
    with pytest.raises(CannotSay):
        posting.cancel_post(post_id=other.id, by="user:1", at=at)
    assert [one.key for one in there.said] == ["plan:2"]


def test_what_is_too_long_for_the_network_is_refused_with_a_number(plan):
    with pytest.raises(CannotSay, match="12 signs too long"):
        plan(text="x" * 312)


def test_what_vanished_from_the_network_is_noticed_when_it_is_measured(there, account, plan, at):
    plan()
    run(account, at)
    run(account, at + 3 * SECOND)
    there.metrics = {"p:plan:1": {"likes": 7}}
    run(account, at + HOUR)
    assert Post.objects.get().metrics == {"likes": 7}
    there.posts.clear()
    run(account, at + 4 * HOUR)
    assert states() == ["REMOVED"]


def test_taking_down_asks_the_network_and_keeps_the_reason(there, account, plan, at):
    post = plan()
    run(account, at)
    posting.take_down(post_id=post.id, reason="The price was wrong.", by="user:1", at=at)
    post.refresh_from_db()
    assert (post.state, post.trouble, there.posts) == (PostState.REMOVED, "The price was wrong.", {})
