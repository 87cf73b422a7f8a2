"""What rooms bring into texts (core.plugs.Supply), as previews and rendering want it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from regulars.content.rendering.checking import EVENT
from regulars.content.shown import Day, Number, Price
from regulars.core.models import Business
from regulars.core.plugs import registry
from regulars.ui import formats


@dataclass(frozen=True)
class Brought:
    """What there is for one person: values by name, names of which there is nothing, names that nothing brings."""

    values: dict[str, Any]
    nothing: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


def shapes() -> dict[str, str]:
    """{name: shape} of everything that rooms bring, as `rendering.compile_variants` wants it."""
    return {supply.name: supply.shape for supply in registry.supplies.values()}


def samples(names: Iterable[str]) -> dict[str, Any]:
    """What it may look like, for nobody in particular; names that nothing brings are absent."""
    return {name: registry.supplies[name].sample for name in names if name in registry.supplies}


def look_up(names: Iterable[str], *, person_id: int, at: int) -> Brought:
    """What would be brought for one person now. Nothing is handed out; who is nobody (negative) sees samples."""
    names = list(names)
    known = [name for name in names if name in registry.supplies]
    unknown = [name for name in names if name not in registry.supplies]
    if person_id < 0:
        return Brought(samples(known), [], unknown)
    found = {name: _one(name, person_id, at) for name in known}
    values = {name: value for name, value in found.items() if value}
    return Brought(values, [name for name in known if name not in values], unknown)


def _one(name: str, person_id: int, at: int) -> Any:
    """What is handed out message by message is not known before: the sample stands for it."""
    supply = registry.supplies[name]
    if supply.hand_out:
        return supply.sample
    return supply.now([person_id], at).get(person_id)


def brought_by_nobody(compiled: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """What a compiled text reads and no room of this house brings: it is left out for everybody."""
    read = {name for one in compiled.values() for name in one.get("supplied", {})}
    return sorted(read - registry.supplies.keys() - {EVENT})


def label_of(name: str) -> str:
    """What people call it."""
    supply = registry.supplies.get(name)
    return str(supply.label) if supply else name


def in_words(context: Mapping[str, Any] | None, *, language: str) -> dict[str, Any]:
    """What was stored on a message, with amounts and times that show themselves in words of the language.

    Plain numbers become such only in what rooms bring: what a caller of the API says is left as it was said.
    """
    if not context:
        return {}
    zone = Business.load().timezone
    return {
        name: _worded(value, language, zone, numbers=name in registry.supplies) for name, value in context.items()
    }


def _worded(value: Any, language: str, zone: str, *, numbers: bool) -> Any:
    match value:
        case {"minor": int(minor), "currency": str(currency), **rest} if not rest:
            return Price(minor, currency, language)
        case {"us": int(us), **rest} if not rest:
            return Day(formats.local(us, zone), language)
        case {"day": str(day), **rest} if not rest:
            return Day(datetime.fromisoformat(day), language)
        case dict():
            return {name: _worded(one, language, zone, numbers=numbers) for name, one in value.items()}
        case list():
            return [_worded(one, language, zone, numbers=numbers) for one in value]
        case int() | float() if numbers and not isinstance(value, bool):
            return Number(value, language)
    return value
