"""What is asked: questions, their texts in languages, and which one follows which answer. Pure.

A form as it is stored:
{"languages": ["en", "de"], "intro": {"en": "..."}, "thanks": {"en": "..."}, "questions": [
  {"id": "score", "kind": "nps", "text": {"en": "How likely ..."}},
  {"id": "why", "kind": "text", "text": {"en": "What went wrong?"},
   "when": {"question": "score", "op": "<=", "value": 6}},
  {"id": "where", "kind": "choice", "text": {...}, "required": true,
   "options": [{"id": "a", "text": {"en": "In the shop"}}, ...]}]}
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

SCALES = {"nps": (0, 10), "csat": (1, 5), "score": (1, 5)}
KINDS = (*SCALES, "choice", "text")
OPERATORS = ("<=", ">=", "=", "in")
MOST_QUESTIONS, MOST_OPTIONS, LONGEST_TEXT, LONGEST_ANSWER = 12, 12, 300, 4000
_ID = re.compile(r"[a-z0-9_]{1,20}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})?", re.IGNORECASE)
Texts = dict[str, str]


class FormError(ValueError):
    """A sentence that says what is wrong; `path` is where in the form."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(message)
        self.path = path


class AnswerError(ValueError):
    """An answer that cannot be taken; `question` is which."""

    def __init__(self, question: str, message: str) -> None:
        super().__init__(message)
        self.question = question


class When(msgspec.Struct, frozen=True):
    """Asked only when an earlier question was answered so."""

    question: str
    op: str
    value: Any

    def holds(self, answers: Mapping[str, Any]) -> bool:
        """Whether it was; not answered is no."""
        said = answers.get(self.question)
        if said is None:
            return False
        if self.op == "in":
            return said in self.value
        if self.op == "=":
            return said == self.value
        return said <= self.value if self.op == "<=" else said >= self.value


class Option(msgspec.Struct, frozen=True):
    """One thing that can be chosen."""

    id: str
    text: Texts


class Question(msgspec.Struct, frozen=True):
    """One question; `scale` of numbers, `options` of choices."""

    id: str
    kind: str
    text: Texts
    options: tuple[Option, ...] = ()
    when: When | None = None
    required: bool = False

    @property
    def scale(self) -> range:
        """The numbers that can be answered."""
        low, high = SCALES[self.kind]
        return range(low, high + 1)


class Form(msgspec.Struct, frozen=True):
    """A whole survey. The first question of a scale is the main one: its answer is the score."""

    questions: tuple[Question, ...]
    languages: tuple[str, ...] = ("en",)
    intro: Texts = {}
    thanks: Texts = {}

    @property
    def main(self) -> Question | None:
        """The question the score comes from."""
        return next((question for question in self.questions if question.kind in SCALES), None)


def read(raw: Any) -> Form:
    """A form out of its JSON. Raises FormError."""
    try:
        form = msgspec.convert(raw, Form)
    except msgspec.ValidationError as error:
        raise FormError("", f"This is no survey: {error}.") from None
    if not 1 <= len(form.questions) <= MOST_QUESTIONS:
        raise FormError("questions", f"A survey has 1 to {MOST_QUESTIONS} questions: short ones are answered.")
    if not form.languages or not all(_LANGUAGE.fullmatch(one) for one in form.languages):
        raise FormError("languages", "Say in which languages it is asked, as en or de.")
    before: dict[str, Question] = {}
    for number, question in enumerate(form.questions):
        _check(question, before, form.languages[0], f"questions[{number}]")
        before[question.id] = question
    return form


def _check(question: Question, before: Mapping[str, Question], language: str, path: str) -> None:
    if question.kind not in KINDS:
        raise FormError(f"{path}.kind", f"A question is one of {', '.join(KINDS)}.")
    if not _ID.fullmatch(question.id) or question.id in before:
        raise FormError(f"{path}.id", "Each question has an id of its own, of small letters and digits.")
    _check_text(question.text, language, f"{path}.text", "Write the question")
    if question.kind == "choice":
        _check_options(question.options, language, path)
    if question.when:
        _check_when(question.when, before, f"{path}.when")


def _check_text(texts: Texts, language: str, path: str, what: str) -> None:
    if not texts.get(language, "").strip():
        raise FormError(path, f"{what} in the first language ({language}): the others fall back to it.")
    if any(len(text) > LONGEST_TEXT for text in texts.values()):
        raise FormError(path, f"At most {LONGEST_TEXT} characters: long questions are not read.")


def _check_options(options: Sequence[Option], language: str, path: str) -> None:
    if not 2 <= len(options) <= MOST_OPTIONS or len({one.id for one in options}) != len(options):
        raise FormError(f"{path}.options", f"Give 2 to {MOST_OPTIONS} different answers to choose from.")
    for number, option in enumerate(options):
        _check_text(option.text, language, f"{path}.options[{number}].text", "Write the answer")


