"""Scores reproduce published tables, and their intervals contain the truth as often as they say."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.feedback import figures

TABLE = [  # n at 50 % promoters and 20 % detractors: margin (Wald), low and high (adjusted Wald)
    (30, 27.9, 0.7, 53.9),
    (100, 15.3, 14.1, 44.2),
    (400, 7.7, 22.2, 37.4),
    (1000, 4.8, 25.1, 34.7),
    (5000, 2.2, 27.8, 32.1),
]
counts = st.integers(0, 500)


@pytest.mark.parametrize(("n", "margin", "low", "high"), TABLE)
def test_the_published_table_is_reproduced(n, margin, low, high):
    parts = (0.5 * n, 0.3 * n, 0.2 * n)
    assert figures.nps_wald(*parts).margin == pytest.approx(margin, abs=0.051)
    found = figures.nps(*parts)
    assert found.value == pytest.approx(30)
    assert (found.low, found.high) == (pytest.approx(low, abs=0.051), pytest.approx(high, abs=0.051))


@pytest.mark.parametrize(
    ("points", "p", "d", "needed"), [(5, 0.5, 0.2, 938), (5, 0.5, 0.5, 1537), (3, 0.5, 0.2, 2604)]
)
def test_how_many_answers_are_needed_is_as_published(points, p, d, needed):
    assert abs(figures.answers_needed(points, p=p, d=d) - needed) <= 1


@pytest.mark.parametrize(
    ("n", "p", "d", "wald", "adjusted"), [(20, 0.8, 0.02, 92.8, 96.0), (30, 0.5, 0.2, 93.7, 94.7)]
)
def test_intervals_contain_the_truth_as_often_as_they_say(n, p, d, wald, adjusted):
    draws = np.random.default_rng(7).multinomial(n, [p, 1 - p - d, d], size=20_000)
    outcomes, often = np.unique(draws, axis=0, return_counts=True)
    truth = 100 * (p - d)

    def coverage(interval):
        found = [interval(*map(int, one)) for one in outcomes]
        inside = np.array([one.low - 1e-9 <= truth <= one.high + 1e-9 for one in found])
        return 100 * (inside * often).sum() / often.sum()

    assert coverage(figures.nps_wald) == pytest.approx(wald, abs=0.7)
    assert coverage(figures.nps) == pytest.approx(adjusted, abs=0.7)


@given(counts, counts, counts)
def test_a_score_lies_within_its_interval_and_within_the_scale(p, n, d):
    found = figures.nps(p, n, d)
    if p + n + d == 0:
        assert found is None
    else:
        assert -100 <= found.low <= found.value <= found.high <= 100


@given(counts, counts, counts, st.integers(0, 2000))
def test_a_finite_list_makes_intervals_narrower_and_a_whole_one_a_point(p, n, d, more):
    if p + n + d:
        listed, free = figures.nps(p, n, d, listed=p + n + d + more), figures.nps(p, n, d)
        assert listed.margin <= free.margin + 1e-9
        assert figures.nps(p, n, d, listed=p + n + d).margin == 0


def test_two_quarters_of_three_hundred_must_differ_by_more_than_twelve_points():
    one = (150, 90, 60)
    assert figures.nps_difference(one, one).margin == pytest.approx(12.5, abs=0.2)


def test_wilson_is_as_published():
    found = figures.wilson(81, 263)  # Newcombe 1998, table I
    assert (found.low, found.high) == (pytest.approx(0.2553, abs=1e-4), pytest.approx(0.3662, abs=1e-4))


def test_raked_answers_have_the_shares_of_the_whole():
    cells = {("young", "web"): 80, ("young", "shop"): 10, ("old", "web"): 5, ("old", "shop"): 25}
    targets = [{"young": 0.5, "old": 0.5}, {"web": 0.4, "shop": 0.6}]
    weights = figures.rake(cells, targets)
    total = sum(weights[c] * n for c, n in cells.items())
    young = sum(weights[c] * n for c, n in cells.items() if c[0] == "young")
    shop = sum(weights[c] * n for c, n in cells.items() if c[1] == "shop")
    assert total == pytest.approx(120)
    assert young / total == pytest.approx(0.5, abs=1e-3)
    assert shop / total == pytest.approx(0.6, abs=1e-3)


def test_weights_that_differ_cost_answers():
    assert figures.effective([1.0] * 10) == pytest.approx(10)
    assert figures.effective([3.0] + [1.0] * 9) == pytest.approx(144 / 18)


def test_kappa_is_as_in_the_textbook():
    assert figures.kappa(20, 5, 10, 15) == pytest.approx(0.4)  # Cohen's own kind of table
    assert figures.kappa(10, 0, 0, 10) == 1
    assert figures.kappa(0, 0, 0, 10) is None
