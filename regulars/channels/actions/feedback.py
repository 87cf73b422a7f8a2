"""What comes back: deliveries, bounces, complaints, opens, clicks, replies; each counts once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.db import transaction

from regulars.channels.actions import consequences
from regulars.channels.actions.telling import tell_event_log
from regulars.channels.gathering import IDENTIFIER
from regulars.channels.models import Contact, Feedback, Message, State
from regulars.channels.providers import Returned
from regulars.channels.signals import FeedbackNoted
from regulars.core import bulk, signals
from regulars.people.queries import consent_state, person_id_of

LEFT = (State.HANDING_OFF, State.HANDED_OFF, State.UNKNOWN)
WATCHED = ("opened", "clicked")  # what a person may object to
LONGEST = 120


class News(NamedTuple):
    """One item with the message it is about; `node_id` and `message` may be None, then only the address is known."""

    said: Returned
    message: Message | None
    node_id: int | None
    channel: str
    address: str


def note_feedback(*, items: Sequence[Returned], at: int) -> int:
    """Record news about messages; returns how many were new. Idempotent by occasion; set-based.

    Moves states, suppresses dead and complaining addresses, withdraws consents, tells the event log, and pauses
    what bounces too much. Opens and clicks of people who object to being watched leave no trace.
    """
    with transaction.atomic():
        found = _without_objectors(_found(items))
        fresh = _record(found)
        if not fresh:
            return 0
        news = [one for one in found if one.said.occasion[:LONGEST] in fresh]
        _move(news, at)
        consequences.draw(news, at)
        tell_event_log(news, at)
        signals.send(FeedbackNoted(tuple(sorted(fresh.values())), at))
        return len(news)


def _found(items: Sequence[Returned]) -> list[News]:
    """Each occasion once, with its message by number, by the service's number, or not at all."""
    items = list({item.occasion[:LONGEST]: item for item in items}.values())
    numbers = Message.objects.in_bulk([item.message_id for item in items if item.message_id])
    external = {item.external_id for item in items if item.external_id and not item.message_id}
    known = Message.objects.filter(external_id__gt="", external_id__in=external)  # the index holds no empty ones
    named = {message.external_id: message for message in known} if external else {}
    pairs = [(item, numbers.get(item.message_id) or named.get(item.external_id)) for item in items]
    owners = _owners(item.address for item, message in pairs if message is None)
    return [_news(item, message, owners) for item, message in pairs]


def _news(item: Returned, message: Message | None, owners: dict[str, int]) -> News:
    if message:
        return News(item, message, message.node_id, message.channel, message.address or item.address)
    return News(item, None, owners.get(item.address), "email" if "@" in item.address else "sms", item.address)


def _owners(addresses: Iterable[str]) -> dict[str, int]:
    """The oldest node with each address."""
    table, params = bulk.table({"value": "text"}, [[address] for address in set(addresses) if address])
    kinds = list(IDENTIFIER.values())
    return dict(
        bulk.query(
            f"SELECT i.value, min(i.node_id) FROM {table} JOIN people_identifier i ON i.value = v.value"
            f" WHERE i.type IN (%s, %s) AND i.refused = '' GROUP BY i.value",
            [*params, *kinds],
        )
    )


def _without_objectors(found: list[News]) -> list[News]:
    watched = {one.node_id for one in found if one.said.kind in WATCHED and one.node_id}
    if not watched:
        return found
    people = person_id_of(list(watched))
    states = consent_state(list(set(people.values())))
    objecting = {
        node
        for node, person in people.items()
        if any(purpose == "tracking" and state != "granted" for (purpose, _), state in states.get(person, {}).items())
    }
    return [one for one in found if one.said.kind not in WATCHED or one.node_id not in objecting]


def _record(found: list[News]) -> dict[str, int]:
    """{occasion: number} of those that are new."""
    columns = {"occasion": "text", "message": "bigint", "node": "bigint", "kind": "text", "verdict": "text"}
    columns |= {"hard": "bigint", "link": "bigint", "detail": "text", "at": "bigint"}
    rows = [
        (one.said.occasion[:LONGEST], one.message and one.message.id, one.node_id, one.said.kind, one.said.verdict,
         int(one.said.hard), one.said.link, one.said.detail[:300].replace("\0", ""), one.said.at)
        for one in sorted(found, key=lambda one: one.said.occasion)
    ]  # fmt: skip
    table, params = bulk.table(columns, rows)
    return dict(
        bulk.query(
            f"INSERT INTO {Feedback._meta.db_table}"
            " (occasion, message_id, node_id, kind, verdict, hard, link, detail, at)"
            f" SELECT occasion, message, node, kind, verdict, hard = 1, link, detail, at FROM {table} WHERE true"
            " ON CONFLICT (occasion) DO NOTHING RETURNING occasion, id",
            params,
        )
        if rows
        else ()
    )


def _move(news: list[News], at: int) -> None:
    """A bounce ends a message as bounced; anything else but a delay says that it arrived."""
    bounced = [one for one in news if one.said.kind == "bounced" and one.message]
    gone = {one.message.id for one in bounced}
    arrived = {one.message.id for one in news if one.message and one.said.kind not in ("bounced", "deferred")} - gone
    Message.objects.filter(id__in=arrived, state__in=LEFT).update(state=State.DELIVERED, ended_us=at)
    Message.objects.filter(id__in=gone, state__in=(*LEFT, State.DELIVERED)).update(state=State.BOUNCED, ended_us=at)
    never_seen = [one.message.id for one in bounced if one.said.hard]
    Contact.objects.filter(message_id__in=never_seen).delete()
