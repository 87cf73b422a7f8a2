"""Who is meant by a heap of addresses and numbers, as somebody pastes them: one statement for all of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from regulars.core import bulk
from regulars.people.identifiers import normal
from regulars.people.names import MAX_WORD, folded

BETWEEN = re.compile(r"[\n\r;,\t]+")
IN_BRACKETS = re.compile(r".*<([^<>]+@[^<>]+)>")


@dataclass(frozen=True)
class Named:
    """The persons found, the texts that mean nobody here, and those that several people share."""

    person_ids: list[int]
    nobody: list[str]
    several: list[str]


def texts_in(pasted: str) -> list[str]:
    """The single addresses and numbers: one a line, or with commas or semicolons between; each once."""
    found = (part.strip().strip("\"'") for part in BETWEEN.split(pasted))
    bare = (match[1] if (match := IN_BRACKETS.match(text)) else text for text in found)
    return list(dict.fromkeys(text for text in bare if text))


def people_named(texts: Iterable[str], *, country: str) -> Named:
    """People by e-mail address, phone, card or customer number, however each is typed."""
    texts = list(texts)
    holders: dict[str, set[int]] = {}
    for said, person in _holders([row for text in texts for row in _readings(text, country)]):
        holders.setdefault(said, set()).add(person)
    sole = {person for people in holders.values() if len(people) == 1 for person in people}
    several = [text for text in texts if len(holders.get(text, ())) > 1]
    return Named(sorted(sole), [text for text in texts if text not in holders], several)


def _readings(text: str, country: str) -> list[tuple[str, str, str, str]]:
    """What a text may be: (text, type, value, the word that an account is searched by)."""
    types = ("email",) if "@" in text else ("phone", "card")
    read = [(type_, normal(type_, text, country)) for type_ in types]
    found = [(text, type_, one.value, "") for type_, one in read if one and not one.refused]
    return [*found, (text, "user", text, folded(text)[:MAX_WORD])]


def _holders(readings: list[tuple[str, str, str, str]]) -> list[tuple[str, int]]:
    wanted, params = bulk.table(dict.fromkeys(("text", "type", "value", "word"), "text"), readings)
    return bulk.query(
        f"SELECT v.text, n.person_id FROM {wanted} JOIN people_identifier i ON i.type = v.type AND i.value = v.value"
        " JOIN people_node n ON n.id = i.node_id WHERE n.person_id IS NOT NULL UNION"
        f" SELECT v.text, n.person_id FROM {wanted} JOIN people_searchword w ON w.word = v.word"
        " JOIN people_node n ON n.id = w.node_id AND n.kind = 'user' AND n.key = v.value"
        " WHERE v.type = 'user' AND n.person_id IS NOT NULL",
        [*params, *params],
    )
