"""How a text treats people: apologies that are none, blame, denial before looking, words pasted by accident."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from django.utils.translation import gettext as _

from regulars.content.honesty.folding import fold
from regulars.content.honesty.reading import Reading, Sentence, read, stems
from regulars.content.honesty.shape import CHANGE, SECOND, Context, Finding
from regulars.content.honesty.words import whole_words, words

LEFTOVER = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\[[A-Za-z][^\]\n]{0,40}\]|<[A-Za-z][^>\n]{0,40}>|\$\{\w+\}|%\w+%")


@cache
def pattern(name: str) -> re.Pattern[str]:
    """One of the lists of manners.toml."""
    return whole_words(words("manners")[name])


def check(reading: Reading, context: Context) -> list[Finding]:
    """Everything of this kind, each at its place."""
    return [
        *_non_apologies(reading),
        *_blame(reading),
        *(_denials(reading) if context.asked or context.thread else ()),
        *_prompts(reading),
        *_leftovers(reading),
    ]


def _at(reading: Reading, name: str) -> Iterator[tuple[int, int, int]]:
    """(place in the original, place in plain) of every match."""
    for found in pattern(name).finditer(reading.plain):
        yield *reading.place(*found.span()), found.start()


def _non_apologies(reading: Reading) -> Iterator[Finding]:
    for start, end, _plain in _at(reading, "non_apology"):
        says = _("This sounds like an apology and is none: the trouble is how somebody feels, or only an “if”.")
        do = _("Say what went wrong and that you are sorry for it; or leave the apology out.")
        yield Finding("non-apology", CHANGE, says, do, start, end)


def _blame(reading: Reading) -> Iterator[Finding]:
    for start, end, _plain in _at(reading, "blame"):
        says = _("This puts the blame on who wrote to you. Even where it is true, who reads along takes their side.")
        do = _("Say what can be done now, and what you will make easier to understand.")
        yield Finding("blame", CHANGE, says, do, start, end)


def _denials(reading: Reading) -> Iterator[Finding]:
    if pattern("checked").search(reading.plain):
        return
    for start, end, _plain in _at(reading, "denial"):
        says = _("This denies what they say, and nothing here shows that anybody looked first.")
        do = _(
            "Look first and say what you looked at and what you found; or say that you are looking, and until when."
        )
        yield Finding("denial", CHANGE, says, do, start, end)


def _prompts(reading: Reading) -> Iterator[Finding]:
    for start, end, _plain in _at(reading, "prompt"):
        says = _("This reads like an instruction to a program, or like what a program wrote about its own text.")
        yield Finding("prompt", CHANGE, says, _("Take it out, and read the whole text once more."), start, end)


def _leftovers(reading: Reading) -> Iterator[Finding]:
    says, do = _("Something was to be filled in here."), _("Fill it in or take it out.")
    for found in LEFTOVER.finditer(reading.folded.original):
        yield Finding("leftover", CHANGE, says, do, *found.span())
    for start, end, _plain in _at(reading, "placeholder"):
        yield Finding("leftover", CHANGE, says, do, start, end)


def admissions(texts: Iterable[str]) -> tuple[str, ...]:
    """The faults that texts of ours owned up to: the sentence that names one, with the next where it says too little
    by itself ("That was our mistake. Some cards were charged twice.")."""
    found = []
    for text in texts:
        reading = read(text)
        for place, sentence in enumerate(reading.sentences):
            if pattern("owns_up").search(sentence.text) and (last := _named(reading.sentences, place)):
                start, end = reading.place(sentence.start, last.end)
                found.append(text[start:end])
    return tuple(dict.fromkeys(found))


def _named(sentences: Sequence[Sentence], place: int) -> Sentence | None:
    """The sentence that names the fault: this one, or the next; None where neither does."""
    if len(_about(sentences[place])) >= 2:
        return sentences[place]
    after = sentences[place + 1] if place + 1 < len(sentences) else None
    says = after is not None and not after.asks and not pattern("promises").search(after.text)
    return after if says and len(_about(after)) >= 2 else None


def _about(sentence: Sentence) -> frozenset[str]:
    """What an owning-up speaks about besides itself."""
    return stems(pattern("owns_up").sub(" ", sentence.text)) - stems("sorry mistake fault leid entschuldigung")


def hidden_faults(reading: Reading, context: Context) -> list[Finding]:
    """A fault we owned up to before that this answer, about the same thing, speaks around."""
    if not context.admitted or pattern("admits").search(reading.plain):
        return []
    asked = stems(fold(" ".join([context.asked, *(turn.text for turn in context.thread)])).plain)
    return [_hidden(fault) for fault in context.admitted if _concerns(stems(fold(fault).plain), asked, reading.stems)]


def _concerns(fault: frozenset[str], asked: frozenset[str], said: frozenset[str]) -> bool:
    """Whether they ask about it, and the answer does not name it."""
    if not fault:
        return False
    return len(fault & asked) >= min(2, len(fault)) and len(fault & said) < max(1, len(fault) // 2)


def _hidden(fault: str) -> Finding:
    says = _("We have owned up to this before, and they ask about it: “%s”. The answer does not say so.") % fault
    return Finding(
        "hidden-fault", CHANGE, says, _("Name the fault, and say what was done about it or when it will be.")
    )


def who_speaks(reading: Reading, context: Context) -> list[Finding]:
    """Whether it is plain who is speaking."""
    found = []
    for start, end, _plain in _at(reading, "pretends"):
        says = _("This sounds as if a customer were speaking. It is us, and that must not be hidden.")
        found.append(Finding("pretends", CHANGE, says, _("Say who you are, or take it out."), start, end))
    if context.automatic and not pattern("automatic").search(reading.plain):
        says = _("A program answers here, and the text does not say so.")
        found.append(Finding("undisclosed", CHANGE, says, _("Say that this is an automatic answer.")))
    if context.public and not (context.as_business and context.invited) and not _is_told(reading, context):
        says = (
            _("We join a conversation that nobody invited us to, and the text does not say who we are.")
            if context.as_business
            else _("This goes out under a name that is not the business's, and the text does not say who we are.")
        )
        found.append(Finding("undisclosed", CHANGE, says, _("Say that you are from %s.") % (context.business or "…")))
    return found


def _is_told(reading: Reading, context: Context) -> bool:
    name, said = " ".join(fold(context.business).plain.split()), " ".join(reading.folded.plain.split())
    return bool(name and name in said) or pattern("tells_who").search(reading.plain) is not None


def canned(reading: Reading, context: Context) -> list[Finding]:
    """The same words to many people: three-word pieces shared with answers we gave to others (Jaccard at .8)."""
    ours = _pieces(reading.plain)
    if len(ours) < 5:
        return []
    same = sum(1 for turn in context.previous if _alike(ours, _pieces(fold(turn.text).plain)))
    if same < 2:
        return []
    says = _("%d other people got the same words from us lately. In public they are read side by side.") % same
    return [Finding("canned", SECOND, says, _("Take up what this person wrote, in your own words."))]


def _pieces(plain: str) -> frozenset[str]:
    parts = re.findall(r"[a-z]+", plain)
    return frozenset(" ".join(parts[place : place + 3]) for place in range(len(parts) - 2))


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    return bool(other) and len(one & other) / len(one | other) >= 0.8
