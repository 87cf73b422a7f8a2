"""From the link to the reward, and back when the friend's order comes back."""

import pytest

from regulars.core.clock import DAY
from regulars.events.models import Event
from regulars.loyalty.models import Occasion, Referral, Voucher
from regulars.loyalty.referrals.bringing import CannotBring
from regulars.loyalty.referrals.deciding import CannotDecide, approve, void
from regulars.loyalty.tests.programme.shop import NOW, PER_POUND, begin, brings_back, buys, cancels, has, someone
from regulars.loyalty.tests.referrals.friends import (
    brings_friend,
    code_of,
    good_codes,
    judged,
    known,
    offer,
    voucher_for_both,
)
from regulars.people.actions import erase_person, merge_people, undo_link
from regulars.team.models import AuditEntry

pytestmark = pytest.mark.django_db
LATER = NOW + 40 * DAY


@pytest.fixture
def club(business):
    """A programme that gives nothing for purchases, so that only friends count."""
    return begin({**PER_POUND, "per": 10**9})


def state() -> str:
    return Referral.objects.get().state


def test_both_are_rewarded_when_the_return_window_of_the_friends_first_order_is_closed(club):
    offer()
    anna, ben = someone("anna"), someone("ben")
    brings_friend(anna, ben)
    judged()
    assert state() == "waiting"
    buys(ben, "B1", ("boots", 50, 1), at=NOW + DAY)
    judged(NOW + DAY)
    assert (state(), has(club, anna, NOW + DAY).active) == ("pending", 0)
    judged(NOW + 31 * DAY + 1)
    assert state() == "rewarded"
    assert (has(club, anna, LATER).active, has(club, ben, LATER).active) == (500, 200)
    assert Event.objects.filter(name="Friend Referred", node_id=anna).count() == 1
    assert set(Event.objects.filter(name="Referral Rewarded").values_list("node_id", flat=True)) == {anna, ben}


@pytest.mark.parametrize("undo", [brings_back, cancels])
def test_a_refund_before_or_after_the_reward_undoes_it(club, undo):
    voucher_for_both()
    anna, ben, cem = someone("anna"), someone("ben"), someone("cem")
    for friend, number in ((ben, "B1"), (cem, "C1")):
        brings_friend(anna, friend)
        buys(friend, number, ("boots", 50, 1), at=NOW)
    undo(cem, "C1", at=NOW + DAY)
    judged(LATER)
    assert [good_codes(node) for node in (anna, ben, cem)] == [1, 1, 0]
    undo(ben, "B1", at=LATER)
    judged(LATER)
    assert [good_codes(node) for node in (anna, ben, cem)] == [0, 0, 0]
    assert {has(club, node, LATER).active for node in (anna, ben, cem)} == {0}
    assert Referral.objects.get(friend_node_id=ben).why == "returned"


def test_by_the_second_order_if_the_shop_wants_it_so(club):
    offer(safe_by="second", least=2000)
    anna, ben = someone("anna"), someone("ben")
    brings_friend(anna, ben)
    buys(ben, "B0", ("socks", 5, 1), at=NOW)
    buys(ben, "B1", ("boots", 50, 1), at=NOW + DAY)
    judged(LATER)
    assert state() == "pending"
    buys(ben, "B2", ("ball", 25, 1), at=LATER)
    judged(LATER)
    assert state() == "rewarded"
    brings_back(ben, "B2", at=LATER + DAY)
    judged(LATER + DAY)
    assert (state(), has(club, anna, LATER + DAY).active) == ("void", 0)


def test_rules_of_the_programme_give_for_a_friend_where_the_offer_names_no_points(business):
    club = begin({"key": "friend", "kind": "referral", "points": 70})
    offer(referrer_points=0, friend_points=0)
    anna, ben = someone("anna"), someone("ben")
    brings_friend(anna, ben)
    buys(ben, "B1", ("boots", 50, 1), at=NOW)
    judged(LATER)
    assert (has(club, anna, LATER).active, has(club, ben, LATER).active) == (70, 0)


def test_who_buys_too_late_or_never_brings_nothing(club):
    offer(within_days=30)
    anna, ben = someone("anna"), someone("ben")
    brings_friend(anna, ben)
    buys(ben, "B1", ("boots", 50, 1), at=NOW + 31 * DAY)
    judged(NOW + 38 * DAY)
    assert state() == "over"


def test_ones_own_code_an_unknown_one_and_a_second_bringer_get_a_sentence(club):
    offer()
    anna, ben, cem = someone("anna"), someone("ben"), someone("cem")
    with pytest.raises(CannotBring, match="own code"):
        brings_friend(anna, anna)
    with pytest.raises(CannotBring, match="does not exist"):
        from regulars.loyalty.referrals.bringing import bring

        bring(code="7KQ2-M4XW-9BC", friend_node_id=ben, how="link", at=NOW)
    assert brings_friend(anna, ben).id == brings_friend(anna, ben).id
    with pytest.raises(CannotBring, match="somebody else"):
        brings_friend(cem, ben)
    offer(on=False)
    with pytest.raises(CannotBring, match="not rewarded"):
        brings_friend(anna, cem)


def test_a_code_told_with_the_purchase_counts_that_purchase(club):
    offer()
    anna, ben = someone("anna"), someone("ben")
    buys(ben, "B1", ("boots", 50, 1), at=NOW - 1)
    brings_friend(anna, ben, how="till:3")
    judged(LATER)
    assert state() == "rewarded"


