"""Facts: what is declared, and the values for people."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import BeforeValidator

from regulars.core.plugs import registry
from regulars.people import queries
from regulars.web.api.frame import Id, Key, Problem, Text, responses

router = Router(tags=["Facts"])
MOST_PEOPLE = 1000
Words = Annotated[str, BeforeValidator(str)]  # also what is still to be translated


class FactOut(Schema):
    """What is known about people. type: text, number, money (minor units), bool, time (us), date or choice."""

    name: str
    label: Words
    room: str
    type: str
    unit: Words
    missing: Words


class Wanted(Schema):
    """For whom (at most 1,000 people), and which facts (all when left out)."""

    people: list[Id]
    facts: list[Text] | None = None


@router.get("", response=responses(list[FactOut]), auth=Key("people.view"), summary="Declared facts")
def list_facts(request: HttpRequest):
    """Each can be a condition of a segment; `missing` says what no value means."""
    return sorted(registry.facts.values(), key=lambda fact: fact.name)


@router.post(
    "/values", response=responses(dict[str, dict[str, Any]]), auth=Key("people.view"), summary="Facts about people"
)
def fact_values(request: HttpRequest, wanted: Wanted):
    """By person, then by fact; people who are unknown are left out. Merged people stand under their own number."""
    if len(wanted.people) > MOST_PEOPLE:
        raise Problem(422, "invalid", f"Ask for at most {MOST_PEOPLE:,} people at a time.")
    unknown = sorted(set(wanted.facts or ()) - registry.facts.keys())
    if unknown:
        raise Problem(422, "invalid", f"There is no fact “{unknown[0]}”. GET /facts lists them.")
    found = sorted(set(queries.person_id_of(wanted.people).values()))
    return {str(person): row for person, row in values(found, wanted.facts).items()}


def values(person_ids: list[int], names: list[str] | None) -> dict[int, dict[str, Any]]:
    """The facts of people from the truth; None where nothing is known."""
    rows: dict[int, dict[str, Any]] = {person: {} for person in person_ids}
    for name in names if names is not None else sorted(registry.facts):
        known = registry.facts[name].now(person_ids)
        for person, row in rows.items():
            row[name] = known.get(person)
    return rows
