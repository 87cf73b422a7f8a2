"""What a customer chooses: topics, channels, frequency, language, tracking; and unsubscribing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from regulars.channels.actions import note_feedback
from regulars.channels.models import Campaign, Message
from regulars.channels.providers import Returned
from regulars.people.actions import Sighting, record_consent, record_sightings
from regulars.people.models import Consent, Node

FREQUENCIES = ("", "4", "1")  # at most so many a month; empty: no limit of their own
MARKETING = "marketing"


@dataclass(frozen=True)
class Choices:
    """A filled-in preference page. Purposes are (purpose, channel) -> yes or no; what is absent stays."""

    purposes: Mapping[tuple[str, str], bool] = field(default_factory=dict)
    language: str = ""
    frequency: str | None = None


@transaction.atomic
def choose(*, node_id: int, choices: Choices, evidence: Mapping[str, Any], at: int) -> int:
    """Record what the person chose, of what they chose differently; returns how many consents changed.

    A yes is said for every profile that makes up the person: a merge takes the most restrictive state, and an old no
    of another profile would outlive the yes.
    """
    nodes = _nodes(node_id)
    known = _known(nodes)
    changed = 0
    for (purpose, channel), yes in sorted(choices.purposes.items()):
        wanted = "granted" if yes else "withdrawn"
        theirs = [mark for mark in known if mark[1:3] == (purpose, channel)]
        for node, _, _, address in theirs or [(nodes[0].id, purpose, channel, "")][: len(nodes)]:
            if known.get((node, purpose, channel, address)) != wanted:
                changed += _say(node, purpose, channel, address, wanted, evidence, at)
    _set_traits(nodes, choices, at)
    return changed


def _known(nodes: list[Node]) -> dict[tuple[int, str, str, str], str]:
    """What the ledger says last, per (node, purpose, channel, address): the strictest counts."""
    entries = Consent.objects.filter(node_id__in=[node.id for node in nodes]).order_by("confirmed_us", "at", "id")
    return {(e.node_id, e.purpose, e.channel, e.address): e.state for e in entries}


def _nodes(node_id: int) -> list[Node]:
    person = Node.objects.filter(id=node_id).values_list("person_id", flat=True).first()
    return list(Node.objects.filter(person_id=person).order_by("id")) if person else []


def _say(
    node: int, purpose: str, channel: str, address: str, state: str, evidence: Mapping[str, Any], at: int
) -> int:
    record_consent(
        node_id=node, purpose=purpose, channel=channel, state=state, address=address, evidence=dict(evidence),
        by="person", at=at,
    )  # fmt: skip
    return 1


def _set_traits(nodes: list[Node], choices: Choices, at: int) -> None:
    traits = {}
    if choices.language:
        traits["language"] = choices.language
    if choices.frequency is not None and choices.frequency in FREQUENCIES:
        traits["frequency"] = choices.frequency
    if traits and nodes:
        first = nodes[0]
        sighting = Sighting(namespace=first.namespace, keys=((first.kind, first.key),), traits=traits, at=at)
        record_sightings(sightings=[sighting], source_id=first.source_id, at=at)


@transaction.atomic
def unsubscribe(*, message_id: int, everything: bool, evidence: Mapping[str, Any], at: int) -> str | None:
    """Withdraw what the message was sent under: its topic, or all marketing by its channel.

    Returns the purpose that was withdrawn; None for a message that is gone. Idempotent.
    """
    message = Message.objects.filter(id=message_id).first()
    if message is None:
        return None
    campaign = Campaign.objects.get(id=message.campaign_id)
    purpose = MARKETING if everything or not campaign.topic else campaign.topic
    choices = Choices(purposes={(purpose, message.channel): False})
    if choose(node_id=message.node_id, choices=choices, evidence=evidence | {"message": message_id}, at=at):
        occasion = f"unsubscribed:{message_id}:{purpose}"
        note_feedback(
            items=[
                Returned("unsubscribed", occasion, at, message_id=message_id, detail=purpose, recorded=True),
            ],
            at=at,
        )
    return purpose
