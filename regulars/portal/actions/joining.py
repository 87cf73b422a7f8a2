"""Joining by a form, with double opt-in: nobody becomes a person or agrees to anything before confirming."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from regulars.channels.actions import lift_for_own_wish, send_transactional
from regulars.core.crypto import decrypt, digest, encrypt
from regulars.core.models import Business
from regulars.events.ingest import take_in
from regulars.events.models import Source
from regulars.loyalty import actions as loyalty
from regulars.loyalty.queries import current
from regulars.loyalty.referrals.bringing import CannotBring, bring
from regulars.people.actions import ConsentSaid, Sighting, record_sightings, welcome_back
from regulars.people.identifiers import normal
from regulars.portal import tokens
from regulars.portal.letters import CONFIRM, template_of
from regulars.portal.models import Form, Joining

AGAIN_US = 60 * 1_000_000  # a second request for the same address within a minute sends no second mail


class CannotJoin(ValueError):
    """The form cannot be accepted as filled in; `.field` is the line to correct."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True)
class Answers:
    """What somebody filled in, and where from."""

    email: str
    topics: tuple[str, ...] = ()
    traits: Mapping[str, str] = field(default_factory=dict)
    language: str = ""
    ip: str = ""
    agent: str = ""
    page: str = ""
    brought: Mapping[str, Any] | None = None  # by whose code, when, with what: see loyalty.referrals.bringing


@transaction.atomic
def join(*, form_id: int, answers: Answers, at: int) -> Joining:
    """Keep the answers and send the mail that asks to confirm. Raises CannotJoin.

    The answer to the visitor is the same whether the address is known or not.
    """
    form = Form.objects.get(id=form_id, archived_us=None)
    found = normal("email", answers.email, Business.load().country)
    if found is None or found.refused:
        raise CannotJoin("email", _("This is not an e-mail address we can write to. Please check it."))
    mark = digest("email", found.value)
    recent = Joining.objects.filter(address=mark, form_id=form_id, confirmed_us=None, asked_us__gt=at - AGAIN_US)
    if waiting := recent.first():
        return waiting
    token, kept = tokens.fresh()
    joining = Joining.objects.create(
        digest=kept, form_id=form_id, said=encrypt(json.dumps(_said(form, answers, found.value))), address=mark,
        language=answers.language, wording=form.wording, asked_us=at, expires_us=at + tokens.JOIN_VALID_US,
    )  # fmt: skip
    send_transactional(
        kind="confirm-sign-up",
        template_id=form.template_id or template_of(CONFIRM, at=at),
        key=f"join:{joining.id}",
        person_id=-joining.id,  # nobody yet
        address=found.value,
        context={"confirm_url": f"{settings.PUBLIC_URL}/confirm/{token}", "form": form.headline},
        language=answers.language,
        at=at,
    )
    return joining


def _said(form: Form, answers: Answers, email: str) -> dict[str, Any]:
    topics = [key for key in form.topics if key in answers.topics]
    traits = {name: value.strip()[:200] for name, value in answers.traits.items() if name in form.fields and value}
    brought = dict(answers.brought or {})
    where = {"ip": answers.ip, "agent": answers.agent[:200], "page": answers.page[:300]}
    return {"email": email, "topics": topics, "traits": traits, "asked": where, "brought": brought}


@transaction.atomic
def confirm(*, token: str, ip: str, agent: str, at: int) -> Form | None:
    """Make the sign-up count: person, consents with their evidence, an event. None: unknown or expired link.

    Idempotent: confirming twice is confirming once. Somebody who was erased is welcome back by their own wish.
    """
    joining = Joining.objects.select_for_update().filter(digest=tokens.digest_of(token)).first()
    if joining is None or (joining.confirmed_us is None and joining.expires_us < at):
        return None
    form = Form.objects.get(id=joining.form_id)
    if joining.confirmed_us is None:
        said = json.loads(decrypt(joining.said))
        welcome_back(type="email", value=said["email"], by="portal", at=at)
        lift_for_own_wish(channel="email", address=said["email"], by="portal", at=at)
        joining.node_id = _record(form, joining, said, {"ip": ip, "agent": agent[:200]}, at)
        joining.confirmed_us, joining.said = at, ""
        joining.save(update_fields=["node_id", "confirmed_us", "said"])
    return form


def _record(form: Form, joining: Joining, said: dict, confirmed: dict, at: int) -> int | None:
    source = Source.objects.get(id=form.source_id)
    evidence = {
        "form": form.name, "asked_us": joining.asked_us, "asked": said["asked"],
        "confirmed_us": at, "confirmed": confirmed, "double_opt_in": True,
    }  # fmt: skip
    consents = tuple(
        ConsentSaid("email", "granted", purpose, said["email"], joining.wording, evidence)
        for purpose in ("marketing", *said["topics"])
    )
    traits = said["traits"] | ({"language": joining.language} if joining.language else {})
    sighting = Sighting(
        source.namespace, (), (("email", said["email"]),), {"email": said["email"], **traits}, consents, at
    )
    node = record_sightings(sightings=[sighting], source_id=source.id, at=at)[0]
    event = {
        "type": "track", "event": "Signed Up", "messageId": f"join-{joining.id}",
        "properties": {"form": form.name, "topics": said["topics"]}, "context": {"traits": {"email": said["email"]}},
    }  # fmt: skip
    take_in(source_id=source.id, items=[event], at=at)
    if said.get("brought") and node is not None:
        _note_friend(said["brought"], node, at)
    return node


def _note_friend(brought: dict[str, Any], node: int, at: int) -> None:
    """They came by somebody, and perhaps take part. If that does not count, they are in all the same."""
    take_part, programme = brought.pop("take_part", False), current()
    with suppress(CannotBring):
        bring(friend_node_id=node, how="link", at=at, **brought)
    if take_part and programme is not None:
        loyalty.join(programme_id=programme.id, node_id=node, how="friend", by="person", at=at)
