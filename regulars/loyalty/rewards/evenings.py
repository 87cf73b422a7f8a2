"""Invitations with limited places: who is asked, who comes, who waits.

Places are taken by one conditional UPDATE under the lock of the evening's row and a CHECK; whoever finds none waits,
and moves up in the order of asking when somebody gives theirs back.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from regulars.core import bulk
from regulars.loyalty.models import Evening, Invitation
from regulars.team.actions import audit


class CannotAnswer(ValueError):
    """A sentence for the guest."""


@transaction.atomic
def invite_people(*, evening_id: int, node_ids: Sequence[int], at: int) -> int:
    """Put people on the list; returns how many are new. Idempotent. `node_ids`: one per person."""
    rows = [(evening_id, node, "", 0, 0, at) for node in dict.fromkeys(node_ids)]
    columns = ["evening_id", "node_id", "answer", "seats", "wanted", "invited_us"]
    return bulk.insert(Invitation, columns, rows, conflict="(evening_id, node_id) DO NOTHING")


@transaction.atomic
def answer(*, invitation_id: int, coming: bool, guests: int = 0, at: int) -> Invitation:
    """Yes with so many guests, or no; may be changed until the deadline. Whoever finds no place waits.

    Never more seats than places, whatever happens at the same moment. Raises CannotAnswer.
    """
    found = Invitation.objects.get(id=invitation_id)
    evening = Evening.objects.select_for_update().get(id=found.evening_id)
    found.refresh_from_db()
    _check(evening, guests, at)
    wanted = 1 + guests if coming else 0
    _release(evening, found)
    found.answered_us, found.wanted = at, wanted
    if not coming:
        found.answer = "no"
    elif _take(evening, wanted):
        found.answer, found.seats = "yes", wanted
    else:
        found.answer = "waiting"
    found.save()
    _move_up(evening, at)
    return found


def _check(evening: Evening, guests: int, at: int) -> None:
    if evening.cancelled_us is not None:
        raise CannotAnswer(f"“{evening.title}” does not take place.")
    if at >= evening.answer_by_us:
        raise CannotAnswer("The time to answer is over. Please ask us directly.")
    if not 0 <= guests <= evening.guests:
        raise CannotAnswer(
            f"You can bring {evening.guests} guests." if evening.guests else "This invitation is for you alone."
        )


def _release(evening: Evening, invitation: Invitation) -> None:
    if invitation.seats:
        Evening.objects.filter(id=evening.id).update(taken=evening.taken - invitation.seats)
        evening.taken -= invitation.seats
        invitation.seats = 0


def _take(evening: Evening, seats: int) -> bool:
    done = bulk.execute(
        "UPDATE loyalty_evening SET taken = taken + %s WHERE id = %s AND taken + %s <= places",
        [seats, evening.id, seats],
    )
    evening.taken += seats if done else 0
    return bool(done)


def _move_up(evening: Evening, at: int) -> None:
    """Whoever has waited longest and fits gets the place; those behind do not overtake a larger party."""
    for one in Invitation.objects.filter(evening_id=evening.id, answer="waiting").order_by("answered_us", "id"):
        if not _take(evening, one.wanted):
            return
        one.answer, one.seats = "yes", one.wanted
        one.save()


@transaction.atomic
def change_places(*, evening_id: int, places: int, by: str, at: int) -> Evening:
    """More or fewer places; never fewer than are taken. Raises CannotAnswer."""
    evening = Evening.objects.select_for_update().get(id=evening_id)
    if places < evening.taken:
        raise CannotAnswer(f"{evening.taken} places are taken already: it cannot be fewer.")
    evening.places = places
    evening.save(update_fields=["places"])
    _move_up(evening, at)
    audit(by=by, act="evening.places", object=f"evening:{evening_id}", details={"places": places}, at=at)
    evening.refresh_from_db()
    return evening


def note_who_came(*, invitation_id: int, came: bool, at: int) -> None:
    """At the door: they came, or it was a slip."""
    Invitation.objects.filter(id=invitation_id).update(came_us=at if came else None)


def give_back_seats(*, invitation_ids: Sequence[int], at: int) -> None:
    """Seats of people who are about to be erased; those who wait move up."""
    for one in Invitation.objects.filter(id__in=invitation_ids).order_by("evening_id", "id"):
        evening = Evening.objects.select_for_update().get(id=one.evening_id)
        _release(evening, one)
        one.answer = "no"
        one.save()
        _move_up(evening, at)
