"""Which words made a text feel so: what its score would be without each of them. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from regulars.inbox.understanding.model import FEELS, Model, centred, look_at

LONGEST = 80  # words of a text that are tried
LEAST = 0.05  # by so much a score has to change


@dataclass(frozen=True)
class Reason:
    """A word as it stands there, and by how much it speaks for the feeling (positive) or against it."""

    word: str
    weight: float


def reasons(text: str, feels: str, model: Model, *, most: int = 6) -> list[Reason]:
    """The words that speak most for or against `feels`, the strongest first; none where nothing does."""
    words = text.split()[:LONGEST]
    if feels not in FEELS or not words:
        return []
    without = [" ".join(words[:place] + words[place + 1 :]) for place in range(len(words))]
    scores = centred(model.scores(look_at([" ".join(words), *without])))[:, FEELS.index(feels)]
    told: dict[str, float] = {}
    for word, score in zip(words, scores[1:], strict=True):
        if abs(gain := float(scores[0] - score)) >= abs(told.get(word, LEAST)):
            told[word] = gain
    best = sorted(told.items(), key=lambda pair: (-abs(pair[1]), pair[0]))
    return [Reason(word.strip(".,;:!?\"'()“”") or word, weight) for word, weight in best[:most]]
