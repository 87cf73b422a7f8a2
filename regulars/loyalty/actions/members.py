"""People join and leave; what they agree to is kept in the consent ledger."""

from __future__ import annotations

from django.db import transaction

from regulars.core import bulk, signals
from regulars.events.inside import Noticed, note_events
from regulars.loyalty.actions.news import source_id
from regulars.loyalty.actions.occasions import note_occasions
from regulars.loyalty.actions.programmes import CannotDo
from regulars.loyalty.cards import new_code
from regulars.loyalty.models import Due, Member, Programme
from regulars.loyalty.signals import MemberJoined
from regulars.people.actions import record_consent, touch
from regulars.people.models import Node
from regulars.people.queries import nodes_of, person_id_of

PURPOSE, CHANNEL = "loyalty", "programme"
COLUMNS = ("programme_id", "node_id", "code", "joined_us", "how")


def join(*, programme_id: int, node_id: int, how: str, by: str, at: int, source: int = 0) -> Member:
    """Somebody takes part from now on, by a door ("till:3", "portal"); their consent is kept with its wording.

    Idempotent: who is a member already stays it. Who had left comes back, with the same code. Raises CannotDo when
    the programme has ended or there is nobody.
    """
    with transaction.atomic():
        programme = Programme.objects.get(id=programme_id)
        if programme.ended_us is not None:
            raise CannotDo("This programme has ended: nobody can join it any more.")
        person = person_id_of([node_id]).get(node_id)
        if person is None:
            raise CannotDo("This purchase belongs to nobody we know: find or add the customer first.")
        found = _membership(programme_id, person)
        if found and found.left_us is None and found.how != "known":
            return found
        member = _take_in(programme, found, node_id, how, at)
        _tell(programme, member, by, at, source)
        touch(person_ids=[person], cause="derived", at=at)
    return member


def _membership(programme_id: int, person: int) -> Member | None:
    """The person's membership: one that goes on before one that ended, then the earliest."""
    Node.objects.select_for_update().get(id=min(nodes_of([person])[person]))  # two doors at once: one waits
    nodes = nodes_of([person])[person]
    rows = Member.objects.filter(programme_id=programme_id, node_id__in=nodes)
    return min(rows, key=lambda row: (row.left_us is not None, row.joined_us, row.id), default=None)


def _take_in(programme: Programme, found: Member | None, node_id: int, how: str, at: int) -> Member:
    if found is None:
        bulk.insert(Member, COLUMNS, [(programme.id, node_id, new_code(), at, how[:40])])
        return Member.objects.get(programme_id=programme.id, node_id=node_id)
    found.how, found.left_us = how[:40], None
    found.save(update_fields=["how", "left_us"])
    return found


def _tell(programme: Programme, member: Member, by: str, at: int, source: int) -> None:
    record_consent(
        node_id=member.node_id, purpose=PURPOSE, channel=CHANNEL, state="granted", wording=programme.wording,
        source_id=source, evidence={"how": member.how}, by=by, at=at,
    )  # fmt: skip
    said = Noticed(member.node_id, "Joined Programme", at, f"joined:{member.id}:{at}", {"how": member.how})
    note_events(source_id=source_id(at), items=[said], at=at)
    note_occasions(programme_id=programme.id, items=[(member.node_id, "signup", str(member.node_id), at)])
    signals.send(MemberJoined(programme.id, member.node_id, at))


def leave(*, programme_id: int, person_id: int, by: str, at: int) -> None:
    """Nothing more is earned; points stay until they expire. Idempotent."""
    with transaction.atomic():
        nodes = nodes_of([person_id]).get(person_id, [])
        rows = list(Member.objects.filter(programme_id=programme_id, node_id__in=nodes, left_us=None))
        for row in rows:
            row.left_us = at
            row.save(update_fields=["left_us"])
            record_consent(
                node_id=row.node_id, purpose=PURPOSE, channel=CHANNEL, state="withdrawn", evidence={}, by=by, at=at
            )
        bulk.insert(Due, ("node_id",), [(row.node_id,) for row in rows])


def card_of(*, programme_id: int, person_id: int, at: int) -> Member | None:
    """The person's membership with the code on their card. Where everybody takes part it is made when asked for;
    else None for who has not joined."""
    programme = Programme.objects.get(id=programme_id)
    with transaction.atomic():
        nodes = nodes_of([person_id]).get(person_id, [])
        if not nodes:
            return None
        found = _membership(programme_id, person_id)
        if found is None and programme.membership == Programme.Membership.EVERYBODY:
            found = _take_in(programme, None, nodes[0], "known", at)
    return found
