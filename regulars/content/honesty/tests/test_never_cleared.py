"""A claim that nothing supports is never cleared, however it is written."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.content.honesty import CLEAR, NOTE, Context, Fact, digest_of, examine
from regulars.content.honesty.folding import LOOKALIKES

NOW = 1_790_000_000_000_000
FACTS = (
    Fact(1, "Our hiking boots are waterproof.", subject="hiking boots"),
    Fact(2, "Parcels take 2 to 3 working days."),
)
CLAIMS = [
    "It is guaranteed.",
    "You get a full refund.",
    "Our rope is completely safe.",
    "This was fixed.",
    "We never sell addresses.",
    "It always works.",
    "Everyone gets one.",
    "It costs 12 pounds.",
    "Parcels take 9 working days.",
    "The sale ends on Friday.",
    "Our tents are better than theirs.",
    "It is certified.",
    "Das ist garantiert.",
    "Der Fehler ist behoben.",
    "Der Versand ist kostenlos.",
    "Unser Seil ist unbedenklich.",
    "Wir machen niemals Fehler.",
    "Das kostet 12 Euro.",
    "Unsere Zelte sind nachhaltig.",
]
FRIENDLY = ["Thank you for the photo!", "Hi Tom,", "We are glad you like it.", "See you!", "Danke!", ""]
HIDDEN = [
    "\u200b",
    "\u200d",
    "\u00ad",
    "\u2060",
    "\ufeff",
    "\u202e",
    "\u3164",
    "\ufe0f",
    "\U000e0061",
    "\u0301\u0301\u0301",
]
TWINS: dict[str, list[str]] = {}
for twin, letter in LOOKALIKES.items():
    TWINS.setdefault(letter, []).append(twin)
FULL = {letter: chr(ord(letter) - 0x20 + 0xFF00) for letter in "abcdefghijklmnopqrstuvwxyz0123456789"}
BOLD = {letter: chr(0x1D41A + ord(letter) - ord("a")) for letter in "abcdefghijklmnopqrstuvwxyz"}


def look(text: str):
    return examine(text, Context(at=NOW, business="Northgate Sports", names=("Mia Smith",), facts=FACTS))


@st.composite
def disguised(draw) -> str:
    """A claim between friendly words, its letters swapped, parted and interspersed."""
    claim = draw(st.sampled_from(CLAIMS))
    signs = []
    for sign in claim:
        signs.append(draw(st.sampled_from([sign] * 6 + _twins(sign))))
        signs += draw(st.sampled_from([[]] * 12 + [[hidden] for hidden in HIDDEN]))
    return f"{draw(st.sampled_from(FRIENDLY))} {''.join(signs)} {draw(st.sampled_from(FRIENDLY))}"


def _twins(sign: str) -> list[str]:
    low = sign.lower()
    found = [*TWINS.get(low, [])[:6], FULL.get(low, sign), BOLD.get(low, sign), sign.upper()]
    return found if sign.isalnum() else [sign]


@settings(max_examples=400, deadline=None)
@given(disguised())
def test_a_claim_in_disguise_is_never_cleared(text):
    assert look(text).verdict != CLEAR


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(
        ["guaranteed", "refund", "never", "always", "certified", "repaired", "garantiert", "kostenlos", "behoben"]
    ),
    st.data(),
)
def test_a_word_taken_apart_is_never_cleared(word, data):
    places = data.draw(st.sets(st.integers(1, len(word) - 1), min_size=1, max_size=4))
    apart = data.draw(st.sampled_from([" ", ".", "-", "_", "*", "·", "\n", "  ", "/", "~", "\t", "\u2009"]))
    spelt = "".join(apart + letter if place in places else letter for place, letter in enumerate(word))
    assert look(f"Thank you! This one is {spelt} for you").verdict != CLEAR


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200))
def test_any_text_gets_an_answer_that_is_bound_to_it(text):
    seen = look(text)
    assert seen.digest == digest_of(text)
    assert all(0 <= finding.start <= finding.end <= len(text) for finding in seen.findings)
    assert (seen.verdict == CLEAR) == all(finding.weight == NOTE for finding in seen.findings)


@settings(max_examples=200, deadline=None)
@given(st.integers(4, 10**6), st.sampled_from(["day", "working day", "week", "hour"]))
def test_another_number_than_the_statement_has_is_never_cleared(number, unit):
    assert look(f"Parcels take {number} {unit}s.").verdict != CLEAR


@pytest.mark.parametrize("claim", CLAIMS)
def test_a_claim_is_not_cleared_by_calling_it_an_opinion_or_a_question(claim):
    assert look(f"We think: {claim}").verdict != CLEAR
    assert look(f"Did you know? {claim[:-1]}!").verdict != CLEAR
