"""What channels hold of people: messages, contacts and feedback name a node; suppressions only an address.

Erasing empties addresses and what was rendered into a message; the bare rows stay, so that nothing is sent twice.
A suppressed address stays suppressed by its keyed digest.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet

from regulars.channels.actions.forgetting import forget_messages
from regulars.channels.models import Call, Contact, Feedback, Message, Suppression
from regulars.core.crypto import digest
from regulars.core.plugs import PersonalTable, register
from regulars.people.models import Identifier

EXPORTED = ("key", "channel", "address", "state", "context", "planned_us", "handed_us", "forecast", "decision")


def _theirs(node_ids: Sequence[int]) -> QuerySet[Message]:
    """Also what went to their address before they were anybody here: such messages have negative numbers."""
    addresses = Identifier.objects.filter(node_id__in=node_ids, type__in=("email", "phone")).values_list("value")
    return Message.objects.filter(Q(node_id__in=node_ids) | Q(node_id__lt=0, address__in=addresses))


def _messages(node_ids: Sequence[int]) -> list[dict[str, Any]]:
    return list(_theirs(node_ids).order_by("id").values(*EXPORTED))


def _blank_messages(node_ids: Sequence[int], at: int) -> int:
    return forget_messages(list(_theirs(node_ids).values_list("id", flat=True)), at)


def _contacts(node_ids: Sequence[int]) -> list[dict[str, Any]]:
    return list(Contact.objects.filter(node_id__in=node_ids).order_by("at").values("channel", "at"))


def _forget_contacts(node_ids: Sequence[int], at: int) -> int:
    return Contact.objects.filter(node_id__in=node_ids).delete()[0]


def _feedback(node_ids: Sequence[int]) -> list[dict[str, Any]]:
    rows = Feedback.objects.filter(node_id__in=node_ids).order_by("at")
    return list(rows.values("kind", "verdict", "link", "detail", "at"))


def _forget_feedback(node_ids: Sequence[int], at: int) -> int:
    return Feedback.objects.filter(node_id__in=node_ids).delete()[0]


def _digests(node_ids: Sequence[int]) -> list[str]:
    said = Identifier.objects.filter(node_id__in=node_ids, type__in=("email", "phone")).values_list("type", "value")
    return [digest("email" if type == "email" else "sms", value) for type, value in said]


def _suppressions(node_ids: Sequence[int]) -> list[dict[str, Any]]:
    rows = Suppression.objects.filter(digest__in=_digests(node_ids))
    return list(rows.values("channel", "address", "reason", "detail", "at", "lifted_us"))


def _blank_suppressions(node_ids: Sequence[int], at: int) -> int:
    return Suppression.objects.filter(digest__in=_digests(node_ids)).update(address="", detail="")


def _calls(node_ids: Sequence[int]) -> list[dict[str, Any]]:
    return list(Call.objects.filter(node_id__in=node_ids).order_by("id").values("url", "body", "created_us"))


def _blank_calls(node_ids: Sequence[int], at: int) -> int:
    return Call.objects.filter(node_id__in=node_ids).update(body={}, answer="", due_us=None)


register(
    PersonalTable(
        table="channels_message",
        room="channels",
        holds="messages that were sent or not sent, and why",
        export=_messages,
        erase=_blank_messages,
    ),
    PersonalTable(
        table="channels_contact",
        room="channels",
        holds="when a message counted as pressure",
        export=_contacts,
        erase=_forget_contacts,
    ),
    PersonalTable(
        table="channels_feedback",
        room="channels",
        holds="opens, clicks, bounces, replies",
        export=_feedback,
        erase=_forget_feedback,
    ),
    PersonalTable(
        table="channels_suppression",
        room="channels",
        holds="addresses nothing is sent to",
        export=_suppressions,
        erase=_blank_suppressions,
    ),
    PersonalTable(
        table="channels_call",
        room="channels",
        holds="what other programs were told about the person",
        export=_calls,
        erase=_blank_calls,
    ),
)

from regulars.channels.networks import personal as _networks  # noqa: E402, F401 - its own tables
