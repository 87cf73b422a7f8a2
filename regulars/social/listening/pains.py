"""What people suffer from and wish for: sentences that say so, grouped by what they are about. Pure.

Patterns find the words after “keeps …”, “too …”, “I wish …”, “please add …”; phrases that share most of their stems
are one point. A person counts once per point. English and German.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from regulars.social.listening.logodds import JOINING
from regulars.social.listening.words import ADDRESS, folded, words_of

LONGEST, ALIKE, PER_TEXT = 7, 0.5, 6
_SENTENCE = re.compile(r"[.!?;\n…]+|,\s+(?:and|so|und)\b|\b(?:but|because|aber|weil|denn)\b")
PAINS = (
    r"\b(?P<it>(?:\w+ )?(?:keeps?|kept) \w+ing\b.*)",
    r"\b(?P<it>(?:\w+ )?(?:stopped|stops) \w+ing\b.*)",
    r"\b(?P<it>(?:\w+ )?(?:doesnt|dont|didnt|wont|cant|couldnt|does not|do not|did not|will not|can not|cannot)"
    r"(?: even| really)? (?!know|think|mind|care|want|have to|forget|miss|worry|see why|get me|buy)\w+.*)",
    r"\b(?P<it>(?:\w+ )?(?:is|are|was|were|feels?|runs?|run|looks?|became|gets?) (?:way |far |much |a bit )?"
    r"too \w+.*)",
    r"\b(?P<it>(?:\w+ ){1,3}(?:broke|broken|fell (?:off|apart)|came off|ripped|tore|torn|snapped|leaks?|leaked"
    r"|cracked|faded|died|failed|fails|rusted|jams?|jammed)\b.*)",
    r"\b(?:problems?|issues?|trouble) with (?P<it>.+)",
    r"\bstill (?:waiting for|no) (?P<it>.+)",
    r"\b(?P<it>(?:\w+ ){0,2}never (?:arrived|came|works?|worked|answered|fits?)\b.*)",
    r"\b(?:disappointed (?:with|by)|annoyed (?:with|by)|hate(?: that)?|fed up with|tired of) (?P<it>.+)",
    r"\b(?P<it>(?:\w+ ){0,3}(?:funktioniert|geht|halt|passt|kommt|klappt) (?:\w+ ){0,2}nicht\b.*)",
    r"\b(?P<it>(?:\w+ ){0,3}(?:ist|sind|war|waren) (?:viel )?zu \w+.*)",
    r"\b(?P<it>(?:\w+ ){0,3}(?:ist|sind|war|waren) (?:\w+ )?(?:kaputt|gerissen|gebrochen|defekt|undicht)\b.*)",
    r"\b(?:probleme? mit|arger mit|enttauscht von) (?P<it>.+)",
)
WISHES = (
    r"\b(?:wish|wished) (?P<it>.+)",
    r"\bwould be (?:so |really )?(?:great|nice|good|lovely|perfect|cool|handy|amazing|better) (?:if|to|with)"
    r" (?P<it>.+)",
    r"\b(?:it|they|you|this|that|these|those|\w+s) (?:should|could) (?:really |please )?"
    r"(?:have|come (?:with|in)|be (?:available|made|sold)|offer|add|make|sell|stock|bring) (?P<it>.+)",
    r"\bplease (?:add|bring back|make|offer|stock|sell|give us|do) (?P<it>.+)",
    r"\bbring back (?P<it>.+)",
    r"\bwhy (?:is there no|are there no|dont you (?:make|sell|offer|have)|cant (?:i|we) (?:buy|get)) (?P<it>.+)",
    r"\bif only (?P<it>.+)",
    r"\b(?:needs|could do with|missing|lacks?) (?P<it>(?:a|an|some|more|better|bigger|smaller|longer)\b.+)",
    r"\bwunsch\w* (?:mir|uns) (?P<it>.+)",
    r"\bware (?:so |echt )?(?:schon|toll|super|gut|klasse),? wenn (?P<it>.+)",
    r"\b(?:bitte|konntet ihr) (?P<it>.+ (?:anbieten|verkaufen|einfuhren|wieder\w*))",
    r"\b(?:gibt es|habt ihr|macht ihr) (?:auch |bald |keine? )(?P<it>.+)",
)
_FOUND = {
    "pain": tuple(re.compile(one) for one in PAINS),
    "wish": tuple(re.compile(one) for one in WISHES),
}  # fmt: skip
_EDGES = """
a an the my our your his her their its this that these those of in on at to for from with and or i we he she they it
you as by der die das den dem ein eine einen mein meine unser unsere von im am auf mit und ich wir er sie es
"""
_EMPTY = "too doesnt didnt wont cant couldnt cannot will came keep keeps kept still really"
EDGES = frozenset(_EDGES.split())  # words that neither begin nor end a point
EMPTY = JOINING | frozenset(_EMPTY.split())  # words that do not say what it is about
_ENDINGS = ("ings", "ing", "edly", "ed", "ies", "es", "s", "en", "er", "e", "y")


@dataclass(frozen=True)
class Point:
    """One thing several people say: `label` in the words of one of them, the items, how many people."""

    kind: str  # pain, wish
    label: str
    people: int
    items: tuple[int, ...]
    first_us: int
    last_us: int


@dataclass(frozen=True)
class Text:
    item_id: int
    voice: int
    at: int
    text: str


def points(texts: Iterable[Text], kind: str, *, most: int = 30) -> list[Point]:
    """What is said of this kind, most people first. The same texts give the same points in any order."""
    ordered = sorted(texts, key=lambda one: (one.at, one.item_id))
    told = [(one, phrase) for one in ordered for phrase in said(one.text, kind)]
    groups = _grouped(told)
    found = [_point(kind, group) for group in groups]
    return sorted(found, key=lambda point: (-point.people, -point.last_us, point.label))[:most]


def said(text: str, kind: str) -> list[str]:
    """The phrases of a text that say a pain or a wish, of at most seven words."""
    plain = ADDRESS.sub(" ", folded(text[:5_000]).replace("'", ""))
    found: dict[str, None] = {}
    for sentence in _SENTENCE.split(plain):
        line = " ".join(words_of(sentence or ""))
        for pattern in _FOUND[kind]:
            if (hit := pattern.search(line)) and (phrase := _short(hit["it"])):
                found[phrase] = None
                break
    return list(found)[:PER_TEXT]


def _short(phrase: str) -> str:
    words = phrase.split()[:LONGEST]
    while words and words[-1] in EDGES:
        words.pop()
    while words and words[0] in EDGES and len(words) > 1:
        words.pop(0)
    return " ".join(words) if any(len(word) > 2 and word not in JOINING for word in words) else ""


def stem(word: str) -> str:
    """A word without its ending: enough to bring “leaks”, “leaked” and “leaking” together."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)]
            break
    return word[:-1] if len(word) > 3 and word[-1] == word[-2] else word


