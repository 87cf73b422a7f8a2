"""Finding people by the beginning of any name word, e-mail, phone number, card or account: on indexes only."""

from __future__ import annotations

import re

from django.db import connection

from regulars.core import bulk
from regulars.core.models import Business
from regulars.people.names import folded, words

CANDIDATES = 2000
NUMBER = re.compile(r"[+(]?[\d\s()/.-]{3,}")
LAST_CHARACTER = "\U0010ffff"


def find_people(text: str, *, limit: int) -> list[int]:
    """Ids of persons of whom every typed word begins something known; whole matches first, then the recent."""
    asked = _asked(text)
    if not asked:
        return []
    sizes = [(_count(choices), n) for n, choices in enumerate(asked)]
    rarest = min(sizes)[1]
    others = [choices for n, choices in enumerate(asked) if n != rarest]
    begins, params = _begins("w.word", asked[rarest])
    checks, more = [], []
    for choices in others:
        condition, values = _begins("x.word", choices)
        checks.append(
            "EXISTS (SELECT 1 FROM people_node o JOIN people_searchword x ON x.node_id = o.id"
            f" WHERE o.person_id = c.person_id AND {condition})"
        )
        more += values
    where = f"WHERE {' AND '.join(checks)}" if checks else ""
    rows = bulk.query(
        "SELECT c.person_id, MAX(c.whole) AS whole, MAX(p.last_us) AS seen FROM"
        f" (SELECT n.person_id, CASE WHEN w.word IN ({_marks(asked[rarest])}) THEN 1 ELSE 0 END AS whole"
        f"  FROM people_searchword w JOIN people_node n ON n.id = w.node_id WHERE {begins} LIMIT {CANDIDATES}) AS c"
        f" JOIN people_person p ON p.id = c.person_id {where}"
        " GROUP BY c.person_id ORDER BY whole DESC, seen DESC, c.person_id LIMIT %s",
        [*asked[rarest], *params, *more, limit],
    )
    return [row[0] for row in rows]


def _asked(text: str) -> list[list[str]]:
    """For each typed word the beginnings that would do. A phone number is one word, however it is written."""
    text = text.strip()[:200]
    if NUMBER.fullmatch(text) and (digits := re.sub(r"\D", "", text)):
        return [_numbers(digits, folded(text))]
    return [[word] for word in words(text)]


def _numbers(digits: str, typed: str) -> list[str]:
    import phonenumbers

    found = [digits, typed]
    if digits.startswith("0") and not digits.startswith("00"):
        found.append(f"{phonenumbers.country_code_for_region(Business.load().country)}{digits[1:]}")
    if digits.startswith("00"):
        found.append(digits[2:])
    return list(dict.fromkeys(word for word in found if len(word) > 1))


def _begins(column: str, choices: list[str]) -> tuple[str, list[str]]:
    """The operators compare by bytes and use the index, whatever the collation of the database."""
    least, less = ("~>=~", "~<~") if connection.vendor == "postgresql" else (">=", "<")
    text = " OR ".join(f"({column} {least} %s AND {column} {less} %s)" for _ in choices)
    return f"({text})", [value for choice in choices for value in (choice, choice + LAST_CHARACTER)]


def _marks(choices: list[str]) -> str:
    return ", ".join(["%s"] * len(choices))


def _count(choices: list[str]) -> int:
    """How many words begin like this, at most CANDIDATES + 1."""
    condition, params = _begins("word", choices)
    inner = f"SELECT 1 FROM people_searchword WHERE {condition} LIMIT {CANDIDATES + 1}"
    return bulk.query(f"SELECT COUNT(*) FROM ({inner}) AS found", params)[0][0]
