"""A model that says how a text feels: a weight for each word, pair of words, piece and dense count, added up. Pure.

The one we ship ("house") was trained by `training.py` on public comments; a shop's own stands on its scores and
adds what colleagues said of the shop's texts. Both are the same few arrays, so that every decision can be taken
apart again.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

import numpy as np

from regulars.inbox.understanding.features import look, pieces_of

FEELS = ("negative", "neutral", "positive")
SHIPPED = Path(__file__).with_name("shipped.npz")
Looked = tuple[list[str], list[float]]  # words and pairs; dense counts


@dataclass(frozen=True)
class Model:
    """Scores add up: `bias`, words and, apart from them, pieces of words (each text's are scaled to length one), the
    dense counts, and what `under` says (times `trust`). Probabilities are their softmax."""

    version: str
    places: dict[str, int] = field(repr=False)
    words: np.ndarray = field(repr=False)  # (words, 3)
    dense: np.ndarray = field(repr=False)  # (dense counts, 3)
    bias: np.ndarray
    under: Model | None = field(default=None, repr=False)
    trust: np.ndarray = field(default_factory=lambda: np.eye(3), repr=False)
    errors: tuple[tuple[float, ...], ...] = ()  # measured elsewhere: truth in rows; said, and unsure, in columns
    piece_places: dict[str, int] = field(default_factory=dict, repr=False)
    pieces: np.ndarray = field(default_factory=lambda: np.zeros((0, 3)), repr=False)  # (pieces, 3)

    def scores(self, looked: Sequence[Looked]) -> np.ndarray:
        """(texts, 3)."""
        found = np.tile(self.bias, (len(looked), 1)).astype(float)
        if not looked:
            return found
        found += np.asarray([counts for _, counts in looked]) @ self.dense
        for row, (words, _) in enumerate(looked):
            found[row] += _mean_weight(words, self.places, self.words)
            if self.piece_places:
                found[row] += _mean_weight(pieces_of(words), self.piece_places, self.pieces)
        return found if self.under is None else found + centred(self.under.scores(looked)) @ self.trust

    def probabilities(self, looked: Sequence[Looked]) -> np.ndarray:
        """(texts, 3): negative, neutral, positive."""
        scores = self.scores(looked)
        grown = np.exp(scores - scores.max(1, keepdims=True))
        return grown / grown.sum(1, keepdims=True)

    def heated(self, heat: float) -> Model:
        """With all scores multiplied: surer (above one) or less sure, of the same guesses."""
        grown = {name: getattr(self, name) * heat for name in ("words", "pieces", "dense", "bias", "trust")}
        return replace(self, **grown)


def _mean_weight(said: Iterable[str], places: dict[str, int], weights: np.ndarray) -> np.ndarray | float:
    known = {places[one] for one in said if one in places}
    return weights[sorted(known)].sum(0) / np.sqrt(len(known)) if known else 0.0


def centred(scores: np.ndarray) -> np.ndarray:
    """Scores mean the same when one number is added to all three: here they add up to nothing."""
    return scores - scores.mean(1, keepdims=True)


def look_at(texts: Sequence[str]) -> list[Looked]:
    """The features of texts."""
    return [look(text) for text in texts]


def to_bytes(model: Model) -> bytes:
    """A model without what lies under it, small: weights in half precision."""
    names = np.frombuffer("\n".join(model.places).encode(), np.uint8)
    arrays = {"words": model.words, "dense": model.dense, "bias": model.bias, "trust": model.trust}
    arrays["errors"] = np.array(model.errors)
    if model.piece_places:
        arrays["pieces"] = model.pieces
    file = io.BytesIO()
    cut = np.frombuffer("\n".join(model.piece_places).encode(), np.uint8)
    version = np.frombuffer(model.version.encode(), np.uint8)
    more = {"cut": cut} if model.piece_places else {}
    stored = {key: value.astype(np.float16) for key, value in arrays.items()}
    np.savez_compressed(file, names=names, version=version, **more, **stored)
    return file.getvalue()


def from_bytes(stored: bytes, *, under: Model | None = None) -> Model:
    with np.load(io.BytesIO(stored), allow_pickle=False) as file:
        names = file["names"].tobytes().decode().split("\n")
        arrays = {key: file[key].astype(np.float64) for key in ("words", "dense", "bias", "trust", "errors")}
        version = file["version"].tobytes().decode()
        cut = file["cut"].tobytes().decode().split("\n") if "cut" in file else []
        pieces = file["pieces"].astype(np.float64) if "cut" in file else np.zeros((0, 3))
    places = {name: place for place, name in enumerate(names) if name}
    return Model(version, places, arrays["words"], arrays["dense"], arrays["bias"], under, arrays["trust"],
                 tuple(map(tuple, arrays["errors"].tolist())), _numbered(cut), pieces)  # fmt: skip


def _numbered(names: Sequence[str]) -> dict[str, int]:
    return {name: place for place, name in enumerate(names)}


@cache
def house() -> Model:
    """The model we ship, read once per process."""
    return from_bytes(SHIPPED.read_bytes())
