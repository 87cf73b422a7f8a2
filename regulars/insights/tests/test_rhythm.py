"""Rhythm, drifting, coming back and being a regular mean what the pages say they mean."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.insights.btyd import PurchaseDays
from regulars.insights.rhythm import LEAST_SILENCE, NEVER, rhythm
from regulars.insights.tests.test_published_tables import PRINTED


def of(*customers):
    """Purchase days of customers 0, 1, 2, ..."""
    rows = [(i, day) for i, days in enumerate(customers) for day in days]
    return PurchaseDays.of(
        customer=np.array([r[0] for r in rows]), day=np.array([r[1] for r in rows]), amount=np.ones(len(rows))
    )


def test_the_usual_gap_is_the_median_and_needs_three_purchases():
    gap = rhythm(of([0], [0, 7], [0, 7, 21], [0, 7, 21, 24]), PRINTED).gap
    assert np.isnan(gap[:2]).all() and gap[2:].tolist() == [10.5, 7.0]


def test_a_weekly_customer_drifts_after_four_weeks_and_a_quarterly_one_after_much_longer():
    weekly, quarterly = of(range(0, 365, 7)), of(range(0, 365, 91))
    silence = [int(rhythm(d, PRINTED).drifts_on[0] - d.day[-1]) for d in (weekly, quarterly)]
    assert silence[0] == LEAST_SILENCE and 182 <= silence[1] < 400


def test_people_with_one_or_two_purchases_have_no_rhythm_to_drift_from():
    assert rhythm(of([0], [0, 9]), PRINTED).drifts_on.tolist() == [NEVER, NEVER]


def test_the_silence_that_counts_is_unusual_for_nine_in_ten():
    r, alpha = PRINTED.parameters[:2]
    days = of([0, 70, 140])
    silent = (rhythm(days, PRINTED).drifts_on[0] - 140) / 7
    chance = ((alpha + 20) / (alpha + 20 + silent)) ** (r + 2)
    assert 0.098 < chance <= 0.1


def test_a_purchase_after_a_drift_is_a_comeback():
    weekly = list(range(0, 140, 7))
    back = rhythm(of([*weekly, 133 + 60], [*weekly, 140], [0, 400]), PRINTED).back_on
    assert back.tolist() == [193, NEVER, NEVER]


def test_a_regular_is_so_since_the_third_purchase_within_a_year():
    found = rhythm(of([0, 100, 200], [0, 300, 600], [0, 300, 600, 610, 620]), PRINTED)
    assert found.spell_from.tolist() == [200, NEVER, 610]
    assert found.spell_to.tolist() == [364, NEVER, 600 + 364]


def test_a_spell_goes_on_while_three_purchases_always_lie_within_a_year():
    kept = rhythm(of([0, 100, 200, 300, 400]), PRINTED)
    broken = rhythm(of([0, 10, 20, 500, 510, 520]), PRINTED)
    assert (kept.spell_from[0], broken.spell_from[0]) == (200, 520)


@given(st.lists(st.sets(st.integers(0, 1_500), min_size=1, max_size=12), min_size=1, max_size=5))
@settings(max_examples=150, deadline=None)
def test_spells_equal_a_walk_through_every_day(customers):
    found = rhythm(of(*map(sorted, customers)), PRINTED)
    for i, days in enumerate(customers):
        holds = [sum(d - 364 <= day <= d for day in days) >= 3 for d in range(max(days) + 400)]
        last = max((d for d, yes in enumerate(holds) if yes), default=NEVER)
        begin = last
        while begin > 0 and holds[begin - 1]:
            begin -= 1
        assert (found.spell_from[i], found.spell_to[i]) == (begin if last != NEVER else NEVER, last)


@pytest.mark.parametrize("customers", [[[5]], [[1, 2, 3]], [[0], [1]], [[0, 1, 2, 3, 4]]])
def test_tiny_shops_have_rhythms_too(customers):
    assert len(rhythm(of(*customers), PRINTED).gap) == len(customers)
