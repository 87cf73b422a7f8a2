"""Definitions are refused with a sentence and a place, and told in words."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regulars.segments.definition import DefinitionError, InSegment, in_order
from regulars.segments.parsing import parse
from regulars.segments.tests.random_definitions import Vocabulary, definitions
from regulars.segments.words import Names, in_words

ORDER = {"event": "Order Completed"}
DEEP = ORDER
for _ in range(9):
    DEEP = {"all": [DEEP]}


@pytest.mark.parametrize(
    ("raw", "path", "words"),
    [
        (None, "", "A condition is an object"),
        ({}, "", "this one has none"),
        ({"all": [], "any": []}, "", "has all and any"),
        ({"all": []}, "all", "at least one condition"),
        ({"all": [ORDER, {"fact": "shoe", "op": "=", "value": 1}]}, "all[1]", "no fact “shoe”"),
        ({"fact": "trait:city", "op": ">", "value": "x"}, ".op", "“>” is no operator here"),
        ({"fact": "trait:city", "op": "="}, "", "“=” needs a value"),
        ({"fact": "trait:city", "op": "=", "value": 5}, ".value", "A text of 1 to 200"),
        ({"fact": "trait:points", "type": "number", "op": "between", "value": [5, 1]}, ".value", "lower value first"),
        ({"fact": "trait:points", "type": "number", "op": "=", "value": True}, ".value", "not a number"),
        ({"fact": "trait:birthday", "type": "date", "op": "before", "value": "2026-02-30"}, ".value", "not a date"),
        (ORDER | {"measure": "sum:shoes", "op": ">", "value": 1}, ".measure", "no declared property “shoes”"),
        (ORDER | {"measure": "sum:category", "op": ">", "value": 1}, ".measure", "sum needs a number"),
        (ORDER | {"measure": "median:total", "op": ">", "value": 1}, ".measure", "is no measure"),
        (ORDER | {"within_days": 0}, ".within_days", "A whole number from 1"),
        (ORDER | {"within_days": 5, "within_hours": 5}, "", "not both"),
        (ORDER | {"within_days": 5, "older_than_days": 5}, "", "Nothing can be both"),
        (ORDER | {"from": "2026-02-01", "to": "2026-01-01"}, "", "ends (2026-01-01) before"),
        (
            ORDER | {"where": [{"property": "total", "op": "=", "value": 1}, {"property": "x"}]},
            ".where.all[1]",
            "no declared",
        ),
        (ORDER | {"wher": []}, "", "“wher” is not understood"),
        ({"sequence": {"first": ORDER, "within_days": 1}}, ".sequence", "either then or then_not"),
        ({"sequence": {"first": ORDER, "then": ORDER}}, ".sequence", "Say how soon"),
        ({"segment": 7}, "", "cannot refer to itself"),
        ({"segment": "7"}, ".segment", "Choose a segment"),
        (DEEP, "all[0].all[0].all[0].all[0].all[0].all[0].all[0].all", "nested 8 deep"),
        ({"all": [ORDER] * 61}, "all", "at most 60"),
    ],
)
def test_a_fault_is_named_with_its_place(raw, path, words):
    with pytest.raises(DefinitionError) as refused:
        parse(raw, Vocabulary(), segment_id=7)
    assert words in refused.value.message
    assert refused.value.path == path


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(raw=definitions((3,)), data=st.data())
def test_whatever_is_sent_is_understood_or_refused_with_a_sentence(raw, data):
    text = msgspec.json.encode(raw)
    place = data.draw(st.integers(0, len(text) - 1))
    broken = text[:place] + data.draw(st.binary(max_size=3)) + text[place + data.draw(st.integers(0, 3)) :]
    try:
        parse(msgspec.json.decode(broken), Vocabulary())
    except (msgspec.DecodeError, UnicodeDecodeError):
        pass
    except DefinitionError as error:
        assert error.message[-1] in ".?!" and error.message[0] in "AGMNSTW“0123456789"


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(raw=definitions((3,)))
def test_every_definition_can_be_told_in_words(raw):
    lines = in_words(parse(raw, Vocabulary()), Names({3: "Regulars"}))
    assert lines and all(line.strip() and "None" not in line.replace("None of these", "") for line in lines)


def test_the_words_are_those_people_use():
    raw = {"all": [ORDER | {"op": ">=", "value": 3, "within_days": 90},
                   {"none": [{"segment": 3}, {"fact": "trait:city", "op": "in", "value": ["Leeds", "Bath"]}]},
                   {"sequence": {"first": {"event": "Product Added"}, "then_not": ORDER, "within_hours": 36},
                    "within_days": 30}]}  # fmt: skip
    assert in_words(parse(raw, Vocabulary()), Names({3: "Regulars"})) == [
        "All of these:",
        "  “Order Completed” happened at least 3 times in the last 90 days",
        "  None of these:",
        "    is in “Regulars”",
        "    city is one of “Leeds”, “Bath”",
        "  “Product Added” was not followed by “Order Completed” within 36 hours in the last 30 days",
    ]


def test_a_circle_is_named():
    with pytest.raises(DefinitionError, match="gold → silver → bronze → gold"):
        in_order({1: InSegment(2), 2: InSegment(3), 3: InSegment(1)}, {1: "gold", 2: "silver", 3: "bronze"})
    assert in_order({1: InSegment(2), 2: InSegment(3)}) == [2, 1]
