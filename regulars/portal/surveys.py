"""What a survey page shows: the questions to ask now in the visitor's words, and where the page leads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from regulars.feedback.models import Response, Survey
from regulars.feedback.questions import SCALES, Form, Question, next_questions, say

ENDS = {
    "nps": (gettext_noop("Not at all likely"), gettext_noop("Very likely")),
    "csat": (gettext_noop("Very unsatisfied"), gettext_noop("Very satisfied")),
    "score": ("", ""),
}


@dataclass(frozen=True)
class Choice:
    """One answer on offer."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class Shown:
    """One question as it stands on the page."""

    id: str
    kind: str
    text: str
    choices: tuple[Choice, ...]
    ends: tuple[str, str]
    required: bool
    said: str


@dataclass(frozen=True)
class Page:
    """Everything the template needs. `questions` empty: thanks. `wrong`: what to correct."""

    title: str
    intro: str
    thanks: str
    questions: tuple[Shown, ...]
    first: bool
    anonymous: bool
    review_links: Sequence[Mapping[str, str]]
    wrong: str = ""
    may_change: bool = False
    till: bool = False


def page_of(
    survey: Survey, form: Form, answers: Mapping[str, Any], language: str, *, chosen: Mapping[str, str],
    wrong: str = "", may_change: bool = False, till: bool = False,
) -> Page:  # fmt: skip
    """The page for these answers; `chosen` marks values that were clicked or sent but not stored."""
    questions = tuple(_shown(question, form, language, chosen) for question in next_questions(form, answers))
    return Page(
        title=survey.name, intro=say(form.intro, form, language), thanks=say(form.thanks, form, language),
        questions=questions, first=not answers, anonymous=survey.anonymous, review_links=survey.review_links,
        wrong=wrong, may_change=may_change, till=till,
    )  # fmt: skip


def _shown(question: Question, form: Form, language: str, chosen: Mapping[str, str]) -> Shown:
    said = chosen.get(question.id, "")
    if question.kind in SCALES:
        choices = tuple(Choice(str(n), str(n), said == str(n)) for n in question.scale)
    else:
        choices = tuple(Choice(o.id, say(o.text, form, language), said == o.id) for o in question.options)
    text = say(question.text, form, language)
    ends = tuple(_(end) if end else "" for end in ENDS.get(question.kind, ("", "")))
    return Shown(question.id, question.kind, text, choices, ends, question.required, said)


def answers_of(response: Response | None) -> dict[str, Any]:
    """What is stored so far."""
    return dict(response.answers) if response else {}
