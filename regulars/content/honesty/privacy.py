"""What is nobody else's business, in a text that everybody reads: addresses, phone, order and account numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from regulars.content.honesty.folding import fold
from regulars.content.honesty.reading import Reading
from regulars.content.honesty.shape import CHANGE, Context, Finding
from regulars.content.honesty.support import digested
from regulars.content.honesty.words import words

LABELS = {
    "email": lazy("an e-mail address"),
    "account": lazy("an account number"),
    "card": lazy("a card number"),
    "phone": lazy("a phone number"),
    "number": lazy("an order or customer number"),
    "address": lazy("a postal address"),
    "birth": lazy("a date of birth"),
}
SHAPES = {name: re.compile(shape) for name, shape in words("privacy").items()}
APART = r"[\s,.-]+"


def check(reading: Reading, context: Context) -> list[Finding]:
    """Whatever has the shape of private data, or is known to be this person's; not what is our own."""
    return [_finding(what, *reading.folded.place(start, end)) for what, start, end in _found(reading, context)]


def places(reading: Reading, context: Context) -> list[tuple[int, int]]:
    """Where it stands in the plain text."""
    return [(start, end) for _what, start, end in _found(reading, context)]


def _found(reading: Reading, context: Context) -> list[tuple[str, int, int]]:
    if not context.public:
        return []
    candidates = [*_known(reading, context), *_shaped(reading)]
    own = _own(context) if candidates else []
    found, taken = [], set()
    for what, start, end in candidates:
        if any(place in taken for place in range(start, end)) or _is_own(reading.folded.plain[start:end], own):
            continue
        taken.update(range(start, end))
        found.append((what, start, end))
    return found


def _own(context: Context) -> list[str]:
    """What may be told: our own addresses, and what stands in the facts."""
    return [_bare(fold(one).plain) for one in context.own if one] + [
        _bare(digested(one).plain) for one in context.facts
    ]


def _shaped(reading: Reading) -> Iterator[tuple[str, int, int]]:
    for name, shape in SHAPES.items():
        for match in shape.finditer(reading.folded.plain):
            yield str(LABELS[name]), *match.span()


def _known(reading: Reading, context: Context) -> Iterator[tuple[str, int, int]]:
    """What we know of them, as it stands in the text."""
    for one in context.private:
        parts = [re.escape(part) for part in fold(one).plain.split()]
        if sum(map(len, parts)) < 3:
            continue
        for match in re.finditer(rf"(?<!\w){APART.join(parts)}(?!\w)", reading.folded.plain):
            yield _("something we know of this person"), *match.span()


def _is_own(text: str, own: list[str]) -> bool:
    bare = _bare(text)
    return any(bare == one or (len(bare) >= 6 and bare in one) for one in own)


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", text)


def _finding(what: str, start: int, end: int) -> Finding:
    says = _("Everybody reads this, and it holds %s.") % what
    return Finding("private", CHANGE, says, _("Take it out here; say it in a private message."), start, end)
