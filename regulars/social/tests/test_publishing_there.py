"""From the plan to the network and back: handed over, said once, read back, measured; with the real honesty gate."""

from __future__ import annotations

import pytest

from regulars.channels.networks import posting
from regulars.channels.networks.models import Post
from regulars.channels.tests.networks.pretend import connected, pretended
from regulars.core.clock import DAY, HOUR, MINUTE
from regulars.core.models import Business
from regulars.social.actions import handing, scheduling, writing
from regulars.social.measuring.results import results
from regulars.social.models import Plan
from regulars.social.publishing.clock import local_of
from regulars.social.publishing.reading import whole
from regulars.social.tests.press import ANN, MONDAY

pytestmark = pytest.mark.django_db
DUE = MONDAY + HOUR


@pytest.fixture
def there(business, settings, tmp_path):
    """A network in memory. The home is a fresh one: the heartbeat of other tests is not in it."""
    settings.REGULARS_HOME = tmp_path
    with pretended() as network:
        yield network


@pytest.fixture
def account(there):
    return connected(at=MONDAY)


def planned(account, text: str) -> Plan:
    plan = writing.write_plan(title="", words=[writing.Words(account.id, text)], by=ANN, at=MONDAY)
    local = local_of(DUE, Business.load().timezone)
    return scheduling.place(plan_id=plan.id, local=local, by=ANN, at=MONDAY)


def pass_time(account, since: int, until: int, step: int = MINUTE) -> None:
    """The house is awake: every loop runs again and again."""
    for at in range(since, until, step):
        handing.hand_over_due(at=at)
        while posting.say_some(account_id=account.id, at=at):
            pass
        while posting.look_some(account_id=account.id, at=at):
            pass


def state(plan: Plan) -> str:
    return whole(plan.id).standing.state


def test_it_is_said_once_read_back_and_counted(there, account):
    plan = planned(account, "Come in and try the new boots.")
    pass_time(account, DUE - HOUR, DUE + HOUR)
    assert [one.text for one in there.said] == ["Come in and try the new boots."]
    assert state(plan) == "seen" and whole(plan.id).on[0].post.url
    there.metrics[Post.objects.get().external] = {"likes": 7, "replies": 2, "views": 300}
    pass_time(account, DUE + HOUR, DUE + 2 * DAY, HOUR)
    (shown,) = results(at=DUE + 3 * DAY)
    assert (shown.engaged, shown.reach, shown.plan_id) == (9, 300, plan.id)


def test_an_answer_that_gets_lost_is_never_said_twice(there, account):
    there.lost, there.unsure = True, True
    plan = planned(account, "Come in and try the new boots.")
    pass_time(account, DUE, DUE + 5 * MINUTE)
    assert (len(there.said), state(plan)) == (1, "unknown")
    there.lost, there.unsure = False, False
    pass_time(account, DUE + 5 * MINUTE, DUE + 2 * HOUR)
    assert (len(there.said), state(plan)) == (1, "seen")


def test_a_thread_arrives_in_order_each_part_answering_the_one_before(there, account):
    plan = planned(account, "Here is how.\n---\nWax them.\n---\nDry them slowly.")
    pass_time(account, DUE, DUE + HOUR)
    assert [one.text for one in there.said] == ["Here is how.", "Wax them.", "Dry them slowly."]
    first, second, third = (f"p:{one.key}" for one in there.said)
    assert [one.reply_to for one in there.said] == ["", first, second] and third
    assert {one.thread for one in there.said[1:]} == {first}
    assert state(plan) == "seen"


def test_nothing_arrives_while_the_brake_is_pulled(there, account):
    plan = planned(account, "Come in and try the new boots.")
    handing.hand_over_due(at=DUE)
    handing.stop_everything(why="A fire", by=ANN, at=DUE)
    pass_time(account, DUE, DUE + HOUR)
    handing.let_go_on(by=ANN, at=DUE + HOUR)
    pass_time(account, DUE + HOUR, DUE + DAY, HOUR)
    assert (there.said, state(plan)) == ([], "asked")


def test_a_claim_waits_for_a_second_person_at_the_real_gate(there, account):
    plan = planned(account, "These are 40 % lighter than any other boots.")
    pass_time(account, DUE, DUE + HOUR)
    assert (there.said, state(plan)) == ([], "wanted")


def test_the_shops_clock_moves_and_posts_move_with_it(there, account):
    plan = planned(account, "Come in and try the new boots.")
    Business.objects.update(timezone="America/New_York")
    Business._cached = None
    assert scheduling.follow_clock(at=MONDAY) == 1
    variant = whole(plan.id).on[0].variant
    assert local_of(variant.due_us, "America/New_York") == variant.local == local_of(DUE, "Europe/London")
    assert variant.next_us == variant.due_us
