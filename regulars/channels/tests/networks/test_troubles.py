"""What holds for every kind of network when it is slow, broken or no longer lets us in: it is left alone for as long
as it says, the account says why, nothing is lost or said twice, and no other account waits for it."""

import threading
from contextlib import ExitStack

import pytest
from django.db import connection

from regulars.channels.networks import accounts, borrowing, kinds, posting, reading
from regulars.channels.networks.errors import CannotSay
from regulars.channels.networks.models import Account, Item, Post, PostState
from regulars.channels.tests.networks.every import KINDS, LOCKED, SPEAKING, every, is_about, stalled
from regulars.channels.tests.networks.loopback import Answer, Cut, Net, serving
from regulars.channels.tests.networks.pretend import cleared, connected
from regulars.core.clock import DAY, HOUR, MINUTE, SECOND

OUTAGES = {"an error": Answer("", 503), "a page of a proxy": Answer("<html>Bad gateway</html>", 502), "a cut": Cut}
MANY = 60
MODERATED = ("discourse", "facebook", "instagram")
ANSWER = "We open at nine on Sundays."


@pytest.fixture
def here(request, net, db, business, at, settings, tmp_path):
    """A network of the kind, with an account on it. The home is a fresh one."""
    settings.REGULARS_HOME = tmp_path
    yield every(request.param, net, at)
    borrowing.close_all()


def read(here, at):
    """Read now, as when its time has come; how it stands afterwards."""
    reading.read_account(here.account.id, at)
    here.account.refresh_from_db()
    return here.account


def heard(*words):
    """These words, each once, and nothing else of others."""
    theirs = [item.text + item.title for item in Item.objects.filter(ours=False, to_us=True)]
    return len(theirs) == len(words) and all(sum(word in text for text in theirs) == 1 for word in words)


def answered(here, at):
    """Our answer to the first thing they said, planned."""
    here.says("One")
    read(here, at)
    item = Item.objects.filter(ours=False).earliest("id")
    about = {"purpose": "reply", "item_id": item.id, "by": "user:1", "examined": cleared(ANSWER)}
    return posting.plan_post(key="case:1:2", account_id=here.account.id, text=ANSWER, at=at, **about)


def until_said(here, post, at):
    """Hours pass, and the house is awake."""
    for now in range(at, at + 3 * HOUR, 30 * SECOND):
        while posting.say_some(account_id=here.account.id, at=now):
            pass
        while posting.look_some(account_id=here.account.id, at=now):
            pass
        post.refresh_from_db()
        if post.state in (PostState.HANDED_OFF, PostState.CONFIRMED):
            return now
    raise AssertionError(f"{PostState(post.state).name}: {post.trouble}")


def test_every_kind_that_is_asked_over_http_is_here():
    assert {kind for kind in kinds.KINDS if kind not in ("mailbox", "form", "box")} == set(KINDS)


@pytest.mark.parametrize("here", KINDS, indirect=True)
def test_a_limit_is_waited_for_as_long_as_told_and_nothing_is_lost(here, at):
    here.says("One")
    read(here, at)
    here.says("Two")
    here.net.trouble = [here.slow]
    now = here.account.next_us
    account = read(here, now)
    assert is_about(account.next_us - now) and account.trouble and account.paused_us is None
    before = len(here.net.asked)
    assert account.id not in reading.due(account.next_us - SECOND)
    read(here, account.next_us - SECOND)
    assert len(here.net.asked) == before
    assert read(here, account.next_us).trouble == "" and heard("One", "Two")


@pytest.mark.parametrize("trouble", OUTAGES)
@pytest.mark.parametrize("here", KINDS, indirect=True)
def test_an_outage_is_said_tried_again_and_loses_nothing(here, at, trouble):
    here.says("One")
    read(here, at)
    here.says("Two")
    now, waits = here.account.next_us, []
    here.net.trouble = [OUTAGES[trouble]] * MANY
    for _ in range(3):
        account = read(here, now)
        waits.append(account.next_us - now)
        now = account.next_us
    assert waits == [5 * SECOND, 10 * SECOND, 20 * SECOND]
    assert account.trouble and account.failing_us and account.paused_us is None
    here.net.trouble = []
    account = read(here, now)
    assert (account.trouble, account.failing_us, account.failures) == ("", None, 0) and heard("One", "Two")


@pytest.mark.parametrize("here", LOCKED, indirect=True)
def test_a_key_that_ended_pauses_the_account_with_a_sentence_and_nothing_is_tried_with_it(here, at):
    here.says("One")
    read(here, at)
    here.says("Two")
    here.net.trouble = [here.dead] * MANY
    account = read(here, here.account.next_us)
    assert account.paused_us and len(account.paused_why) > 20 and account.id not in reading.due(at + DAY)
    before = len(here.net.asked)
    read(here, at + DAY)
    assert len(here.net.asked) == before
    here.net.trouble = []
    accounts.resume(account_id=account.id, by="user:1", at=at + HOUR)
    assert read(here, at + HOUR).trouble == "" and heard("One", "Two")


@pytest.mark.parametrize("here", SPEAKING, indirect=True)
def test_an_answer_waits_as_long_as_the_network_says_and_goes_out_once(here, at):
    post = answered(here, at)
    here.net.trouble = [here.slow]
    assert posting.say_some(account_id=here.account.id, at=at)
    post.refresh_from_db()
    assert post.state == PostState.PLANNED and is_about(post.due_us - at) and post.trouble and here.ours() == 0
    asked = len(here.net.asked)
    assert not posting.say_some(account_id=here.account.id, at=post.due_us - SECOND)
    assert len(here.net.asked) == asked
    until_said(here, post, post.due_us)
    assert here.ours() == 1


