"""Pain points and wishes: found by how sentences are built, grouped by what they are about, people counted once."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.social.listening.asking import searches, topics_wanted
from regulars.social.listening.noise import preview
from regulars.social.listening.pains import Text, points, said, stem
from regulars.social.listening.words import Said
from regulars.social.tests.hearing import topic


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Love it, but the zip keeps breaking!", ["zip keeps breaking"]),
        ("The boots are way too small for me", ["boots are way too small for me"]),
        ("Sole came off my boots after a week", ["sole came off my boots after"]),
        ("It doesn't fit.", ["doesnt fit"]),
        ("I don't know what to say", []),
        ("Still waiting for my parcel", ["parcel"]),
        ("Der Reißverschluss ist kaputt.", ["reissverschluss ist kaputt"]),
        ("What lovely boots", []),
    ],
)
def test_what_hurts_is_found(text, found):
    assert said(text, "pain") == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("I wish it had bigger pockets", ["had bigger pockets"]),
        ("Please bring back the red ones!", ["red ones"]),
        ("would be great if you opened on Sundays", ["opened on sundays"]),
        ("Ein Wunsch: Es wäre toll, wenn ihr sonntags öffnet", ["ihr sonntags offnet"]),
        ("I bought pockets", []),
    ],
)
def test_what_is_wished_for_is_found(text, found):
    assert said(text, "wish") == found


def test_words_of_one_kind_are_one_point_and_a_person_counts_once():
    texts = [
        Text(1, 7, 10, "the zip keeps breaking"),
        Text(2, 7, 20, "Zip keeps breaking again"),
        Text(3, 8, 30, "my zip keeps breaking on day two"),
        Text(4, 9, 40, "the tent is too heavy"),
    ]
    first, second = points(texts, "pain")
    assert (first.people, first.items, first.first_us, first.last_us) == (2, (1, 2, 3), 10, 30)
    assert "zip" in first.label and second.people == 1
    shuffled = random.Random(3).sample(texts, 4)
    assert points(shuffled, "pain") == [first, second]


@given(st.text(max_size=300))
def test_no_text_stops_it(text):
    assert all(len(phrase.split()) <= 7 for kind in ("pain", "wish") for phrase in said(text, kind))


def test_endings_are_taken_off():
    assert len({stem(word) for word in ("leaks", "leaked", "leaking")}) == 1


def test_a_preview_says_which_words_bring_what_and_what_stands_beside():
    texts = [Said(text) for text in ["northgate station closed"] * 4 + ["northgate boots", "pitchside boots", "rain"]]
    found = preview("northgate OR pitchside", texts)
    assert found.finds == (0, 1, 2, 3, 4, 5)
    assert [(one.words, one.finds, one.alone) for one in found.brings] == [("northgate", 5, 5), ("pitchside", 1, 1)]
    assert [(one.words, one.finds) for one in found.beside] == [("station", 4)]


@pytest.mark.parametrize(
    ("query", "asked"),
    [
        ('"Northgate Sports" OR northgate*', ["northgate", '"Northgate Sports"']),
        ("car won't start lang:en -toy", ["car won't start"]),
        ("(van OR truck) (rent OR hire)", ["van rent", "van hire", "truck rent", "truck hire"]),
        ("battery NEAR/3 (dead OR flat)", ["battery dead", "battery flat"]),
        ("from:anna lang:de", []),
    ],
)
def test_networks_are_asked_in_plain_words(query, asked):
    assert searches(query) == asked


@pytest.mark.django_db
def test_where_searches_cost_money_a_topic_is_one(business, at):
    topic("Northgate", '"northgate sports" OR ngsports', at)
    topic("Quiet", "quiet", at, searched=False)
    assert list(topics_wanted("bluesky", at)) == ["ngsports", '"northgate sports"']
    assert list(topics_wanted("x", at)) == ['ngsports OR "northgate sports"']
