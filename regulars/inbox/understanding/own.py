"""The shop's own model: what it adds to the shipped one, learned from what colleagues said of the shop's texts. Pure.

It starts from the shipped model's scores and may trust them more or less, shift the balance of the three feelings,
and weigh words of the shop's customers anew. Two regressions share the work, one that sees words and pairs of words,
one that sees pieces of words; their mean errs less than either. What is said of how good it is comes from
cross-validation: every text is judged by a model that did not see it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from regulars.inbox.understanding.features import pieces_of
from regulars.inbox.understanding.model import Looked, Model, centred
from regulars.inbox.understanding.training import matrix

if TYPE_CHECKING:
    from scipy import sparse

LEAST = 200  # judged texts
LEAST_EACH = 10  # of every feeling
LEAST_AUTHORS = 3  # who use a word, before it becomes part of a model
MOST_PIECES = 30_000  # those most authors used
FOLDS = 5
STRENGTH_PER_TEXT, LEAST_STRENGTH, MOST_STRENGTH = 0.001, 0.2, 2.0  # the less, the more weights are shrunk
TRUST, DENSE = 2.0, 0.5  # inputs are scaled by these: shipped scores are shrunk less than words, dense counts more
EVEN = 0.65  # 0: the crowd's mixture of feelings counts as it is; 1: every feeling weighs the same
SHIPPED_WEIGHS = 60  # judged texts: as much as so many counts what the shipped model says
HEATS = (0.3, 6.0)
DRAWS = 2_000
LAYERS = 5  # of sureness, see `as_by_chance`
ENOUGH = 0.75  # the chance that it is better, for it to be used


@dataclass(frozen=True)
class Learned:
    """A fit, and what was measured held out: `truth`, whose texts they are, and both models' probabilities."""

    model: Model
    strength: float
    truth: np.ndarray
    authors: np.ndarray
    shipped: np.ndarray  # (texts, 3) probabilities
    own: np.ndarray


@dataclass(frozen=True)
class Inputs:
    """What the two regressions see of each text: dense counts and the shipped model's scores after words, or after
    pieces of words. `places`, `pieces`: the columns of both."""

    by_word: sparse.csr_matrix
    by_piece: sparse.csr_matrix
    places: dict[str, int]
    pieces: dict[str, int]


def learn(
    looked: Sequence[Looked], authors: Sequence[int], classes: np.ndarray, under: Model, *, version: str
) -> Learned:
    """Fit to (features, author, class) of judged texts. Needs `LEAST` texts, `LEAST_EACH` of each feeling."""
    strength = strength_for(len(classes))
    held = held_out(looked, authors, classes, under)
    heat = temperature(classes, held)
    model = _model(inputs_of(looked, authors, under), classes, strength, under, version).heated(heat)
    held = softmax(heat * np.log(held))
    return Learned(model, strength, classes, np.asarray(authors), under.probabilities(looked), held)


def inputs_of(looked: Sequence[Looked], authors: Sequence[int], under: Model) -> Inputs:
    """Both views of the texts. What the shipped model's dense counts alone say stands beside its scores, so that its
    words may be trusted more than its counts, or less."""
    cut = [sorted(pieces_of(words)) for words, _ in looked]
    places = used_by_many([words for words, _ in looked], authors)
    pieces = used_by_many(cut, authors, most=MOST_PIECES)
    dense = [counts for _, counts in looked]
    scores = np.hstack([centred(under.scores(looked)) * TRUST, dense @ centred(under.dense)])
    by_piece = stacked(list(zip(cut, dense, strict=True)), pieces, scores)
    return Inputs(stacked(looked, places, scores), by_piece, places, pieces)


def softmax(scores: np.ndarray) -> np.ndarray:
    """Probabilities, row by row."""
    grown = np.exp(scores - scores.max(1, keepdims=True))
    return grown / grown.sum(1, keepdims=True)


