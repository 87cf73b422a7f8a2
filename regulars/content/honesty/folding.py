"""A text as it is read: lower case, without accents, invisible signs and letters borrowed from other alphabets.

What looks like "guarantee" is checked as "guarantee", whatever it is written with, and every letter keeps its place
in the original. What was odd about the writing is told by `odd.py`. Sources: Unicode Standard 16, UAX 15
(normalisation); the look-alikes are those of UTS 39 that a reader takes for a plain letter, for the alphabets people
paste from.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

ZWJ, KEYCAP = 0x200D, 0x20E3
BLANKS = {0x115F, 0x1160, 0x3164, 0xFFA0, 0x2800, 0x180E}  # letters and signs that show nothing
SELECTORS = {*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)}

_PAIRS = (
    # Cyrillic, capital and small
    "АaВbСcЕeНhІiЈjКkМmОoРpЅsТtХxУyаaвbсcеeнhіiјjкkмmоoрpѕsтtхxуyһhԁdԛqԝwӏlѵvгrпnԍgь6"
    # Greek
    "ΑaΒbΕeΖzΗhΙiΚkΜmΝnΟoΡpΤtΥyΧxαaβbγyεeηnιiκkνvοoρpσoτtυuχxϲcϳjω" + "w"
    # Armenian
    "օoսuհhոnցgյjզqԼlՏsՕoԱuւ" + "i"
    # Latin letters with no accent to take off
    "ıiȷjøoØołlŁlđdĐdðdħhĦhŧtŦtƒfɑaɡgɩiʋuʌvſsƙkƁbƊdƇcƤpƬtɓbɗdɠgɦhɱmŋnɲnɾrʂsʈtʐzɛeɔo"
    # small capitals
    "ᴀaʙbᴄcᴅdᴇeꜰfɢgʜhɪiᴊjᴋkʟlᴍmɴnᴏoᴘpʀrꜱsᴛtᴜuᴠvᴡwʏyᴢz"
    # Cherokee, Coptic and others that borrow the shape
    "ᎪaᏴbᏟcᎠdᎬeᎻhᎥiᎫjᏦkᏞlᎷmΝnᏢpᏒrᏚsᎢtᏙvᎳwᏃzⲟoⲣpⲥcⲁa"
)  # fmt: skip
LOOKALIKES = dict(zip(_PAIRS[::2], _PAIRS[1::2], strict=True)) | {
    "æ": "ae",
    "Æ": "ae",
    "œ": "oe",
    "Œ": "oe",
    "þ": "th",
}
USUAL = set("øØłŁđĐðħıæÆœŒþ")  # in names of people we write to
PLAIN = str.maketrans("’‘´`“”„–—‐‑−", "''''\"\"\"-----")
BOXED = ((0x1F130, 26), (0x1F150, 26), (0x1F170, 26), (0x1F1E6, 26))  # letters in boxes and circles, flags' letters


@dataclass(frozen=True)
class Folded:
    """`plain` is what is checked; `places[i]` is where its i-th character stands in the original."""

    original: str
    plain: str
    places: tuple[int, ...]

    def place(self, start: int, end: int) -> tuple[int, int]:
        """The place in the original of a place in `plain`."""
        if start >= end or not self.places:
            return 0, 0
        return self.places[start], self.places[min(end, len(self.places)) - 1] + 1


def fold(text: str) -> Folded:
    """The text as it is read."""
    plain: list[str] = []
    places: list[int] = []
    for place, sign in enumerate(text):
        for letter in _read_as(sign):
            plain.append(letter)
            places.append(place)
    return Folded(text, "".join(plain), tuple(places))


@lru_cache(maxsize=8192)
def _read_as(sign: str) -> str:
    """What a reader sees of one character: nothing, a plain letter, or several."""
    code = ord(sign)
    if sign in "\n\t" or sign.isspace():
        return "\n" if sign in "\n\u2028\u2029" else " "
    if is_hidden(sign):
        return ""
    for first, count in BOXED:
        if first <= code < first + count:
            return chr(ord("a") + code - first)
    found = []
    for letter in unicodedata.normalize("NFKD", LOOKALIKES.get(sign, sign)):
        if unicodedata.category(letter) in ("Mn", "Me"):
            continue
        letter = LOOKALIKES.get(letter, letter)
        digit = unicodedata.digit(letter[0], None) if len(letter) == 1 else None
        found.append(str(digit) if digit is not None else letter.translate(PLAIN).casefold())
    return "".join(found)


def is_hidden(sign: str) -> bool:
    """Whether it shows nothing: joiners, direction marks, fillers, control characters, selectors."""
    code = ord(sign)
    if code in BLANKS or code in SELECTORS:
        return True
    return unicodedata.category(sign) in ("Cf", "Cc", "Co", "Cs", "Cn") and sign not in "\n\t\r"


def is_foreign(sign: str) -> bool:
    """Whether it is a letter that is not read as plain Latin ones, or only looks like one."""
    if sign in USUAL or not unicodedata.category(sign).startswith("L"):
        return False
    if sign in LOOKALIKES:
        return True
    return not all("a" <= letter <= "z" for letter in _read_as(sign))
