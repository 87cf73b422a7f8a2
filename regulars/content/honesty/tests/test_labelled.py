"""How often the gate agrees with the hand-labelled examples; docs/honesty.md quotes what is measured here."""

from regulars.content.honesty.tests.labelled import PLAIN, WHOLE, agreement, is_half, is_held_out, precision, recall

EXAMPLES = WHOLE["examples"]
HELD_OUT = [one for one in EXAMPLES if is_held_out(one["text"])]
PLAINLY = [one for one in PLAIN["examples"] if is_half(one["text"])]


def test_there_are_enough_examples_good_and_bad():
    good = sum(1 for one in EXAMPLES if not one.get("finds"))
    assert len(EXAMPLES) >= 120 and good >= 40 and len(HELD_OUT) >= 40


def test_what_a_colleague_would_object_to_is_rarely_cleared():
    assert recall(agreement(EXAMPLES)["any"]) >= 0.93
    assert recall(agreement(HELD_OUT)["any"]) >= 0.8


def test_what_is_fine_is_rarely_held_back():
    assert precision(agreement(EXAMPLES)["any"]) >= 0.95
    assert precision(agreement(HELD_OUT)["any"]) >= 0.9


def test_private_data_hidden_signs_and_unknown_languages_are_not_overlooked():
    counts = agreement(EXAMPLES)
    assert {kind: counts[kind]["missed"] for kind in ("private", "hidden", "look-alike")} == {
        "private": 0,
        "hidden": 0,
        "look-alike": 0,
    }


def test_a_plain_assertion_is_rarely_cleared_and_a_harmless_sentence_rarely_held_back():
    counts = agreement(PLAINLY, PLAIN)["any"]
    assert len(PLAINLY) >= 60 and sum(1 for one in PLAINLY if one.get("finds")) >= 30
    assert recall(counts) >= 0.9 and precision(counts) >= 0.85
