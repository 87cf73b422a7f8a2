"""What a person is called and where they live, from what their nodes said; and the words that find them. Pure."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

FIRST = ("first_name", "firstName", "firstname", "given_name", "givenName")
LAST = ("last_name", "lastName", "lastname", "surname", "family_name", "familyName")
WHOLE = ("name", "full_name", "fullName")
CITY = ("city", "town")
ADDRESS = ("address",)
ABOUT = (*WHOLE, *FIRST, *LAST, *CITY, *ADDRESS)
MAX_NAME, MAX_CITY, MAX_WORD, MOST_WORDS = 200, 120, 120, 40
BLANK = re.compile(r"\s+")


class Said(NamedTuple):
    """One trait of one node: the JSON text, and when it was said."""

    node: int
    name: str
    value: str
    at: int


def latest(said: Iterable[Said]) -> dict[str, Said]:
    """The newest of each trait; of two said at one moment that of the older node."""
    found: dict[str, Said] = {}
    for one in said:
        known = found.get(one.name)
        if known is None or (one.at, -one.node) > (known.at, -known.node):
            found[one.name] = one
    return found


def name_of(traits: Mapping[str, Said]) -> str:
    """The whole name or first and last name, whichever was said last."""
    whole = _newest(traits, WHOLE)
    parts = [part for part in (_newest(traits, FIRST), _newest(traits, LAST)) if part]
    joined = " ".join(filter(None, (_text(value) for _, value in parts)))
    if whole and all(part[0] <= whole[0] for part in parts):
        joined = _text(whole[1]) or joined
    return (joined or _text(whole and whole[1]))[:MAX_NAME]


def city_of(traits: Mapping[str, Said]) -> str:
    """The town, said by itself or in an address, whichever was said last."""
    plain, address = _newest(traits, CITY), _newest(traits, ADDRESS)
    if address and isinstance(address[1], dict) and (not plain or address[0] > plain[0]):
        return _text(address[1].get("city"))[:MAX_CITY] or _text(plain and plain[1])[:MAX_CITY]
    return _text(plain and plain[1])[:MAX_CITY]


def spoken(traits: Mapping[str, Said], names: Iterable[str]) -> str:
    """The newest of these traits as text; empty when none was said."""
    newest = _newest(traits, names)
    return _text(newest[1]) if newest else ""


def _newest(traits: Mapping[str, Said], names: Iterable[str]) -> tuple[int, Any] | None:
    """(at, value) of the newest of these traits that is not empty."""
    said = [traits[name] for name in names if name in traits and traits[name].value not in EMPTY]
    newest = max(said, key=lambda one: one.at, default=None)
    return (newest.at, json.loads(newest.value)) if newest else None


EMPTY = ('""', "null", "[]", "{}")


def _text(value: Any) -> str:
    return BLANK.sub(" ", str(value)).strip() if isinstance(value, str | int | float) else ""


def folded(text: str) -> str:
    """Without case, accents and doubled blanks: what sorting and searching compare."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return BLANK.sub(" ", "".join(c for c in plain if not unicodedata.combining(c))).strip()


def words(text: str) -> list[str]:
    """The folded words of a name or of what somebody typed."""
    return [word[:MAX_WORD] for word in re.split(r"[\s,;()]+", folded(text)) if word]


def words_of_node(
    traits: Mapping[str, Said], identifiers: Iterable[tuple[str, str]], kind: str, key: str
) -> set[str]:
    """Everything by whose beginning a node is found."""
    found: list[str] = words(name_of(traits))
    for type_, value in identifiers:
        found.append(value.lstrip("+") if type_ == "phone" else folded(value)[:MAX_WORD])
    if kind != "anonymous":
        found.append(folded(key)[:MAX_WORD])
    return set(found[:MOST_WORDS])