def test_the_same_mailbox_with_dots_and_a_plus_is_held_until_somebody_looked(club):
    offer()
    anna = known("anna", ("email", "anna.lee@example.org"))
    ben = known("ben", ("email", "annalee+shop@example.org"))
    brings_friend(anna, ben)
    buys(ben, "B1", ("boots", 50, 1), at=NOW)
    judged(LATER)
    held = Referral.objects.get()
    assert (held.state, held.score, held.signals[0]["key"]) == ("held", 100, "email")
    with pytest.raises(CannotDecide, match="Say why"):
        approve(referral_id=held.id, reason=" ", by="user:1", at=LATER)
    approve(referral_id=held.id, reason="Sisters, I know both", by="user:1", at=LATER)
    judged(LATER)
    assert (state(), has(club, anna, LATER).active) == ("rewarded", 500)
    assert AuditEntry.objects.filter(act="referral.approve").count() == 1


def test_somebody_says_no_even_after_the_reward(club):
    voucher_for_both()
    anna, ben = someone("anna"), someone("ben")
    made = brings_friend(anna, ben)
    buys(ben, "B1", ("boots", 50, 1), at=NOW)
    judged(LATER)
    void(referral_id=made.id, reason="The same household", by="user:1", at=LATER)
    judged(LATER)
    assert (good_codes(anna), has(club, anna, LATER).active) == (0, 0)
    with pytest.raises(CannotDecide, match="closed"):
        approve(referral_id=made.id, reason="No, it is fine", by="user:1", at=LATER)


def test_merging_two_people_finds_that_somebody_brought_themselves(club):
    voucher_for_both()
    anna, ben = someone("anna"), someone("ben")
    brings_friend(anna, ben)
    buys(ben, "B1", ("boots", 50, 1), at=NOW)
    judged(LATER)
    assert good_codes(anna) == 1
    merge_people(a=anna, b=ben, evidence={}, by="user:1", at=LATER)
    judged(LATER)
    found = Referral.objects.get()
    assert (found.state, found.why) == ("void", "same_person")
    assert Voucher.objects.filter(revoked_us=None).count() == 0
    assert has(club, min(anna, ben), LATER).active == 0


def test_a_circle_of_three_and_an_old_customer_are_held(club):
    offer()
    anna, ben, cem = someone("anna"), someone("ben"), someone("cem")
    for a, b in ((anna, ben), (ben, cem), (cem, anna)):
        brings_friend(a, b)
    buys(anna, "A0", ("socks", 5, 1), at=NOW - 50 * DAY)
    for node, number in ((anna, "A1"), (ben, "B1"), (cem, "C1")):
        buys(node, number, ("boots", 50, 1), at=NOW)
    judged(LATER)
    found = {one.friend_node_id: {s["key"] for s in one.signals} for one in Referral.objects.all()}
    assert found == {anna: {"customer", "loop"}, ben: {"loop"}, cem: {"loop"}}
    assert set(Referral.objects.values_list("state", flat=True)) == {"held"}


def test_beyond_the_cap_the_friend_is_rewarded_and_who_brought_them_is_not(club):
    offer(most_year=1)
    anna, ben, cem = someone("anna"), someone("ben"), someone("cem")
    for friend, number in ((ben, "B1"), (cem, "C1")):
        brings_friend(anna, friend)
        buys(friend, number, ("boots", 50, 1), at=NOW)
    judged(LATER)
    assert has(club, anna, LATER).active == 500
    assert has(club, ben, LATER).active == has(club, cem, LATER).active == 200
    assert sorted(Referral.objects.values_list("why", flat=True)) == ["", "cap"]


def test_erasing_the_friend_leaves_the_reward_and_erases_who_it_was(club):
    offer()
    anna, ben = someone("anna"), someone("ben")
    brings_friend(anna, ben, device="d" * 64)
    buys(ben, "B1", ("boots", 50, 1), at=NOW)
    judged(LATER)
    erase_person(person_id=ben, by="user:1", at=LATER)
    judged(LATER + DAY)
    left = Referral.objects.get()
    assert (left.state, left.device, left.friend_node_id < 0) == ("rewarded", "", True)
    assert has(club, anna, LATER + DAY).active == 500
    assert Occasion.objects.filter(node_id=ben).count() == 0


def test_everybody_has_one_code_for_ever(club):
    anna = someone("anna")
    assert code_of(anna) == code_of(anna, at=LATER)


@pytest.mark.parametrize("when", [NOW + 2 * DAY, LATER])
def test_a_merge_that_is_undone_is_as_if_it_never_had_been(club, when):
    voucher_for_both()
    anna, ben = someone("anna"), someone("ben")
    brings_friend(anna, ben)
    buys(ben, "B1", ("boots", 50, 1), at=NOW)
    judged(when)
    before = Referral.objects.values().get(), good_codes(anna), good_codes(ben), has(club, anna, when)
    link = merge_people(a=anna, b=ben, evidence={}, by="user:1", at=when)
    judged(when + 1)
    assert (state(), good_codes(anna)) == ("void", 0)
    undo_link(link_id=link.id, by="user:1", at=when + 2)
    judged(when + 3)
    assert (Referral.objects.values().get(), good_codes(anna), good_codes(ben), has(club, anna, when + 3)) == before
    judged(LATER + DAY)
    assert (state(), good_codes(anna), has(club, anna, LATER + DAY).active) == ("rewarded", 1, 500)
