"""Signals of what is no friend: each found, each with its weight, and none by accident."""

import pytest

from regulars.core.clock import DAY, SECOND
from regulars.loyalty.models import Referral, ReferralCode
from regulars.loyalty.referrals.evidence import evidence_of
from regulars.loyalty.referrals.linking import note_device
from regulars.loyalty.referrals.scoring import Evidence, Side, mailbox, postal, score, signals
from regulars.loyalty.tests.programme.shop import NOW, begin, buys
from regulars.loyalty.tests.referrals.friends import brings_friend, judged, known, offer
from regulars.loyalty.upkeep import forget_digests


def found(**more) -> dict[str, int]:
    return {one["key"]: one["weight"] for one in signals(Evidence(**more))}


def same(**what) -> dict[str, int]:
    return found(friend=Side(**what), referrer=Side(**what))


@pytest.mark.parametrize(
    ("kind", "key"),
    [("emails", "email"), ("phones", "phone"), ("payments", "payment"), ("devices", "device"),
     ("addresses", "address"), ("places", "place")],
)  # fmt: skip
def test_what_both_have_in_common_is_a_signal(kind, key):
    assert set(same(**{kind: frozenset({"x@example.org"})})) == {key}


def test_an_office_network_alone_holds_nothing_back():
    assert score(signals(Evidence(friend=Side(places=frozenset("p")), referrer=Side(places=frozenset("p"))))) == 10


def test_two_strangers_score_nothing():
    friend, other = Side(emails=frozenset({"a@example.org"})), Side(emails=frozenset({"b@example.org"}))
    assert found(friend=friend, referrer=other, friends_that_day=1, friends_by_device=1) == {}


def test_velocity_crowds_haste_loops_old_customers_and_disposable_mailboxes():
    assert set(found(friends_that_day=4, friends_by_device=2, click_to_order_us=SECOND, loop=3, bought_before=1)) == {
        "velocity", "crowd", "quick", "loop", "customer",
    }  # fmt: skip
    assert found(friend=Side(emails=frozenset({"x@mailinator.com"}))) == {"disposable": 40}
    assert found(click_to_order_us=DAY) == {}


def test_a_mailbox_is_the_same_with_dots_and_a_plus():
    assert mailbox("A.Lee+shop@Example.org") == mailbox("alee@example.org") != mailbox("alee@example.com")


def test_an_address_is_the_same_however_it_is_written():
    assert postal("Hauptstraße 5, 10115 Berlin") == postal("hauptstr. 5\n10115 BERLIN".replace("str.", "strasse"))
    assert postal({"street": "12 High Street", "postal_code": "N1 9GU"}) == postal("12 High St N1 9GU")
    assert postal("Berlin") == "" == postal(None)


@pytest.mark.django_db
def test_evidence_is_gathered_from_what_is_known(business):
    begin()
    offer()
    anna = known("anna", ("email", "anna@example.org"), address={"street": "12 High Street", "postalCode": "N1 9GU"})
    ben = known("ben", ("email", "ben@yopmail.com"), address="12 high st, N1 9GU")
    buys(anna, "A1", ("boots", 50, 1), at=NOW, payment_fingerprint="card-7")
    made = brings_friend(anna, ben, device="d" * 64, place="p" * 64, clicked_us=NOW - SECOND)
    note_device(ReferralCode.objects.get().id, device="d" * 64, place="q" * 64, at=NOW)
    buys(ben, "B1", ("boots", 50, 1), at=NOW + SECOND, payment_fingerprint="card-7")
    seen = {one["key"] for one in signals(evidence_of(made, [ben], [anna], NOW + SECOND))}
    assert seen == {"payment", "device", "address", "disposable", "quick"}


@pytest.mark.django_db
def test_digests_are_forgotten_in_time_and_what_they_showed_stays(business):
    begin()
    offer(keep_days=30)
    anna, ben = known("anna"), known("ben")
    brings_friend(anna, ben, device="d" * 64, place="p" * 64)
    note_device(ReferralCode.objects.get().id, device="d" * 64, place="p" * 64, at=NOW)
    buys(ben, "B1", ("boots", 50, 1), at=NOW)
    judged(NOW)
    forget_digests(at=NOW + 31 * DAY)
    assert (Referral.objects.get().device, ReferralCode.objects.get().device) == ("", "")
    judged(NOW + 40 * DAY)
    assert Referral.objects.get().state == "held"
