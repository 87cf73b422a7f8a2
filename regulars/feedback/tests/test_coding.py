"""Texts and topics: rules, the model and its agreement, suggestions, drivers, search."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.feedback import actions
from regulars.feedback.coding.drivers import drivers
from regulars.feedback.coding.learning import code_everything
from regulars.feedback.coding.reading import quotes_page
from regulars.feedback.coding.rules import matches
from regulars.feedback.coding.suggesting import suggested
from regulars.feedback.errors import CannotDo
from regulars.feedback.models import Coding, Response, Said, Topic
from regulars.feedback.tests.cast import MONDAY, asked, running, someone

LATE = ["the parcel came late", "delivery took two weeks", "still waiting for my parcel", "late again, slow courier",
        "my order arrived days late"]  # fmt: skip
STAFF = ["friendly staff in the shop", "the lady at the desk was rude", "helpful people", "nobody helped me",
         "kind and helpful staff"]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "text", "hit"),
    [
        ("late", "It came LATE.", True),
        ("late", "chocolate", False),
        ("deliver*", "Delivery was fine", True),
        ("delivery late", "late, but the delivery man smiled", True),
        ('"out of stock"', "All out  of stock!", True),
        ('"out of stock"', "stock of out", False),
        ("size -exchange*", "wrong size, exchanged at once", False),
        ("grosse", "falsche GRÖSSE", True),
        ("große", "falsche GROSSE Tüte", True),
        ("cafe", "the café", True),
        ("a\nb", "only b", True),
        ("", "anything", False),
        ("-late", "early", False),
    ],
)
def test_rules(words, text, hit):
    assert matches(words, text) is hit


@given(st.text(max_size=60), st.text(max_size=60))
def test_whatever_is_typed_as_a_rule_never_fails(words, text):
    assert matches(words, text) in (True, False)


def stored(survey, texts, part="detractor", score=2, start=0):
    for n, text in enumerate(texts, start):
        Response.objects.create(
            id=n + 1, survey_id=survey.id, version=1, wave="2026Q3", source="link", score=score, part=part,
            answered_us=MONDAY + n,
        )  # fmt: skip
        Said.objects.create(response_id=n + 1, survey_id=survey.id, question="why", text=text, language="en")


def topic(name, words=""):
    return actions.save_topic(name=name, words=words, by="user:1", at=MONDAY)


@pytest.mark.anydb
@pytest.mark.django_db
def test_a_new_text_is_coded_by_rules_at_once(business):
    late = topic("Delivery", "late\nparcel")
    survey = running()
    one = asked(survey, someone("alice"))
    actions.answer(invitation_id=one.id, said={"score": "2"}, at=MONDAY)
    actions.answer(invitation_id=one.id, said={"wrong": "My parcel never came"}, at=MONDAY)
    assert Coding.objects.get().topic_id == late.id


@pytest.mark.anydb
@pytest.mark.django_db
def test_the_model_learns_from_what_colleagues_say_and_their_word_stays(business):
    survey = running()
    rng = random.Random(7)
    texts = [rng.choice(LATE) + f" {n}" for n in range(40)] + [rng.choice(STAFF) + f" {n}" for n in range(40)]
    stored(survey, texts)
    late = topic("Delivery")
    said = list(Said.objects.order_by("id"))
    for one in said[:30] + said[40:70]:
        actions.judge(said_id=one.id, topic_id=late.id, yes=one.id <= said[39].id, by="user:1", at=MONDAY)
    wrong = said[0]
    actions.judge(said_id=wrong.id, topic_id=late.id, yes=False, by="user:1", at=MONDAY)
    code_everything(at=MONDAY)
    found = set(Coding.objects.filter(topic_id=late.id, yes=True, by="model").values_list("said_id", flat=True))
    assert found <= {one.id for one in said[30:40]} and len(found) >= 8
    assert Coding.objects.get(said_id=wrong.id, topic_id=late.id).yes is False
    quality = Topic.objects.get(id=late.id).quality
    assert quality["judged"] == 60 and quality["model"] > 0.8


@pytest.mark.anydb
@pytest.mark.django_db
def test_a_model_that_does_not_agree_with_people_says_nothing(business):
    survey = running()
    rng = random.Random(7)
    stored(survey, [rng.choice(LATE + STAFF) + f" {n}" for n in range(80)])
    odd = topic("Coin flips")
    for one in Said.objects.order_by("id")[:60]:
        actions.judge(said_id=one.id, topic_id=odd.id, yes=rng.random() < 0.5, by="user:1", at=MONDAY)
    code_everything(at=MONDAY)
    assert not Coding.objects.filter(by="model").exists()
    assert Topic.objects.get(id=odd.id).quality["model"] < 0.4


def test_texts_that_go_together_are_suggested_with_words_and_quotes():
    rng = random.Random(7)
    found = suggested(
        [f"{rng.choice(LATE)} parcel late {n}" for n in range(30)]
        + [f"{rng.choice(STAFF)} staff {n}" for n in range(30)]
    )
    named = {word for one in found for word in one.words}
    assert {"parcel", "late", "staff"} <= named
    assert all(len(one.quotes) <= 3 for one in found)
    assert suggested(["too few"] * 10) == []


@pytest.mark.anydb
@pytest.mark.django_db
def test_what_goes_with_a_bad_score_stands_first_with_an_interval(business):
    survey = running()
    stored(survey, LATE * 6, "detractor", 2)
    stored(survey, STAFF * 6, "promoter", 10, start=100)
    topic("Delivery", "late\nparcel\nwaiting\ndelivery")
    topic("Staff", "staff\nhelp*\nlady\nnobody")
    code_everything(at=MONDAY)
    worst, best = drivers(survey)
    assert (worst.topic.name, best.topic.name) == ("Delivery", "Staff")
    assert worst.matters and worst.difference.high < 0 < best.difference.low


@pytest.mark.anydb
@pytest.mark.django_db
def test_quotes_are_searched_and_paged(business):
    survey = running()
    stored(survey, LATE + STAFF)
    assert [q.texts[0].text for q in quotes_page(survey, text="RUDE").rows] == ["the lady at the desk was rude"]
    seen, after = [], ""
    while True:
        page = quotes_page(survey, after=after, limit=3)
        seen += [quote.response.id for quote in page.rows]
        if not (after := page.after):
            break
    assert seen == sorted(seen, reverse=True) and len(seen) == 10


@pytest.mark.anydb
@pytest.mark.django_db
def test_two_topics_have_two_names(business):
    topic("Delivery")
    with pytest.raises(CannotDo, match="already"):
        topic("delivery ")
