"""Two-phase spending, and giving back."""

import pytest

from regulars.core.clock import DAY, MINUTE
from regulars.loyalty import ledger
from regulars.loyalty.ledger import Have
from regulars.loyalty.models import Hold, Lot


def test_what_is_held_cannot_be_spent_otherwise_and_is_spent_when_captured(books, person):
    anna = person()
    books.earn(anna, 100)
    hold = books.hold(anna, 80).id
    assert books.have(anna) == Have(active=20, held=80)
    with pytest.raises(ledger.NotEnoughPoints):
        books.spend(anna, 21)
    first, again = books.capture(hold), books.capture(hold)
    assert (first.id, again.new) == (again.id, False)
    assert books.have(anna) == Have(active=20)


def test_a_capture_of_less_gives_the_rest_back(books, person):
    anna = person()
    books.earn(anna, 100)
    hold = books.hold(anna, 80).id
    books.capture(hold, amount=50)
    assert books.have(anna) == Have(active=50)
    with pytest.raises(ledger.Conflict):
        books.capture(hold, amount=51)


def test_no_more_can_be_captured_than_is_held(books, person):
    anna = person()
    books.earn(anna, 100)
    with pytest.raises(ledger.CannotPost, match="Only 80"):
        books.capture(books.hold(anna, 80).id, amount=81)


def test_a_hold_ends_by_itself_after_half_an_hour(books, person, at):
    anna = person()
    books.earn(anna, 100)
    hold, late = books.hold(anna, 80).id, at + 30 * MINUTE
    assert books.have(anna, at=late) == Have(active=100)
    with pytest.raises(ledger.HoldEnded) as ended:
        books.capture(hold, at=late)
    assert ended.value.active == 100
    assert ledger.release_due(late) and not ledger.release_due(late)
    assert Hold.objects.get().released_us == late and books.have(anna, at=late) == Have(active=100)
    assert not books.release(hold, at=late).new


def test_releasing_is_harmless_again_and_when_it_had_run_out_but_not_after_the_capture(books, person, at):
    anna = person()
    books.earn(anna, 100)
    one, two, three = (books.hold(anna, 10).id for _ in range(3))
    assert books.release(one).new and not books.release(one).new
    assert not books.release(two, at=at + DAY).new
    books.earn(anna, 1, at=at + DAY)
    four = books.hold(anna, 10, at=at + DAY).id
    books.capture(four, at=at + DAY)
    with pytest.raises(ledger.HoldEnded):
        books.release(four, at=at + DAY)
    assert Hold.objects.get(id=three).released_us


def test_what_is_held_does_not_expire_before_the_hold_ends(books, person, at):
    anna = person()
    books.earn(anna, 100, live=1)
    hold = books.hold(anna, 60, at=at + DAY - MINUTE).id
    assert books.have(anna, at=at + DAY) == Have(held=60)
    books.capture(hold, at=at + DAY)
    assert books.have(anna, at=at + DAY) == Have()
    assert Lot.objects.values_list("spent", "expired").get() == (60, 40)


def test_a_spend_given_back_restores_the_same_lots_with_the_same_expiry(books, person, at):
    anna = person()
    soon, late = books.earn(anna, 50, live=30).id, books.earn(anna, 50, live=60).id
    spent = books.spend(anna, 80).id
    books.back(spent, amount=40)
    assert list(Lot.objects.order_by("id").values_list("id", "active")) == [(soon, 10), (late, 50)]
    books.back(spent)
    assert list(Lot.objects.order_by("id").values_list("id", "active")) == [(soon, 50), (late, 50)]
    assert books.have(anna, at=at + 30 * DAY) == Have(active=50)
    with pytest.raises(ledger.CannotPost, match="0 are left"):
        books.back(spent)


def test_what_is_given_back_after_its_expiry_expires_at_once(books, person, at):
    anna = person()
    books.earn(anna, 50, live=30)
    spent = books.spend(anna, 50).id
    assert books.back(spent, at=at + 31 * DAY).amount == 50
    assert books.have(anna, at=at + 31 * DAY) == Have()
    assert Lot.objects.get().expired == 50


def test_with_days_of_grace_it_lives_again_in_a_lot_that_says_what_it_replaces(books, person, at):
    anna = person()
    old = books.earn(anna, 50, live=30, funder="partner:3").id
    spent, later = books.spend(anna, 50).id, at + 31 * DAY
    books.back(spent, at=later, grace_days=14)
    fresh = Lot.objects.get(of_lot_id=old)
    assert (fresh.active, fresh.expires_us, fresh.funder) == (50, later + 14 * DAY, "partner:3")
    assert books.have(anna, at=later) == Have(active=50)
    assert Lot.objects.get(id=old).expired == 50


def test_parts_given_back_in_any_order_are_the_whole(books, person):
    anna, bob = person(), person()
    for who, parts in ((anna, (70,)), (bob, (20, 5, 45))):
        for live in (10, 20, 30):
            books.earn(who, 30, live=live)
        spent = books.spend(who, 70).id
        for part in parts:
            books.back(spent, amount=part)
    lots = [
        list(Lot.objects.filter(node_id=who).order_by("id").values_list("active", "spent")) for who in (anna, bob)
    ]
    assert lots[0] == lots[1] == [(30, 0)] * 3


def test_a_captured_hold_can_be_given_back_too(books, person):
    anna = person()
    books.earn(anna, 100)
    captured = books.capture(books.hold(anna, 80).id, amount=60).id
    books.back(captured)
    assert books.have(anna) == Have(active=100)


def test_a_gift_by_hand_says_who_and_why(books, person):
    from regulars.loyalty.models import Reason, Txn
    from regulars.team.models import AuditEntry

    anna = person()
    books.adjust(anna, 50, reason="The parcel was late")
    books.adjust(anna, -20)
    assert books.have(anna) == Have(active=30)
    assert Reason.objects.first().text == "The parcel was late"
    assert Txn.objects.first().actor == "user:1" == AuditEntry.objects.filter(act="points.adjust").first().by
    with pytest.raises(ledger.NotEnoughPoints):
        books.adjust(anna, -31)
    with pytest.raises(ledger.CannotPost, match="Say why"):
        books.adjust(anna, 1, reason=" ")
