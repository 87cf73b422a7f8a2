"""What customers ask for through the shop: to see what is known of them, or to be forgotten."""

from __future__ import annotations

import json

from django.db import transaction

from regulars.core.clock import DAY
from regulars.core.models import Business
from regulars.events.models import Source
from regulars.events.sources.kinds import Asked
from regulars.events.sources.models import PrivacyRequest
from regulars.people import queries as people
from regulars.people.identifiers import normal
from regulars.people.models import Identifier, Node
from regulars.team.actions import audit

TERM = 30 * DAY  # Shopify's term for all three; the GDPR's month is no shorter


def keep(*, source_id: int, asked: Asked, at: int) -> None:
    """A request, for staff to answer within 30 days. The same one twice is one. Durable when it returns."""
    about = {name: value for name, value in asked._asdict().items() if name not in ("kind", "key") and value}
    PrivacyRequest.objects.bulk_create(
        [
            PrivacyRequest(
                source_id=source_id,
                kind=asked.kind,
                key=asked.key,
                node_id=_node_of(source_id, asked),
                about=json.dumps(about) if about else "",
                asked_us=at,
                due_us=at + TERM,
            )
        ],
        ignore_conflicts=True,
    )


def _node_of(source_id: int, asked: Asked) -> int | None:
    """Whom it speaks of: the account in this shop, else whoever is known by the e-mail or phone."""
    namespace = Source.objects.get(id=source_id).namespace
    if asked.customer:
        found = Node.objects.filter(namespace=namespace, kind="user", key=asked.customer).values_list("id", flat=True)
        if node := found.first():
            return node
    country = Business.load().country
    for type_, raw in (("email", asked.email), ("phone", asked.phone)):
        value = normal(type_, raw, country) if raw else None
        if value and (
            node := Identifier.objects.filter(type=type_, value=value.value).values_list("node_id").first()
        ):
            return node[0]
    return None


def open_requests() -> list[PrivacyRequest]:
    """Those that wait for an answer, the most urgent first. `.person_id` is whom they are about, or None;
    `.said` what the shop says of them."""
    found = list(PrivacyRequest.objects.filter(done_us=None).order_by("due_us", "id"))
    persons = people.person_id_of([one.node_id for one in found if one.node_id])
    names = dict(Source.objects.values_list("id", "name"))
    for one in found:
        one.person_id = persons.get(one.node_id) if one.node_id else None
        one.said = json.loads(one.about) if one.about else {}
        one.source = names.get(one.source_id, "")
    return found


@transaction.atomic
def settle(*, request_id: int, by: str, at: int) -> None:
    """It was answered. Nothing is kept of whom it was about but that, and when. Idempotent."""
    changed = PrivacyRequest.objects.filter(id=request_id, done_us=None)
    if changed.update(done_us=at, done_by=by, about="", node_id=None):
        audit(by=by, act="privacy.settle", object=f"privacy:{request_id}", details={}, at=at)
