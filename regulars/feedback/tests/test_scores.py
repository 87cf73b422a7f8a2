"""Figures over stored answers: response rates, groups, weights, and what an anonymous survey does not show."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.core.clock import DAY
from regulars.feedback import actions
from regulars.feedback.figures import part_of
from regulars.feedback.models import Invitation, Response, Survey
from regulars.feedback.scores import (
    breakdown,
    by_segment,
    change,
    funnel,
    made_score,
    safe,
    score,
    trend,
    weighted,
)
from regulars.feedback.tests.cast import MONDAY, asked, running, someone
from regulars.segments import actions as segments


@pytest.fixture
def survey(business):
    return running(wave="month")


def stored(survey, scores, *, at=MONDAY, store="", start=0):
    """So many answers of people who were asked."""
    for n, value in enumerate(scores, start):
        one = Invitation.objects.create(
            survey_id=survey.id, version=1, wave="2026-09", node_id=1000 + n, occasion="x", channel="email",
            store=store, queued_us=at, due_us=at, expires_us=at, invited_us=at,
            answered_us=None if value is None else at,
        )  # fmt: skip
        if value is not None:
            Response.objects.create(
                id=10_000 + n, survey_id=survey.id, version=1, wave="2026-09", invitation_id=one.id,
                node_id=one.node_id, source="email", score=value, part=part_of("nps", value), answered_us=at,
                store=store,
            )  # fmt: skip


@pytest.mark.django_db
def test_the_response_rate_stands_beside_the_score(survey):
    stored(survey, [10] * 6 + [5] * 2 + [None] * 12)
    found = score(survey)
    assert (found.figure.value, found.n, found.asked, found.answered) == (50, 8, 20, 8)
    assert found.rate.value == 0.4 and found.rate.low < 0.4 < found.rate.high


@pytest.mark.django_db
def test_when_the_whole_list_answered_nothing_is_left_to_chance(survey):
    stored(survey, [10] * 6 + [5] * 2)
    assert score(survey, finite=True).figure.margin == 0
    assert score(survey).figure.margin > 20


@pytest.mark.django_db
def test_excluded_and_second_answers_of_a_device_do_not_count(survey):
    stored(survey, [10, 10, 0])
    actions.exclude(response_id=10_002, why="our own test", by="user:1", at=MONDAY)
    Response.objects.filter(id=10_001).update(duplicate=True)
    assert (score(survey).n, score(survey).figure.value) == (1, 100)


@pytest.mark.django_db
def test_months_begin_by_the_wall_clock_of_the_shop(survey):
    last_hour = MONDAY + 9 * DAY + 13 * 3_600_000_000 + 1_800_000_000  # 30 September, 23:30 in London
    stored(survey, [10], at=last_hour)
    stored(survey, [0], at=last_hour + 3_600_000_000, start=5)
    assert [(p.begin.isoformat(), p.score.figure.value) for p in trend(survey)] == [
        ("2026-09-01", 100),
        ("2026-10-01", -100),
    ]


@pytest.mark.django_db
def test_two_waves_differ_with_an_interval(survey):
    now, before = (
        made_score("nps", {"promoter": 200, "detractor": 50}),
        made_score("nps", {"promoter": 100, "detractor": 90}),
    )
    found = change(now, before)
    assert found.low > 0 and found.low < found.value < found.high


@pytest.mark.django_db
def test_weighting_gives_those_who_seldom_answer_their_share(survey):
    stored(survey, [10] * 60 + [None] * 40, store="Web")
    stored(survey, [0] * 20 + [None] * 80, store="High Street", start=500)
    found = weighted(survey)
    assert score(survey).figure.value == 50
    assert found.figure.value == pytest.approx(0, abs=1)
    assert found.effective < found.n == 80


@pytest.mark.django_db
def test_groups_have_their_own_scores_and_rates(survey):
    stored(survey, [10, 10, None], store="Web")
    stored(survey, [0], store="High Street", start=500)
    found = dict(breakdown(survey, "store"))
    assert found["Web"].figure.value == 100 and (found["Web"].asked, found["Web"].answered) == (3, 2)
    with pytest.raises(KeyError):
        breakdown(survey, "node_id")


@pytest.mark.django_db(transaction=True)
def test_a_segment_has_the_score_of_its_people(survey):
    alice, bob = someone("alice"), someone("bob")
    made = segments.create_list(name="Guests", by="user:1", at=MONDAY)
    segments.add_people(segment_id=made.id, person_ids=[bob], by="user:1", at=MONDAY)
    while segments.tick(MONDAY):
        pass
    for person, value in ((alice, "10"), (bob, "2")):
        actions.answer(invitation_id=asked(survey, person).id, said={"score": value}, at=MONDAY)
    assert by_segment(survey, [made.id])[made.id].figure.value == -100


@pytest.mark.django_db
def test_the_way_of_a_question_is_kept_step_by_step(survey):
    one = asked(survey, someone("alice"))
    asked(survey, someone("chen", consent="withdrawn"))
    actions.answer(invitation_id=one.id, said={"score": "9"}, at=MONDAY + 1)
    found = funnel(survey)
    assert (found.invited, found.delivered, found.opened, found.started, found.answered) == (1, 1, 0, 1, 1)
    assert found.dropped == {"consent": 1}


groups = st.lists(st.integers(0, 30), min_size=1, max_size=6)


@given(groups, st.integers(3, 8))
def test_of_an_anonymous_survey_no_group_under_the_smallest_can_be_worked_out(sizes, least):
    survey = Survey(anonymous=True, smallest_group=least)
    shown = dict(safe(survey, [(n, made_score("nps", {"promoter": size})) for n, size in enumerate(sizes)]))
    assert all(one.n >= least for one in shown.values())
    hidden = [size for n, size in enumerate(sizes) if n not in shown and size]
    assert sum(hidden) == 0 or sum(hidden) >= least or not shown  # the whole less what is shown
