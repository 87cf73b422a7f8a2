"""Which of many topics a text matches. Pure.

Every topic has *anchors*: terms of which each match holds at least one. An index of anchors says in one look-up per
term of the text which topics are worth asking, so hundreds of topics cost little more than one.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

from regulars.social.listening.parsing import And, Near, Node, Not, Or, Phrase, Term, Url, parse
from regulars.social.listening.words import Said

Question = Callable[[Said], bool]
Span = tuple[int, int]
SPANS = 2_000  # of one part of a NEAR in one text
WEAK = ("lang:", "source:", "site:")


def compiled(node: Node, *, without: Node | None = None) -> Question:
    """A function that says whether a text matches; `without`: as if that leaf were never there."""
    if without is not None and node is without:
        return lambda said: False
    match node:
        case Term(text, False):
            return lambda said: text in said.terms
        case Term(text, True):
            return lambda said: any(term.startswith(text) for term in said.terms if ":" not in term)
        case Phrase():
            return lambda said: bool(spans(node, said))
        case Url(text):
            return lambda said: any(text in link for link in said.links)
        case Not(part):
            inner = compiled(part, without=without)
            return lambda said: not inner(said)
        case Near(parts):
            return lambda said: bool(_near(parts, node.words, said, without))
    asked = [compiled(part, without=without) for part in node.parts]
    if isinstance(node, And):
        return lambda said: all(ask(said) for ask in asked)
    return lambda said: any(ask(said) for ask in asked)


def spans(node: Node, said: Said, without: Node | None = None) -> list[Span]:
    """Where it stands in the text, first and last word, in order."""
    if node is without:
        return []
    match node:
        case Term():
            return [(place, place) for place in _places(node, said)]
        case Phrase(terms):
            return _phrase(terms, said)
        case Or(parts):
            return sorted({span for part in parts for span in spans(part, said, without)})
        case Near(parts):
            return _near(parts, node.words, said, without)
    raise TypeError(f"{type(node).__name__} has no place in a text.")


def _places(term: Term, said: Said) -> list[int]:
    if not term.prefix:
        return said.places.get(term.text, [])
    found = [at for word, at in said.places.items() if word.startswith(term.text)]
    return sorted(place for some in found for place in some)


def _phrase(terms: tuple[Term, ...], said: Said) -> list[Span]:
    starts = set(_places(terms[0], said))
    for step, term in enumerate(terms[1:], 1):
        if not starts:
            return []
        starts &= {place - step for place in _places(term, said)}
    return [(start, start + len(terms) - 1) for start in sorted(starts)]


def _near(parts: tuple[Node, ...], words: int, said: Said, without: Node | None = None) -> list[Span]:
    found = spans(parts[0], said, without)
    for part in parts[1:]:
        if not found:
            return []
        found = _beside(found, spans(part, said, without), words)[:SPANS]
    return found


def _beside(left: list[Span], right: list[Span], words: int) -> list[Span]:
    """Pairs that do not overlap and have at most so many words between them, as one span each."""
    found = set()
    longest = max((end - start for start, end in right), default=0)
    for start, end in left:
        for at in range(bisect_left(right, (start - words - 1 - longest, -1)), len(right)):
            begin, stop = right[at]
            if begin - end - 1 > words or len(found) >= 4 * SPANS:
                break
            if begin > end or (stop < start and start - stop - 1 <= words):
                found.add((min(start, begin), max(end, stop)))
    return sorted(found)


def anchors(node: Node) -> frozenset[str] | None:
    """Terms of which every match holds at least one; beginnings end in *. None: there are no such terms."""
    match node:
        case Term(text, prefix):
            return frozenset({f"{text}*" if prefix else text})
        case Phrase(terms):
            return anchors(max(terms, key=lambda term: (not term.prefix, len(term.text))))
        case Or(parts):
            each = [anchors(part) for part in parts]
            return None if None in each else frozenset().union(*each)  # type: ignore[arg-type]
        case And(parts) | Near(parts):
            return min((found for part in parts if (found := anchors(part))), key=_cost, default=None)
    return None


def _cost(found: frozenset[str]) -> tuple[int, int, int]:
    """Rather strong ones, rather few, rather long."""
    weak = any(term.startswith(WEAK) for term in found)
    return weak, len(found), -min(len(term) for term in found)


class Matcher:
    """Many queries at once, by any key. `of(said)` gives the keys of those that match, in order."""

    def __init__(self, queries: Mapping[int, str]) -> None:
        self.questions: dict[int, Question] = {}
        self.exact: dict[str, list[int]] = defaultdict(list)
        self.begins: dict[int, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        self.always: list[int] = []
        for key, query in queries.items():
            self._add(key, parse(query))

    def _add(self, key: int, tree: Node) -> None:
        self.questions[key] = compiled(tree)
        found = anchors(tree)
        if not found:
            self.always.append(key)
        for term in found or ():
            if term.endswith("*"):
                self.begins[len(term) - 1][term[:-1]].append(key)
            else:
                self.exact[term].append(key)

    def of(self, said: Said) -> list[int]:
        """The keys of the queries that the text matches."""
        return [key for key in sorted(self._candidates(said.terms)) if self.questions[key](said)]

    def _candidates(self, terms: Iterable[str]) -> set[int]:
        found, exact = set(self.always), self.exact
        for term in terms:
            if term in exact:
                found.update(exact[term])
            for length, begins in self.begins.items():
                if (head := term[:length]) in begins:
                    found.update(begins[head])
        return found
