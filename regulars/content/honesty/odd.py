"""Signs that show nothing or look like others: people read another text than a search or a screen reader does."""

from __future__ import annotations

import unicodedata
from itertools import groupby

from django.utils.translation import gettext as _

from regulars.content.honesty.folding import BOXED, SELECTORS, ZWJ, is_foreign, is_hidden
from regulars.content.honesty.shape import CHANGE, SECOND, Finding

FLAG = 0x1F3F4  # followed by tags it is a country's flag
STACKED = 2  # accents on one letter


def check(text: str) -> list[Finding]:
    """Hidden signs have to go; letters from elsewhere need somebody who can read them."""
    return [*_hidden(text), *_foreign(text)]


def _hidden(text: str) -> list[Finding]:
    places = [place for place, sign in enumerate(text) if is_hidden(sign) and not _joins_pictures(text, place)]
    places += [place for place in range(len(text)) if _is_stacked(text, place)]
    found = []
    for start, end in _runs(sorted(set(places))):
        says = _("There are %d signs here that nobody sees.") % (end - start)
        found.append(Finding("hidden", CHANGE, says, _("Take them out: type this part anew."), start, end))
    return found


def _joins_pictures(text: str, place: int) -> bool:
    """Joiners and selectors that make one emoji of several signs, and the tags of flags."""
    sign = ord(text[place])
    before = text[:place].rstrip("".join(chr(one) for one in SELECTORS))[-1:]
    if 0xE0020 <= sign <= 0xE007F:
        return chr(FLAG) in text[max(0, place - 8) : place]
    if sign in (0xFE0E, 0xFE0F):
        return bool(before) and (_is_picture(text[place - 1]) or text[place - 1] in "0123456789#*")
    after = text[place + 1 : place + 2]
    return sign == ZWJ and bool(before and after) and _is_picture(before) and _is_picture(after)


def _is_picture(sign: str) -> bool:
    return unicodedata.category(sign) in ("So", "Sk", "Sm", "Po") or sign in "™©®"


def _is_stacked(text: str, place: int) -> bool:
    """More accents than any language puts on one letter."""
    return place >= STACKED and all(
        unicodedata.category(sign) in ("Mn", "Me") and ord(sign) not in SELECTORS
        for sign in text[place - STACKED : place + 1]
    )


def _foreign(text: str) -> list[Finding]:
    places = [place for place, sign in enumerate(text) if is_foreign(sign) or _is_boxed(text, place)]
    found = []
    for start, end in _runs(places):
        says = _("These letters are not plain Latin ones; some look like others and are read differently.")
        do = _("Type this part anew; if it is meant so, let somebody read it who knows the language.")
        found.append(Finding("look-alike", SECOND, says, do, start, end))
    return found[:5]


def _is_boxed(text: str, place: int) -> bool:
    """Letters in boxes and circles; two flag letters together are a flag."""
    code = ord(text[place])
    if 0x1F1E6 <= code <= 0x1F1FF:
        near = text[max(0, place - 1) : place] + text[place + 1 : place + 2]
        return not any(0x1F1E6 <= ord(sign) <= 0x1F1FF for sign in near) or _flags_in_row(text, place) != 2
    return any(first <= code < first + count for first, count in BOXED)


def _flags_in_row(text: str, place: int) -> int:
    start = place
    while start > 0 and 0x1F1E6 <= ord(text[start - 1]) <= 0x1F1FF:
        start -= 1
    end = place
    while end < len(text) and 0x1F1E6 <= ord(text[end]) <= 0x1F1FF:
        end += 1
    return end - start


def _runs(places: list[int]) -> list[tuple[int, int]]:
    """Neighbours together: [start, end)."""
    found = []
    for _key, group in groupby(enumerate(places), key=lambda pair: pair[1] - pair[0]):
        run = [place for _number, place in group]
        found.append((run[0], run[-1] + 1))
    return found
