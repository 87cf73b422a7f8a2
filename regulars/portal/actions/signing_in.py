"""Customers sign in to their own pages by a link that works once, confirmed by a POST."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction

from regulars.channels.actions import send_transactional
from regulars.core.models import Business
from regulars.people.identifiers import normal
from regulars.people.models import Identifier
from regulars.people.queries import person_id_of
from regulars.portal import tokens
from regulars.portal.letters import SIGN_IN, template_of
from regulars.portal.models import SignIn

PER_HOUR = 5


@transaction.atomic
def send_sign_in_link(*, node_id: int, address: str, to: str = "", language: str = "", at: int) -> bool:
    """Send a link to an address of this person; False, and nothing is sent, after five within an hour.

    The caller has made sure that the address is theirs: the message they came from went to it. `to`: "loyalty" leads
    to that page, else to the preferences.
    """
    hour = at - tokens.SIGN_IN_VALID_US
    if SignIn.objects.filter(node_id=node_id, asked_us__gt=hour).count() >= PER_HOUR:
        return False
    token, kept = tokens.fresh()
    made = SignIn.objects.create(digest=kept, node_id=node_id, asked_us=at, expires_us=at + tokens.SIGN_IN_VALID_US)
    send_transactional(
        kind="sign-in",
        template_id=template_of(SIGN_IN, at=at),
        key=f"sign-in:{made.id}",
        address=address,
        person_id=node_id,
        context={"sign_in_url": f"{settings.PUBLIC_URL}/in/{token}{f'?to={to}' if to else ''}"},
        language=language,
        at=at,
    )
    return True


@transaction.atomic
def sign_in(*, token: str, at: int) -> int | None:
    """The node of the person whom the link signs in, once; None when it is unknown, used or expired."""
    found = SignIn.objects.select_for_update().filter(digest=tokens.digest_of(token)).first()
    if found is None or found.used_us or found.expires_us < at:
        return None
    found.used_us = at
    found.save(update_fields=["used_us"])
    return found.node_id


def send_link_to(*, address: str, to: str = "", language: str = "", at: int) -> bool:
    """Send a link to an address that somebody typed, if one person is known by it; the caller says nothing of it."""
    found = normal("email", address, Business.load().country)
    if found is None or found.refused:
        return False
    said = Identifier.objects.filter(type="email", value=found.value, refused="").order_by("id")
    people = person_id_of(list(said.values_list("node_id", flat=True)))
    if len(set(people.values())) != 1:
        return False
    node = min(people)
    return send_sign_in_link(node_id=node, address=found.value, to=to, language=language, at=at)
