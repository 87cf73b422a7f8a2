"""Invitations with limited places."""

import pytest
from django.db import connection
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from regulars.core.clock import DAY
from regulars.loyalty.models import Evening, Invitation
from regulars.loyalty.rewards.evenings import CannotAnswer, answer, change_places, give_back_seats, invite_people
from regulars.loyalty.rewards.keeping import cancel_evening, save_evening

NOW = 1_790_000_000_000_000


def evening(places=2, guests=0) -> Evening:
    terms = {"title": "Boots and beer", "starts_us": NOW + 9 * DAY, "answer_by_us": NOW + 5 * DAY}
    return save_evening(terms=terms | {"places": places, "guests": guests}, by="user:1", at=NOW)


def invited(found, *nodes) -> list[int]:
    invite_people(evening_id=found.id, node_ids=nodes, at=NOW)
    return [Invitation.objects.get(evening_id=found.id, node_id=node).id for node in nodes]


@pytest.mark.django_db
def test_who_finds_no_place_waits_and_moves_up_when_one_is_given_back():
    ann, bob, cem = invited(evening(), 1, 2, 3)
    says = [answer(invitation_id=one, coming=True, at=NOW + n).answer for n, one in enumerate((ann, bob, cem))]
    assert says == ["yes", "yes", "waiting"]
    assert answer(invitation_id=ann, coming=False, at=NOW + 9).answer == "no"
    assert Invitation.objects.get(id=cem).answer == "yes"


@pytest.mark.django_db
def test_inviting_twice_invites_once_and_more_places_let_people_in():
    found = evening(places=1)
    ann, bob = invited(found, 1, 2)
    assert invite_people(evening_id=found.id, node_ids=[1, 2, 2], at=NOW) == 0
    for one in (ann, bob):
        answer(invitation_id=one, coming=True, at=NOW)
    assert change_places(evening_id=found.id, places=2, by="user:1", at=NOW).taken == 2
    with pytest.raises(CannotAnswer, match="2 places are taken"):
        change_places(evening_id=found.id, places=1, by="user:1", at=NOW)


@pytest.mark.django_db
def test_too_late_too_many_guests_and_cancelled_get_a_sentence():
    found = evening(guests=1)
    (ann,) = invited(found, 1)
    with pytest.raises(CannotAnswer, match="can bring 1"):
        answer(invitation_id=ann, coming=True, guests=2, at=NOW)
    with pytest.raises(CannotAnswer, match="over"):
        answer(invitation_id=ann, coming=True, at=NOW + 5 * DAY)
    cancel_evening(evening_id=found.id, by="user:1", at=NOW)
    with pytest.raises(CannotAnswer, match="does not take place"):
        answer(invitation_id=ann, coming=True, at=NOW)


class Guests(RuleBasedStateMachine):
    """Whatever people answer, seats never exceed places, and nobody waits while they would fit and are first."""

    def __init__(self) -> None:
        super().__init__()
        self.found = evening(places=5, guests=2)
        self.all = invited(self.found, *range(1, 8))
        self.clock = 0

    @rule(who=st.integers(0, 6), coming=st.booleans(), guests=st.integers(0, 2))
    def says(self, who, coming, guests):
        self.clock += 1
        answer(invitation_id=self.all[who], coming=coming, guests=guests, at=NOW + self.clock)

    @rule(more=st.integers(0, 2))
    def grows(self, more):
        places = Evening.objects.get(id=self.found.id).places + more
        change_places(evening_id=self.found.id, places=places, by="user:1", at=NOW)

    @rule(who=st.integers(0, 6))
    def is_erased(self, who):
        give_back_seats(invitation_ids=[self.all[who]], at=NOW)

    @invariant()
    def places_hold(self):
        now = Evening.objects.get(id=self.found.id)
        rows = list(Invitation.objects.filter(evening_id=now.id).order_by("answered_us", "id"))
        assert now.taken == sum(row.seats for row in rows) <= now.places
        assert all((row.seats > 0) == (row.answer == "yes") for row in rows)
        first = next((row for row in rows if row.answer == "waiting"), None)
        assert first is None or now.taken + first.wanted > now.places


class TestGuests(TestCase):
    """The machine, each run in a transaction of its own."""

    def test_places_are_never_given_twice(self):
        from hypothesis.stateful import run_state_machine_as_test

        run_state_machine_as_test(Guests, settings=settings(max_examples=25, stateful_step_count=25, deadline=None))


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_thirty_say_yes_at_once_to_twelve_places():
    from concurrent.futures import ThreadPoolExecutor
    from threading import Barrier

    found = evening(places=12)
    everybody, ready = invited(found, *range(1, 31)), Barrier(30)

    def one(number: int) -> str:
        ready.wait()
        try:
            return answer(invitation_id=number, coming=True, at=NOW).answer
        finally:
            connection.close()

    with ThreadPoolExecutor(30) as workers:
        says = list(workers.map(one, everybody))
    assert says.count("yes") == 12 and says.count("waiting") == 18
    assert Evening.objects.get(id=found.id).taken == 12
