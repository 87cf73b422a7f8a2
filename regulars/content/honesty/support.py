"""Whether an approved statement supports a claim, contradicts it, or says it with an "if" that the text leaves out.

A statement supports a clause when it speaks about the same (shared words), has every figure of it and every claiming
word, and denies as often. All of it is words and numbers: that the statement itself is true is what its approver
stands for, and whether two sentences mean the same is what the second person is there for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from regulars.content.honesty.claims import Claim
from regulars.content.honesty.families import families_in
from regulars.content.honesty.figures import Figure, figures
from regulars.content.honesty.folding import fold
from regulars.content.honesty.reading import stems
from regulars.content.honesty.shape import Fact
from regulars.content.honesty.words import whole_words, words

ALIKE = 0.6  # of what a claim speaks about has to be in the statement
PLAIN_ALIKE = 0.85  # where no figure and no claiming word has to agree as well
CLOSE = 0.5  # so alike, and another number: a contradiction
SUPPORTED, WEAKER, EXPIRED, CONTRADICTED, UNSUPPORTED = (
    "supported",
    "weaker",
    "expired",
    "contradicted",
    "unsupported",
)
BARE = {"", "people", "star"}
PARTS = re.compile(r"[,;:]\s")
LENGTHS = {"minute", "hour", "day", "week", "month", "year"}


@dataclass(frozen=True)
class Standing:
    """How a claim stands: with which statement, and for WEAKER what it says besides."""

    state: str
    fact: Fact | None = None
    besides: str = ""


@dataclass(frozen=True)
class Digested:
    """A statement, cut up once. `parts`: what each of them speaks about, and how often it denies."""

    plain: str
    stems: frozenset[str]
    families: frozenset[str]
    figures: tuple[Figure, ...]
    denials: int
    parts: tuple[tuple[frozenset[str], int], ...]


@lru_cache(maxsize=8192)
def digested(fact: Fact) -> Digested:
    """A statement, ready to be compared."""
    plain = fold(fact.text).plain
    about = stems(plain) | stems(fold(fact.subject).plain)
    parts = tuple((stems(part), denials(part)) for part in PARTS.split(plain))
    return Digested(plain, about, frozenset(families_in(plain)), tuple(figures(plain)), denials(plain), parts)


def denials(text: str) -> int:
    """How often folded text says no."""
    return len(_negation().findall(text))


@cache
def _negation() -> re.Pattern[str]:
    return whole_words(words("claims")["negation"])


@cache
def _hedges() -> dict[str, re.Pattern[str]]:
    return {name: whole_words(pattern) for name, pattern in words("claims")["hedges"].items()}


def standing(claim: Claim, facts: Sequence[Fact], *, at: int) -> Standing:
    """The best that can be said of a claim: supported beats weaker beats contradicted beats expired. `facts`: those
    of its language (`of_language`)."""
    words = claim.stems | stems(claim.around) | stems(claim.asked)
    near = [fact for fact in facts if not words.isdisjoint(digested(fact).stems)]
    live = [fact for fact in near if _counts(fact, at)]
    backing = [fact for fact in live if supports(claim, fact)]
    for fact in backing:
        if not left_out(claim, fact):
            return Standing(SUPPORTED, fact)
    if backing:
        return Standing(WEAKER, backing[0], left_out(claim, backing[0])[0])
    for fact in live if not _known_elsewhere(claim, live) else []:
        if contradicts(claim, fact):
            return Standing(CONTRADICTED, fact)
    ended = next((fact for fact in near if not _counts(fact, at) and supports(claim, fact)), None)
    return Standing(EXPIRED, ended) if ended else Standing(UNSUPPORTED)


def _counts(fact: Fact, at: int) -> bool:
    return fact.expires_us is None or fact.expires_us > at


def _known_elsewhere(claim: Claim, live: Sequence[Fact]) -> bool:
    """Whether each of its figures stands in some statement about it: then another number elsewhere contradicts
    nothing, as hours of weekdays do not contradict a Sunday."""
    known = [other for fact in live for other in digested(fact).figures]
    return bool(claim.figures) and all(any(one.agrees(other) for other in known) for one in claim.figures)


def of_language(facts: Sequence[Fact], language: str) -> list[Fact]:
    """The statements in a language."""
    return [fact for fact in facts if fact.language.split("-")[0] == language]


@lru_cache(maxsize=64)
def about(claim: Claim) -> frozenset[str]:
    """What a claim speaks about; "It is free." speaks about what was asked."""
    own = claim.stems
    if claim.answers and (len(own) < 2 or claim.says_yes_or_no):
        return own | stems(claim.asked)
    if len(own) >= 2:
        return own
    return (
        own | (stems(claim.around) - stems(" ".join(claim.seen))) | (stems(claim.asked) if not own else frozenset())
    )


def supports(claim: Claim, fact: Fact) -> bool:
    """Whether a statement says all that the claim says."""
    known, subject = digested(fact), about(claim)
    if not subject or len(subject & known.stems) < max(1, (PLAIN_ALIKE if claim.plain else ALIKE) * len(subject)):
        return False
    if not claim.families <= known.families:
        return False
    if not all(any(_agree(one, other) for other in known.figures) for one in claim.figures):
        return False
    return _says_the_same(claim, subject, known)


def _says_the_same(claim: Claim, subject: frozenset[str], known: Digested) -> bool:
    """Whether it denies as often; of a statement of several parts the one that speaks about all of the claim counts:
    "taken back in every shop, also without a receipt" is a yes to "taken back in every shop"."""
    wanted = _denied(claim) ^ _turned(claim, subject, known)
    counts = [count for words, count in known.parts if subject <= words]
    return any(count % 2 == wanted for count in counts or [known.denials])


def _turned(claim: Claim, subject: frozenset[str], known: Digested) -> bool:
    """Whether the statement says it with the opposite word: open and closed, in stock and sold out. Of a statement of
    several parts that one counts which speaks about the rest of the claim."""
    said = claim.text
    if claim.answers and claim.says_yes_or_no and not any(_sides(said, pair)[2] for pair in _opposites()):
        said = claim.asked
    for pair in _opposites():
        one, other, found = _sides(said, pair)
        rest = subject - stems(found)
        if one == other or not _meets(claim, rest, known.stems, known.figures):
            continue
        parts = [(part, stems(part), tuple(figures(part))) for part in PARTS.split(known.plain)]
        told = [part for part, about, count in parts if _meets(claim, rest, about, count)] or [known.plain]
        if any(_sides(part, pair)[:2] == (other, one) for part in told):
            return True
    return False


def _meets(claim: Claim, rest: frozenset[str], told: frozenset[str], counted: Sequence[Figure]) -> bool:
    """Whether words and figures (days are some) speak about what a claim says beside its opposite."""
    if not all(any(_agree(one, other) for other in counted) for one in claim.figures):
        return False
    return bool(rest or claim.figures) and len(rest & told) >= ALIKE * len(rest)


def _sides(text: str, pair: tuple[re.Pattern[str], re.Pattern[str]]) -> tuple[bool, bool, str]:
    """Whether a text has a word of the one side, of the other, and which words these are."""
    one, other = pair[0].findall(text), pair[1].findall(text)
    return bool(one), bool(other), " ".join([*one, *other])


@cache
def _opposites() -> tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]:
    return tuple((whole_words(p["one"]), whole_words(p["other"])) for p in words("claims")["opposites"].values())


@lru_cache(maxsize=64)
def _denied(claim: Claim) -> int:
    return denials(_sense(claim)) % 2


def _sense(claim: Claim) -> str:
    """The words that say yes or no; "No, we do not" says no once."""
    if not claim.answers:
        return claim.text
    return re.sub(r"^(?:no|nein|nope|nah)\b[,.!]?(?=.*\b(?:not|n't|\w+n't|cannot|nicht|kein\w*)\b)", " ", claim.text)


def _agree(one: Figure, other: Figure) -> bool:
    return one.agrees(other) or (one.value == other.value and (one.unit in BARE or other.unit in BARE))


def contradicts(claim: Claim, fact: Fact) -> bool:
    """Whether a statement about the same has another number in the same unit, or says no where the claim says yes."""
    known, subject = digested(fact), about(claim)
    shared = subject & known.stems
    least = 1 if claim.answers or len(claim.stems) < 2 else 2  # "It costs £5." says little by itself
    if not subject or len(shared) < max(least, CLOSE * len(subject)):
        return False
    for one in claim.figures:
        others = [other for other in known.figures if _compares(one, other)]
        if others and not any(one.agrees(other) for other in others):
            return True
    if _says_the_same(claim, subject, known) or not claim.families <= known.families:
        return False
    return claim.answers or (len(shared) >= 2 and len(shared) >= 0.75 * len(subject)) or bool(claim.families)


def _compares(one: Figure, other: Figure) -> bool:
    """Whether both measure the same: the same unit, or lengths of time. "This week" measures nothing."""
    if one.value[:1].isalpha() != other.value[:1].isalpha():
        return False
    return bool(one.unit) and (one.unit == other.unit or {one.unit, other.unit} <= LENGTHS)


def left_out(claim: Claim, fact: Fact) -> list[str]:
    """What the statement says besides and the text does not: usually, up to, only if. A family counts as said when
    any of its words is in the sentence."""
    known = digested(fact).plain
    return [
        found[0]
        for one in _hedges().values()
        if (found := one.search(known)) and not one.search(claim.around) and not _is_in_claim(claim, found[0])
    ]


def _is_in_claim(claim: Claim, word: str) -> bool:
    return word in claim.text


def echoes(texts: Iterable[str]) -> frozenset[str]:
    """The figures that the other side brought up."""
    return frozenset(one.value for text in texts for one in figures(fold(text).plain))