def _stems(phrase: str) -> frozenset[str]:
    return frozenset(stem(word) for word in phrase.split() if word not in EMPTY and len(word) > 2)


def _grouped(told: Sequence[tuple[Text, str]]) -> list[list[tuple[Text, str]]]:
    """Leaders: each phrase joins the first that shares at least half of its stems."""
    leaders: list[frozenset[str]] = []
    by_stem: dict[str, list[int]] = defaultdict(list)
    groups: list[list[tuple[Text, str]]] = []
    for text, phrase in told:
        mine = _stems(phrase)
        near = Counter(place for one in mine for place in by_stem[one])
        like = [place for place, both in near.items() if both >= ALIKE * min(len(mine), len(leaders[place]))]
        like = [place for place in like if near[place] >= 2 or min(len(mine), len(leaders[place])) == 1]
        if like:
            groups[max(like, key=lambda place: (near[place], -place))].append((text, phrase))
        elif mine:
            for one in mine:
                by_stem[one].append(len(groups))
            leaders.append(mine)
            groups.append([(text, phrase)])
    return groups


def _point(kind: str, group: Sequence[tuple[Text, str]]) -> Point:
    stems = Counter(one for _, phrase in group for one in _stems(phrase))
    label = max((phrase for _, phrase in group), key=lambda p: (sum(stems[s] for s in _stems(p)) / len(p.split()), p))
    texts = {text.item_id: text for text, _ in group}
    moments = [text.at for text in texts.values()]
    return Point(
        kind, label, len({text.voice for text in texts.values()}), tuple(texts), min(moments), max(moments)
    )  # fmt: skip
