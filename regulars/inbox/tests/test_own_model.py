"""The shop's own model: it learns what is planted, is one model though two regressions made it, and what is told of
it is true."""

from __future__ import annotations

import numpy as np
import pytest

from regulars.inbox.understanding import own
from regulars.inbox.understanding.model import house, look_at

MEANS = ("gronk", "flurb", "zabble")  # negative, neutral, positive in this shop, and in no model
SAID = ("what a {} {}", "so {} this {}", "the {} was {} again", "a {} for my {}")
THINGS = ("bag", "till", "boots", "parcel", "coat", "voucher", "door", "queue", "staff", "jacket")


def shop(many: int) -> tuple[list, list[int], np.ndarray]:
    """Features, authors (four texts each) and classes of texts in the shop's own words."""
    chance = np.random.default_rng(3)
    classes = chance.integers(0, 3, many)
    texts = [chance.choice(SAID).format(MEANS[one], chance.choice(THINGS)) for one in classes]
    return look_at(texts), [row // 4 for row in range(many)], classes


@pytest.fixture(scope="module")
def learned():
    looked, authors, classes = shop(240)
    return own.learn(looked, authors, classes, house(), version="t")


def test_what_a_shops_words_mean_is_learnt(learned):
    looked, _, classes = shop(400)
    before, after = (own.macro_f1(classes, one.scores(looked).argmax(1)) for one in (house(), learned.model))
    assert before < 0.5 and after > 0.95


def test_what_is_told_of_it_holds_for_texts_nobody_judged(learned):
    looked, _, classes = shop(400)
    truth = own.macro_f1(classes, learned.model.scores(looked).argmax(1))
    on, told = own.compared(learned, np.ones(240, bool))
    assert on == "random" and told.own[1] - 0.02 <= truth <= told.own[2] + 0.02 and told.better == 1


def test_two_regressions_and_the_shipped_model_are_one_model():
    looked, authors, classes = shop(240)
    inputs = own.inputs_of(looked, authors, house())
    parts = [own._fit(some, classes, 0.5) for some in (inputs.by_word, inputs.by_piece)]
    views = (inputs.by_word, inputs.by_piece)
    mean = sum(part.decision_function(some) for part, some in zip(parts, views, strict=True)) / 2
    mean = 0.8 * mean + 0.2 * house().scores(looked)  # 240 judged texts and 60
    found = own._model(inputs, classes, 0.5, house(), "t").scores(looked)
    assert np.allclose(found - found.mean(1, keepdims=True), mean - mean.mean(1, keepdims=True), atol=1e-9)


def test_no_author_helps_to_judge_a_fit_that_saw_another_text_of_theirs(monkeypatch):
    looked, authors, classes = shop(240)
    seen, real = [], own.inputs_of
    monkeypatch.setattr(own, "inputs_of", lambda some, who, under: seen.append(who) or real(some, who, under))
    own.held_out(looked, authors, classes, house())
    assert len(seen) == own.FOLDS
    assert all(len(who) == sum(author in set(who) for author in authors) < 240 for who in seen)


@pytest.mark.parametrize("everybody", [False, True])
def test_one_person_who_wrote_all_texts_of_a_feeling_does_not_stop_it_from_learning(everybody):
    looked, authors, classes = shop(240)
    authors = [-1 if one == 0 or everybody else who for who, one in zip(authors, classes, strict=True)]
    rows = own.folds(authors, classes)
    assert len(rows) == own.FOLDS and sorted(np.concatenate([unseen for _, unseen in rows])) == list(range(240))
    chances = own.held_out(looked, authors, classes, house())
    assert chances.shape == (240, 3) and np.allclose(chances.sum(1), 1)


def test_a_model_that_adds_nothing_is_not_called_better():
    looked, authors, _ = shop(240)
    said = house().scores(looked).argmax(1)
    said[:30] = np.repeat((0, 1, 2), 10)  # every feeling is there
    truth = said.copy()
    found = own.learn(looked, authors, truth, house(), version="t")
    echo = own.Learned(found.model, 1, house().scores(looked).argmax(1), found.authors, found.shipped, found.own)
    _, told = own.compared(echo, np.ones(240, bool))
    assert told.gain[0] <= 0 and told.better < own.ENOUGH


def crowd(many: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Sureness, truth and both guesses: the own model is better where the shipped one is torn, and nowhere else."""
    chance = np.random.default_rng(1)
    sure, truth = chance.uniform(1 / 3, 1, many), chance.integers(0, 3, many)
    other = (truth + chance.integers(1, 3, many)) % 3
    hard = sure < 0.45
    shipped = np.where(chance.random(many) < np.where(hard, 0.35, 0.85), truth, other)
    mine = np.where(chance.random(many) < np.where(hard, 0.65, 0.85), truth, other)
    return sure, truth, shipped, mine


def test_hard_texts_that_were_asked_for_more_often_do_not_flatter_the_gain():
    sure, truth, shipped, mine = crowd(40_000)
    real = own.macro_f1(truth, mine) - own.macro_f1(truth, shipped)
    by_chance = np.arange(40_000) < 600
    some = np.flatnonzero(by_chance | (np.argsort(np.argsort(sure)) < 1200))
    weights = own.as_by_chance(sure[some], by_chance[some])
    plain, evened = (own.measured(truth[some], shipped[some], mine[some], weights=w) for w in (None, weights))
    assert weights.sum() == pytest.approx(len(some))
    assert plain.gain[0] > real + 0.08 and plain.gain[1] > real
    assert evened.gain[1] < real < evened.gain[2] and abs(evened.gain[0] - real) < 0.03


def test_which_texts_it_is_measured_on_depends_on_how_many_came_by_chance(learned):
    chance = np.arange(240) % 3 == 0
    assert own.compared(learned, chance)[0] == "evened"
    assert own.compared(learned, chance & (np.arange(240) < 60))[0] == "all"
    assert own.compared(learned, ~chance)[0] == "random"


def test_ten_texts_of_one_author_say_less_than_ten_of_ten():
    _, truth, shipped, mine = crowd(60)
    again = [np.repeat(one, 10) for one in (truth, shipped, mine)]
    by_author = own.measured(*again, authors=np.repeat(np.arange(60), 10)).gain
    by_text, once = own.measured(*again).gain, own.measured(truth, shipped, mine).gain
    assert by_author[0] == by_text[0] == once[0]
    assert by_author[2] - by_author[1] == pytest.approx(once[2] - once[1], rel=0.05)
    assert by_text[2] - by_text[1] < 0.5 * (by_author[2] - by_author[1])
