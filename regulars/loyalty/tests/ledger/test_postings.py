"""Earning, spending and taking back, one posting at a time."""

import pytest

from regulars.core.clock import DAY
from regulars.loyalty import ledger
from regulars.loyalty.ledger import Have
from regulars.loyalty.ledger.checking import check
from regulars.loyalty.models import Entry, Lot, Txn


def test_points_are_pending_until_the_return_window_closes(books, person, at):
    anna = person()
    books.earn(anna, 100, wait=14)
    assert books.have(anna) == Have(pending=100)
    assert books.have(anna, at=at + 14 * DAY) == Have(active=100)


def test_pending_points_cannot_be_spent(books, person, at):
    anna = person()
    books.earn(anna, 100, wait=14)
    with pytest.raises(ledger.NotEnoughPoints) as refused:
        books.spend(anna, 1)
    assert refused.value.active == 0
    assert books.spend(anna, 60, at=at + 14 * DAY).after == 40


def test_the_points_that_expire_first_are_spent_first(books, person, at):
    anna = person()
    late = books.earn(anna, 50, live=365).id
    soon = books.earn(anna, 50, live=30).id
    books.spend(anna, 60)
    assert (Lot.objects.get(id=soon).spent, Lot.objects.get(id=late).spent) == (50, 10)


def test_expired_points_cannot_be_spent_even_before_the_nightly_round(books, person, at):
    anna = person()
    books.earn(anna, 50, live=30)
    books.earn(anna, 20, live=60)
    with pytest.raises(ledger.NotEnoughPoints) as refused:
        books.spend(anna, 21, at=at + 30 * DAY)
    assert refused.value.active == 20 == books.have(anna, at=at + 30 * DAY).active


def test_earning_twice_with_one_key_has_the_effect_of_once(books, person):
    anna = person()
    first = books.earn(anna, 100, key="order 7")
    again = books.earn(anna, 100, key="order 7")
    assert (again.id, again.new, again.amount) == (first.id, False, 100)
    assert books.have(anna).active == 100


def test_the_same_key_with_another_amount_is_a_conflict_for_ever(books, person, at):
    anna, bob = person(), person()
    books.earn(anna, 100, key="order 7", occurred_us=at)
    for node, amount in ((anna, 101), (bob, 100)):
        with pytest.raises(ledger.Conflict):
            books.earn(node, amount, key="order 7", occurred_us=at)
    books.spend(anna, 10, key="order 7")
    assert books.have(anna).active == 90


def test_a_retry_of_a_spend_answers_as_the_first_time_though_nothing_is_left(books, person, at):
    anna = person()
    books.earn(anna, 100)
    first = books.spend(anna, 100, key="till 3")
    again = books.spend(anna, 100, key="till 3", at=at + DAY)
    assert (again.id, again.after, again.new) == (first.id, 0, False)


def test_a_return_takes_the_orders_own_points_first_then_others_then_leaves_a_debt(books, person, at):
    anna = person()
    other = books.earn(anna, 40, live=5).id
    mine = books.earn(anna, 100, wait=14, origin="order:7").id
    books.claw(anna, 30, origin="order:7")
    assert books.have(anna) == Have(active=40, pending=70)
    books.spend(anna, 10)
    books.claw(anna, 110, origin="order:7")
    assert (Lot.objects.get(id=mine).clawed, Lot.objects.get(id=other).clawed) == (100, 30)
    assert books.have(anna) == Have(debt=10)


def test_a_debt_is_paid_by_the_next_earnings_before_anything_can_be_spent(books, person):
    anna = person()
    books.claw(anna, 30)
    assert books.earn(anna, 50).after == 20
    assert books.have(anna) == Have(active=20)


def test_a_debt_is_paid_when_pending_points_become_active(books, person, at):
    anna = person()
    books.earn(anna, 50, wait=14)
    books.claw(anna, 30, at=at + DAY)
    assert books.have(anna, at=at + DAY) == Have(pending=50, debt=30)
    assert books.have(anna, at=at + 14 * DAY) == Have(active=20)
    assert books.spend(anna, 20, at=at + 14 * DAY).after == 0


@pytest.mark.parametrize(
    ("policy", "cap", "taken", "debt"),
    [("pending", None, 10, 0), ("within", None, 15, 0), ("unlimited", 20, 35, 20), ("unlimited", None, 50, 35)],
)
def test_how_far_a_return_may_go_is_a_policy(books, person, policy, cap, taken, debt):
    anna = person()
    books.earn(anna, 10, wait=14, origin="order:7")
    books.earn(anna, 5)
    posted = books.claw(anna, 50, origin="order:7", policy=policy, cap=cap)
    assert (posted.amount, books.have(anna).debt) == (taken, debt)


def test_a_late_earning_that_has_already_expired_leaves_nothing_but_its_trace(books, person, at):
    anna = person()
    books.earn(anna, 50, occurred_us=at - 90 * DAY, activates_us=at - 80 * DAY, expires_us=at - DAY)
    assert books.have(anna) == Have()
    assert sorted(Txn.objects.values_list("kind", flat=True)) == ["earn", "expire"]


def test_every_transaction_balances(books, person, at):
    anna = person()
    books.earn(anna, 100, wait=3, origin="order:1")
    books.spend(anna, 70, at=at + 5 * DAY)
    books.claw(anna, 100, origin="order:1", at=at + 6 * DAY)
    books.earn(anna, 100, at=at + 7 * DAY)
    sums = {}
    for txn, amount in Entry.objects.values_list("txn_id", "amount"):
        sums[txn] = sums.get(txn, 0) + amount
    assert set(sums.values()) == {0} and len(sums) == Txn.objects.count()


def test_nobody_can_earn_who_was_never_known(books):
    with pytest.raises(ledger.CannotPost, match="no such person"):
        books.earn(10**12, 5)


def test_points_that_came_and_went_unseen_paid_what_was_owed_first(books, person, at):
    anna = person()
    books.earn(anna, 30)
    books.spend(anna, 30)
    books.claw(anna, 11)
    books.earn(anna, 25, wait=1, live=2, key="comes and goes")
    for days in (1, 3):
        seen = books.have(anna, at=at + days * DAY)
        assert (seen.debt, seen.active) == (0, 14 if days == 1 else 0)
    assert books.have(anna, at=at + 3 * DAY) == Have()


def test_who_asked_before_waiting_for_the_lock_is_noted_after_what_they_are_given(books, person, at):
    anna = person()
    books.earn(anna, 30)
    spent = books.spend(anna, 30, at=at - 5)
    assert Txn.objects.get(id=spent.id).recorded_us == at
    assert check(at) == []
