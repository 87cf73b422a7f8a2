"""Connecting a shop or till, changing its secrets, pausing it, bringing in its past, mapping its fields."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from django.conf import settings as house
from django.db import transaction

from regulars.core import crypto
from regulars.core.clock import HOUR
from regulars.events import actions
from regulars.events.actions import SourceError
from regulars.events.models import DeadLetter, Source
from regulars.events.sources import accounts, reconciling
from regulars.events.sources.accounts import seal, secrets_of
from regulars.events.sources.deliveries import PATH
from regulars.events.sources.kinds import Kind, kind_of
from regulars.events.sources.models import Connection, FieldMap
from regulars.team.actions import audit

KEPT_BEFORE = HOUR  # how long the secret before a rotation is good: Shopify signs with either for that long


def connect(*, kind: str, name: str, values: Mapping[str, str], by: str, at: int) -> Connection:
    """A source of this kind with its webhook address. Raises SourceError when something is missing."""
    found = kind_of(kind)
    if found is None:
        raise SourceError("This kind of shop or till cannot be connected.")
    given, hidden = _sorted(found, values)
    _check(found, given, hidden)
    if found.makes_secret:
        hidden.setdefault("signing", secrets.token_urlsafe(32))
    with transaction.atomic():
        source = actions.create_source(name=name, kind=kind, by=by, at=at)
        token = secrets.token_urlsafe(24)
        made = Connection.objects.create(
            source_id=source.id,
            token=token,
            address=f"{house.PUBLIC_URL}{PATH}{token}",
            settings=given,
            secrets=seal(hidden),
            places=dict.fromkeys(found.streams, at),
        )
    accounts.forget()
    return made


def _sorted(kind: Kind, values: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """(settings, secrets) of what a form held; empty ones are left out."""
    said = {one.name: values.get(one.name, "").strip()[:500] for one in kind.fields}
    hidden = {one.name for one in kind.fields if one.secret}
    filled = {name: value for name, value in said.items() if value}
    return {n: v for n, v in filled.items() if n not in hidden}, {n: v for n, v in filled.items() if n in hidden}


def _check(kind: Kind, given: dict[str, str], hidden: dict[str, str]) -> None:
    for one in kind.fields:
        if one.required and one.name not in given | hidden:
            raise SourceError(f"{one.label}: this is needed.")
    try:
        given.update(kind.clean(given))
    except ValueError as why:
        raise SourceError(str(why)) from None


def change(*, source_id: int, values: Mapping[str, str], by: str, at: int) -> Connection:
    """Other settings. A secret left empty stays as it is; `address` may be set as the sender has it."""
    with transaction.atomic():
        row, kind = _locked(source_id)
        given, hidden = _sorted(kind, values)
        hidden = secrets_of(row) | {name: value for name, value in hidden.items() if name != "signing"}
        _check(kind, given, hidden)
        row.settings = {**_unasked(kind, row.settings), **given}
        row.secrets = seal(hidden)
        row.address = values.get("address", "").strip()[:300] or row.address
        row.retry_us = row.tries = 0
        row.save(update_fields=["settings", "secrets", "address", "retry_us", "tries"])
        audit(by=by, act="source.change", object=f"source:{source_id}", details={}, at=at)
        new = values.get("signing", "").strip()
        if new and new != hidden.get("signing"):
            row = rotate_secret(source_id=source_id, secret=new, by=by, at=at)
    accounts.forget()
    return row


def _unasked(kind: Kind, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Settings that no form asks for."""
    asked = {one.name for one in kind.fields}
    return {name: value for name, value in settings.items() if name not in asked}


def rotate_secret(*, source_id: int, secret: str = "", by: str, at: int) -> Connection:
    """A new signing secret: the one given, else one made here. The old one is good for another hour."""
    with transaction.atomic():
        row, kind = _locked(source_id)
        if not secret and not kind.makes_secret:
            raise SourceError(f"{kind.label} makes the secret: copy the new one from there.")
        hidden = secrets_of(row)
        if hidden.get("signing"):
            row.before, row.before_until_us = crypto.encrypt(hidden["signing"]), at + KEPT_BEFORE
        row.secrets = seal(hidden | {"signing": secret or _new_secret()})
        row.save(update_fields=["secrets", "before", "before_until_us"])
        audit(by=by, act="source.rotate_secret", object=f"source:{source_id}", details={}, at=at)
    accounts.forget()
    return row


def _new_secret() -> str:
    return secrets.token_urlsafe(32)


