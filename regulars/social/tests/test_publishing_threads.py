"""Threads that break off half-way: told, and sent to their end when somebody says so; no part is ever said twice."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regulars.channels.networks import posting
from regulars.channels.networks.models import Account, Post, PostState
from regulars.channels.networks.shape import Said
from regulars.channels.tests.networks.pretend import connected, pretended
from regulars.core.clock import HOUR, MINUTE, SECOND
from regulars.social.actions import handing, threads
from regulars.social.errors import CannotDo
from regulars.social.models import Plan, Variant
from regulars.social.publishing.reading import waiting, whole
from regulars.social.tests.press import ANN, MONDAY
from regulars.social.tests.test_publishing_there import DUE, pass_time, planned

pytestmark = pytest.mark.django_db
WORDS = ["Here is how.", "Wax them.", "Dry them slowly."]
TEXT = "\n---\n".join(WORDS)
NO = Said("failed", reply="No.")


@pytest.fixture
def there(business, settings, tmp_path):
    settings.REGULARS_HOME = tmp_path
    with pretended() as network:
        yield network


@pytest.fixture
def account(there):
    return connected(at=MONDAY)


@pytest.fixture
def half(there, account) -> Plan:
    """A thread whose second part the network refused."""
    plan = planned(account, TEXT)
    pass_time(account, DUE, DUE + 2 * SECOND, SECOND)
    there.answers.append(NO)
    pass_time(account, DUE + 4 * SECOND, DUE + HOUR)
    assert said(there) == WORDS[:1]
    return plan


def said(there) -> list[str]:
    return [one.text for one in there.said]


def text_of(plan: Plan) -> Variant:
    return Variant.objects.get(plan_id=plan.id)


def go_on(plan: Plan, at: int = DUE + HOUR) -> bool:
    return threads.send_the_rest(variant_id=text_of(plan).id, by=ANN, at=at)


def test_what_broke_off_says_so_and_is_listed(half):
    (on,) = whole(half.id).on
    assert (on.standing.state, on.broken) == ("broken", (1, 3))
    assert "broke off after part 1" in on.standing.why
    assert [one.plan.id for one in waiting(at=DUE + HOUR).trouble] == [half.id]


def test_the_rest_follows_and_no_part_is_said_twice(there, account, half):
    assert go_on(half) and not go_on(half)
    pass_time(account, DUE + HOUR, DUE + 2 * HOUR)
    assert said(there) == WORDS
    assert [one.reply_to for one in there.said] == ["", *(f"p:{one.key}" for one in there.said[:2])]
    assert whole(half.id).standing.state == "seen" and whole(half.id).on[0].broken is None
    with pytest.raises(CannotDo, match="All of it is there"):
        go_on(half, DUE + 2 * HOUR)


def test_the_last_part_is_read_back_before_anything_follows(there, account, half):
    there.unsure = True
    go_on(half)
    pass_time(account, DUE + HOUR, DUE + 3 * HOUR)
    assert said(there) == WORDS[:1] and "could not be read back" in text_of(half).trouble
    there.unsure = False
    go_on(half, DUE + 3 * HOUR)
    pass_time(account, DUE + 3 * HOUR, DUE + 4 * HOUR)
    assert said(there) == WORDS


def test_nothing_follows_a_part_that_is_gone(there, account, half):
    there.posts.clear()
    go_on(half)
    pass_time(account, DUE + HOUR, DUE + 3 * HOUR)
    assert said(there) == WORDS[:1]
    with pytest.raises(CannotDo, match="taken down"):
        go_on(half, DUE + 3 * HOUR)


def test_the_brake_stops_a_thread_between_two_parts_and_it_asks_before_it_goes_on(there, account):
    plan = planned(account, TEXT)
    pass_time(account, DUE, DUE + 3 * SECOND, SECOND)
    handing.hand_over_due(at=DUE + 4 * SECOND)
    assert Post.objects.filter(state=PostState.PLANNED).count() == 1
    handing.stop_everything(why="A fire", by=ANN, at=DUE + 4 * SECOND)
    with pytest.raises(CannotDo, match="Everything public is stopped"):
        Variant.objects.update(next_us=None)
        go_on(plan, DUE + MINUTE)
    Variant.objects.update(next_us=DUE + MINUTE)
    pass_time(account, DUE + MINUTE, DUE + HOUR)
    handing.let_go_on(by=ANN, at=DUE + HOUR)
    pass_time(account, DUE + HOUR, DUE + 2 * HOUR)
    assert said(there) == WORDS[:1] and whole(plan.id).on[0].broken == (1, 3)
    go_on(plan, DUE + 2 * HOUR)
    pass_time(account, DUE + 2 * HOUR, DUE + 3 * HOUR)
    assert said(there) == WORDS


def test_while_nobody_knows_of_a_part_nothing_goes_on(there, account, half):
    Post.objects.filter(state=PostState.FAILED).update(state=PostState.UNKNOWN)
    Variant.objects.update(next_us=None)
    with pytest.raises(CannotDo, match="Nobody knows"):
        go_on(half)
    assert whole(half.id).on[0].standing.state == "unknown"


def test_a_first_part_that_is_tried_again_is_followed_by_the_others(there, account):
    plan = planned(account, TEXT)
    there.answers.append(NO)
    pass_time(account, DUE, DUE + 10 * MINUTE)
    assert (said(there), whole(plan.id).standing.state) == ([], "failed")
    handing.say_again(variant_id=text_of(plan).id, by=ANN, at=DUE + 10 * MINUTE)
    pass_time(account, DUE + 10 * MINUTE, DUE + HOUR)
    assert said(there) == WORDS and whole(plan.id).standing.state == "seen"


def test_what_is_left_as_it_is_waits_for_nobody(there, half):
    from regulars.social.actions.scheduling import withdraw

    withdraw(plan_id=half.id, by=ANN, at=DUE + HOUR)
    assert waiting(at=DUE + HOUR).trouble == [] and whole(half.id).on[0].broken is None


HAPPENS = st.lists(st.sampled_from(["refuse", "lose", "stop", "release", "rest", "again", "minutes", "hours"]),
                   min_size=3, max_size=9)  # fmt: skip


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(HAPPENS)
def test_whatever_happens_parts_arrive_in_order_and_once(business, settings, tmp_path, happens):
    settings.REGULARS_HOME = tmp_path
    for model in (Variant, Plan, Post, Account):
        model.objects.all().delete()
    with pretended() as there:
        account = connected(at=MONDAY)
        plan, at = planned(account, TEXT), DUE
        for one in [*happens, "release", "minutes"]:
            there.lost = one == "lose"
            with contextlib.suppress(CannotDo):
                match one:
                    case "refuse":
                        there.answers = [NO]
                    case "stop":
                        handing.stop_everything(why="A fire", by=ANN, at=at)
                    case "release":
                        handing.let_go_on(by=ANN, at=at, stand=True)
                    case "rest":
                        go_on(plan, at)
                    case "again":
                        handing.say_again(variant_id=text_of(plan).id, by=ANN, at=at)
            end = at + (3 * HOUR if one == "hours" else 3 * MINUTE)
            pass_time(account, at, end, 10 * MINUTE if one == "hours" else 20 * SECOND)
            at = end
            told = said(there)
            assert told == WORDS[: len(told)]
        posting.release_brake(by=ANN, at=at)