def used_by_many(said: Iterable[Sequence[str]], authors: Sequence[int], *, most: int | None = None) -> dict[str, int]:
    """Words, or pieces, that several authors used: nobody's own words become part of a model."""
    users: dict[str, set[int]] = defaultdict(set)
    for words, author in zip(said, authors, strict=True):
        for word in words:
            users[word].add(author)
    many = [word for word, who in users.items() if len(who) >= LEAST_AUTHORS]
    if most is not None and len(many) > most:
        many = sorted(many, key=lambda word: (-len(users[word]), word))[:most]
    return {word: place for place, word in enumerate(sorted(many))}


def stacked(looked: Sequence[Looked], places: dict[str, int], scores: np.ndarray) -> sparse.csr_matrix:
    """Words, dense counts, and the shipped model's scores."""
    from scipy import sparse

    words = matrix(looked, places)
    words.data[words.indices >= len(places)] *= DENSE
    return sparse.hstack([words, sparse.csr_matrix(scores)]).tocsr()


def strength_for(texts: int) -> float:
    """How freely weights may move: the more texts, the freer."""
    return min(MOST_STRENGTH, max(LEAST_STRENGTH, STRENGTH_PER_TEXT * texts))


def temperature(classes: np.ndarray, held: np.ndarray) -> float:
    """What scores are multiplied with, so that of texts called 70 % likely about 70 % are right (Guo et al. 2017)."""
    from scipy.optimize import minimize_scalar

    scores = np.log(held)

    def loss(heat: float) -> float:
        return -float(np.log(softmax(heat * scores)[np.arange(len(classes)), classes] + 1e-12).mean())

    return float(minimize_scalar(loss, bounds=HEATS, method="bounded").x)


def held_out(looked: Sequence[Looked], authors: Sequence[int], classes: np.ndarray, under: Model) -> np.ndarray:
    """Probabilities of models that saw neither the text nor another of its author. Each chooses its words from what
    it sees alone, and a text is judged by one of them: with its own words, or by the mean of several, it would look
    better than it is."""
    found, strength = np.zeros((len(classes), 3)), strength_for(len(classes))
    for seen, unseen in folds(authors, classes):
        inputs = inputs_of([looked[row] for row in seen], [authors[row] for row in seen], under)
        model = _model(inputs, classes[seen], strength, under, "")
        found[unseen] = model.probabilities([looked[row] for row in unseen])
    return found


def folds(authors: Sequence[int], classes: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """(rows to learn from, rows to judge), no author in both; where that would leave a feeling out of what is learned
    from, as when one person wrote all such texts, authors are not kept apart."""
    from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

    if len(set(authors)) >= FOLDS:
        apart = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=0)
        found = list(apart.split(classes, classes, authors))
        if all(len(np.unique(classes[seen])) == 3 for seen, _ in found):
            return found
    return list(StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(classes, classes))


def _fit(inputs: sparse.csr_matrix, classes: np.ndarray, strength: float):
    from sklearn.linear_model import LogisticRegression

    found = LogisticRegression(C=strength, max_iter=100, tol=1e-3, class_weight=weights_of(classes))
    return found.fit(inputs, classes)


def weights_of(classes: np.ndarray) -> dict[int, float]:
    """How much each feeling weighs: between as often as it is said, and all alike. All alike calls too many texts by
    a rare feeling, as often as it is said calls too few; macro F1 wants something between."""
    counts = np.maximum(np.bincount(classes, minlength=3), 1)
    return dict(enumerate(((counts.sum() / (3 * counts)) ** EVEN).tolist()))


def _model(inputs: Inputs, classes: np.ndarray, strength: float, under: Model, version: str) -> Model:
    """The mean of both regressions, as one."""
    word, piece = (_fit(some, classes, strength) for some in (inputs.by_word, inputs.by_piece))
    one, other, edge, cut = word.coef_.T / 2, piece.coef_.T / 2, len(inputs.places), len(inputs.pieces)
    dense = (one[edge:-6] + other[cut:-6]) * DENSE + centred(under.dense) @ (one[-3:] + other[-3:])
    trust, bias = (one[-6:-3] + other[-6:-3]) * TRUST, (word.intercept_ + piece.intercept_) / 2
    learned = Model(version, inputs.places, one[:edge], dense, bias, under, trust,
                    piece_places=inputs.pieces, pieces=other[:cut])  # fmt: skip
    return blended(learned, SHIPPED_WEIGHS / (SHIPPED_WEIGHS + len(classes)))


