"""Corrections of something false: the fact first, the falsehood once and marked as such, why it came about, the fact
again (Lewandowsky, Cook et al., The Debunking Handbook 2020)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from regulars.content.honesty.folding import fold
from regulars.content.honesty.manners import pattern
from regulars.content.honesty.reading import Reading, Sentence, stems
from regulars.content.honesty.shape import NOTE, SECOND, Context, Finding


def check(reading: Reading, context: Context) -> list[Finding]:
    """What of that order is missing. Without a rumour to correct only a text that opens with one is looked at."""
    if not reading.sentences:
        return []
    rumour = stems(fold(context.rumour).plain)
    if context.purpose != "correction" and not rumour:
        return []
    first = reading.sentences[0]
    found = []
    if pattern("debunks").match(first.text) or _repeats(first, rumour):
        says = _("A correction that begins with the falsehood makes it better known: it is what people remember.")
        do = _("Begin with what is true; then say once, and marked as false, what is told.")
        found.append(Finding("fact-first", SECOND, says, do, *reading.place(first.start, first.end)))
    told = [one for one in reading.sentences if rumour and _repeats(one, rumour)]
    if len(told) > 1:
        says = _("The falsehood is told %d times; once is enough.") % len(told)
        found.append(
            Finding("told-again", NOTE, says, _("Tell it once."), *reading.place(told[1].start, told[1].end))
        )
    if not pattern("explains").search(reading.plain):
        says = _("It does not say how the falsehood came about, so it leaves a gap that the falsehood fills again.")
        found.append(Finding("unexplained", NOTE, says, _("Add a sentence on where it comes from, if you know.")))
    return found


def _repeats(sentence: Sentence, rumour: frozenset[str]) -> bool:
    return bool(rumour) and len(sentence.stems & rumour) >= max(1, 0.7 * len(rumour))
