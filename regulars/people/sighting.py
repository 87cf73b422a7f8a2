"""What a source says it saw: who (keys), by which identifiers, with which traits and consents, and when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple

from regulars.people.components import NodeKey
from regulars.people.identifiers import Normal, normal

MAX_KEY = 255
MAX_NAMESPACE = 40
MAX_TRAIT = 80
NOBODY = "regulars:no-customer"  # the node of purchases without a customer: it has no person, and joins nobody
STRONGEST = ("card", "email", "phone")


@dataclass(frozen=True, slots=True)
class ConsentSaid:
    """One yes, no or not yet confirmed: state is "granted", "pending" or "withdrawn"."""

    channel: str
    state: str
    purpose: str = "marketing"
    address: str = ""
    wording: str = ""
    evidence: Mapping[str, Any] = field(default_factory=dict)


class Sighting(NamedTuple):
    """One account, device or record as a source saw it at a time (`at`, microseconds of event time).

    The first key is the node that the event points to, but a user beats an anonymous device. Without keys the
    strongest identifier names the node.
    """

    namespace: str
    keys: tuple[tuple[str, str], ...] = ()
    identifiers: tuple[tuple[str, str], ...] = ()
    traits: Mapping[str, Any] = MappingProxyType({})
    consents: tuple[ConsentSaid, ...] = ()
    at: int = 0


class Seen(NamedTuple):
    """A sighting made ready: usable keys (first = its node) and normalised identifiers."""

    keys: tuple[NodeKey, ...]
    identifiers: tuple[tuple[str, Normal, str], ...]


def ready(sighting: Sighting, country: str) -> Seen:
    """Keys that are empty or longer than 255 are left out: cut short, they would join strangers."""
    namespace = sighting.namespace[:MAX_NAMESPACE]
    if sighting.keys and sighting.keys[0] == ("anonymous", NOBODY):
        return Seen((NodeKey(namespace, "anonymous", NOBODY),), ())
    keys = [
        NodeKey(namespace, kind, key.strip())
        for kind, key in sighting.keys
        if key.strip() and len(key) <= MAX_KEY and "\0" not in key
    ]
    if len(keys) > 1:
        keys = list(dict.fromkeys(keys))
        if keys[0].kind == "anonymous":
            keys.sort(key=lambda k: k.kind != "user")
    identifiers = tuple(
        (type_[:20], found, raw[:MAX_KEY])
        for type_, raw in sighting.identifiers
        if "\0" not in raw and (found := normal(type_, raw, country))
    )
    return Seen(tuple(keys) or _from_identifiers(namespace, identifiers), identifiers)


def _from_identifiers(namespace: str, identifiers: tuple[tuple[str, Normal, str], ...]) -> tuple[NodeKey, ...]:
    good = {type_: found.value for type_, found, _ in identifiers if not found.refused}
    return next(((NodeKey(namespace, t, good[t]),) for t in STRONGEST if t in good), ())
