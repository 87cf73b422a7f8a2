"""What texts say: words, languages, intents, the shipped model, and why it says so."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.inbox.understanding.explaining import reasons
from regulars.inbox.understanding.intents import intents_of
from regulars.inbox.understanding.judgement import Text, judge_texts
from regulars.inbox.understanding.languages import USUAL, languages_of
from regulars.inbox.understanding.model import house, look_at
from regulars.inbox.understanding.training import examples
from regulars.inbox.understanding.wording import words_of


def judged(*texts: str, **more):
    return judge_texts([Text(text, **more) for text in texts], house(), languages=USUAL)


def test_words_take_tweets_apart():
    assert words_of("I don't think it's a goooood day, but @anna LOVES it!! 😍 #NeverAgain http://t.co/x") == [
        "i", "don't", "not_think", "not_it's", "not_a", "not_good", "<long>", "day", ",", "but", "<you>", "loves",
        "<caps>", "it", "!", "!!", ":smiling_face_with_heart_shaped_eyes:", "<tag>", "never", "not_again", "<link>",
    ]  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=400))
def test_any_text_is_read_without_an_error_and_chances_add_up(text):
    (said,) = judged(text)
    assert said.chances is None or sum(said.chances) == pytest.approx(1)
    assert said.feels in ("negative", "neutral", "positive", "unsure")


def test_plain_feelings_are_heard():
    said = judged(
        "Absolutely love this shop, thank you so much!",
        "Worst service ever. My parcel never arrived and nobody answers.",
        "Which of the two is the one with the pockets?",
        "This is not good at all, I am very disappointed",
    )
    assert [one.feels for one in said] == ["positive", "negative", "neutral", "negative"]


def test_the_examples_written_by_hand_are_told_apart_better_than_by_the_word_list_alone():
    texts, truth = examples()
    guessed = house().scores(look_at(texts)).argmax(1)
    assert np.mean(guessed == truth) > 0.8


def test_another_language_is_unsure_and_says_so():
    german, english = judged("Die Lieferung kam viel zu spät und niemand antwortet mir", "Delivery came far too late")
    assert (german.language, german.feels, german.source, german.chances) == ("de", "unsure", "none", None)
    assert english.language == "en"


def test_languages_are_told_apart_and_noise_has_none():
    texts = ["Where is my parcel? It should have come on Monday", "¿Dónde está mi pedido? Llevo una semana esperando",
             "@shop https://t.co/x 😍😍"]  # fmt: skip
    assert languages_of(texts, among=USUAL) == ["en", "es", ""]
    assert languages_of(["ok"], among=("de", "en"), said=["en"]) == ["en"]


def test_stars_count_more_than_the_model_and_three_stars_say_nothing():
    assert judged("It is a jacket", stars=5.0)[0].feels == "positive"
    assert judged("", stars=1.0)[0].feels == "negative"
    assert judged("Where is it?", stars=3.0)[0].source == "model"


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Can anybody help? My boiler won't start", "help"),
        ("How do I reset my password?", "help"),
        ("@shop my parcel never arrived, I want a refund", "complaint"),
        ("Where can I buy these boots in size 7?", "question"),
        ("I need a new tent and am thinking of buying yours", "buying"),
        ("Thank you, excellent service!", "praise"),
        ("Watching the match with dad", ""),
    ],
)
def test_what_a_text_wants(text, first):
    assert (*judged(text)[0].intents, "")[0] == first


def test_a_question_in_another_language_is_known_by_its_mark():
    assert intents_of("Wo ist mein Paket?", negative=None, positive=None, language="de") == ["question"]


def test_the_words_behind_a_reading_are_named():
    found = reasons("I hate this terrible bag", "negative", house())
    assert {"hate", "terrible"} <= {one.word for one in found} and found[0].weight > 0
    assert reasons("I hate this", "unsure", house()) == []
