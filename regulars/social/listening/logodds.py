"""Which words and phrases are said now and were not before. Pure.

Log-odds ratio with an informative Dirichlet prior, equations 15, 16, 20 and 22 of Monroe, Colaresi and Quinn,
"Fightin' Words", Political Analysis 16 (2008), of the odds that a *person* uses the words at all: somebody who
repeats themselves counts once. The prior is what all of them together say, worth `PRIOR` people.

Only what at least five people said now can explain anything, so candidates come from the texts of now alone, and
the many texts of before are looked through once for these.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log, sqrt

LEAST = 5
LONGEST = 3
SURE = 3.0
PRIOR = 20.0
SAME = 0.8  # of who says the shorter phrase says the longer one
COMMON = 0.3  # of people before: a word like this neither begins nor ends a phrase
# words that join others, in the languages most shops hear; they neither begin nor end a phrase
_JOINING = """
a aber about all als also am amp an and any are as at au auch auf aus aux avec be because been bei but by can
ce ces con could dans das dass de del dem den der des did die do does dont du ein eine einen el ella elle en
er es est esta et for from fur get got had has hat have he her his how i ich if il ils im in is ist it its ive
ja je just la las le les lo los mais mal man mas me mi mir mit muy my nach ne nicht no noch not nous nur o
oder of off on or ou our out par para pas pero por pour qu que qui rt sa se ses she si sich sie sind so some son
su sur sus that the their them then there they this to too tu un una und une uns up us von vous war was we
wenn were what when which who wie will wir with would y yo you your zu zum zur
"""
JOINING = frozenset(_JOINING.split())

Text = tuple[int, Sequence[str]]  # voice, folded words


@dataclass(frozen=True)
class Rise:
    """A phrase: how many people say it now and said it before, of how many; z of the log-odds."""

    phrase: str
    z: float
    people: int
    of: int
    before: int
    of_before: int

    @property
    def share(self) -> float:
        return self.people / self.of

    @property
    def share_before(self) -> float:
        return self.before / self.of_before if self.of_before else 0.0


def rises(now: Sequence[Text], before: Iterable[Text], *, without: frozenset[str] = frozenset(), most: int = 12,
          least: int = LEAST) -> list[Rise]:  # fmt: skip
    """The phrases that rose, surest first. `without`: phrases that explain nothing, as the topic's own words."""
    said = _candidates(now, least)
    earlier, before_all, words_before = _look_through(before, said)
    of, of_before = len({voice for voice, _ in now}), len(before_all)
    common = {word for word, n in words_before.items() if n > COMMON * max(of_before, 20)}
    found = []
    for phrase, voices in said.items():
        if phrase in without or not _says_something(phrase, common):
            continue
        people, ago = len(voices), len(earlier.get(phrase, ()))
        z = score(people, of, ago, of_before)
        if z >= SURE:
            found.append(Rise(phrase, z, people, of, ago, of_before))
    found.sort(key=lambda one: (-one.z, -len(one.phrase), one.phrase))
    return _merged(found, said)[:most]


def score(y: int, n: int, y_before: int, n_before: int, prior: float = PRIOR) -> float:
    """z of the difference in log-odds; the prior counts are `prior` times the share over both."""
    share = (y + y_before) / (n + n_before)
    a, rest = prior * share, prior * (1 - share)
    if not a or not rest:
        return 0.0
    odds = log((y + a) / (n - y + rest)) - log((y_before + a) / (n_before - y_before + rest))
    return odds / sqrt(1 / (y + a) + 1 / (y_before + a))


def _candidates(now: Sequence[Text], least: int) -> dict[str, set[int]]:
    """{phrase of up to three words: who said it}, by at least five."""
    found: dict[str, set[int]] = defaultdict(set)
    for voice, words in now:
        for length in range(1, LONGEST + 1):
            for place in range(len(words) - length + 1):
                found[" ".join(words[place : place + length])].add(voice)
    return {phrase: voices for phrase, voices in found.items() if len(voices) >= least}


def _look_through(texts: Iterable[Text], wanted: dict[str, set[int]]):
    """({phrase: who}, everybody, {word: people}) of the texts of before, in one pass."""
    single = {phrase for phrase in wanted if " " not in phrase}
    longer: dict[str, list[tuple[str, str, str]]] = defaultdict(
        list
    )  # by first word: second word, phrase, as it stands
    for phrase in wanted:
        first, _, rest = phrase.partition(" ")
        if rest:
            longer[first].append((rest.partition(" ")[0], phrase, f" {phrase} "))
    heads = set(longer)
    found: dict[str, set[int]] = defaultdict(set)
    everybody: set[int] = set()
    for voice, words in texts:
        everybody.add(voice)
        known = single.intersection(words)
        for word in known:
            found[word].add(voice)
        begun = known & heads
        if begun:
            text = f" {' '.join(words)} "
            for head in begun:
                for second, phrase, standing in longer[head]:
                    if second in known and standing in text:
                        found[phrase].add(voice)
    return found, everybody, {word: len(found[word]) for word in single if word in found}


def _says_something(phrase: str, common: set[str]) -> bool:
    parts = phrase.split()
    return not any(edge in JOINING or edge in common or len(edge) < 2 for edge in (parts[0], parts[-1]))


def _merged(found: list[Rise], said: dict[str, set[int]]) -> list[Rise]:
    """Without phrases that are part of another one said by nearly the same people."""
    kept: list[Rise] = []
    for one in found:
        if not any(_same(one.phrase, other.phrase, said) for other in kept):
            longer = [two for two in found if two is not one and _within(one.phrase, two.phrase)]
            better = next((two for two in longer if _same(one.phrase, two.phrase, said)), None)
            chosen = better or one
            if chosen not in kept:
                kept.append(chosen)
    return kept


def _within(short: str, long: str) -> bool:
    return f" {short} " in f" {long} " and short != long


def _same(one: str, other: str, said: dict[str, set[int]]) -> bool:
    short, long = sorted((one, other), key=len)
    if not _within(short, long):
        return bool(set(one.split()) & set(other.split())) and _shared(one, other, said) >= SAME
    return len(said[long]) >= SAME * len(said[short])


def _shared(one: str, other: str, said: dict[str, set[int]]) -> float:
    a, b = said[one], said[other]
    return len(a & b) / max(len(a | b), 1)
