"""What the portal holds of people: sign-ups and sign-in links, both for a short time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet

from regulars.channels.actions.forgetting import forget_messages
from regulars.channels.models import Message
from regulars.channels.networks.models import Author
from regulars.core.crypto import digest
from regulars.core.plugs import PersonalTable, register
from regulars.people.models import Identifier
from regulars.portal.models import Joining, SignIn, Talk

NOBODY = 10**12  # numbers of messages to visitors who are nobody's yet; see send_transactional
KINDS = ("form", "box")


def _theirs(node_ids: Sequence[int]) -> Q:
    """By node once confirmed, before that by the digest of the address."""
    said = Identifier.objects.filter(node_id__in=node_ids, type="email").values_list("value", flat=True)
    return Q(node_id__in=node_ids) | Q(address__in=[digest("email", value) for value in said])


def _joinings(node_ids: Sequence[int]) -> list[dict[str, Any]]:
    return list(Joining.objects.filter(_theirs(node_ids)).values("form_id", "wording", "asked_us", "confirmed_us"))


def _forget_joinings(node_ids: Sequence[int], at: int) -> int:
    return Joining.objects.filter(_theirs(node_ids)).delete()[0]


def _sign_ins(node_ids: Sequence[int]) -> list[dict[str, Any]]:
    return list(SignIn.objects.filter(node_id__in=node_ids).values("asked_us", "used_us"))


def _forget_sign_ins(node_ids: Sequence[int], at: int) -> int:
    return SignIn.objects.filter(node_id__in=node_ids).delete()[0]


def _their_talks(node_ids: Sequence[int]) -> QuerySet[Talk]:
    """Also those whose address was never confirmed: by what the visitor is called."""
    visitors = Author.objects.filter(network__in=KINDS, node_id__in=node_ids).values("external")
    return Talk.objects.filter(_theirs(node_ids) | Q(thread__in=visitors))


def _talks(node_ids: Sequence[int]) -> list[dict[str, Any]]:
    return list(_their_talks(node_ids).values("begun_us", "last_us", "confirmed_us", "language"))


def _forget_talks(node_ids: Sequence[int], at: int) -> int:
    """With the mails that asked for a confirmation, which were to nobody in particular."""
    theirs = list(_their_talks(node_ids).values_list("id", flat=True))
    numbers = [-(NOBODY + number) for number in theirs]
    forget_messages(list(Message.objects.filter(node_id__in=numbers).values_list("id", flat=True)), at)
    return Talk.objects.filter(id__in=theirs).delete()[0]


register(
    PersonalTable(
        table="portal_talk",
        room="portal",
        holds="conversations by forms and chat boxes: where answers go",
        export=_talks,
        erase=_forget_talks,
    ),
    PersonalTable(
        table="portal_joining",
        room="portal",
        holds="sign-ups by form, and what was agreed to",
        export=_joinings,
        erase=_forget_joinings,
    ),
    PersonalTable(
        table="portal_signin",
        room="portal",
        holds="links with which the person signed in",
        export=_sign_ins,
        erase=_forget_sign_ins,
    ),
)
