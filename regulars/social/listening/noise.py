"""A query before it is saved: what it finds, which of its words bring what, what stands beside them. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from regulars.social.listening.logodds import JOINING
from regulars.social.listening.matching import compiled, spans
from regulars.social.listening.parsing import Near, Node, Not, Phrase, Term, Url, leaves, parse
from regulars.social.listening.words import Said

BESIDE, LEAST = 8, 3


@dataclass(frozen=True)
class Brings:
    """A word or phrase of the query: in how many of the finds it stands, and how many stand there for it alone."""

    words: str
    finds: int
    alone: int


@dataclass(frozen=True)
class Beside:
    """A word that stands right beside the words of the query in so many finds."""

    words: str
    finds: int


@dataclass(frozen=True)
class Preview:
    """Places (in the list of texts) of what matches, and what explains them."""

    finds: tuple[int, ...]
    brings: tuple[Brings, ...]
    beside: tuple[Beside, ...]


def preview(query: str, texts: Sequence[Said]) -> Preview:
    """Try a query. Raises QueryError."""
    tree = parse(query)
    ask = compiled(tree)
    found = tuple(place for place, said in enumerate(texts) if ask(said))
    matched = [texts[place] for place in found]
    return Preview(found, _brings(tree, query, matched), _beside(tree, matched))


def _positive(node: Node) -> list[Term | Phrase | Url]:
    if isinstance(node, Not):
        return []
    if isinstance(node, (Term, Phrase, Url)):
        return [node]
    if isinstance(node, Near):
        return list(leaves(node))
    return [leaf for part in node.parts for leaf in _positive(part)]


def _brings(tree: Node, query: str, matched: Sequence[Said]) -> tuple[Brings, ...]:
    """Only where there is a choice: in a query of which every word must stand, each brings everything."""
    found = []
    for leaf in _positive(tree):
        has, without = compiled(leaf), compiled(tree, without=leaf)
        finds = sum(has(said) for said in matched)
        alone = sum(not without(said) for said in matched)
        found.append(Brings(query[leaf.start : leaf.end], finds, alone))
    if all(one.alone == len(matched) for one in found):
        return ()
    return tuple(sorted(found, key=lambda one: (-one.alone, -one.finds)))


def _beside(tree: Node, matched: Sequence[Said]) -> tuple[Beside, ...]:
    """Words right before or behind: “northgate station” is another Northgate."""
    own = {term for leaf in leaves(tree) for term in _words(leaf)}
    counts: Counter[str] = Counter()
    for said in matched:
        seen = set()
        for leaf in _positive(tree):
            if isinstance(leaf, Url) or (isinstance(leaf, Term) and (":" in leaf.text or leaf.text[0] in "#@")):
                continue
            for start, end in spans(leaf, said):
                seen.update(said.words[place] for place in (start - 1, end + 1) if 0 <= place < len(said.words))
        counts.update(word for word in seen if word not in own and word not in JOINING and len(word) > 1)
    return tuple(Beside(word, n) for word, n in counts.most_common(BESIDE) if n >= LEAST)


def _words(leaf: Term | Phrase | Url) -> list[str]:
    if isinstance(leaf, Phrase):
        return [term.text for term in leaf.terms]
    return [leaf.text]