@pytest.mark.parametrize("trouble", [*OUTAGES, "an answer that got lost"])
@pytest.mark.parametrize("here", SPEAKING, indirect=True)
def test_an_answer_outlives_an_outage_and_goes_out_once(here, at, trouble):
    post = answered(here, at)
    if trouble in OUTAGES:
        here.net.trouble = [OUTAGES[trouble]] * MANY
    else:
        here.net.take_and_cut = [here.writes]
    posting.say_some(account_id=here.account.id, at=at)
    post.refresh_from_db()
    assert post.state != PostState.FAILED
    here.net.trouble = []
    until_said(here, post, at + SECOND)
    assert here.ours() == 1 and here.net.take_and_cut == []


@pytest.mark.parametrize("here", LOCKED, indirect=True)
def test_an_answer_waits_for_a_key_that_ended(here, at):
    post = answered(here, at)
    here.net.trouble = [here.dead] * MANY
    assert posting.say_some(account_id=here.account.id, at=at)
    post.refresh_from_db()
    assert post.state == PostState.PLANNED and post.trouble and Account.objects.get().paused_why
    assert not posting.say_some(account_id=here.account.id, at=at + DAY) and here.ours() == 0
    here.net.trouble = []
    accounts.resume(account_id=here.account.id, by="user:1", at=at + MINUTE)
    until_said(here, post, at + MINUTE)
    assert here.ours() == 1


@pytest.mark.parametrize("here", ["facebook", "instagram"], indirect=True)
def test_a_picture_that_an_answer_cannot_carry_is_refused_and_not_left_out(here, at):
    here.says("One")
    read(here, at)
    item = Item.objects.filter(ours=False).earliest("id")
    with pytest.raises(CannotSay, match="no pictures"):
        posting.plan_post(
            key="case:1:2", account_id=here.account.id, purpose="reply", item_id=item.id, text=ANSWER, by="user:1",
            pictures=[{"picture": 1, "alt": "A red shoe"}], examined=cleared(ANSWER), at=at,
        )  # fmt: skip


@pytest.mark.parametrize("here", SPEAKING, indirect=True)
def test_what_we_said_is_taken_down_and_is_not_there_any_more(here, at):
    post = answered(here, at)
    now = until_said(here, post, at)
    post = posting.take_down(post_id=post.id, reason="The hours were wrong.", by="user:1", at=now)
    assert post.state == PostState.REMOVED and here.ours() == 0 and here.gone(post.external)
    asked = len(here.net.asked)
    assert posting.take_down(post_id=post.id, reason="again", by="user:1", at=now).trouble == "The hours were wrong."
    assert len(here.net.asked) == asked


@pytest.mark.parametrize("here", MODERATED, indirect=True)
def test_what_somebody_said_below_ours_is_deleted_there_and_here(here, at):
    here.says("Buy followers at spam.example")
    here.says("Nice shoes")
    read(here, at)
    item = Item.objects.get(text__contains="spam.example")
    posting.delete_item(item_id=item.id, by="user:1", at=at)
    item.refresh_from_db()
    assert item.deleted_us == at and item.text == "" and here.gone(item.external)
    asked = len(here.net.asked)
    posting.delete_item(item_id=item.id, by="user:1", at=at)
    assert len(here.net.asked) == asked
    read(here, here.account.next_us)
    (left,) = Item.objects.filter(ours=False, deleted_us=None)
    assert "Nice shoes" in left.text and here.account.trouble == ""


@pytest.mark.parametrize("here", MODERATED, indirect=True)
def test_what_the_network_does_not_delete_is_not_called_deleted(here, at):
    here.says("Buy followers at spam.example")
    read(here, at)
    item = Item.objects.get(ours=False)
    here.net.trouble = [Answer({"error": {"code": 100, "message": "missing permissions"}}, 404)]
    with pytest.raises(CannotSay, match="look there"):
        posting.delete_item(item_id=item.id, by="user:1", at=at)
    item.refresh_from_db()
    assert item.deleted_us is None and "spam.example" in item.text and not here.gone(item.external)


def test_every_network_that_lets_us_delete_words_of_others_is_tried():
    assert {kind for kind in kinds.KINDS if "moderate" in kinds.network(kind).can} == set(MODERATED)


@pytest.mark.django_db(transaction=True)
def test_when_every_kind_hangs_at_once_a_live_account_is_heard_at_once(business, at, there, monkeypatch):
    if connection.vendor == "sqlite" and "memory" in str(connection.settings_dict["NAME"]):
        pytest.skip("threads do not share a database in memory")
    monkeypatch.setenv("REGULARS_PRIVATE_OUTSIDE", "1")
    over = threading.Event()
    with ExitStack() as stack:
        nets = {kind: stack.enter_context(serving(Net())) for kind in KINDS}
        for kind, net in nets.items():
            every(kind, net, at)
            stalled(net, over.is_set)
        live = connected(at=at)
        there.says("Hello")
        try:
            reading.read_networks(at)
            thread, _ = reading.READERS.busy[live.id]
            thread.join(120)
            assert not thread.is_alive() and Item.objects.get().text == "Hello"
            hanging = [number for number, (one, _) in reading.READERS.busy.items() if one.is_alive()]
            assert len(hanging) == len(KINDS) and not Account.objects.exclude(id=live.id).exclude(trouble="").exists()
        finally:
            over.set()
            reading.READERS.wait()
    assert Account.objects.exclude(trouble="").count() == len(KINDS) and not Post.objects.exists()
