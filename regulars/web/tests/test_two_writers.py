"""Two people write the same text: the second is told, and nothing is lost."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from regulars.content import actions
from regulars.content.models import Template
from regulars.team.actions import add_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def template(business, at) -> Template:
    text = {"subject": "Hello", "preheader": "", "format": "text", "source": "First."}
    return actions.create_template(name="News", draft={"en": text, "de": text}, by="user:1", at=at)


class Writer:
    """Somebody with the editor open."""

    def __init__(self, name: str, template: Template, at: int):
        self.client, self.template = Client(), template
        self.client.force_login(add_member(email=f"{name}@example.com", role="marketer", by="system", at=at))
        self.open()

    def open(self) -> str:
        page = self.client.get(self.address("template_edit")).content.decode()
        self.state = {name: re.search(f'name="{name}" value="([^"]*)"', page)[1] for name in ("seen", "seat")}
        return page

    def address(self, name: str) -> str:
        return reverse(f"web:{name}", args=[self.template.id])

    def writes(self, text: str, act: str = "", to: str = "template_edit", language: str = "en"):
        said = {"subject": "Hello", "source": text, "language": language, "act": act, **self.state}
        return self.client.post(self.address(to), said)


@pytest.fixture
def ann(template, at):
    return Writer("ann", template, at)


@pytest.fixture
def bob(template, at, ann):
    return Writer("bob", template, at)


def source(language: str = "en") -> str:
    return Template.objects.get().draft[language]["source"]


def test_the_second_to_save_sees_both_texts_and_nothing_is_kept_over_the_others(ann, bob):
    assert ann.writes("Anns text.").status_code == 200
    answer = bob.writes("Bobs text.")
    page = answer.content.decode()
    assert answer.status_code == 409 and source() == "Anns text."
    assert "ann@example.com" in page and "- Anns text." in page and "+ Bobs text." in page
    assert ">Bobs text.</textarea>" in page


def test_keeping_mine_leaves_theirs_to_be_had_back(ann, bob):
    ann.writes("Anns text.")
    assert bob.writes("Bobs text.", "keep-mine").status_code == 200
    assert source() == "Bobs text."
    bob.open()
    bob.writes("", "undo")
    assert source() == "Anns text."


def test_taking_theirs_leaves_mine_to_be_had_back(ann, bob):
    ann.writes("Anns text.")
    bob.writes("Bobs text.", "take-theirs")
    assert source() == "Anns text."
    bob.open()
    bob.writes("", "undo")
    assert source() == "Bobs text."


def test_what_is_kept_while_typing_never_replaces_another_writers_text(ann, bob):
    ann.writes("Anns text.")
    page = bob.writes("Bobs te", to="template_save").content.decode()
    assert source() == "Anns text." and "ann@example.com changed this text" in page and "See the difference" in page


def test_who_writes_alone_is_never_asked(ann):
    for text in ("a", "ab", "abc"):  # the page still says what was seen first: answers may overtake each other
        assert ann.writes(text, to="template_save").status_code == 200
    assert source() == "abc" and ann.writes("abcd").status_code == 200


def test_the_same_person_in_two_windows_is_told_too(ann, template):
    first = dict(ann.state)
    ann.open()
    ann.writes("Second window.")
    ann.state = first
    page = ann.writes("First window.")
    assert page.status_code == 409 and "in another window" in page.content.decode()


def test_two_languages_can_be_written_at_once(ann, bob):
    ann.writes("English.")
    assert bob.writes("Deutsch.", language="de").status_code == 200
    assert (source("en"), source("de")) == ("English.", "Deutsch.")


def test_undo_does_not_take_back_what_somebody_else_just_wrote(ann, bob):
    ann.writes("Anns text.")
    assert bob.writes("First.", "undo").status_code == 409
    assert source() == "Anns text."
