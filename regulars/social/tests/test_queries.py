"""The query language of topics: what it means, what it refuses and where, against a plain evaluator."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.social.listening.matching import Matcher
from regulars.social.listening.parsing import QueryError, parse
from regulars.social.listening.words import Said, folded, words_of

pytestmark = pytest.mark.anydb

# --- a plain evaluator: queries as nested tuples, asked of a list of words


def occurrences(node, words):
    """Every (first, last) place, by trying all of them."""
    match node:
        case ("word", text):
            return {(n, n) for n, word in enumerate(words) if word == text}
        case ("begins", text):
            return {(n, n) for n, word in enumerate(words) if word.startswith(text)}
        case ("phrase", texts):
            return {(n, n + len(texts) - 1) for n in range(len(words)) if words[n : n + len(texts)] == list(texts)}
        case ("or", parts):
            return set().union(*(occurrences(part, words) for part in parts))
        case ("near", left, right, most):
            pairs = product(occurrences(left, words), occurrences(right, words))
            return {
                (min(a[0], b[0]), max(a[1], b[1]))
                for a, b in pairs
                if (b[0] > a[1] and b[0] - a[1] - 1 <= most) or (a[0] > b[1] and a[0] - b[1] - 1 <= most)
            }


def holds(node, words):
    match node:
        case ("and", parts):
            return all(holds(part, words) for part in parts)
        case ("or", parts):
            return any(holds(part, words) for part in parts)
        case ("not", part):
            return not holds(part, words)
    return bool(occurrences(node, words))


def written(node):
    match node:
        case ("word", text):
            return text
        case ("begins", text):
            return f"{text}*"
        case ("phrase", texts):
            return f'"{" ".join(texts)}"'
        case ("and", parts):  # closer than OR: an OR inside needs brackets, an AND inside an OR does not
            return " ".join(f"({written(p)})" if p[0] in ("or", "near") else written(p) for p in parts)
        case ("or", parts):
            return " OR ".join(f"({written(p)})" if p[0] == "or" else written(p) for p in parts)
        case ("not", part):
            return f"NOT ({written(part)})"
        case ("near", left, right, most):
            return f"({written(left)}) NEAR/{most} ({written(right)})"


WORDS = ("car", "cars", "start", "starter", "won", "wont", "van", "toy")
word = st.sampled_from(WORDS)
leaf = st.one_of(
    word.map(lambda w: ("word", w)),
    st.sampled_from(("ca", "car", "star", "wo")).map(lambda w: ("begins", w)),
    st.lists(word, min_size=2, max_size=3).map(lambda ws: ("phrase", tuple(ws))),
)
choice = st.one_of(leaf, st.lists(leaf, min_size=2, max_size=3).map(lambda parts: ("or", tuple(parts))))
near = st.tuples(st.just("near"), choice, choice, st.integers(0, 4))
positive = st.recursive(
    st.one_of(leaf, near),
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: ("or", tuple(parts))),
        st.tuples(inner, st.one_of(inner, inner.map(lambda n: ("not", n)))).map(lambda parts: ("and", parts)),
    ),
    max_leaves=6,
)
text = st.lists(word, max_size=12)


@settings(max_examples=600, deadline=None)
@given(st.lists(positive, min_size=1, max_size=6), text)
def test_many_topics_at_once_match_exactly_what_a_plain_evaluator_says(nodes, words):
    matcher = Matcher({n: written(node) for n, node in enumerate(nodes)})
    assert matcher.of(Said(" ".join(words))) == [n for n, node in enumerate(nodes) if holds(node, words)]


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60))
def test_whatever_is_typed_is_understood_or_refused_with_a_place_inside_the_query(query):
    try:
        tree = parse(query)
    except QueryError as wrong:
        assert 0 <= wrong.start < wrong.end <= len(query) + 1 and str(wrong)
    else:
        assert Matcher({1: query}).of(Said("")) == [] and tree is not None


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200))
def test_folding_twice_changes_nothing_and_no_text_stops_it(said):
    assert words_of(" ".join(words_of(folded(said)))) == words_of(folded(said))


@pytest.mark.parametrize(
    ("query", "said", "is_meant"),
    [
        ("car won't start", "My CAR just won’t start today", True),
        ("car won't start", "the car wont start", True),
        ("café", "The CAFE is closed", True),
        ("größe", "GROSSE", True),
        ("strasse", "Straße", True),
        ("northgate", "Northgate's boots", True),
        ("hôtel", "à l'hôtel", True),
        ('"flat battery"', "battery flat", False),
        ('"run* shoe*"', "running shoes", True),
        ("(van OR truck) -toy", "a toy truck", False),
        ("(van OR truck) -toy", "a big truck", True),
        ("a OR b c", "a", True),
        ("(a OR b) c", "a", False),
        ("battery NEAR/2 dead", "dead is my battery", True),
        ("battery NEAR/1 dead", "dead is my battery", False),
        ("good NEAR/3 good", "good", False),
        ('("flat battery" OR dead) NEAR/2 car', "my car has a flat battery", True),
        ("#coldstart", "again #ColdStart!", True),
        ("coldstart", "again #coldstart", True),
        ("#cold*", "#coldstart", True),
        ("#coldstart", "coldstart", False),
        ("@shop", "thanks @shop, great", True),
        ("@shop", "mail me at me@shop", False),
        ("@anna", "hi @anna@social.example", True),
        ("example", "see https://example.com/boots", False),
        ("site:example.com", "see https://www.shop.example.com/boots", True),
        ("site:example.com", "see https://notexample.com/boots", False),
        ("url:example.com/bo", "see https://example.com/boots", True),
        ("电池", "我的电池坏了", True),
        ("𝐛𝐚𝐭𝐭𝐞𝐫𝐲", "battery", True),
        ("battery", "bat\u200btery", True),
    ],
)  # fmt: skip
def test_what_is_meant_is_found(query, said, is_meant):
    assert bool(Matcher({1: query}).of(Said(said))) is is_meant


def test_what_is_known_of_a_text_can_be_asked_for():
    said = Said("Guten Tag", handle="Anna.bsky.social", language="de-AT", sources=("bluesky", "Our feed"),
                urls=("https://blog.example.com/2026/tag",))  # fmt: skip
    queries = ["from:anna.bsky.social", "lang:de", "source:bluesky", 'source:"our feed"', "site:example.com",
               "url:blog.example.com/2026", "lang:en", "from:bob"]  # fmt: skip
    assert Matcher(dict(enumerate(queries))).of(said) == [0, 1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("query", "says", "place"),
    [
        ("", "what to listen for", (0, 1)),
        ("NOT toy", "nearly everything", (0, 7)),
        ("van OR NOT toy", "nearly everything", (7, 14)),
        ("van OR", "missing after “OR”", (4, 6)),
        ("AND van", "missing before “AND”", (0, 3)),
        ("(van", "never closed", (0, 1)),
        ("van)", "never opened", (3, 4)),
        ("()", "nothing between", (0, 2)),
        ('say "flat', "quotation mark is never closed", (4, 5)),
        ("w*", "two letters", (0, 2)),
        ("wa*er", "end of a word", (0, 5)),
        ("!!!", "neither letters nor digits", (0, 3)),
        ("near:here", "“near:” is not known", (0, 9)),
        ("https://example.com", "url: or site:", (0, 19)),
        ("lang:german", "two letters", (0, 11)),
        ("van NEAR/99 toy", "farthest", (4, 11)),
        ("van NEAR/3 #toy", "NEAR stands between", (11, 15)),
        ("van NEAR/3 (a b)", "NEAR stands between", (11, 16)),
    ],
)
def test_an_error_says_what_is_wrong_and_where(query, says, place):
    with pytest.raises(QueryError) as wrong:
        parse(query)
    assert says in str(wrong.value) and (wrong.value.start, wrong.value.end) == place


def test_a_hostile_text_does_not_take_long():
    import time

    began = time.process_time()
    Matcher({1: "a NEAR/30 a NEAR/30 a NEAR/30 a"}).of(Said("a " * 100_000))
    assert time.process_time() - began < 5
