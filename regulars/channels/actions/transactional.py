"""Single messages that somebody waits for: a receipt, a code, a sign-in link."""

from __future__ import annotations

import hashlib
from typing import Any

from django.db import transaction

from regulars.channels.actions.campaigns import ensure_campaign
from regulars.channels.actions.errors import CannotSend
from regulars.channels.actions.planning import LONGEST_KEY, Planned, plan
from regulars.channels.decisions import TRANSACTIONAL
from regulars.channels.gathering import IDENTIFIER
from regulars.channels.models import Campaign, Message
from regulars.content.models import Template, TemplateVersion
from regulars.core.models import Business
from regulars.people.actions import Sighting, record_sightings
from regulars.people.identifiers import normal

NAMESPACE = "messages"


def send_transactional(
    *,
    kind: str,
    template_id: int,
    key: str,
    at: int,
    person_id: int | None = None,
    address: str = "",
    context: dict[str, Any] | None = None,
    language: str = "",
    sender_id: int | None = None,
) -> int:
    """Plan one message to a person, or to an address (who becomes a person if nobody has it); returns its number.

    `kind` names the campaign ("receipt"). The same kind and key again returns the same message and sends nothing.
    A negative `person_id` is nobody: the address becomes no person, as for somebody who has yet to confirm; take a
    number that no other such message has.
    Raises CannotSend when it cannot be sent at all.
    """
    whole = _key(kind, key)
    known = Message.objects.filter(key=whole).values_list("id", flat=True).first()
    if known:
        return known
    with transaction.atomic():
        campaign = _campaign(kind, template_id, sender_id, at)
        to, person = _recipient(campaign, person_id, address, at)
        item = Planned(whole, person, at, context, language, to)
        plan(campaign_id=campaign.id, items=[item], at=at)
    return Message.objects.values_list("id", flat=True).get(key=whole)


def _key(kind: str, key: str) -> str:
    if not key:
        raise CannotSend("Give a key, so that asking again does not send twice: the number of the order, say.")
    whole = f"transactional:{kind}:{key}"
    return whole if len(whole) <= LONGEST_KEY else f"transactional:{hashlib.sha256(whole.encode()).hexdigest()}"


def _campaign(kind: str, template_id: int, sender_id: int | None, at: int) -> Campaign:
    template = Template.objects.filter(id=template_id).first()
    version = TemplateVersion.objects.filter(template_id=template_id).order_by("-number").first()
    if template is None or version is None:
        raise CannotSend(f"Template {template_id} was never published: publish it first.")
    settings = {"version_id": version.id, "priority": 100}
    if sender_id is not None:
        settings["sender_id"] = sender_id
    return ensure_campaign(
        origin=f"transactional:{kind}"[:80],
        name=template.name,
        channel=template.channel,
        purpose=TRANSACTIONAL,
        lane="transactional",
        at=at,
        **settings,
    )


def _recipient(campaign: Campaign, person_id: int | None, address: str, at: int) -> tuple[str, int]:
    """(own address or "", person)."""
    if not address:
        if person_id is None:
            raise CannotSend("Say to whom: give a person or an address.")
        return "", person_id
    type_ = IDENTIFIER[campaign.channel]
    found = normal(type_, address, Business.load().country)
    if found is None or found.refused:
        what = "an e-mail address" if type_ == "email" else "a phone number"
        raise CannotSend(f"“{address[:80]}” is not {what} that works: nothing can be sent there. Please check it.")
    return found.value, person_id if person_id is not None else _person_of(type_, address, at)


def _person_of(type_: str, address: str, at: int) -> int:
    """Whoever has this address; a new person if nobody does."""
    sighting = Sighting(namespace=NAMESPACE, identifiers=((type_, address),), at=at)
    node = record_sightings(sightings=[sighting], source_id=0, at=at)[0]
    if node is None:
        raise CannotSend("The person with this address was erased; nothing is sent to them any more.")
    return node
