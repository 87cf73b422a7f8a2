"""The mathematics hold beyond the printed cases: derivatives, coherence, extremes, odd shops."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.insights.btyd import (
    Histories,
    betageo,
    fit_bgnbd,
    fit_gammagamma,
    fit_mbgnbd,
    gammagamma,
    histories_from_purchases,
)
from regulars.insights.btyd.predict import (
    chance_alive,
    chance_of_count,
    chance_to_buy,
    discounted_purchases,
    expected_of_new_customer,
    expected_purchases,
)
from regulars.insights.btyd.simulate import CDNOW, simulate
from regulars.insights.tests.test_published_tables import PRINTED, known


@pytest.fixture(scope="module")
def simulated():
    return simulate(customers=60_000, seed=11)


def _numeric(likelihood, p):
    """Gradient of the value and of the gradient, by central differences."""
    grad, hess = np.zeros(len(p)), np.zeros((len(p), len(p)))
    for i in range(len(p)):
        step = np.zeros(len(p))
        step[i] = 1e-5 * p[i]
        up, down = likelihood(p + step), likelihood(p - step)
        grad[i] = (up[0] - down[0]) / (2 * step[i])
        hess[i] = (up[1] - down[1]) / (2 * step[i])
    return grad, hess


@pytest.mark.parametrize("modified", [False, True])
def test_gradient_and_hessian_of_the_beta_geometric_models_are_exact(modified):
    base = simulate(customers=3_000, seed=5)[0].histories.compressed()
    likelihood, p = betageo.Likelihood(base, modified=modified), np.array([0.4, 5.0, 0.9, 2.1])
    grad, hess = _numeric(likelihood, p)
    assert likelihood(p)[1] == pytest.approx(grad, rel=1e-6, abs=1e-3)
    assert likelihood(p)[2] == pytest.approx(hess, rel=1e-6, abs=1e-2)


def test_gradient_and_hessian_of_the_gammagamma_are_exact():
    purchases = simulate(customers=3_000, seed=6)[0]
    repeat = purchases.histories.x > 0
    likelihood = gammagamma.Likelihood(purchases.histories.x[repeat], purchases.mean_spend[repeat])
    p = np.array([5.0, 3.0, 20.0])
    grad, hess = _numeric(likelihood, p)
    assert likelihood(p)[1] == pytest.approx(grad, rel=1e-6, abs=1e-3)
    assert likelihood(p)[2] == pytest.approx(hess, rel=1e-6, abs=1e-3)


def test_a_known_truth_is_found_within_three_standard_errors(simulated):
    purchases, _ = simulated
    fit = fit_bgnbd(purchases.histories)
    assert np.abs((np.array(CDNOW) - fit.parameters) / fit.optimum.standard_errors).max() < 3
    spend = fit_gammagamma(purchases.histories.x, purchases.mean_spend)
    assert np.abs((np.array([6.25, 3.74, 15.44]) - spend.parameters) / spend.optimum.standard_errors).max() < 3


def test_expected_purchases_add_up_to_what_happens(simulated):
    purchases, future = simulated
    expected = expected_purchases(fit_bgnbd(purchases.histories), purchases.histories, weeks=26)
    assert expected.sum() == pytest.approx(future.sum(), rel=0.03)


def test_the_chance_to_buy_is_calibrated(simulated):
    purchases, future = simulated
    chance = chance_to_buy(fit_bgnbd(purchases.histories), purchases.histories, weeks=26)
    for low in (0.1, 0.3, 0.5, 0.7):
        those = (chance >= low) & (chance < low + 0.2)
        assert (future[those] > 0).mean() == pytest.approx(chance[those].mean(), abs=0.03)


def test_compressed_rows_give_the_same_fit_as_one_row_per_customer(simulated):
    base = simulated[0].histories.rows(slice(0, 5_000))
    single = Histories(base.x, base.recency, base.age, np.ones(len(base)))
    assert fit_bgnbd(base).parameters == pytest.approx(fit_bgnbd(single).parameters, rel=1e-6)
    assert base.compressed().weights().sum() == len(base)


def test_the_chances_of_all_counts_add_up_to_one_and_to_the_expectation():
    for fit in (PRINTED, known(0.525, 6.183, 0.891, 1.614, modified=True)):
        chances = chance_of_count(fit, counts=np.arange(3_000), weeks=30)
        assert chances.sum() == pytest.approx(1, abs=1e-6)
        assert chances @ np.arange(3_000) == pytest.approx(expected_of_new_customer(fit, weeks=30)[0], rel=1e-4)


def test_frequent_buyers_overflow_nothing():
    x = np.array([221, 254, 161, 204, 132, 133, 5_000])
    days = np.array([724, 680, 663, 690, 1400, 1400, 3_000])
    age = np.array([725, 681, 686, 696, 1400, 1400, 9_000])
    for fit in (PRINTED, known(0.525, 6.183, 0.891, 1.614, modified=True)):
        base = Histories(x, days, age)
        for values in (
            chance_alive(fit, base),
            chance_to_buy(fit, base, weeks=13),
            expected_purchases(fit, base, weeks=10),
        ):
            assert np.isfinite(values).all() and (values >= 0).all()


def test_a_drop_out_shape_of_exactly_one_is_no_hole():
    base = Histories(np.array([3]), np.array([100]), np.array([200]))
    around = [expected_purchases(known(0.243, 4.414, a, 2.426), base, weeks=26)[0] for a in (0.999, 1.0, 1.001)]
    assert around[0] > around[1] > around[2] and around[1] == pytest.approx(np.mean(around), rel=1e-5)


def test_undiscounted_months_add_up_to_the_expectation():
    base = simulate(customers=500, seed=1)[0].histories
    year = discounted_purchases(PRINTED, base, months=12, yearly_discount=0.0)
    assert year == pytest.approx(expected_purchases(PRINTED, base, weeks=52), rel=1e-9)
    assert (discounted_purchases(PRINTED, base, months=12, yearly_discount=0.1) < year).all()


def test_distinct_pairs_give_the_same_as_one_evaluation_each(monkeypatch):
    base = simulate(customers=2_000, seed=2)[0].histories
    shared = expected_purchases(PRINTED, base, weeks=26)
    monkeypatch.setattr("regulars.insights.btyd.predict._TABLE_LIMIT", 0)
    assert shared == pytest.approx(expected_purchases(PRINTED, base, weeks=26), rel=1e-12)


ODD_SHOPS = {
    "nobody came back": Histories(np.zeros(50, int), np.zeros(50, int), np.arange(50) + 1),
    "everybody comes every week": Histories(np.full(30, 20), np.full(30, 140), np.full(30, 143)),
    "one customer": Histories(np.array([2]), np.array([30]), np.array([60])),
    "all on the first day": Histories(np.zeros(9, int), np.zeros(9, int), np.zeros(9, int)),
    "nobody ever leaves": Histories(np.arange(1, 200), np.full(199, 180), np.full(199, 181)),
}


@pytest.mark.parametrize("shop", ODD_SHOPS)
@pytest.mark.parametrize("fitter", [fit_bgnbd, fit_mbgnbd])
def test_odd_shops_get_finite_predictions(shop, fitter):
    base = ODD_SHOPS[shop]
    fit = fitter(base)
    assert fit.optimum.converged and np.isfinite(fit.optimum.standard_errors).all()
    assert max(fit.parameters) < 1e4
    for values in (expected_purchases(fit, base, weeks=52), chance_to_buy(fit, base, weeks=13)):
        assert np.isfinite(values).all() and (values >= 0).all()


def test_an_empty_shop_is_told_so():
    nobody = Histories(*(np.zeros(0, dtype=int),) * 3)
    with pytest.raises(ValueError, match="import purchases first"):
        fit_bgnbd(nobody)
    with pytest.raises(ValueError, match="bought twice"):
        fit_gammagamma(np.array([0, 0]), np.array([0.0, 0.0]))


def test_equal_spending_of_everybody_does_not_break_the_spend_model():
    fit = fit_gammagamma(np.full(100, 3), np.full(100, 20.0))
    expected = fit.expected_spend(np.array([0, 1, 3]), np.array([0.0, 20.0, 20.0]))
    assert expected == pytest.approx([20, 20, 20], rel=0.05)


purchases = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 60), st.integers(1, 10_000)), min_size=1, max_size=80
)


@given(purchases, st.integers(0, 70))
@settings(max_examples=200, deadline=None)
def test_aggregation_equals_a_plain_loop(rows, as_of):
    got = histories_from_purchases(
        customer=np.array([r[0] for r in rows]),
        day=np.array([r[1] for r in rows]),
        amount=np.array([r[2] for r in rows]),
        as_of_day=as_of,
    )
    by_customer: dict[int, dict[int, int]] = {}
    for who, day, amount in rows:
        if day <= as_of:
            days = by_customer.setdefault(who, {})
            days[day] = days.get(day, 0) + amount
    assert got.customer.tolist() == sorted(by_customer)
    for i, who in enumerate(sorted(by_customer)):
        days = sorted(by_customer[who])
        repeat = [by_customer[who][d] for d in days[1:]]
        history = got.histories
        assert (history.x[i], history.recency[i], history.age[i]) == (
            len(repeat),
            days[-1] - days[0],
            as_of - days[0],
        )
        assert got.mean_spend[i] == pytest.approx(sum(repeat) / len(repeat) if repeat else 0)
