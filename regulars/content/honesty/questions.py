"""What was asked, and whether there is an answer of that kind: a time to "when", a reason to "why", yes or no."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from regulars.content.honesty.families import families_in
from regulars.content.honesty.figures import figures
from regulars.content.honesty.reading import Reading, Sentence, clauses, read, stems
from regulars.content.honesty.shape import SECOND, Context, Finding
from regulars.content.honesty.words import whole_words, words

ASKED_FOR = {
    "why": lazy("a reason"),
    "when": lazy("a time"),
    "price": lazy("a price"),
    "amount": lazy("a number or a length of time"),
    "where": lazy("a place"),
    "who": lazy("who it is"),
    "how": lazy("how it is done"),
    "may": lazy("yes or no"),
}
SHOWS = {  # units of figures that answer a kind of question
    "when": {"date", "time", "day", "day of week", "month of year"},
    "price": {"GBP", "EUR", "USD", "CHF", "cent-sum", "percent", ""},
    "amount": None,
    "may": None,
}
LENGTHS = {"minute", "hour", "day", "week", "month", "year"}
LINK = re.compile(r"https?://|www\.")


@dataclass(frozen=True)
class Question:
    """One thing that was asked. `kind` is one of ASKED_FOR."""

    text: str
    kind: str

    @property
    def personal(self) -> bool:
        """About the asker's own affairs, which need not be answered before everybody."""
        return pattern("personal").search(self.text) is not None


@cache
def pattern(name: str) -> re.Pattern[str]:
    return whole_words(words("questions")[name])


@cache
def _kinds() -> dict[str, tuple[re.Pattern[str], re.Pattern[str]]]:
    kinds = words("questions")["kinds"]
    return {name: (whole_words(one["asks"]), whole_words(one["told"])) for name, one in kinds.items()}


def questions_in(text: str) -> list[Question]:
    """What somebody asked, in order; rhetorical questions ask nothing."""
    found = [_question(sentence) for sentence in read(text).sentences]
    return [question for question in found if question is not None]


def yes_or_no(text: str) -> str:
    """The folded words of the questions that want yes or no."""
    return " ".join(question.text for question in questions_in(text) if question.kind == "may")


def _question(sentence: Sentence) -> Question | None:
    indirect = pattern("indirect").search(sentence.text)
    if not (sentence.asks or indirect) or _is_rhetorical(sentence):
        return None
    parts = [part for part in clauses(sentence) if part.text] or [sentence]
    for part in [sentence.text[indirect.end() :]] if indirect else [one.text for one in reversed(parts)]:
        if kind := _kind(part.strip(), anywhere=bool(indirect)):
            return Question(sentence.text, kind)
    kind = _kind(sentence.text, anywhere=True)
    return Question(sentence.text, kind) if kind else None


def _is_rhetorical(sentence: Sentence) -> bool:
    found = pattern("rhetorical").match(sentence.text)
    return found is not None and (found.end() >= len(sentence.text) - 2 or len(stems(sentence.text)) <= 3)


def _kind(text: str, *, anywhere: bool) -> str:
    """The kind of question by its first word, or by any: the earliest counts."""
    places = [
        (found.start(), -len(found[0]), name)
        for name, (asks, _told) in _kinds().items()
        if (found := asks.search(text)) and (anywhere or found.start() <= 12)
    ]
    return min(places)[2] if places else ""


def answered(question: Question, reading: Reading) -> bool:
    """Whether there is anything of the kind that was asked for. That it is right is another matter."""
    text = reading.plain
    if says_not_known(text):
        return True
    shown = figures(text)
    wanted = SHOWS.get(question.kind, set())
    if wanted is None and shown:
        return True
    if any(figure.unit in wanted for figure in shown) or (question.kind == "when" and _lasts(shown)):
        return True
    if question.kind in ("where", "how") and LINK.search(reading.folded.plain):
        return True
    if question.kind == "may" and _takes_up(question, reading):
        return True
    return _kinds()[question.kind][1].search(text) is not None


def _takes_up(question: Question, reading: Reading) -> bool:
    """Whether a sentence says what was asked about as a statement, or claims something: both answer yes or no."""
    wanted = stems(question.text)
    said = [sentence for sentence in reading.sentences if not sentence.asks]
    return any(
        families_in(sentence.text) or (wanted and len(sentence.stems & wanted) >= max(1, len(wanted) / 2))
        for sentence in said
    )


def _lasts(shown: list) -> bool:
    """Whether it is a length of time: "in three days" is a time as well."""
    return any(figure.unit in LENGTHS for figure in shown)


def says_not_known(text: str) -> bool:
    """Whether folded text says honestly that something is not known yet."""
    return pattern("unknown").search(text) is not None


def check(reading: Reading, context: Context) -> list[Finding]:
    """A finding for every question that stays without an answer of its kind."""
    if not context.asked or context.purpose in ("post", "correction"):
        return []
    found = []
    for question in questions_in(context.asked):
        if answered(question, reading):
            continue
        if pattern("private").search(reading.plain):
            found += [] if question.personal or not context.public else [_moved(question)]
        else:
            found.append(_unanswered(question))
    return found


def _unanswered(question: Question) -> Finding:
    parts = {"question": question.text, "kind": ASKED_FOR[question.kind]}
    says = _("They asked “%(question)s” and get no answer to it: %(kind)s is missing.") % parts
    do = _("Answer it, or say honestly that you do not know yet and when you will.")
    return Finding("unanswered", SECOND, says, do)


def _moved(question: Question) -> Finding:
    says = _("They asked “%s” before everybody and are sent away to ask it in private.") % question.text
    do = _("It is no private matter: answer it here, so that others who want to know can read it.")
    return Finding("moved-away", SECOND, says, do)
