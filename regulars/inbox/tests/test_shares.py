"""Shares of feelings: their intervals hold the truth, or say that nothing is known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.inbox.understanding.model import house, look_at
from regulars.inbox.understanding.shares import FEELS, SAID, Confusion, change_of, confusion_of, share_of, shares_of
from tests.paths import shared_data

ERRORS = np.array([[0.55, 0.15, 0.05, 0.25], [0.12, 0.5, 0.13, 0.25], [0.05, 0.15, 0.6, 0.2]])
GOOD = Confusion(tuple(map(tuple, (ERRORS * 200).tolist())))
few = st.dictionaries(st.sampled_from(SAID), st.integers(0, 500), max_size=4)


def counted(said: np.ndarray) -> dict[str, int]:
    return {name: int((said == place).sum()) for place, name in enumerate(SAID)}


@settings(max_examples=60, deadline=None)
@given(few, few)
def test_shares_lie_within_their_interval_and_make_one_whole(counts, told):
    told.pop("unsure", None)
    found = share_of(counts, GOOD, told=told)
    if not found.texts:
        assert found.shares == {}
        return
    assert all(0 <= one.low <= one.share <= one.high <= 1.0001 for one in found.shares.values())
    assert sum(one.share for one in found.shares.values()) == pytest.approx(1, abs=0.08)


def test_what_is_known_is_known_exactly():
    assert share_of({}, GOOD, told={"negative": 3, "positive": 1})["negative"].low == 0.75


def test_a_model_that_calls_too_much_negative_is_corrected():
    chance = np.random.default_rng(1)
    truth = chance.choice(3, 2_000, p=[0.1, 0.6, 0.3])
    said = np.array([chance.choice(4, p=ERRORS[one]) for one in truth])
    found = share_of(counted(said), GOOD)
    assert abs(found["neutral"].share - 0.6) < abs((said == 1).mean() - 0.6) / 3


def test_a_change_is_real_only_when_zero_lies_outside():
    before, after = (
        {"negative": 100, "neutral": 300, "positive": 200},
        {"negative": 280, "neutral": 200, "positive": 120},
    )
    assert change_of(before, after, GOOD)["negative"].low > 0
    same = change_of(before, before, GOOD)["negative"]
    assert same.low <= 0 <= same.high


def test_groups_are_told_one_by_one():
    found = shares_of({"a": {"negative": 30}, "b": {}}, GOOD, told={"b": {"positive": 2}})
    assert found["a"]["negative"].share > 0.5 and found["b"]["positive"].share == 1


def covered(
    truth: np.ndarray, said: np.ndarray, judged: int, *, rounds: int, before: Confusion | None = None
) -> float:
    """How often intervals hold the true share, over random crowds of 300 whose mixture is shifted by chance."""
    chance, hits = np.random.default_rng(3), []
    for _ in range(rounds):
        order = chance.permutation(len(truth))
        known, rest = order[:judged], order[judged:]
        errors = confusion_of([(FEELS[truth[i]], SAID[said[i]]) for i in known])
        errors = before.joined(errors) if before else errors
        want = chance.multinomial(300, chance.dirichlet([1.5] * 3))
        crowd = np.concatenate([rest[truth[rest] == one][:n] for one, n in enumerate(want)])
        found = share_of(counted(said[crowd]), errors)
        real = np.bincount(truth[crowd], minlength=3) / len(crowd)
        hits += [found[name].low <= real[place] <= found[name].high for place, name in enumerate(FEELS)]
    return float(np.mean(hits))


def test_on_drawn_texts_nine_in_ten_intervals_hold_the_truth():
    chance = np.random.default_rng(2)
    truth = chance.choice(3, 3_000)
    said = np.array([chance.choice(4, p=ERRORS[one]) for one in truth])
    assert covered(truth, said, 200, rounds=120) >= 0.87


@pytest.mark.parametrize(("judged", "least"), [(0, 0.85), (50, 0.85), (200, 0.85), (1_000, 0.85)])
def test_on_tweets_the_intervals_hold_the_truth_as_often_as_they_say(judged, least):
    """Nothing is known of tweets but what so many judged ones told; the mixture of the crowd differs each time."""
    folder = shared_data("sentiment")
    truth = np.array([int(one) for one in (folder / "val_labels.txt").read_text().split()])
    texts = (folder / "val_text.txt").read_text(encoding="utf-8").split("\n")[: len(truth)]
    chances = house().probabilities(look_at(texts))
    said = np.where(chances.max(1) >= 0.5, chances.argmax(1), 3)
    assert covered(truth, said, judged, rounds=100, before=Confusion(house().errors)) >= least


def test_the_shipped_model_beats_the_word_list_on_tweets_it_never_saw():
    folder = shared_data("sentiment")
    truth = np.array([int(one) for one in (folder / "val_labels.txt").read_text().split()])
    texts = (folder / "val_text.txt").read_text(encoding="utf-8").split("\n")[: len(truth)]
    from sklearn.metrics import f1_score, recall_score

    guessed = house().scores(look_at(texts)).argmax(1)
    assert f1_score(truth, guessed, average="macro") >= 0.59
    assert recall_score(truth, guessed, average="macro") >= 0.598
