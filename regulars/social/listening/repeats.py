"""What was said before: the same words again, our own words, many voices with nearly the same text. Pure.

Shingles are runs of words; two texts are nearly the same when most of their shingles are (Broder 1997).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b

from regulars.core.clock import DAY

LEAST = 5  # words below which texts are alike by chance: “thank you so much”
AGAIN = 7 * DAY
OURS = 5  # words in a row
COVERED = 0.6
ALIKE, RUN, CROWD = 0.6, 4, 3

Row = tuple[int, int]  # (at, item)


def fingerprint(words: Sequence[str]) -> int:
    """A number for a text, 63 bits; 0 for what is too short to compare."""
    if len(words) < LEAST:
        return 0
    return int.from_bytes(blake2b(" ".join(words).encode(), digest_size=8).digest()) >> 1 or 1


def folds(rows: Iterable[Row]) -> dict[int, int]:
    """{item: item it repeats} among items of the same words: the earliest counts, and again after seven days.

    The answer depends on the set of rows only, not on the order in which they came.
    """
    found: dict[int, int] = {}
    first: Row | None = None
    for at, item in sorted(rows):
        if first is None or at - first[0] > AGAIN:
            first = (at, item)
        else:
            found[item] = first[1]
    return found


def our_runs(texts: Iterable[tuple[int, Sequence[str]]]) -> dict[tuple[str, ...], int]:
    """{run of words in what we said ourselves: when first}."""
    found: dict[tuple[str, ...], int] = {}
    for at, words in texts:
        for run in _runs(words, OURS):
            found[run] = min(at, found.get(run, at))
    return found


def is_ours(words: Sequence[str], at: int, ours: Mapping[tuple[str, ...], int]) -> bool:
    """Whether most of a text is what we had said before."""
    if len(words) < LEAST or not ours:
        return False
    covered: set[int] = set()
    for place, run in enumerate(_runs(words, OURS)):
        if ours.get(run, at) < at:
            covered.update(range(place, place + OURS))
    return len(covered) >= COVERED * len(words)


def _runs(words: Sequence[str], length: int) -> list[tuple[str, ...]]:
    return [tuple(words[n : n + length]) for n in range(len(words) - length + 1)]


def coordinated(said: Sequence[tuple[int, Sequence[str]]]) -> int:
    """How many of these (voice, words) are nearly the same text as that of two other voices or more."""
    shingles = [frozenset(_runs(words, RUN)) if len(words) >= LEAST else frozenset() for _, words in said]
    groups = _groups(shingles)
    return sum(len(group) for group in groups if len({said[n][0] for n in group}) >= CROWD)


def _groups(shingles: Sequence[frozenset]) -> list[list[int]]:
    """Leader clusters: each text joins the first leader that it is like."""
    leaders: dict[tuple[str, ...], list[int]] = defaultdict(list)
    groups: dict[int, list[int]] = {}
    for place, mine in enumerate(shingles):
        if not mine:
            continue
        shared: dict[int, int] = defaultdict(int)
        for run in mine:
            for leader in leaders.get(run, ())[:50]:
                shared[leader] += 1
        like = [n for n, both in shared.items() if both >= ALIKE * (len(mine) + len(shingles[n]) - both)]
        if like:
            groups[min(like)].append(place)
            continue
        groups[place] = [place]
        for run in mine:
            leaders[run].append(place)
    return list(groups.values())
