"""One text through every check."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from regulars.content.honesty import corrections, manners, odd, privacy, promises, questions, weighing
from regulars.content.honesty.language import NAMES, language_of, unread
from regulars.content.honesty.reading import Reading, Sentence, read
from regulars.content.honesty.shape import (
    CHANGE,
    CLEAR,
    NOTE,
    ORDER,
    SECOND,
    Context,
    Examination,
    Finding,
    digest_of,
)
from regulars.content.voice import breaches

LONGEST = 20_000
BACKED = "claim-supported"
STRONG = ("claim-unsupported", "claim-expired", "claim-weaker", "promise", "denial", "claim-contradicted")


def examine(text: str, context: Context) -> Examination:
    """What of a text has to change, what a second person has to look at, and what was checked. Pure; a few ms.

    `text` is everything that goes out (`whole`). It never says that a text is true.
    """
    reading = read(text[:LONGEST])
    language = language_of(reading, context.language)
    found = [*odd.check(text[:LONGEST]), *_unread(reading, language), *_voice(text, context, language)]
    found += _too_long(text)
    promised = promises.promises_in(reading, context)
    found += promises.check(reading, promised, context)
    covered = [*promises.covered(promised, context), *privacy.places(reading, context)]
    found += weighing.weigh(reading, context, language=language, covered=covered)
    for check in (manners.check, manners.who_speaks, manners.hidden_faults, questions.check, privacy.check):
        found += check(reading, context)
    if context.public:
        found += [*manners.canned(reading, context), *corrections.check(reading, context)]
    return _examination(text, found, reading, language, context)


def _examination(text: str, found: list[Finding], reading: Reading, language: str, context: Context) -> Examination:
    facts = {fact.id: fact for fact in context.facts}
    backing = [facts[number] for finding in found if finding.kind == BACKED for number in finding.facts]
    shown = _once(found, reading)
    return Examination(
        findings=tuple(sorted(shown, key=lambda finding: (-_weight(finding), finding.start, finding.end))),
        verdict=verdict_of(found),
        digest=digest_of(text),
        language=language,
        checked=_checked(context, language),
        leans_on=tuple(sorted({(fact.id, fact.number) for fact in backing})),
        until_us=min((fact.expires_us for fact in backing if fact.expires_us is not None), default=None),
    )


def _once(found: list[Finding], reading: Reading) -> list[Finding]:
    """Each sentence is objected to once, for the strongest reason, where it claims, promises or denies; what supports
    it is named only where nothing is objected to."""
    kept, best = [], {}
    for finding in found:
        if not finding.kind.startswith(("claim-", "promise", "denial")) or finding.end <= finding.start:
            kept.append(finding)
            continue
        sentence = next((n for n, one in enumerate(reading.sentences) if _holds(one, finding, reading)), -1)
        place = (sentence, finding.facts if finding.weight == NOTE else ())
        if place not in best or _strength(finding) > _strength(best[place]):
            best[place] = finding
    return kept + [one for (sentence, facts), one in best.items() if not facts or (sentence, ()) not in best]


def _holds(sentence: Sentence, finding: Finding, reading: Reading) -> bool:
    start, end = reading.place(sentence.start, sentence.end)
    return start <= finding.start < end


def _strength(finding: Finding) -> tuple[int, int]:
    return _weight(finding), STRONG.index(finding.kind) if finding.kind in STRONG else -1


def verdict_of(findings: Iterable[Finding]) -> str:
    """The strictest of what was found."""
    return max((one.weight for one in findings if one.weight != NOTE), key=ORDER.index, default=CLEAR)


def _weight(finding: Finding) -> int:
    return 0 if finding.weight == NOTE else ORDER.index(finding.weight)


def _unread(reading: Reading, language: str) -> list[Finding]:
    says = _("This is in a language that the gate cannot read: nothing of it was checked.")
    do = _("Let somebody read it who knows the language.")
    found = [Finding("unread", SECOND, says, do, *reading.place(one.start, one.end)) for one in unread(reading)]
    if not found and not language:
        return [Finding("unread", SECOND, says, do)]
    return found


def _too_long(text: str) -> list[Finding]:
    if len(text) <= LONGEST:
        return []
    says = _("The text is longer than %d characters; the rest was not checked.") % LONGEST
    return [
        Finding("too-long", SECOND, says, _("Make it shorter, or let a second person read it."), LONGEST, len(text))
    ]


def _voice(text: str, context: Context, language: str) -> list[Finding]:
    """How the brand speaks. What must be said has to; words we never use need a second person; the rest is a hint."""
    found = []
    for one in breaches(text, context.voice, language=language or "en"):
        weight = CHANGE if one.required else NOTE if one.suggestion or not one.words else SECOND
        do = _("Say “%s”.") % one.suggestion if one.suggestion else _("Say it in other words.")
        found.append(Finding("voice", weight, one.why, do, one.start, one.end))
    return found


def _checked(context: Context, language: str) -> tuple[str, ...]:
    """What was looked at, in words: who reads the verdict has to know what it does not cover."""
    done = [
        _("what is said of us, and numbers, dates, absolutes, guarantees, comparisons against %d statements")
        % len(context.facts)
    ]
    done += [_("whether each question gets an answer of its kind")] if context.asked else []
    done += [_("apologies, blame, denial, promises"), _("hidden signs and letters that look like others")]
    done += [_("private data"), _("who speaks")] if context.public else []
    done += [_("the brand's voice")]
    done += [_("read as %s") % NAMES[language]] if language in NAMES else []
    return tuple(done)
