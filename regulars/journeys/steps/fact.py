"""Give a fact: a trait of the person, for texts and segments."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from regulars.journeys.reading import Reader, TreeError, only, text, title
from regulars.journeys.step import Batch, Moves, Step, all_go
from regulars.people.actions import set_traits

LABEL, SAYS = _("Note a fact"), _("Something about the person, for texts and segments")


class Fact(Step, frozen=True, kw_only=True):
    """A trait's name and value."""

    name: str
    value: str | int | float | bool


def parse(raw: dict, path: str, reader: Reader) -> Fact:
    """{"name": "welcomed", "value": true}"""
    only(raw, ("name", "value"), path)
    name, value = text(raw.get("name"), f"{path}.name", "the fact a name", most=80), raw.get("value")
    if not isinstance(value, str | int | float | bool) or (isinstance(value, str) and not 0 < len(value) <= 200):
        raise TreeError(f"{path}.value", "Give a value: a text of up to 200 characters, a number, true or false.")
    return Fact(id=raw["id"], title=title(raw, path), name=name, value=value)


def decide(step: Fact, batch: Batch) -> Moves:
    """At once."""
    return all_go(batch.runs)


def act(step: Fact, batch: Batch) -> None:
    """Said now about each person: it is the person's value unless something newer is said."""
    set_traits(traits=[(run.node_id, {step.name: step.value}) for run in batch.runs], at=batch.at)
