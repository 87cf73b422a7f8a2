"""What the networks are asked for a topic: its alternatives as short searches. Pure but for reading the topics."""

from __future__ import annotations

from collections.abc import Iterable

from regulars.channels.networks import searching
from regulars.social.listening.parsing import And, Near, Node, Not, Or, Phrase, Term, Url, parse
from regulars.social.models import Topic

MOST, LONGEST, WIDEST = 5, 100, 24
PAID, JOINED = frozenset({"x"}), 480  # docs.x.com: a query has at most 512 signs; AND binds closer than OR there
Words = tuple[str, ...]


def searches(query: str) -> list[str]:
    """At most five searches that together find what the topic may mean; what they find is matched exactly afterwards.

    Words stand as they were written, phrases in quotation marks; exceptions, languages and distances are left to us.
    """
    found = dict.fromkeys(" ".join(dict.fromkeys(words)) for words in _alternatives(parse(query), query) if words)
    short = [text for text in found if 2 <= len(text) <= LONGEST]
    return sorted(short, key=lambda text: (text.count(" "), short.index(text)))[:MOST]


def _alternatives(node: Node, query: str) -> list[Words]:
    match node:
        case Term(text) if ":" in text:
            return [()]
        case Term():
            return [(query[node.start : node.end].strip('"“”„').rstrip("*"),)]
        case Phrase():
            return [('"' + query[node.start : node.end].strip('"“”„').replace("*", "") + '"',)]
        case Url() | Not():
            return [()]
        case Or(parts):
            return [words for part in parts for words in _alternatives(part, query)][:WIDEST]
        case And(parts) | Near(parts):
            found: list[Words] = [()]
            for part in parts:
                found = [have + more for have in found for more in _alternatives(part, query)][:WIDEST]
            return found
    raise TypeError(type(node).__name__)


@searching.wanted
def topics_wanted(kind: str, at: int) -> Iterable[str]:
    """The searches of every topic that networks are asked for. Where each costs money, one for a whole topic."""
    queries = Topic.objects.filter(archived_us=None, searched=True).order_by("id").values_list("query", flat=True)
    return [text for query in queries for text in searches_on(kind, query)]


def searches_on(kind: str, query: str) -> list[str]:
    """What a network of this kind is asked for this query."""
    some = searches(query)
    return [joined for joined in [_joined(some)] if joined] if kind in PAID else some


def _joined(some: Iterable[str]) -> str:
    """As one search with choices, as far as it may be long."""
    whole = ""
    for text in some:
        longer = f"{whole} OR {text}" if whole else text
        whole = longer if len(longer) <= JOINED else whole
    return whole
