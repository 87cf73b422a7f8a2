"""Forms are read strictly, branch by answers, and speak the language they have."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.feedback.questions import FormError, next_questions, read, ready_made, say, take

FORM = {
    "languages": ["en", "de"],
    "questions": [
        {"id": "score", "kind": "nps", "text": {"en": "Recommend?", "de": "Empfehlen?"}},
        {"id": "bad", "kind": "text", "text": {"en": "Why?"}, "when": {"question": "score", "op": "<=", "value": 6}},
        {
            "id": "where", "kind": "choice", "text": {"en": "Where?"},
            "when": {"question": "score", "op": ">=", "value": 7},
            "options": [{"id": "shop", "text": {"en": "Shop"}}, {"id": "web", "text": {"en": "Web"}}],
        },
        {
            "id": "page", "kind": "text", "text": {"en": "Which?"},
            "when": {"question": "where", "op": "=", "value": "web"},
        },
    ],
}  # fmt: skip


def ids(answers):
    return [question.id for question in next_questions(read(FORM), answers)]


def test_the_score_is_asked_first_and_alone():
    assert ids({}) == ["score"]


def test_what_follows_depends_on_the_answer():
    assert ids({"score": 3}) == ["bad"]
    assert ids({"score": 9}) == ["where"]
    assert ids({"score": 9, "where": "web"}) == ["page"]
    assert ids({"score": 9, "where": "shop"}) == []
    assert ids({"score": 9, "where": None}) == []


def test_texts_fall_back_to_the_first_language():
    form = read(FORM)
    assert say(form.questions[0].text, form, "de-AT") == "Empfehlen?"
    assert say(form.questions[1].text, form, "de") == "Why?"
    assert say(form.questions[0].text, form, "ja") == "Recommend?"


@given(st.dictionaries(st.sampled_from(["score", "bad", "where", "page", "other"]), st.text(max_size=8)))
def test_whatever_is_sent_only_answers_to_asked_questions_are_kept(said):
    form = read(FORM)
    try:
        answers = take(form, said)
    except ValueError:
        return
    assert set(answers) <= {"score", "bad", "where", "page"}
    for question in form.questions:
        if question.id in answers and question.when:
            assert question.when.holds(answers)
    if "score" in answers:
        assert answers["score"] in range(11)


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"questions": []},
        {"questions": [{"id": "a", "kind": "nps", "text": {"de": "Nur deutsch"}}]},
        {"questions": [{"id": "a", "kind": "stars", "text": {"en": "?"}}]},
        {"questions": [{"id": "A B", "kind": "nps", "text": {"en": "?"}}]},
        {"questions": [{"id": "a", "kind": "choice", "text": {"en": "?"}}]},
        {"questions": [{"id": "a", "kind": "nps", "text": {"en": "?"}}] * 2},
        {
            "questions": [
                {"id": "a", "kind": "text", "text": {"en": "?"}, "when": {"question": "b", "op": "=", "value": 1}}
            ]
        },
    ],
)
def test_a_form_that_makes_no_sense_is_refused(broken):
    with pytest.raises(FormError):
        read(broken)


@pytest.mark.parametrize("kind", ["nps", "csat", "short"])
def test_ready_made_forms_can_be_asked(kind):
    assert next_questions(read(ready_made(kind)), {})
