"""The query language of topics: text -> tree, or an error with its place. Pure.

    car won't start              all words (AND may be written)
    "flat battery"               a phrase; run* and "run* shoe*": beginnings
    (van OR truck) NOT toy       choices, exceptions (also -toy); AND binds closer than OR
    battery NEAR/4 dead          at most four words between them, in either order
    #coldstart @shop from:anna lang:de source:bluesky site:example.com url:example.com/blog
Case and accents do not count. Operators are written in capitals.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from django.utils.translation import gettext as _

from regulars.social.listening.words import folded, words_of

FIELDS = {"from": "from", "lang": "lang", "language": "lang", "source": "source", "site": "site", "url": "url"}
LONGEST, LEAVES, DEEPEST, FARTHEST, CHAIN = 4_000, 300, 20, 30, 4
_TOKEN = re.compile(
    r"""(?P<space>\s+)|(?P<open>\()|(?P<close>\))|(?P<phrase>["“„”](?P<inside>[^"“„”]*)(?P<end>["“”]?))"""
    r"""|(?P<near>NEAR(?:/\d*)?(?=[\s(]|$))|(?P<op>(?:AND|OR|NOT)(?=[\s(]|$))|(?P<minus>-(?=[^\s\-]))"""
    r"""|(?P<field>[^\W\d_]+):(?P<value>"[^"]*"?|[^\s()]*)|(?P<word>[^\s()"“„”]+)"""
)


class QueryError(ValueError):
    """What is wrong, and where: `start` and `end` count signs of the query."""

    def __init__(self, sentence: str, start: int, end: int) -> None:
        super().__init__(sentence)
        self.start, self.end = start, max(end, start + 1)


@dataclass(frozen=True)
class Term:
    """A word, #tag, @handle or field:value that stands in the text or is known of it; `prefix`: a beginning."""

    text: str
    prefix: bool = False
    start: int = 0
    end: int = 0


@dataclass(frozen=True)
class Phrase:
    """Words (each perhaps a beginning) one after the other."""

    terms: tuple[Term, ...]
    start: int = 0
    end: int = 0


@dataclass(frozen=True)
class Url:
    """Part of an address."""

    text: str
    start: int = 0
    end: int = 0


@dataclass(frozen=True)
class And:
    parts: tuple[Node, ...]
    start: int = 0
    end: int = 0


@dataclass(frozen=True)
class Or:
    parts: tuple[Node, ...]
    start: int = 0
    end: int = 0


@dataclass(frozen=True)
class Not:
    part: Node
    start: int = 0
    end: int = 0


@dataclass(frozen=True)
class Near:
    """All of `parts`, each at most `words` words from those before it in the list."""

    parts: tuple[Node, ...]
    words: int
    start: int = 0
    end: int = 0


Node = Term | Phrase | Url | And | Or | Not | Near


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    start: int
    end: int
    inside: str = ""


@lru_cache(maxsize=1_000)
def parse(query: str) -> Node:
    """The tree. Raises QueryError for whatever cannot be meant, and for what would match nearly everything."""
    if len(query) > LONGEST:
        raise QueryError(_("A query has at most %d signs: make two topics of it.") % LONGEST, LONGEST, len(query))
    tokens = list(_tokens(query))
    if not tokens:
        raise QueryError(_("Say what to listen for: a word, or a “phrase” in quotation marks."), 0, 1)
    reader = _Reader(tokens, len(query))
    tree = reader.any(0)
    if (left := reader.now) is not None:
        raise QueryError(_("This bracket was never opened."), left.start, left.end)
    _check(tree)
    return tree


def _tokens(query: str) -> Iterator[_Token]:
    place = 0
    while place < len(query):
        found = _TOKEN.match(query, place)
        assert found is not None  # every sign is a space, a bracket, a mark or part of a word
        kind, start, end = found.lastgroup or "", found.start(), found.end()
        kind = "phrase" if found["phrase"] else "field" if found["field"] else kind
        place = end
        if kind == "phrase" and not found["end"]:
            raise QueryError(_("This quotation mark is never closed."), start, start + 1)
        if kind != "space":
            yield _Token(kind, found["field"] or found[0], start, end, found["inside"] or found["value"] or "")


class _Reader:
    """Recursive descent: any = all (OR all)*, all = near (AND? near)*, near = one (NEAR/n one)*."""

    def __init__(self, tokens: list[_Token], length: int) -> None:
        self.tokens, self.place, self.length = tokens, 0, length

    @property
    def now(self) -> _Token | None:
        return self.tokens[self.place] if self.place < len(self.tokens) else None

    def _is(self, *texts: str) -> bool:
        return self.now is not None and self.now.kind == "op" and self.now.text in texts

    def any(self, depth: int) -> Node:
        parts = [self.all(depth)]
        while self._is("OR"):
            self.place += 1
            parts.append(self.all(depth))
        return parts[0] if len(parts) == 1 else Or(tuple(parts), parts[0].start, parts[-1].end)

    def all(self, depth: int) -> Node:
        parts = [self.near(depth)]
        while self.now is not None and self.now.kind != "close" and not self._is("OR"):
            if self._is("AND"):
                self.place += 1
            parts.append(self.near(depth))
        return parts[0] if len(parts) == 1 else And(tuple(parts), parts[0].start, parts[-1].end)

    def near(self, depth: int) -> Node:
        parts, words = [self.one(depth)], None
        while self.now is not None and self.now.kind == "near":
            words = self._words(words)
            parts.append(self.one(depth))
        if words is None:
            return parts[0]
        for part in parts:
            _can_be_near(part)
        if len(parts) > CHAIN:
            raise QueryError(
                _("At most %d things can be NEAR each other.") % CHAIN, parts[CHAIN].start, parts[-1].end
            )
        return Near(tuple(parts), words, parts[0].start, parts[-1].end)

    def _words(self, before: int | None) -> int:
        token = self.now
        assert token is not None
        self.place += 1
        said = token.text[5:]
        words = int(said) if said else 5
        if words > FARTHEST:
            raise QueryError(_("NEAR/%d is the farthest.") % FARTHEST, token.start, token.end)
        if before is not None and words != before:
            raise QueryError(_("One chain has one distance: use brackets."), token.start, token.end)
        return words

    def one(self, depth: int) -> Node:
        token = self.now
        if token is None or token.kind == "close" or (token.kind in ("op", "near") and token.text != "NOT"):
            raise _nothing_here(self.tokens[self.place - 1] if self.place else None, token, self.length)
        self.place += 1
        if token.kind == "minus" or (token.text == "NOT" and token.kind == "op"):
            part = self.one(depth + 1)
            return Not(part, token.start, part.end)
        if token.kind == "open":
            return self._group(token, depth + 1)
        return _leaf(token)

    def _group(self, opened: _Token, depth: int) -> Node:
        if depth > DEEPEST:
            raise QueryError(_("Too many brackets within each other."), opened.start, opened.end)
        if self.now is not None and self.now.kind == "close":
            raise QueryError(_("There is nothing between these brackets."), opened.start, self.now.end)
        inside = self.any(depth)
        if self.now is None:
            raise QueryError(_("This bracket is never closed."), opened.start, opened.end)
        closed, self.place = self.now, self.place + 1
        return replace(inside, start=opened.start, end=closed.end)


def _nothing_here(before: _Token | None, token: _Token | None, length: int) -> QueryError:
    if before is not None and before.kind in ("op", "near", "minus"):
        said = _("Something is missing after “%s”. Operators are words in capitals; put them in quotation marks to"
                 " search them.") % before.text  # fmt: skip
        return QueryError(said, before.start, before.end)
    if token is None:
        return QueryError(_("Something is missing here."), length, length + 1)
    return QueryError(_("Something is missing before “%s”.") % token.text, token.start, token.end)


def _leaf(token: _Token) -> Node:
    match token.kind:
        case "phrase":
            return _phrase(token.inside, token.start, token.end)
        case "field":
            return _field(token)
    text = token.text
    if text[0] in "#@" and len(text) > 1:
        return _marked(text, token.start, token.end)
    return _phrase(text, token.start, token.end)


def _marked(text: str, start: int, end: int) -> Node:
    prefix = text.endswith("*")
    plain = text[0] + folded(text[1:].rstrip("*")).strip(".,;!?")
    if len(plain) < (3 if prefix else 2) or "*" in plain:
        raise _star_or_nothing(text, start, end)
    return Term(plain, prefix, start, end)


def _star_or_nothing(text: str, start: int, end: int) -> QueryError:
    if "*" in text:
        return QueryError(_("A * stands at the end of a word, after two letters at least."), start, end)
    return QueryError(_("“%s” has neither letters nor digits: only words can be found.") % text, start, end)


def _phrase(text: str, start: int, end: int) -> Node:
    terms: list[Term] = []
    for piece in text.split():
        prefix = piece.endswith("*")
        found = words_of(folded(piece.rstrip("*")))
        if "*" in piece.rstrip("*") or (prefix and (not found or len(found[-1]) < 2)):
            raise _star_or_nothing(piece, start, end)
        terms += [Term(word, False, start, end) for word in found]
        if prefix:
            terms[-1] = replace(terms[-1], prefix=True)
    if not terms:
        raise _star_or_nothing(text, start, end)
    return terms[0] if len(terms) == 1 else Phrase(tuple(terms), start, end)


def _field(token: _Token) -> Node:
    name, value = FIELDS.get(token.text.lower()), folded(token.inside.strip('"').strip())
    if name is None:
        if token.inside.startswith("//"):
            said = _("Addresses are found by url: or site:, for example site:example.com.")
        else:
            said = _("“%s:” is not known. Known are from: lang: source: site: url:. Words go into quotation marks.")
            said %= token.text
        raise QueryError(said, token.start, token.end)
    if not value:
        raise QueryError(_("Something is missing after “%s:”.") % token.text, token.start, token.end)
    if name == "url":
        return Url(value, token.start, token.end)
    if name == "lang" and not re.fullmatch(r"[a-z]{2}", value):
        raise QueryError(_("A language has two letters: lang:en, lang:de."), token.start, token.end)
    if name == "site":
        value = re.sub(r"^(?:https?://)?(?:www\.)?|/.*$", "", value)
    if "*" in value:
        raise QueryError(_("A * stands only after words, #tags and @handles."), token.start, token.end)
    return Term(f"{name}:{value.lstrip('@') if name == 'from' else value}", False, token.start, token.end)


def _can_be_near(node: Node) -> None:
    """Words, phrases and choices of them."""
    if isinstance(node, Or):
        for part in node.parts:
            _can_be_near(part)
    elif isinstance(node, (Near, Phrase)):
        return
    elif not isinstance(node, Term) or ":" in node.text or node.text[0] in "#@":
        said = _("NEAR stands between words, “phrases” and (choices OR of them).")
        raise QueryError(said, node.start, node.end)


def leaves(node: Node) -> Iterator[Term | Phrase | Url]:
    """Every word, phrase and field of it, in order."""
    match node:
        case Not(part):
            yield from leaves(part)
        case And(parts) | Or(parts) | Near(parts):
            for part in parts:
                yield from leaves(part)
        case _:
            yield node


def is_positive(node: Node) -> bool:
    """Whether a text has to say something to match."""
    match node:
        case Not():
            return False
        case And(parts):
            return any(is_positive(part) for part in parts)
        case Or(parts):
            return all(is_positive(part) for part in parts)
    return True


def _check(tree: Node) -> None:
    if sum(1 for _leaf in leaves(tree)) > LEAVES:
        raise QueryError(_("At most %d words: make two topics of it.") % LEAVES, tree.start, tree.end)
    wrong = _negative(tree)
    if wrong is not None:
        said = _("This alone would match nearly everything that is said. Say beside it what has to be there.")
        raise QueryError(said, wrong.start, wrong.end)


def _negative(node: Node) -> Node | None:
    """The part that matches what says nothing at all."""
    if is_positive(node):
        return None
    if isinstance(node, Or):
        return next(part for part in map(_negative, node.parts) if part is not None)
    return node