def blended(learned: Model, share: float) -> Model:
    """With this share of what the shipped model says: by little, chance teaches nonsense now and then."""
    found = learned.heated(1 - share)
    return replace(found, trust=found.trust + share * np.eye(3))


def macro_f1(truth: np.ndarray, guessed: np.ndarray) -> float:
    """The mean of the three F1."""
    counts = np.zeros((3, 3))
    np.add.at(counts, (truth, guessed), 1)
    return float(f1_of(counts))


def f1_of(counts: np.ndarray) -> np.ndarray:
    """Macro F1 of confusions (..., truth, guessed)."""
    hits = np.diagonal(counts, axis1=-2, axis2=-1)
    return (2 * hits / np.maximum(counts.sum(-1) + counts.sum(-2), 1e-9)).mean(-1)


@dataclass(frozen=True)
class Measured:
    """Macro F1 of the shop's model and of the shipped one on judged texts, and the gain: (figure, low, high) of 90 %
    intervals; `better`: the chance that the shop's is better on such texts."""

    own: tuple[float, float, float]
    shipped: tuple[float, float, float]
    gain: tuple[float, float, float]
    better: float


def measured(
    truth: np.ndarray,
    shipped: np.ndarray,
    own: np.ndarray,
    *,
    authors: np.ndarray | None = None,
    weights: np.ndarray | None = None,
) -> Measured:
    """From truth and both guesses per text, each counted `weights` times. Intervals by a bootstrap over authors: the
    texts of one are alike, and say less than as many of several."""
    of = np.unique(np.arange(len(truth)) if authors is None else authors, return_inverse=True)[1]
    cells = np.zeros((of.max() + 1, 27))
    np.add.at(cells, (of, 9 * truth + 3 * shipped + own), 1.0 if weights is None else weights)
    chance = np.random.default_rng(7)
    drawn = np.concatenate([chance.poisson(1.0, (DRAWS // 20, len(cells))) @ cells for _ in range(20)])
    joint, drawn = cells.sum(0).reshape(3, 3, 3), drawn.reshape(-1, 3, 3, 3)
    one, other = f1_of(drawn.sum(2)), f1_of(drawn.sum(3))
    at_one, at_other = float(f1_of(joint.sum(1))), float(f1_of(joint.sum(2)))
    return Measured(
        _between(at_one, one), _between(at_other, other), _between(at_one - at_other, one - other),
        float((one > other).mean()),
    )  # fmt: skip


def compared(learned: Learned, by_chance: np.ndarray) -> tuple[str, Measured]:
    """The shop's model beside the shipped one, and on which texts: "random", those drawn `by_chance`, where they
    are enough; else "evened", all, the hard ones that are asked for more often counted less; else "all"."""
    many = by_chance.sum()
    on = "random" if many >= LEAST / 2 else "evened" if many >= LEAST / 8 else "all"
    rows = np.flatnonzero(by_chance) if on == "random" else np.arange(len(by_chance))
    weights = as_by_chance(learned.shipped.max(1), by_chance) if on == "evened" else None
    shipped, own = learned.shipped.argmax(1)[rows], learned.own.argmax(1)[rows]
    return on, measured(learned.truth[rows], shipped, own, authors=learned.authors[rows], weights=weights)


def as_by_chance(sureness: np.ndarray, by_chance: np.ndarray) -> np.ndarray:
    """How often each text counts, so that all together are as sure or hard for the shipped model as those drawn
    by chance. Else a model looks better than it is: it is compared where the shipped one was known to be torn."""
    edges = np.quantile(sureness[by_chance], np.linspace(0, 1, LAYERS + 1)[1:-1])
    layer = np.searchsorted(edges, sureness)
    all_in, chance_in = np.bincount(layer, minlength=LAYERS), np.bincount(layer[by_chance], minlength=LAYERS)
    return (chance_in / np.maximum(all_in, 1))[layer] * len(layer) / by_chance.sum()


def _between(figure: float, drawn: np.ndarray) -> tuple[float, float, float]:
    low, high = np.quantile(drawn, [0.05, 0.95])
    return round(figure, 4), round(float(low), 4), round(float(high), 4)
