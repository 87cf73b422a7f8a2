"""The pure part: no later purchase has any influence, products rank as they must, odd shops do no harm."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.insights.recommending import choosing, demand, habits, lists, measuring, scoring, similar
from regulars.insights.recommending.baskets import Baskets
from regulars.insights.recommending.rules import Rules, bought_again, usual_gaps, waiting

pytestmark = pytest.mark.anydb
SPLIT = 100
purchases = st.lists(
    st.tuples(st.integers(0, 8), st.integers(0, 6), st.integers(SPLIT - 99, SPLIT + 40)), min_size=1, max_size=80
)


def of(rows) -> Baskets:
    person, product, day = np.array(rows, np.int64).reshape(-1, 3).T
    return Baskets.of(person=person, product=product, day=day)


def told(model, rows: np.ndarray, rules: Rules) -> list:
    return [
        (each.kind, each.person.tolist(), each.product.tolist(), each.score.round(5).tolist())
        for each in lists.lists(model, rules, rows, length=5)
    ]


@given(purchases, purchases, st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_nothing_after_the_split_has_any_influence_on_lists_and_settings(known, later, random):
    """The same past with two futures, one of them with other people and products in it: the same answers."""
    everybody = [(person, product, SPLIT - 99) for person in range(9) for product in range(7)]  # the same places
    past = everybody + [row for row in known if row[2] < SPLIT]
    future = [row for row in later if row[2] >= SPLIT]
    random.shuffle(past)
    one, two = of(past), of(past + future)
    assert choosing.choose(one, day=SPLIT) == choosing.choose(two, day=SPLIT)
    models = [scoring.learn(each, day=SPLIT, settings=scoring.Settings(ridge=5.0)) for each in (one, two)]
    said = [told(model, np.arange(9), Rules.none(one)) for model in models]
    assert said[0] == said[1]
    assert (
        lists.bestsellers(models[0], Rules.none(one), length=5).tolist()
        == lists.bestsellers(models[1], Rules.none(two), length=5).tolist()
    )


def test_settings_measured_on_the_test_weeks_were_chosen_without_them(monkeypatch):
    """A trap: every question about baskets while choosing must be about days before the test weeks."""
    seen = []
    real = scoring.learn

    def spy(baskets, *, day, settings):
        seen.append(day)
        return real(baskets, day=day, settings=settings)

    monkeypatch.setattr(choosing, "learn", spy)
    choosing.measure(drawn(), day=SPLIT + 100, length=5)
    begin = SPLIT + 100 - choosing.WEEKS
    assert seen and max(seen) == begin and set(seen) == {begin, begin - choosing.WEEKS}


def drawn(people: int = 160, products: int = 60, seed: int = 5) -> Baskets:
    """Everybody buys of one quarter of the range, over 200 days."""
    random = np.random.default_rng(seed)
    rows = []
    for person in range(people):
        mine = random.choice(products // 4, 8, replace=False) + products // 4 * (person % 4)
        rows += [(person, int(random.choice(mine)), int(day)) for day in random.integers(0, SPLIT + 100, 15)]
    return of(rows)


def test_lists_hit_more_people_than_bestsellers_where_tastes_differ():
    _, measured = choosing.measure(drawn(), day=SPLIT + 100, length=4)
    found = {one.kind: one for one in measured}
    assert found["anything"].hit.low > found["popular"].hit.high
    assert found["new"].recall.value > found["popular new"].recall.value


def test_a_shop_that_is_too_small_keeps_the_defaults_and_measures_nothing():
    choice, measured = choosing.measure(of([(1, 1, 5), (2, 1, 99)]), day=SPLIT, length=5)
    assert choice.settings == scoring.Settings() and choice.people == 0 and measured == []


@given(purchases, st.integers(1, 4))
@settings(max_examples=60, deadline=None)
def test_lists_never_break_a_rule(rows, most):
    baskets = of(rows)
    people, products = baskets.shape
    random = np.random.default_rng(len(rows))
    category = random.integers(-1, 3, products)
    rules = replace(
        Rules.none(baskets), offered=random.random(products) < 0.7, category=category, most=most,
        waiting=waiting(baskets, category, durable=np.array([True, False, False])[: category.max() + 1], day=141),
    )  # fmt: skip
    model = scoring.learn(baskets, day=141, settings=scoring.Settings(ridge=2.0))
    bought, wait = model.bought.toarray() > 0, rules.waiting.toarray()
    for each in lists.lists(model, rules, np.arange(people), length=5):
        assert rules.offered[each.product].all() and np.isfinite(each.score).all()
        assert (bought[each.person, each.product] == (each.kind == "again")).all()
        for person in set(each.person.tolist()):
            mine = each.product[each.person == person]
            assert len(set(mine.tolist())) == len(mine) <= 5
            counts = np.bincount(category[mine][category[mine] >= 0], minlength=3)
            assert counts.max() <= most
        if each.kind == "new":
            known = category[each.product] >= 0
            assert not wait[each.person[known], category[each.product][known]].any()
            assert bought[each.person, each.why].all()


def test_ease_is_the_least_squares_answer_with_a_zero_diagonal():
    """Column by column: ridge regression of one product on all the others."""
    bought = drawn().matrix()
    found, dense = similar.ease(bought, ridge=10.0), drawn().matrix().toarray().astype(float)
    for product in range(dense.shape[1]):
        others = np.delete(np.arange(dense.shape[1]), product)
        gram = dense[:, others].T @ dense[:, others] + 10 * np.eye(len(others))
        expected = np.linalg.solve(gram, dense[:, others].T @ dense[:, product])
        np.testing.assert_allclose(found[others, product], expected, atol=1e-4)
    assert not np.diag(found).any()


def test_of_very_many_products_only_the_nearest_are_kept_and_they_are_those_of_the_same_taste():
    bought = drawn().matrix()
    found = similar.weights(bought, ridge=10.0, most_dense=5)
    assert np.diff(found.indptr).max() <= similar.NEIGHBOURS
    few = similar.cosine(bought, keep=4)
    assert (np.diff(few.indptr) <= 4).all() and not few.diagonal().any()
    row = np.repeat(np.arange(60), np.diff(few.indptr))
    assert ((few.indices // 15) == (row // 15)).all()


def test_demand_halves_with_its_half_life():
    felt = demand.decayed_frequency(of([(1, 1, 0), (1, 1, 90), (1, 2, 30)]), day=120, half_life=60).toarray()
    np.testing.assert_allclose(felt, [[2**-2 + 2**-0.5, 2**-1.5]], rtol=1e-6)


def test_what_sells_better_than_ever_has_a_trend_above_one():
    rows = [(n, 0, n) for n in range(100)] + [(n, 1, 80 + n // 5) for n in range(100)]
    assert demand.trend(of(rows), day=100)[0] < 1 < demand.trend(of(rows), day=100)[1]


def test_skis_are_not_recommended_in_summer_but_in_autumn():
    """Product 0 sells all year, product 1 in December and January only; two years."""
    rows = [(n % 50, 0, n) for n in range(730)]
    rows += [(n % 50, 1, day) for n, day in enumerate([*range(335, 396), *range(700, 730)])]
    shop = of(rows)
    assert demand.out_of_season(shop.before(560), day=560).tolist() == [False, True]  # July
    assert demand.out_of_season(shop.before(690), day=690).tolist() == [False, False]  # the end of November
    assert not demand.out_of_season(shop.before(200), day=200).any()  # nobody can know yet


def test_recall_and_ndcg_by_hand():
    truth = of([(0, 1, 1), (0, 3, 1), (1, 0, 1)]).matrix()  # products 0, 1, 3 have places 0, 1, 2
    hit = measuring.hits(np.array([[1, 0], [2, -1]]), truth)
    assert hit.tolist() == [[True, False], [False, False]]
    bought = np.array([2, 1])
    assert measuring.recall(hit, bought).tolist() == [0.5, 0.0]
    np.testing.assert_allclose(measuring.ndcg(hit, bought), [1 / (1 + 1 / np.log2(3)), 0])


def test_the_interval_of_a_share_covers_what_it_must():
    found = measuring.share(np.repeat([0.0, 1.0], [300, 100]))
    assert found.value == 0.25 and 0.2 < found.low < 0.22 and 0.28 < found.high < 0.3


def test_usual_gaps_and_shares_of_categories():
    shop, category = of([(1, 0, 10), (1, 1, 40), (1, 0, 60), (2, 0, 5), (3, 2, 7)]), np.array([0, 0, 1])
    assert usual_gaps(shop, category).tolist() == [25.0, np.inf]
    assert bought_again(shop, category).tolist() == [0.5, 0.0]


@given(purchases)
@settings(max_examples=60, deadline=None)
def test_a_habit_is_always_of_a_product_bought_thrice_and_not_lapsed(rows):
    baskets, day = of(rows), SPLIT + 41
    found = habits.habits(baskets, day=day)
    assert len(set(found.person.tolist())) == len(found.person)
    for person, product, due, until in zip(found.person, found.product, found.due, found.until, strict=True):
        days = sorted(baskets.day[(baskets.person == person) & (baskets.product == product)].tolist())
        assert len(days) >= habits.DAYS and days[-1] + habits.SHORTEST <= due < until and until > day
        usual = float(np.median(np.diff(days)))
        assert (due, until) == (days[-1] + np.ceil(usual), days[-1] + np.ceil(3 * usual))