def _check_when(when: When, before: Mapping[str, Question], path: str) -> None:
    if when.question not in before or before[when.question].kind == "text":
        raise FormError(path, "A question can depend on an earlier one with a number or a choice.")
    if when.op not in OPERATORS or (when.op == "in") != isinstance(when.value, list):
        raise FormError(path, f"Compare by one of {', '.join(OPERATORS)}.")
    numbers = before[when.question].kind in SCALES
    values = when.value if when.op == "in" else [when.value]
    if not all(isinstance(value, int if numbers else str) for value in values) or (
        not numbers and when.op in ("<=", ">=")
    ):
        raise FormError(path, "Compare numbers with numbers and choices with choices.")


def say(texts: Texts, form: Form, language: str) -> str:
    """A text in the language, else without its region, else in the first language of the form."""
    for wanted in (language, language.partition("-")[0], *form.languages):
        if texts.get(wanted, "").strip():
            return texts[wanted]
    return ""


def next_questions(form: Form, answers: Mapping[str, Any]) -> list[Question]:
    """What to ask now: open questions up to the first that depends on one of them. Empty: all is said.

    A question that was passed over is answered with None.
    """
    found: list[Question] = []
    for question in form.questions:
        if question.id in answers:
            continue
        if question.when:
            if question.when.question in {one.id for one in found}:
                break
            if not question.when.holds(answers):
                continue
        found.append(question)
        if question is form.main:
            break  # the score is stored before anything else is asked
    return found


def take(form: Form, said: Mapping[str, Any], known: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Known answers with new ones, each checked; answers to questions that are not asked any more go. Raises
    AnswerError."""
    answers = dict(known or {})
    for question in form.questions:
        if question.id in said:
            answers[question.id] = _value(question, said[question.id])
    for question in form.questions:
        if question.when and not question.when.holds(answers):
            answers.pop(question.id, None)
    return answers


def _value(question: Question, said: Any) -> Any:
    text = str(said).strip() if said is not None else ""
    if not text:
        if question.required or question.kind in ("nps", "csat"):
            raise AnswerError(question.id, "Please answer this one.")
        return None
    if question.kind == "text":
        return text[:LONGEST_ANSWER]
    if question.kind == "choice":
        if text not in {option.id for option in question.options}:
            raise AnswerError(question.id, "Please choose one of the answers.")
        return text
    if not text.isascii() or not text.isdigit() or int(text) not in question.scale:
        low, high = SCALES[question.kind]
        raise AnswerError(question.id, f"Please choose a number from {low} to {high}.")
    return int(text)


def ready_made(kind: str) -> dict[str, Any]:
    """A form to begin with, in the languages the customers' pages speak."""
    return {"languages": ["en", "de"], "intro": {}, "thanks": {}, "questions": _READY[kind]}


_WHY = {
    "id": "why",
    "kind": "text",
    "text": {
        "en": "What is the main reason for your answer?",
        "de": "Was ist der wichtigste Grund für Ihre Antwort?",
    },
}
_READY: dict[str, list[dict[str, Any]]] = {
    "nps": [
        {
            "id": "score",
            "kind": "nps",
            "text": {
                "en": "How likely are you to recommend us to a friend?",
                "de": "Wie wahrscheinlich ist es, dass Sie uns weiterempfehlen?",
            },
        },
        {
            "id": "wrong",
            "kind": "text",
            "when": {"question": "score", "op": "<=", "value": 6},
            "text": {"en": "What went wrong? We read every answer.",
                     "de": "Was ist schiefgegangen? Wir lesen jede Antwort."},
        },
        _WHY | {"when": {"question": "score", "op": ">=", "value": 7}},
    ],
    "csat": [
        {
            "id": "score",
            "kind": "csat",
            "text": {"en": "How satisfied were you with your purchase?",
                     "de": "Wie zufrieden waren Sie mit Ihrem Einkauf?"},
        },
        _WHY,
    ],
    "short": [
        {
            "id": "found",
            "kind": "choice",
            "text": {"en": "Did you find what you were looking for?", "de": "Haben Sie gefunden, was Sie suchten?"},
            "options": [
                {"id": "yes", "text": {"en": "Yes", "de": "Ja"}},
                {"id": "partly", "text": {"en": "Partly", "de": "Teilweise"}},
                {"id": "no", "text": {"en": "No", "de": "Nein"}},
            ],
        },
        {
            "id": "missed",
            "kind": "text",
            "when": {"question": "found", "op": "in", "value": ["partly", "no"]},
            "text": {"en": "What did you miss?", "de": "Was hat Ihnen gefehlt?"},
        },
    ],
}  # fmt: skip
