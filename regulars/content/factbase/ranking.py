"""Which short texts fit a question best: BM25 over their stems, in memory. Pure.

Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond (2009), k1 = 1.2, b = .75. A fact base
has hundreds of statements, at most some thousands: an index in each process answers within a millisecond.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Generic, TypeVar

from regulars.content.honesty.folding import fold
from regulars.content.honesty.reading import WORD, stem
from regulars.content.honesty.words.small import STOPWORDS

Key = TypeVar("Key")
K1, B = 1.2, 0.75
LEAST = 0.12  # of the best a text could reach: below it shares one common word by chance


def terms(text: str) -> list[str]:
    """The words that carry meaning, stemmed, in order."""
    found = WORD.findall(fold(text).plain)
    return [stem(word) for word in found if word not in STOPWORDS and len(word) > 1]


class Index(Generic[Key]):
    """Texts by key, ready to be asked."""

    def __init__(self, texts: Iterable[tuple[Key, str]]) -> None:
        self.postings: dict[str, list[tuple[int, int]]] = defaultdict(list)
        self.keys: list[Key] = []
        self.lengths: list[int] = []
        for place, (key, text) in enumerate(texts):
            said = terms(text)
            self.keys.append(key)
            self.lengths.append(len(said))
            for term, count in Counter(said).items():
                self.postings[term].append((place, count))
        self.mean = (sum(self.lengths) / len(self.lengths)) if self.lengths else 1.0

    def best(self, text: str, *, limit: int) -> list[tuple[Key, float]]:
        """(key, how well it fits: 0 to 1) of the best, best first. What fits by a single common word is left out."""
        asked = set(terms(text))
        scores: dict[int, float] = defaultdict(float)
        for term in asked:
            weight = self._weight(term)
            for place, count in self.postings.get(term, ()):
                norm = K1 * (1 - B + B * self.lengths[place] / self.mean)
                scores[place] += weight * count * (K1 + 1) / (count + norm)
        top = sum(self._weight(term) for term in asked) * (K1 + 1) or 1.0
        found = sorted(
            ((score / top, place) for place, score in scores.items()), key=lambda pair: (-pair[0], pair[1])
        )
        return [(self.keys[place], score) for score, place in found[:limit] if score >= LEAST]

    def _weight(self, term: str) -> float:
        count = len(self.postings.get(term, ()))
        return math.log(1 + (len(self.keys) - count + 0.5) / (count + 0.5))


def rank(texts: Sequence[tuple[Key, str]], question: str, *, limit: int) -> list[tuple[Key, float]]:
    """The best of a few texts, without keeping an index."""
    return Index(texts).best(question, limit=limit)
