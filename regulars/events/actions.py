"""What can be done to sources, dead letters and declared properties."""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from django.db import transaction

from regulars.core import signals
from regulars.core.clock import DAY
from regulars.events import keys
from regulars.events.models import DeadLetter, Property, Source
from regulars.events.signals import PropertyDeclared
from regulars.events.sources.kinds import NAMES
from regulars.team.actions import audit

TYPES = ("text", "number", "money", "bool", "time")


class SourceError(ValueError):
    """A source cannot be made or changed as asked; the message says why."""


def create_source(*, name: str, kind: str = "segment", by: str, at: int, namespace: str = "") -> Source:
    """A new source with a write key (imports and what the house itself notes have none).

    `namespace`: where equal user ids mean one account; sources that share a customer number share one. Default:
    one of its own. Raises SourceError when the name is empty or taken; a revoked source gives its name up.
    """
    name = name.strip()
    if not name or len(name) > 120:
        raise SourceError("A source needs a name of at most 120 characters.")
    if Source.objects.filter(name=name, revoked_us=None).exists():
        raise SourceError(f"There is a source called “{name}” already; choose another name.")
    with transaction.atomic():
        for gone in Source.objects.filter(name=name).exclude(revoked_us=None):
            Source.objects.filter(id=gone.id).update(name=f"{name[:90]} (revoked, no. {gone.id})")
        source = Source.objects.create(name=name, kind=kind, namespace=namespace, key=_new_key(kind), created_us=at)
        if not namespace:
            source.namespace = f"source-{source.id}"
            source.save(update_fields=["namespace"])
        audit(by=by, act="source.create", object=f"source:{source.id}", details={"kind": kind}, at=at)
    keys.forget()
    return source


def _new_key(kind: str) -> str | None:
    return None if kind in ("csv", "demo", "internal", "portal", "till", *NAMES) else secrets.token_urlsafe(24)


def rotate_key(*, source_id: int, by: str, at: int, keep_us: int = DAY) -> Source:
    """A new write key; the old one is accepted for another `keep_us`, so that nothing is lost on the way."""
    with transaction.atomic():
        source = _source(source_id)
        source.settings = source.settings | {"previous": {"key": source.key, "until_us": at + keep_us}}
        source.key = _new_key(source.kind)
        source.save(update_fields=["key", "settings"])
        audit(by=by, act="source.rotate_key", object=f"source:{source_id}", details={"keep_us": keep_us}, at=at)
    keys.forget()
    return source


def revoke_source(*, source_id: int, by: str, at: int) -> None:
    """Its key is refused within two seconds. What it sent stays. Idempotent."""
    with transaction.atomic():
        if Source.objects.filter(id=source_id, revoked_us=None).update(revoked_us=at):
            audit(by=by, act="source.revoke", object=f"source:{source_id}", details={}, at=at)
    keys.forget()


def _source(source_id: int) -> Source:
    found = Source.objects.select_for_update().filter(id=source_id, revoked_us=None).first()
    if found is None or not found.key:
        raise SourceError("This source has no key to rotate: it was revoked, or it is an import.")
    return found


def replay_dead_letters(*, ids: Iterable[int], by: str, at: int) -> tuple[int, int]:
    """Take in dead letters again, after their cause was mended; (went in, still refused).

    A letter that goes in is marked replayed; one that does not keeps its place with the new reason.
    """
    from regulars.events.replay import replay

    with transaction.atomic():
        went_in, still = replay(DeadLetter.objects.filter(id__in=list(ids), replayed_us=None).order_by("id"), at=at)
        audit(by=by, act="dead_letters.replay", object="", details={"in": went_in, "refused": still}, at=at)
    return went_in, still


def declare_property(*, event: str, name: str, type: str, by: str, at: int) -> Property:
    """From now on the lake has this property, also for the past: PropertyDeclared makes it fill in backwards.

    Raises ValueError for an unknown type. Idempotent for the same type.
    """
    if type not in TYPES:
        raise ValueError(f"A property is one of {', '.join(TYPES)}; {type!r} is not.")
    with transaction.atomic():
        found, _ = Property.objects.get_or_create(event=event, name=name, defaults={"type": type})
        if found.declared_us is None or found.type != type:
            found.type, found.declared_us = type, at
            found.save(update_fields=["type", "declared_us"])
            audit(by=by, act="property.declare", object=f"{event}.{name}"[:120], details={"type": type}, at=at)
            signals.send(PropertyDeclared(event=event, name=name, type=type))
    return found
