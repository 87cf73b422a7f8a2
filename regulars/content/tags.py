"""Merge tags: what texts can say about a person. Every fact of every room, the first name, and traits by name."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from regulars.content.shown import absent, shown
from regulars.core import bulk
from regulars.core.models import Business
from regulars.core.plugs import registry

FIRST_NAMES = ("firstName", "first_name", "firstname", "given_name")
FALLBACKS = {"first_name": "there", "name": "friend", "city": "your town"}


@dataclass(frozen=True)
class MergeTag:
    """One thing to put into a text. `missing`: there are people of whom it is not known, so it needs a fallback."""

    name: str
    label: str
    room: str
    missing: bool

    @property
    def code(self) -> str:
        """What is written into the text."""
        if not self.missing:
            return f"{{{{ person.{self.name} }}}}"
        return f'{{{{ person.{self.name} | default: "{FALLBACKS.get(self.name, "")}" }}}}'


def offered() -> list[MergeTag]:
    """All merge tags, names first."""
    first = MergeTag("first_name", "First name", "people", True)
    return [
        first,
        *(MergeTag(f.name, f.label, f.room, f.missing not in ("0", "no")) for f in registry.facts.values()),
    ]


def may_be_missing() -> dict[str, bool]:
    """{fact: whether there are people of whom it is not known}, as `rendering.compile_variants` wants it."""
    return {tag.name: tag.missing for tag in offered()}


def facts_of(tags: Iterable[str], person_ids: Sequence[int], *, language: str = "") -> dict[int, dict[str, Any]]:
    """{person: {fact: value}} for `{{ person.<fact> }}`: one question per fact, whatever the number of people.

    Values show themselves in words of `language` (money with its currency, days in the business's time zone) and
    compare as numbers. What is not known is left out. `traits.<name>` stands in a dictionary of its own.
    """
    found: dict[int, dict[str, Any]] = {person: {} for person in person_ids}
    business, wanted = Business.load(), set(tags)
    said = {"currency": business.currency, "language": language}
    for name in wanted & registry.facts.keys():
        fact = registry.facts[name]
        values, none = fact.now(person_ids), absent(fact, **said)
        for person, facts in found.items():
            value = values.get(person)
            value = none if value is None else shown(fact, value, zone=business.timezone, **said)
            if value is not None:
                facts[name] = value
    if "first_name" in wanted:
        _add_first_names(found, person_ids)
    _add_traits(found, person_ids, [tag.removeprefix("traits.") for tag in wanted if tag.startswith("traits.")])
    return found


def _add_first_names(found: dict[int, dict[str, Any]], person_ids: Sequence[int]) -> None:
    """Said as a trait, else the first word of the name."""
    names = registry.facts["name"].now(person_ids)
    traits = _traits(person_ids, FIRST_NAMES)
    for person, facts in found.items():
        said = next((traits[person][name] for name in FIRST_NAMES if name in traits.get(person, {})), "")
        first = str(said).strip() or (str(names.get(person, "")).split() or [""])[0]
        if first:
            facts["first_name"] = first[:60]


def _add_traits(found: dict[int, dict[str, Any]], person_ids: Sequence[int], names: Sequence[str]) -> None:
    for person, traits in (_traits(person_ids, names) if names else {}).items():
        found[person]["traits"] = {name: value for name, value in traits.items() if value not in ("", None)}


def _traits(person_ids: Sequence[int], names: Sequence[str]) -> dict[int, dict[str, Any]]:
    """{person: {trait: what was said last}}."""
    ids, params = bulk.ids(person_ids)
    rows = bulk.query(
        "SELECT n.person_id, t.name, t.value FROM people_node n JOIN people_trait t ON t.node_id = n.id"
        f" WHERE n.person_id IN {ids} AND t.name IN ({', '.join(['%s'] * len(names))})"
        " ORDER BY t.at, t.node_id DESC, t.name DESC",
        [*params, *names],
    )
    found: dict[int, dict[str, Any]] = {}
    for person, name, value in rows:
        found.setdefault(person, {})[name] = json.loads(value) if isinstance(value, str) else value
    return found
