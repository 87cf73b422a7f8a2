"""Reports read past days from what was kept of them: figures are those of the waits themselves, to the last bit."""

from __future__ import annotations

from statistics import median

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regulars.channels.networks.models import Item
from regulars.core.clock import DAY, HOUR, MINUTE
from regulars.inbox import days, reports
from regulars.inbox.actions import change_desk, close, merge, reopen, unmerge, write_answer
from regulars.inbox.errors import CannotDo
from regulars.inbox.models import Case, Wait, WaitChange, WaitDay
from regulars.inbox.packing import pack
from regulars.inbox.tests.talk import MONDAY, account, hear, said
from regulars.team.models import User

pytestmark = pytest.mark.django_db
NOW = MONDAY + 9 * DAY
MIDNIGHT = (MONDAY // DAY + 1) * DAY
quiet = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

waits = st.builds(
    dict,
    asked_us=st.integers(MONDAY, NOW)
    | st.sampled_from([MONDAY // DAY * DAY + n * DAY - k for n in (1, 2) for k in (0, 1)]),
    took=st.none() | st.integers(0, 5) | st.integers(0, 3 * DAY),
    kind=st.sampled_from(["mention", "mail", "odd"]),
    how=st.sampled_from(["answer", "close"]),
    account=st.sampled_from([1, 2, 4_000_000]),
    by=st.sampled_from([0, 7, 900_000]),
    first=st.booleans(),
    late=st.booleans(),
)


def store(drawn, begin: int = 1) -> None:
    """Rows as retelling writes them, with what it notes of them."""
    rows = []
    for number, one in enumerate(drawn, begin):
        over = one["took"] is not None
        how, by = (one["how"], one["by"] if one["how"] == "answer" else None) if over else ("", None)
        in_time = None if not over or how == "close" else not one["late"]
        said = {"kind": one["kind"], "how": how, "in_time": in_time, "first": one["first"], "by_user": by}
        hour = one["asked_us"] // HOUR % 168
        rows.append(
            Wait(case_id=number, entry_id=number, account_id=one["account"], public=True, asked_us=one["asked_us"],
                 hour=hour, due_us=NOW - 1 if one["late"] else NOW + 1, ended_us=one["asked_us"] if over else None,
                 business_us=one["took"], packed=pack(**said, hour=hour, account=one["account"]), **said)
        )  # fmt: skip
    Wait.objects.bulk_create(rows)
    days.note_changed(row.asked_us for row in rows if row.ended_us is not None)


def report(since=MONDAY - DAY, until=NOW + 1, **only):
    return reports.answering(since=since, until=until, at=NOW, **only)


def plain(**asked):
    """The report of the waits themselves: nothing is kept."""
    with transaction.atomic():
        WaitDay.objects.all().delete()
        found = report(**asked)
        transaction.set_rollback(True)
    return found


@quiet
@given(
    st.lists(waits, max_size=30), st.lists(waits, max_size=5), st.integers(MONDAY - DAY, NOW),
    st.integers(MONDAY, NOW + DAY),
)  # fmt: skip
def test_kept_or_not_every_figure_is_the_same(business, drawn, later, since, until):
    with transaction.atomic():
        store(drawn)
        days.keep_days(at=NOW)
        store(later, begin=100)
        for asked in (
            {},
            {"since": since, "until": until},
            {"kind": "mail"},
            {"account_id": 4_000_000},
            {"owner": 7},
        ):
            assert report(**asked) == plain(**asked)
        times = [row.business_us for row in Wait.objects.filter(how="answer", business_us__isnull=False)]
        whole = report().whole
        assert (whole.asked, whole.answered) == (len(drawn) + len(later), len(times))
        assert whole.median_us == (round(median(times)) if times else None)
        transaction.set_rollback(True)


@quiet
@given(st.lists(waits, min_size=1, max_size=30), st.integers(1, 8))
def test_when_there_are_too_many_the_newest_are_counted_kept_or_not(business, drawn, most):
    with transaction.atomic():
        store(drawn)
        days.keep_days(at=NOW)
        newest = Wait.objects.filter(business_us__isnull=False).order_by("-asked_us")[:most]
        packed, business_us = days.over_between(MONDAY - DAY, NOW + 1, most)
        assert len(packed) == len(business_us) == len(newest)
        ends = {row.asked_us for row in newest}
        shown = Wait.objects.filter(business_us__isnull=False, asked_us__in=ends)
        assert set(packed.tolist()) <= {row.packed for row in shown}
        transaction.set_rollback(True)


moves = st.lists(
    st.tuples(
        st.sampled_from(["hear", "answer", "edit", "take away", "close", "reopen", "merge", "part", "keep"]),
        st.integers(0, 3),
    ),
    min_size=4,
    max_size=14,
)


@quiet
@given(moves)
def test_whatever_is_done_to_conversations_kept_days_are_never_out_of_date(business, drawn):
    with transaction.atomic():
        ann = User.objects.create_user("ann@northgate.example", name="Ann", role="agent")
        account()
        change_desk(week=[[["00:00", "24:00"]]] * 7, holidays={}, by=ann.by, at=MONDAY)
        for step, (move, which) in enumerate(drawn):
            play(move, which, step, ann.by)
            assert report() == plain()
        days.keep_days(at=NOW)
        assert not WaitChange.objects.exists() and report() == plain()
        transaction.set_rollback(True)


def play(move: str, which: int, step: int, by: str) -> None:
    """One thing that happens to a conversation, half a day after the one before."""
    at = MONDAY + step * 12 * HOUR
    cases, items = list(Case.objects.order_by("id")), list(Item.objects.order_by("id"))
    case, item = (many[which % len(many)] if many else None for many in (cases, items))
    if move == "hear":
        hear(said(f"i{step}", at=at, by=f"p{which}", thread=f"t{which}"), at=at + MINUTE)
    elif move == "keep":
        days.keep_days(at=at)
    elif move in ("edit", "take away") and item:
        gone = {"deleted_us": at, "text": ""} if move == "take away" else {"text": "edited"}
        Item.objects.filter(id=item.id).update(**gone)
        hear(item, at=at)
    elif case:
        acts = {
            "answer": lambda: write_answer(case_id=case.id, text="Yes", way="phone", by=by, at=at),
            "close": lambda: close(case_id=case.id, outcome="solved", by=by, at=at),
            "reopen": lambda: reopen(case_id=case.id, by=by, at=at),
            "merge": lambda: merge(kept_id=cases[0].id, lost_id=case.id, by=by, at=at),
            "part": lambda: unmerge(case_id=case.id, by=by, at=at),
        }
        try:
            with transaction.atomic():
                acts[move]()
        except CannotDo:
            pass


@pytest.mark.django_db(transaction=True)
def test_what_changes_while_a_day_is_read_is_seen_and_kept_next(business, monkeypatch):
    store([{"asked_us": MONDAY, "took": 5, "kind": "mail", "how": "answer", "account": 1, "by": 7, "first": True,
            "late": False}])  # fmt: skip
    asked = days._asked

    def meanwhile(spans, most):
        found = asked(spans, most)
        monkeypatch.setattr(days, "_asked", asked)
        Wait.objects.update(business_us=9)
        days.note_changed([MONDAY])
        return found

    monkeypatch.setattr(days, "_asked", meanwhile)
    days.keep_days(at=NOW)
    assert report().whole.median_us == 9 and WaitChange.objects.count() == 1
    days.keep_days(at=NOW)
    assert report().whole.median_us == 9 and not WaitChange.objects.exists() and WaitDay.objects.get().waits == 1
