"""A friend came: by a link, or telling a code at a till."""

from __future__ import annotations

from django.db import transaction

from regulars.core.clock import DAY
from regulars.events.inside import Noticed, note_events
from regulars.loyalty.actions.news import source_id
from regulars.loyalty.models import Referral, ReferralCode
from regulars.loyalty.referrals.linking import by_code
from regulars.loyalty.referrals.terms import offered, pinned
from regulars.people.actions import touch
from regulars.people.models import Node
from regulars.people.queries import nodes_of, person_id_of


class CannotBring(ValueError):
    """A sentence for who typed the code."""


@transaction.atomic
def bring(
    *, code: str, friend_node_id: int, how: str, at: int, clicked_us: int | None = None, device: str = "",
    place: str = "",
) -> Referral:  # fmt: skip
    """Note that somebody came by a code; the reward waits. Idempotent: the first who brought them did.

    `device` and `place` are digests. Raises CannotBring: no such code, their own, or they came by somebody else.
    """
    terms, theirs = offered(), by_code(code)
    if theirs is None:
        raise CannotBring("This code does not exist. Please look at it once more.")
    friend = person_id_of([friend_node_id]).get(friend_node_id)
    if friend is None:
        raise CannotBring("Find or add the customer first: nobody is known yet who could have come by it.")
    known = _known(friend)
    if known is not None:
        if known.code_id != theirs.id:
            raise CannotBring("This customer came by somebody else's code before.")
        return known
    if not terms.on:
        raise CannotBring("Friends are not rewarded just now.")
    if person_id_of([theirs.node_id]).get(theirs.node_id) in (friend, None):
        raise CannotBring("This is the customer's own code: it is for friends.")
    made = Referral.objects.create(
        code_id=theirs.id, node_id=theirs.node_id, friend_node_id=friend_node_id, how=how[:20],
        terms=pinned(terms), clicked_us=clicked_us, joined_us=at, device=device, place=place, look_us=at,
        forget_us=at + terms.keep_days * DAY,
    )  # fmt: skip
    _tell(made, theirs, friend, at)
    return made


def _known(friend: int) -> Referral | None:
    """By whom the person came already. Two doors at once: one waits for the other."""
    Node.objects.select_for_update().get(id=min(nodes_of([friend])[friend]))
    return Referral.objects.filter(friend_node_id__in=nodes_of([friend])[friend]).order_by("joined_us", "id").first()


def _tell(made: Referral, code: ReferralCode, friend: int, at: int) -> None:
    said = Noticed(code.node_id, "Friend Referred", at, f"referred:{made.id}", {"how": made.how})
    note_events(source_id=source_id(at), items=[said], at=at)
    touch(person_ids={friend, *person_id_of([code.node_id]).values()}, cause="derived", at=at)