def register_webhooks(*, source_id: int, by: str, at: int) -> Connection:
    """Ask the sender to send here. Raises asking.CannotAsk with its reason, SourceError when it cannot be asked."""
    row, kind = _found(source_id)
    account = accounts.account_of(row, kind.key)
    if kind.register is None or not kind.can_ask(account):
        raise SourceError("Enter the keys of the API first: without them webhooks are registered by hand.")
    kept = kind.register(account)
    with transaction.atomic():
        row, kind = _locked(source_id)
        if kept.get("signing"):
            row = rotate_secret(source_id=source_id, secret=kept["signing"], by=by, at=at)
        Connection.objects.filter(id=row.id).update(registered_us=at)
        audit(by=by, act="source.register", object=f"source:{source_id}", details={}, at=at)
    accounts.forget()
    row.refresh_from_db()
    return row


def pause(*, source_id: int, by: str, at: int) -> None:
    """Take nothing in and ask nothing until it goes on. Deliveries are kept and answered. Idempotent."""
    with transaction.atomic():
        if Connection.objects.filter(source_id=source_id, paused_us=None).update(paused_us=at):
            audit(by=by, act="source.pause", object=f"source:{source_id}", details={}, at=at)
    accounts.forget()


def resume(*, source_id: int, by: str, at: int) -> int:
    """Go on: what came meanwhile is taken in now, and what changed is asked for. How many deliveries went in."""
    Connection.objects.filter(source_id=source_id).update(paused_us=None, retry_us=0)
    accounts.forget()
    kept = DeadLetter.objects.filter(source_id=source_id, code="paused", replayed_us=None).values_list(
        "id", flat=True
    )
    went_in, _ = actions.replay_dead_letters(ids=kept, by=by, at=at)
    reconciling.begin(Connection.objects.get(source_id=source_id), at)
    audit(by=by, act="source.resume", object=f"source:{source_id}", details={"in": went_in}, at=at)
    return went_in


def check_now(*, source_id: int, by: str, at: int) -> None:
    """Reconcile now and not only at the full hour."""
    Connection.objects.filter(source_id=source_id).update(retry_us=0, tries=0)
    reconciling.begin(Connection.objects.get(source_id=source_id), at)


def bring_in_history(*, source_id: int, by: str, at: int) -> None:
    """Everything the sender has, from the beginning; going on where it was stopped or failed."""
    row, kind = _found(source_id)
    if not kind.history or not kind.can_ask(accounts.account_of(row, kind.key)):
        raise SourceError("Enter the keys of the API first: without them the past cannot be asked for.")
    if row.history in ("", "done"):
        row.history_place, row.history_done = {"until": at}, 0
    row.history, row.retry_us, row.tries = "running", 0, 0
    row.save(update_fields=["history", "history_place", "history_done", "retry_us", "tries"])
    audit(by=by, act="source.history", object=f"source:{source_id}", details={}, at=at)


def stop_history(*, source_id: int, by: str, at: int) -> None:
    """Let the page in hand finish and ask for no other. What is in stays in. Idempotent."""
    Connection.objects.filter(source_id=source_id, history="running").update(history="stopped")


def save_mapping(*, source_id: int, mapping: Mapping[str, Any], by: str, at: int) -> FieldMap:
    """A new version of what the fields mean; it counts from now on. Raises MappingError.

    Bodies that did not fit wait among the refused events and can be replayed.
    """
    from regulars.events.sources.webhook.mapping import check

    check(mapping)
    with transaction.atomic():
        _locked(source_id)
        newest = FieldMap.objects.filter(source_id=source_id).order_by("-version").first()
        if newest and newest.mapping == mapping:
            return newest
        made = FieldMap.objects.create(
            source_id=source_id,
            version=newest.version + 1 if newest else 1,
            mapping=mapping,
            created_us=at,
            created_by=by,
        )
        audit(by=by, act="source.map", object=f"source:{source_id}", details={"version": made.version}, at=at)
    accounts.forget()
    return made


def _found(source_id: int) -> tuple[Connection, Kind]:
    source = Source.objects.filter(id=source_id, revoked_us=None).first()
    row = Connection.objects.filter(source_id=source_id).first() if source else None
    if row is None:
        raise SourceError("This source is not connected by webhooks, or was revoked.")
    return row, kind_of(source.kind)


def _locked(source_id: int) -> tuple[Connection, Kind]:
    row, kind = _found(source_id)
    return Connection.objects.select_for_update().get(id=row.id), kind
