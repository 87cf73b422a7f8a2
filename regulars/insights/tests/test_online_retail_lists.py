"""The table of recommendations on a real shop, with a time split of its own: before June 2011 / June 2011.

As the published table has it (there before and after November 2011, on the whole file): personal frequency beats
popularity by far, similar products and trend on top of it a little; for new products EASE beats cosine and
popularity, and with the trend it beats plain EASE.
"""

from __future__ import annotations

import csv
import gzip
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from regulars.insights.recommending import choosing, measuring, scoring, similar
from regulars.insights.recommending.baskets import Baskets
from tests.paths import shared_data

pytestmark = pytest.mark.anydb
END = int(np.datetime64("2011-07-01").astype(int))
SPLIT = int(np.datetime64("2011-06-01").astype(int))
LENGTH = 20


@cache
def shop() -> Baskets:
    """What known customers bought; cancelled invoices, lines without a price and postage left out."""
    codes: dict[str, int] = {}
    rows = []
    with gzip.open(shared_data("online-retail/online_retail_to_2011-06.csv.gz"), "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            paid = float(row["Quantity"]) > 0 and float(row["UnitPrice"]) > 0
            if row["CustomerID"] and not row["InvoiceNo"].startswith("C") and paid and row["StockCode"][:5].isdigit():
                product = codes.setdefault(row["StockCode"], len(codes))
                day = int(np.datetime64(row["InvoiceDate"][:10]).astype(int))
                rows.append((int(float(row["CustomerID"])), product, day))
    person, product, day = np.array(rows).T
    return Baskets.of(person=person, product=product, day=day)


@cache
def table() -> dict[str, float]:
    """NDCG@20 by method; "new: " counts only products the person had never bought."""
    how = scoring.Settings(ridge=200, half_life=120, similar=3.0, trend=0.3, trend_new=0.5)
    model, before = scoring.learn(shop(), day=SPLIT, settings=how), shop().before(SPLIT)
    found = {}
    for new in (False, True):
        held = choosing.stretch(shop(), day=SPLIT, new=new)
        word, rows = ("new: " if new else ""), held.rows
        own, often = model.bought[rows].toarray() > 0, before.counts() / 1e6
        speaks = scoring.alike(model, rows)
        cosine = (model.bought[rows] @ similar.cosine(model.bought, keep=100)).toarray()
        scores = {
            "popular ever": np.broadcast_to(often, own.shape),
            "popular": np.broadcast_to(model.popularity, own.shape),
            "frequency": before.matrix(np.ones(len(before.day)))[rows].toarray() + often,
            "cosine": cosine,
            "ease": speaks,
            "blend": scoring.anything(model, rows, speaks),
            "ease and trend": scoring.new(model, rows, speaks),
        }
        for name, values in scores.items():
            ranked = scoring.best(np.where(own & new, -np.inf, values), LENGTH)
            hit = measuring.hits(ranked, held.truth)
            found[word + name] = float(measuring.ndcg(hit, np.diff(held.truth.indptr)).mean())
    return found


@pytest.mark.parametrize(
    "better, worse",
    [
        ("popular", "popular ever"),
        ("cosine", "popular"),
        ("ease", "cosine"),
        ("frequency", "ease"),
        ("blend", "frequency"),
        ("new: popular", "new: popular ever"),
        ("new: cosine", "new: popular"),
        ("new: ease", "new: cosine"),
        ("new: ease and trend", "new: ease"),
    ],
)
def test_methods_rank_as_in_the_published_table(better, worse):
    assert table()[better] > table()[worse]


def test_personal_frequency_beats_popularity_more_than_twice():
    assert table()["frequency"] > 2 * table()["popular"]


def test_the_settings_chosen_in_the_weeks_before_beat_the_bestsellers_beyond_chance_in_the_weeks_held_out():
    choice, measured = choosing.measure(shop(), day=END, length=LENGTH)
    found = {one.kind: one for one in measured}
    assert choice.people > 500
    for kind, beside in (("anything", "popular"), ("new", "popular new")):
        for figure in ("hit", "recall", "ndcg"):
            assert getattr(found[kind], figure).low > getattr(found[beside], figure).high


def test_cutting_the_weights_of_ease_is_no_better_than_all_of_them():
    """Why products are kept whole up to 15,000."""
    model = scoring.learn(shop(), day=SPLIT, settings=scoring.Settings())
    held = choosing.stretch(shop(), day=SPLIT, new=True)

    def value(weights):
        speaks = scoring.alike(replace(model, weights=weights), held.rows)
        hit = measuring.hits(scoring.best(scoring.new(model, held.rows, speaks), LENGTH), held.truth)
        return float(measuring.ndcg(hit, np.diff(held.truth.indptr)).mean())

    assert value(model.weights) > value(similar.cosine(model.bought, keep=100))
