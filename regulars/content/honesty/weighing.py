"""Claims against statements, as findings."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from regulars.content.honesty import support
from regulars.content.honesty.claims import Claim, claims_in
from regulars.content.honesty.folding import fold
from regulars.content.honesty.questions import questions_in, yes_or_no
from regulars.content.honesty.reading import Reading, stems
from regulars.content.honesty.shape import CHANGE, NOTE, SECOND, Context, Fact, Finding

WAS = re.compile(r"\b(?:was|were|had|came|war|waren|hatten?)\b")
KINDS = {
    "absolute": lazy("all, always, never or only"),
    "fixed": lazy("that something is fixed"),
    "safe": lazy("what something is free of, safe for or tested for"),
    "money": lazy("refunds, discounts or what is free"),
    "guarantee": lazy("a guarantee"),
    "comparison": lazy("a comparison"),
    "supply": lazy("what can be had or what it is made of"),
    "health": lazy("an effect on health"),
    "figure": lazy("a number, a date or a price"),
    "answer": lazy("yes or no to what was asked"),
    "plain": lazy("how we or what we offer is"),
}


def weigh(reading: Reading, context: Context, *, language: str, covered: list[tuple[int, int]]) -> list[Finding]:
    """One finding per claim: a note with the statement that supports it, or what to do. `covered`: places whose
    figures claim nothing: promises with an owner and a date, private data that has to go anyhow."""
    said = [context.asked, *(turn.text for turn in context.thread if not turn.ours)]
    echo, told = support.echoes(said), _told(context)
    claims = claims_in(reading, asked=yes_or_no(context.asked), echo=echo, language=language)
    facts = support.of_language(context.facts, language)
    if context.purpose == "correction":  # how a falsehood came about has to be told, and no statement can say so
        claims = [one for one in claims if not (one.plain and WAS.search(one.text))]
    return [_finding(one, reading, facts, context.at) for one in claims if not _is_harmless(one, covered, told)]


def _told(context: Context) -> frozenset[str]:
    """What they told us, which may be said back to them; a question tells nothing."""
    return frozenset() if questions_in(context.asked) else stems(fold(context.asked).plain)


def _is_harmless(claim: Claim, covered: list[tuple[int, int]], told: frozenset[str]) -> bool:
    if claim.plain:
        return _is_in(0, claim, covered) or claim.stems <= told
    if claim.families or claim.answers:
        return False
    return all(_is_in(one.start, claim, covered) for one in claim.figures)


def _is_in(place: int, claim: Claim, covered: list[tuple[int, int]]) -> bool:
    return any(start <= claim.start + place < end for start, end in covered)


def _finding(claim: Claim, reading: Reading, facts: list[Fact], at: int) -> Finding:
    now = support.standing(claim, facts, at=at)
    start, end = reading.place(claim.start, claim.end)
    say = {
        support.SUPPORTED: _supported,
        support.WEAKER: _weaker,
        support.CONTRADICTED: _contradicted,
        support.EXPIRED: _expired,
        support.UNSUPPORTED: _unsupported,
    }[now.state]
    weight, says, do = say(claim, now)
    return Finding(f"claim-{now.state}", weight, says, do, start, end, (now.fact.id,) if now.fact else ())


def _kinds(claim: Claim) -> str:
    return ", ".join(str(KINDS[kind]) for kind in claim.kinds)


def quoted(fact: Fact) -> str:
    """A statement as findings show it: its words, source and age."""
    day = datetime.fromtimestamp(fact.approved_us / 1e6, UTC).date().isoformat() if fact.approved_us else "?"
    parts = {"text": fact.text, "source": fact.source or "?", "day": day}
    if fact.alone:
        return _("“%(text)s” (source: %(source)s, approved %(day)s by its author, nobody else here)") % parts
    return _("“%(text)s” (source: %(source)s, approved %(day)s)") % parts


def _supported(claim: Claim, now: support.Standing) -> tuple[str, str, str]:
    return NOTE, _("The fact base supports this: %s.") % quoted(now.fact), ""


def _weaker(claim: Claim, now: support.Standing) -> tuple[str, str, str]:
    parts = {"word": now.besides, "fact": quoted(now.fact)}
    says = _("The statement says “%(word)s”, the text does not: %(fact)s.") % parts
    return SECOND, says, _("Say it with its condition, or let a second person read it.")


def _contradicted(claim: Claim, now: support.Standing) -> tuple[str, str, str]:
    says = _("The fact base says something else: %s.") % quoted(now.fact)
    return CHANGE, says, _("Change the text; or, if the statement is no longer right, have it changed first.")


def _expired(claim: Claim, now: support.Standing) -> tuple[str, str, str]:
    says = _("The statement that would support this has expired: %s.") % quoted(now.fact)
    return SECOND, says, _("Ask its owner whether it still holds, or let a second person read it.")


def _unsupported(claim: Claim, now: support.Standing) -> tuple[str, str, str]:
    says = _("This claims something (%s), and no approved statement says so.") % _kinds(claim)
    do = _("Let a second person check it, say that you do not know yet, or have it added to the facts.")
    return SECOND, says, do
