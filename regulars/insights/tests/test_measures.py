"""RFM, cohorts, intervals, the holdout check and the value of the base: checked by plain counting."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.insights import rfm
from regulars.insights.btyd import PurchaseDays, fit_bgnbd, fit_gammagamma
from regulars.insights.checking import auc, check
from regulars.insights.cohorts import retention
from regulars.insights.outlook import Models, outlook
from regulars.insights.proportions import wilson
from regulars.insights.tests import cdnow
from regulars.insights.tests.shops import drawn
from regulars.insights.worth import worth

TODAY = 20_700


def shop(customers=1_500, seed=4):
    rows = np.array(drawn(customers=customers, today=TODAY, seed=seed))
    return PurchaseDays.of(customer=rows[:, 0], day=rows[:, 1], amount=rows[:, 2] / 100)


def learned(days):
    base = days.purchases(TODAY)
    return Models(fit_bgnbd(base.histories), fit_gammagamma(base.histories.x, base.mean_spend), 40.0)


def test_wilson_s_interval_is_the_textbook_one():
    known = wilson(15, 50)
    assert (known.share, round(known.low, 4), round(known.high, 4)) == (0.3, 0.191, 0.4375)
    assert wilson(0, 0) is None and wilson(0, 10).low == 0 and wilson(10, 10).high == pytest.approx(1)


def test_fifths_are_fifths_when_all_values_differ():
    values = np.arange(1_000)
    edges = rfm.borders(values, values, values)
    assert np.bincount(rfm.score(values, edges.recency)).tolist() == [0, 200, 200, 200, 200, 200]


@given(st.lists(st.integers(0, 6), min_size=1, max_size=60))
def test_equal_values_get_equal_scores_and_larger_ones_no_smaller(values):
    edges = rfm.borders(*(np.array(values),) * 3).frequency
    order = np.sort(values)
    scores = rfm.score(order, edges)
    assert scores.min() >= 1 and scores.max() <= 5 and (np.diff(scores) >= 0).all()


def test_every_place_on_the_map_has_a_name_with_a_meaning():
    assert {rfm.cell(r, f) for r in range(1, 6) for f in range(1, 6)} == set(rfm.MEANING)


def test_the_cohort_grid_equals_counting_by_hand():
    days = shop(300)
    found = retention(days, as_of_day=TODAY, months=6)

    def month(day):
        return str(np.datetime64(int(day), "D"))[:7]

    bought = {}
    for who, day in zip(days.owner, days.day, strict=True):
        bought.setdefault(who, []).append(day)
    for cohort in found.cohorts:
        members = [d for d in bought.values() if month(d[0]) == cohort.month[:7]]
        assert cohort.customers == len(members)
        start = np.datetime64(cohort.month[:7], "M")
        for k, active in enumerate(cohort.active):
            assert active == sum(any(month(day) == str(start + k) for day in d) for d in members)
    assert len(found.cohorts) == 6 and found.cohorts[-1].complete == 0


def test_the_repeat_rate_counts_only_people_old_enough_to_tell():
    rows = [(1, 0), (1, 50), (2, 0), (2, 91), (3, 0), (4, 80), (4, 81)]
    days = PurchaseDays.of(
        customer=np.array([r[0] for r in rows]), day=np.array([r[1] for r in rows]), amount=np.ones(len(rows))
    )
    assert (retention(days, as_of_day=100).repeat.hits, retention(days, as_of_day=100).repeat.trials) == (1, 3)


def test_the_model_s_probabilities_are_calibrated_on_cdnow_s_holdout():
    customer, day, dollars = cdnow.transactions()
    days = PurchaseDays.of(customer=customer, day=day, amount=dollars)
    found = check(days, as_of_day=cdnow.CALIBRATION_END + 7 * 39, weeks=39)
    known = sum(b.customers for b in found.buckets)
    assert found.customers == known and found.weeks == 25  # a third of the history
    assert 0.8 < found.predicted / found.actual < 1.05
    assert 0.85 < found.slope < 1.15 and found.slope_low < found.slope < found.slope_high
    assert found.auc > 0.75


def test_drawn_shops_pass_the_check():
    found = check(shop(6_000), as_of_day=TODAY)
    assert found.predicted == pytest.approx(found.actual, rel=0.1)
    assert found.slope_low < 1.05 and found.slope_high > 0.95
    assert found.auc > found.rfm_auc


def test_a_small_or_young_shop_is_not_checked():
    assert check(shop(40), as_of_day=TODAY) is None
    young = replace(shop(300), day=np.full(len(shop(300).day), TODAY))
    assert check(young, as_of_day=TODAY) is None


def test_auc_is_the_share_of_pairs_in_the_right_order():
    score, outcome = np.array([0.1, 0.4, 0.4, 0.9]), np.array([False, True, False, True])
    assert auc(score, outcome) == pytest.approx(3.5 / 4) and auc(score, np.ones(4, bool)) == 0.5


def test_the_interval_of_the_base_s_value_holds_what_comes():
    """Of 30 drawn shops, the next year's turnover lies within the 90% interval in most."""
    inside = 0
    for seed in range(30):
        rows = np.array(drawn(customers=400, today=TODAY + 364, seed=seed, weeks=156))
        rows = rows[np.isin(rows[:, 0], np.unique(rows[rows[:, 1] <= TODAY, 0]))]
        past = rows[rows[:, 1] <= TODAY]
        days = PurchaseDays.of(customer=past[:, 0], day=past[:, 1], amount=past[:, 2] / 100)
        models = learned(days)
        found = worth(days.purchases(TODAY), outlook(days, models, as_of_day=TODAY).value_year, models, seed=seed)
        came = rows[rows[:, 1] > TODAY, 2].sum() / 100 * 1.1**-0.54
        inside += found.low <= came <= found.high
    assert inside >= 22


def test_the_base_s_value_is_the_sum_over_people_whatever_the_sample():
    days = shop(6_000)
    models = learned(days)
    seen = outlook(days, models, as_of_day=TODAY)
    found = worth(days.purchases(TODAY), seen.value_year, models)
    assert found.value == pytest.approx(seen.value_year.sum()) and found.low < found.value < found.high
    assert (found.high - found.low) / found.value < 0.2


@given(st.integers(0, 10_000))
@settings(max_examples=20, deadline=None)
def test_an_outlook_is_finite_for_any_shop(seed):
    random = np.random.default_rng(seed)
    n = int(random.integers(1, 30))
    days = PurchaseDays.of(
        customer=random.integers(0, 5, n), day=TODAY - random.integers(0, 900, n), amount=random.integers(-5, 900, n)
    )
    models = Models(fit_bgnbd(days.purchases(TODAY).histories), None, 10.0)
    seen = outlook(days, models, as_of_day=TODAY)
    for values in (seen.chance_soon, seen.purchases_year, seen.value_year, seen.at_stake):
        assert np.isfinite(values).all() and (values >= 0).all()
    assert (seen.value_year <= seen.at_stake + 1e-9).all()
