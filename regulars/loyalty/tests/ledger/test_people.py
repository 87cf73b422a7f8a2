"""Merging, separating and erasing people who have points."""

import pytest

from regulars.core import crypto  # noqa: F401
from regulars.core.clock import DAY
from regulars.inbox.models import Case
from regulars.loyalty import ledger
from regulars.loyalty.ledger import Have
from regulars.loyalty.models import Lot, Txn
from regulars.people.actions import erase_person, merge_people, undo_link


@pytest.fixture
def join(at):
    """`join(a, b)` -> (person, separate)."""

    def merge(a: int, b: int):
        link = merge_people(a=a, b=b, by="user:1", at=at, evidence={})
        return min(a, b), lambda: undo_link(link_id=link.id, by="user:1", at=at)

    return merge


def test_two_who_become_one_have_what_both_had_and_nothing_moves(books, person, join):
    anna, ann = person(), person()
    books.earn(anna, 30)
    books.earn(ann, 20)
    who, _ = join(anna, ann)
    assert books.have(who) == Have(active=50)
    assert sorted(Lot.objects.values_list("node_id", flat=True)) == sorted([anna, ann])
    books.spend(ann, 45)
    assert books.have(who) == Have(active=5)


def test_what_was_over_before_two_became_one_pays_no_debt(books, person, at):
    anna, ann, later = person(), person(), at + 10 * DAY
    books.claw(anna, 8)
    books.earn(ann, 5, wait=2, live=4)  # no round ran since
    merge_people(a=anna, b=ann, by="user:1", at=later, evidence={})
    assert books.have(anna, at=later) == Have(debt=8)
    assert ledger.check(later) == [] and ledger.verify() == []


def test_two_who_are_parted_have_what_each_had(books, person, join):
    anna, ann = person(), person()
    books.earn(anna, 30)
    books.earn(ann, 20, wait=14)
    _, separate = join(anna, ann)
    books.earn(ann, 7)
    books.spend(anna, 10)
    separate()
    assert (books.have(anna), books.have(ann)) == (Have(active=20), Have(active=7, pending=20))
    assert not Txn.objects.filter(kind="split").exists() or Case.objects.count() == 0


def test_what_was_spent_jointly_goes_back_and_what_is_missing_is_owed_with_a_case(books, person, join):
    anna, ann = person(), person()
    books.earn(anna, 30)
    lot = books.earn(ann, 20, live=5).id
    _, separate = join(anna, ann)
    books.spend(anna, 45)
    separate()
    assert books.have(ann) == Have(active=20) and Lot.objects.get(id=lot).active == 20
    assert books.have(anna) == Have(debt=15)
    case = Case.objects.get()
    assert (case.node_id, case.kind) == (anna, "points") and "15" in case.title


def test_what_the_spender_has_left_pays_first(books, person, join):
    anna, ann = person(), person()
    books.earn(anna, 30)
    books.earn(ann, 20, live=5)
    _, separate = join(anna, ann)
    books.spend(anna, 20)
    separate()
    assert (books.have(anna), books.have(ann)) == (Have(active=10), Have(active=20))
    assert Case.objects.count() == 0


def test_a_joint_spend_given_back_after_the_parting_returns_to_who_paid(books, person, join):
    anna, ann = person(), person()
    books.earn(anna, 30)
    books.earn(ann, 20, live=5)
    _, separate = join(anna, ann)
    spent = books.spend(anna, 45).id
    separate()
    books.back(spent)
    assert (books.have(anna), books.have(ann)) == (Have(active=30), Have(active=20))


def test_a_debt_paid_by_the_others_earnings_comes_back_when_they_are_parted(books, person, join):
    anna, ann = person(), person()
    books.claw(anna, 40)
    _, separate = join(anna, ann)
    assert books.earn(ann, 50).after == 10
    separate()
    assert (books.have(anna), books.have(ann)) == (Have(debt=40), Have(active=50))


def test_a_hold_on_the_others_points_ends_with_the_parting(books, person, join):
    anna, ann = person(), person()
    books.earn(ann, 20)
    _, separate = join(anna, ann)
    hold = books.hold(anna, 20).id
    separate()
    assert (books.have(anna), books.have(ann)) == (Have(), Have(active=20))
    with pytest.raises(ledger.HoldEnded):
        books.capture(hold)


def test_parting_twice_settles_once(books, person, join, at):
    anna, ann = person(), person()
    books.earn(anna, 30)
    books.earn(ann, 20, live=5)
    for _ in range(2):
        _, separate = join(anna, ann)
        separate()
    _, separate = join(anna, ann)
    books.spend(anna, 50)
    separate()
    _, separate = join(anna, ann)
    separate()
    assert (books.have(anna), books.have(ann)) == (Have(debt=20), Have(active=20))


def test_erasing_somebody_keeps_the_amounts_and_leaves_nothing_to_claim(books, person, at):
    anna, bob = person(), person()
    books.earn(anna, 100, key="order A-17")
    books.spend(anna, 30)
    books.earn(bob, 5)
    before = Txn.objects.filter(node_id=anna).count()
    erase_person(person_id=anna, by="user:1", at=at + DAY)
    lot = Lot.objects.get(node_id=anna)
    assert (lot.granted, lot.spent, lot.expired, lot.active) == (100, 30, 70, 0)
    assert Txn.objects.filter(node_id=anna).count() == before + 1
    assert not Txn.objects.filter(external_id="order A-17").exists()
    assert books.have(bob) == Have(active=5)
