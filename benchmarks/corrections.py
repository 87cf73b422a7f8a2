"""What 50, 200 and 1,000 corrections bring on texts of the same crowd that nobody corrected (part of
`python -m benchmarks.sentiment`; alone: `python -m benchmarks.corrections [--quick]`).

Every draw halves the crowd, whole reviews and authors on one side: one half is shown to be corrected, the other
measures. Corrected texts come by chance, or as the page asks for them: every third by chance, the others those the
shipped reader is least sure of. In brackets: the 5th and the 95th percentile of the draws, and for the mean gain
90 % of 2,000 bootstraps over the draws.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass

import numpy as np

NUMBERS = (50, 200, 1000)
WAYS = ("by chance", "as asked")
EVERY = 3  # of the texts asked for, one comes by chance


@dataclass(frozen=True)
class Crowd:
    """Texts of one kind; `of`: whose each is, so that nobody's texts are on both sides."""

    name: str
    texts: list[str]
    truth: np.ndarray
    of: np.ndarray


@dataclass(frozen=True)
class Draw:
    """One shop: macro F1 before and after on what was not corrected, and what the shop is told of the gain."""

    before: float
    after: float
    told: tuple[float, float, float]
    used: bool


def crowds() -> list[Crowd]:
    """Those at hand: reviews of five products, tweets about everything, comments that mostly complain."""
    from benchmarks.rated import rated
    from benchmarks.sentiment import DATA, angry, tweets
    from regulars.inbox.understanding.training import comments

    found = [Crowd("product reviews", *rated())]
    found.append(_strangers("tweets", *tweets()))
    if (DATA / "goemotions").exists():
        mixture = angry(*comments(DATA / "goemotions", "dev"))
        found.append(_strangers("comments, three in five negative", *mixture))
    return [one for one in found if one.texts]


def _strangers(name: str, texts: list[str], truth: np.ndarray) -> Crowd:
    return Crowd(name, texts, truth, np.arange(len(texts)))


def halves(of: np.ndarray, chance: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Rows of one half of the authors, and of the other, each shuffled."""
    who = chance.permutation(np.unique(of))
    mine = np.isin(of, who[: len(who) // 2])
    return chance.permutation(np.flatnonzero(mine)), chance.permutation(np.flatnonzero(~mine))


def asked_for(rows: np.ndarray, sureness: np.ndarray, way: str, many: int) -> tuple[np.ndarray, np.ndarray]:
    """The rows that are corrected first, and which of them count as drawn by chance then."""
    many = min(many, len(rows))
    if way == "by chance":
        return rows[:many], np.ones(many, bool)
    chance, hard = list(rows[::-1]), list(rows[np.argsort(-sureness[rows], kind="stable")])
    drawn: dict[int, bool] = {}
    while len(drawn) < many:
        by_chance = len(drawn) % EVERY == 0
        row = (chance if by_chance else hard).pop()
        drawn[row] = by_chance or drawn.get(row, False)  # judged because it is hard, then drawn: it counts as drawn
    return np.array(list(drawn)), np.array(list(drawn.values()))


def learned_from(crowd: Crowd, looked: list, some: np.ndarray, chance: np.ndarray, test: np.ndarray) -> Draw:
    """What learning from these rows brings; told as the page tells it."""
    from regulars.inbox.understanding import own
    from regulars.inbox.understanding.model import house

    found = own.learn([looked[i] for i in some], crowd.of[some].tolist(), crowd.truth[some], house(), version="b")
    rest, truth = [looked[i] for i in test], crowd.truth[test]
    told = own.compared(found, chance)[1]
    before, after = (own.macro_f1(truth, one.scores(rest).argmax(1)) for one in (house(), found.model))
    return Draw(before, after, told.gain, told.gain[0] > 0 and told.better >= own.ENOUGH)


def curves(crowd: Crowd, rounds: int) -> None:
    """Prints a line for each number of corrections and way of choosing them."""
    from regulars.inbox.understanding.model import house, look_at

    looked = look_at(crowd.texts)
    sureness = house().probabilities(looked).max(1)
    print(f"{crowd.name}: {len(crowd.texts):,} texts, half of them to be corrected, {rounds} draws", flush=True)
    drawn: dict[tuple[int, str], list[Draw]] = {(many, way): [] for many in NUMBERS for way in WAYS}
    for turn in range(rounds):
        pool, test = halves(crowd.of, np.random.default_rng([5, turn]))
        for (many, way), draws in drawn.items():
            order, chance = asked_for(pool, sureness, way, many)
            draws.append(learned_from(crowd, looked, order, chance, test))
    for (many, way), draws in drawn.items():
        print(f"  {many:5,} {way:9}: {summary(draws)}", flush=True)


def summary(draws: list[Draw]) -> str:
    """Before and after, the gain with both intervals, and whether what the shop is told is true."""
    gains = np.array([one.after - one.before for one in draws])
    told = np.array([one.told for one in draws])
    means = np.random.default_rng(7).choice(gains, (2_000, len(gains))).mean(1)
    (low, high), (least, most) = np.quantile(gains, [0.05, 0.95]), np.quantile(means, [0.05, 0.95])
    held = ((told[:, 1] <= gains) & (gains <= told[:, 2])).mean()
    used = np.array([one.used for one in draws])
    had = np.where(used, gains, 0).mean()  # by a shop whose reader is not put in use until it is clearly better
    return (
        f"{np.mean([one.before for one in draws]):.3f} -> {np.mean([one.after for one in draws]):.3f},"
        f" gain {gains.mean():+.3f} ({low:+.3f} to {high:+.3f}; mean {least:+.3f} to {most:+.3f});"
        f" told {told[:, 0].mean():+.3f}, its interval holds {held:.0%};"
        f" put in use {used.mean():.0%}, which brings {had:+.3f}"
    )


def measure(rounds: int) -> None:
    """All crowds, on one core."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        for crowd in crowds():
            curves(crowd, rounds)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--quick", action="store_true")
    measure(2 if asked.parse_args().quick else 10)


if __name__ == "__main__":
    main()
