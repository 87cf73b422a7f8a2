"""Statements in words."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from regulars.content.factbase.models import Statement, StatementVersion
from regulars.content.factbase.queries import AHEAD

KINDS = {"fact": lazy("Fact"), "article": lazy("Help article"), "option": lazy("Option")}
ABOUT = {
    "": lazy("everything"),
    "product": lazy("a product"),
    "category": lazy("a category"),
    "topic": lazy("a topic"),
}
AUDIENCES = {"public": lazy("everybody"), "staff": lazy("only us")}
VERDICTS = {
    "clear": (lazy("Nothing found"), "good"),
    "second": (lazy("Needs a second person"), "warn"),
    "change": (lazy("Has to be changed"), "bad"),
}
WEIGHTS = {
    "change": (lazy("change"), "bad"),
    "second": (lazy("second person"), "warn"),
    "note": (lazy("to know"), ""),
}

FOUND = {
    "claim-unsupported": lazy("a claim without a statement"),
    "claim-weaker": lazy("a claim without its condition"),
    "claim-expired": lazy("a claim whose statement has expired"),
    "claim-contradicted": lazy("a claim that a statement denies"),
    "unanswered": lazy("a question without an answer"),
    "moved-away": lazy("a question sent into private"),
    "non-apology": lazy("an apology that is none"),
    "blame": lazy("blame"),
    "denial": lazy("denial before looking"),
    "promise": lazy("a promise without owner or day"),
    "private": lazy("private data"),
    "pretends": lazy("speaking as a customer"),
    "undisclosed": lazy("not saying who speaks"),
    "hidden-fault": lazy("an admitted fault left out"),
    "fact-first": lazy("a correction that begins with the falsehood"),
    "look-alike": lazy("letters that look like others"),
    "hidden": lazy("signs that nobody sees"),
    "unread": lazy("a language nobody checked"),
    "leftover": lazy("something left to be filled in"),
    "prompt": lazy("words meant for a program"),
    "canned": lazy("the same words to many"),
    "voice": lazy("not how the brand speaks"),
}


def state_of(found: Statement, version: StatementVersion, *, at: int) -> tuple[str, str]:
    """(words, tone) of a version as it stands."""
    if found.retired_us is not None:
        return _("taken out"), "bad"
    if version.refused_us is not None:
        return _("sent back"), "bad"
    if version.approved_us is None:
        return _("waits for approval"), "warn"
    if version.number != found.version:
        return _("was in force before"), ""
    if version.expires_us is not None and version.expires_us <= at:
        return _("expired"), "bad"
    if version.expires_us is not None and version.expires_us <= at + AHEAD:
        return _("ends soon"), "warn"
    if version.alone:
        return _("in force, on its author's word alone"), "warn"
    return _("in force"), "good"


def place_of(origin: str) -> tuple[str, str]:
    """(words, address) of where a statement was used: "case:12", "plan:7"."""
    kind, _colon, rest = origin.partition(":")
    number = rest.split(":")[0]
    if kind == "case" and number.isdigit():
        return _("Conversation %s") % number, reverse("web:case", args=[int(number)])
    if kind == "plan" and number.isdigit():
        return _("Post %s") % number, ""
    return origin, ""
