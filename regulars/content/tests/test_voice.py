"""The brand's voice: what is marked, and what is left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from regulars.content.voice import Rules, breaches, reading_ease

pytestmark = pytest.mark.anydb
RULES = Rules(
    use=[{"word": "regulars", "instead_of": ["loyal customers", "users"]}],
    avoid=[{"word": "cheap*", "why": "We sell quality."}],
    disclosures=[{"text": "18+ only.", "when": ["wine", "beer"]}, {"text": "Northgate Ltd", "when": []}],
    reading_level=60,
)


def marked(text: str, rules: Rules = RULES) -> list[tuple[str, str]]:
    return [(text[breach.start : breach.end], breach.suggestion) for breach in breaches(text, rules)]


def test_words_are_marked_where_they_stand_whatever_their_case():
    text = "Cheapest boots for loyal\ncustomers. Northgate Ltd"
    assert marked(text) == [("Cheapest", ""), ("loyal\ncustomers", "regulars")]


def test_parts_of_words_merge_tags_and_addresses_are_left_alone():
    text = "Superusers: {{ users }} https://a.example/cheap. Northgate Ltd"
    assert marked(text) == []


def test_a_disclosure_is_asked_for_when_its_word_is_there_and_not_said():
    assert marked("New Wine! Northgate Ltd") == [("Wine", "18+ only.")]
    assert marked("New wine! 18+  ONLY. Northgate Ltd") == []
    assert marked("Boots") == [("", "Northgate Ltd")]


def test_reading_ease_is_flesch():
    easy = "The cat sat on the mat. " * 6
    hard = (
        "Institutional intermediation necessitates comprehensive organisational accountability considerations. " * 5
    )
    assert reading_ease(easy) == pytest.approx(206.835 - 1.015 * 6 - 84.6, abs=0.01)
    assert reading_ease(hard) < 0 < 60 < reading_ease(easy)
    assert reading_ease(easy, language="de") == pytest.approx(180 - 6 - 58.5, abs=0.01)
    assert reading_ease("Too short.") is None and reading_ease(easy, language="fr") is None
    assert any("Reading ease" in breach.why for breach in breaches(hard, RULES))


@given(some.text(max_size=200), some.lists(some.text(max_size=6), max_size=4))
def test_places_lie_within_the_text_whatever_the_rules(text, words):
    rules = Rules(avoid=[{"word": word} for word in words], disclosures=[{"text": "x", "when": words}])
    for breach in breaches(text, rules):
        assert 0 <= breach.start <= breach.end <= len(text)
        assert text[breach.start : breach.end] == breach.words or not breach.words
