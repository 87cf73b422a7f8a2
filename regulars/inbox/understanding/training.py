"""Trains the model we ship: `python -m regulars.inbox.understanding.training FOLDER` writes shipped.npz beside this
file.

It learns from GoEmotions (48,836 public comments with emotions; Demszky et al. 2020, Google Research, CC BY 4.0),
whose 27 emotions are put into three classes here. Nothing else: the tweets of benchmarks/sentiment.py are for
measuring, and the examples written by hand for this program (examples.txt) are what choices were made by. Comments
are not tweets, so what travels is preferred: rare words are left out, words are shrunk, classes weigh the same,
half of the score comes from the dense counts alone, and it learns from texts with three to five tenths of their
words blanked out, for in a strange crowd many words say nothing, and a model that never met that takes silence for
"neutral". The same input gives the same file.
"""

from __future__ import annotations

import gzip
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from regulars.inbox.understanding.model import SHIPPED, Looked, Model, look_at, to_bytes

if TYPE_CHECKING:
    from scipy import sparse

VERSION = "house-1"
GOOD = "admiration amusement approval caring desire excitement gratitude joy love optimism pride relief"
BAD = "anger annoyance disappointment disapproval disgust embarrassment fear grief nervousness remorse sadness"
EXAMPLES = Path(__file__).with_name("examples.txt")
SURE = 0.5  # a feeling less probable than this is "unsure"
FEWEST = 5  # a word stands in so many texts, or is left out
BLANKED = (0.3, 0.5)  # of the words
COPIES = 2  # of all texts with so many words blanked out, each with others
STRENGTH, DENSE_STRENGTH = 0.05, 1.0  # the less, the more weights are shrunk
Texts = tuple[list[str], np.ndarray]


def comments(folder: Path, name: str) -> Texts:
    """Texts and classes (0 negative, 1 neutral, 2 positive); what is both good and bad is left out."""
    names = (folder / "labels.txt").read_text().split()
    sides = [2 if name in GOOD.split() else 0 if name in BAD.split() else 1 for name in names]
    texts, classes = [], []
    with gzip.open(folder / f"{name}.tsv.gz", "rt", encoding="utf-8") as file:
        for line in file:
            text, labels, _ = line.rstrip("\n").split("\t")
            found = {sides[int(label)] for label in labels.split(",")} - {1}
            if len(found) < 2:
                texts.append(text)
                classes.append(found.pop() if found else 1)
    return texts, np.array(classes)


def examples() -> Texts:
    """The texts written by hand, and their classes."""
    lines = [line for line in EXAMPLES.read_text(encoding="utf-8").splitlines() if line[:2] in ("+ ", "- ", "= ")]
    return [line[2:] for line in lines], np.array(["-=+".index(line[0]) for line in lines])


def frequent(looked: Sequence[Looked], least: int) -> dict[str, int]:
    """Words and pairs that at least so many texts hold, each with its place."""
    counts = Counter(word for words, _ in looked for word in set(words))
    return {word: place for place, word in enumerate(sorted(word for word, n in counts.items() if n >= least))}


def matrix(looked: Sequence[Looked], places: dict[str, int]) -> sparse.csr_matrix:
    """Words, scaled to length one, beside dense counts: what Model.scores multiplies with its weights."""
    from scipy import sparse

    rows, columns, values = [], [], []
    for row, (words, _) in enumerate(looked):
        known = sorted({places[word] for word in words if word in places})
        rows += [row] * len(known)
        columns += known
        values += [1 / np.sqrt(max(len(known), 1))] * len(known)
    counted = sparse.csr_matrix((values, (rows, columns)), shape=(len(looked), len(places)))
    return sparse.hstack([counted, sparse.csr_matrix(np.array([dense for _, dense in looked]))]).tocsr()


def blank(texts: Sequence[str], share: float, copy: int) -> list[str]:
    """The texts without this share of their words, by chance; always the same ones."""
    chance = np.random.default_rng([int(1000 * share), copy])
    pieces = [text.split() for text in texts]
    return [" ".join(word for word in words if chance.random() >= share) for words in pieces]


def fit(counted: sparse.csr_matrix, classes: np.ndarray, *, strength: float) -> tuple[np.ndarray, np.ndarray]:
    """(weights, bias) of a multinomial logistic regression in which every class weighs the same."""
    from sklearn.linear_model import LogisticRegression

    found = LogisticRegression(C=strength, max_iter=300, class_weight="balanced").fit(counted, classes)
    return found.coef_.T, found.intercept_


def train(folder: Path) -> Model:
    """The model we ship: the mean of one of words and dense counts, and one of dense counts alone."""
    from scipy import sparse

    texts, classes = comments(folder, "train")
    places = frequent(look_at(texts), FEWEST)
    some, many = (
        sparse.vstack([matrix(look_at(blank(texts, share, copy)), places) for copy in range(COPIES)]).tocsr()
        for share in BLANKED
    )
    edge, twice = len(places), np.tile(classes, COPIES)
    weights, bias = fit(sparse.vstack([some, many]).tocsr(), np.tile(twice, 2), strength=STRENGTH)
    dense, dense_bias = fit(many[:, edge:], twice, strength=DENSE_STRENGTH)
    found = Model(VERSION, places, weights[:edge] / 2, (weights[edge:] + dense) / 2, (bias + dense_bias) / 2)
    errors = errors_of(found, *comments(folder, "dev")) + errors_of(found, *examples())
    return replace(found, errors=tuple(map(tuple, errors.tolist())))


def errors_of(model: Model, texts: Sequence[str], classes: np.ndarray) -> np.ndarray:
    """Shares on texts it did not see: truth in rows; what it said, "unsure" last, in columns."""
    chances = model.probabilities(look_at(texts))
    counts = np.zeros((3, 4))
    np.add.at(counts, (classes, np.where(chances.max(1) >= SURE, chances.argmax(1), 3)), 1)
    return counts / counts.sum(1, keepdims=True)


if __name__ == "__main__":
    SHIPPED.write_bytes(to_bytes(train(Path(sys.argv[1]))))
    print(f"{SHIPPED.name}: {SHIPPED.stat().st_size:,} bytes")
