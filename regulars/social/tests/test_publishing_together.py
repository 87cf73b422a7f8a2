"""Several workers and colleagues at the same moment. SQLite has one writer, so this is asked of PostgreSQL."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest
from django.db import connection

from regulars.channels.networks.models import Post
from regulars.core.clock import MINUTE
from regulars.social.actions import handing, scheduling
from regulars.social.models import Variant
from regulars.social.publishing.clock import moment_of
from regulars.social.tests.press import ANN, MONDAY, TUESDAY, account, draft, planned, use_networks

pytestmark = pytest.mark.django_db(transaction=True)
DUE = moment_of(TUESDAY, "Europe/London")


@pytest.fixture(autouse=True)
def _networks(monkeypatch, business):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time.")
    use_networks(monkeypatch)


def at_once(act, *things) -> None:
    """Each in a thread with a connection of its own; what goes wrong there goes wrong here."""

    def run(thing) -> None:
        try:
            act(thing)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(things)) as pool:
        list(pool.map(run, things))


def test_four_workers_hand_each_post_over_once():
    a, b = account(), account("beta")
    for n in range(8):
        planned(a, b, text=f"Boots number {n}.")
    at_once(lambda n: [handing.hand_over_due(at=DUE + n) for _pass in range(4)], *range(4))
    assert Post.objects.count() == 16
    assert set(Counter(Post.objects.values_list("key", flat=True)).values()) == {1}


def test_the_same_words_planned_twice_by_two_accounts_leave_once():
    a, other = account(), account(name="Kids")
    one = planned(a, text="Boots.")
    two = draft(other, text="Boots!")
    Variant.objects.filter(plan_id=two.id).update(local=TUESDAY, due_us=DUE, next_us=DUE)
    numbers = list(Variant.objects.filter(plan_id__in=(one.id, two.id)).values_list("id", flat=True))
    at_once(lambda number: handing.hand_over(variant_id=number, at=DUE + MINUTE), *numbers)
    assert Post.objects.count() == 1
    assert "said there" in Variant.objects.get(post_key="").trouble


def test_six_colleagues_who_reach_for_the_next_slot_get_six_slots():
    where, tick = account(), count()
    for weekday in range(7):
        scheduling.keep_slot(account_id=where.id, weekday=weekday, clock="18:00", by=ANN, at=MONDAY)
    plans = [draft(where, text=f"Boots number {n}.").id for n in range(6)]
    at_once(lambda plan: scheduling.queue_plan(plan_id=plan, by=ANN, at=MONDAY + next(tick)), *plans)
    held = list(Variant.objects.values_list("slot_us", flat=True))
    assert len(set(held)) == 6 and None not in held
