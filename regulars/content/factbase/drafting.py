"""A draft of an answer to somebody who asks for help: from statements alone, each sentence with its source.

It names the options there are, a competitor's too where the fact base has them, and where to get them. It is only
ever a draft: somebody reads it, changes it and sends it through the gate like any other text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import override

from regulars.content.factbase.queries import Suggestion, suggest

MOST = 3  # options, and facts
FIT = 0.3  # a fact that fits less is not said unasked


@dataclass(frozen=True)
class Sentence:
    """One sentence of a draft. `statement_id` is what it comes from; None for saying who we are."""

    text: str
    source: str
    statement_id: int | None = None
    number: int = 0


@dataclass(frozen=True)
class Draft:
    """A draft and where each sentence comes from."""

    sentences: tuple[Sentence, ...]
    language: str

    @property
    def text(self) -> str:
        return " ".join(sentence.text for sentence in self.sentences)


def draft(text: str, *, at: int, business: str, language: str = "en", about: str = "") -> Draft | None:
    """A draft for what somebody wrote; None when the fact base has nothing that fits. Our options come first only
    where they fit as well: the order is by fit, and who makes each is said."""
    options = suggest(text, at=at, about=about, limit=MOST, kinds=("option",))
    facts = [one for one in suggest(text, at=at, about=about, limit=MOST, kinds=("fact",)) if one.fit >= FIT]
    if not options and not facts:
        return None
    with override(language):
        opening = Sentence(_("%s here.") % business, _("who we are"))
        said = [*(_told(one) for one in facts), *(part for one in options for part in _option(one, business))]
    return Draft((opening, *said), language)


def _told(one: Suggestion) -> Sentence:
    return Sentence(_ended(one.text), one.source, one.statement_id, one.number)


def _option(one: Suggestion, business: str) -> Sequence[Sentence]:
    maker = one.maker or business
    what = _("%(title)s (%(maker)s): %(text)s") % {"title": one.title, "maker": maker, "text": one.text}
    where = _("You find it here: %s") % one.where
    return [Sentence(_ended(each), one.source, one.statement_id, one.number) for each in (what, where)]


def _ended(text: str) -> str:
    text = text.strip()
    return text if text[-1:] in ".!?" or "://" in text.split()[-1] else f"{text}."
