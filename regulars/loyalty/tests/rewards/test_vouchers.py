"""Vouchers and gift cards: as often as allowed, never more; the same call again is the same use."""

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regulars.core.clock import DAY
from regulars.loyalty.models import Partner, PartnerEntry, Redemption, Reward, Voucher
from regulars.loyalty.rewards import accounts, codes
from regulars.loyalty.rewards.issuing import CannotIssue, issue_voucher, revoke_voucher, take_back_for_threshold
from regulars.loyalty.rewards.keeping import CannotKeep, save_partner, save_reward
from regulars.loyalty.rewards.redeeming import CannotRedeem, Conflict, find_voucher, redeem_voucher, undo_redemption

pytestmark = pytest.mark.django_db
TEN_OFF = {"name": "Ten pounds off", "kind": "money", "worth": 1_000, "currency": "GBP"}
CARD = {"name": "Gift card", "kind": "gift_card", "worth": 5_000, "currency": "GBP", "valid_days": 0}


def reward(at, **terms) -> Reward:
    return save_reward(terms=TEN_OFF | terms, by="user:1", at=at)


def issue(found, at, origin="o:1", **more):
    return issue_voucher(reward_id=found.id, origin=origin, at=at, by="system", cause="hand", **more)


def use(voucher_id, at, key="k1", amount=1_000, **more):
    return redeem_voucher(voucher_id=voucher_id, key=key, amount=amount, at=at, by="till:1", **more)


def test_a_code_finds_its_voucher_and_is_stored_nowhere(business, at):
    made = issue(reward(at), at)
    assert find_voucher(code=codes.shown(made.code).lower(), who=[], at=at).id == made.voucher_id
    row = Voucher.objects.values().get()
    assert made.code not in str(row) and made.code.endswith(row["hint"])


def test_issuing_again_for_the_same_reason_gives_the_same_voucher(business, at):
    found = reward(at, most=1)
    first, again = issue(found, at), issue(found, at + DAY)
    assert (again.voucher_id, again.code, again.new) == (first.voucher_id, first.code, False)
    with pytest.raises(CannotIssue, match="sold out: all 1 are taken"):
        issue(found, at, origin="o:2")


def test_nobody_gets_more_than_their_share(business, at):
    found = reward(at, most_each=2)
    for n in range(2):
        issue(found, at, origin=f"o:{n}", node_id=7)
    with pytest.raises(CannotIssue, match="2 times, as often as"):
        issue(found, at, origin="o:3", node_id=7)
    assert issue(found, at, origin="o:4", node_id=8).new


def test_a_code_is_good_once_and_the_same_call_again_is_the_same_use(business, at):
    made = issue(reward(at), at)
    first = use(made.voucher_id, at, order_key="A1")
    assert use(made.voucher_id, at + 9, order_key="A1").redemption_id == first.redemption_id
    with pytest.raises(Conflict):
        use(made.voucher_id, at, order_key="A2")
    with pytest.raises(CannotRedeem, match="has been used"):
        use(made.voucher_id, at, key="k2")


def test_undone_it_is_good_again_and_is_undone_only_once(business, at):
    made = issue(reward(at), at)
    first = use(made.voucher_id, at)
    for key in ("u1", "u1", "u2"):
        undo_redemption(redemption_id=first.redemption_id, key=key, reason="returned", at=at, by="user:1")
    assert Voucher.objects.get().used == 0
    assert use(made.voucher_id, at, key="k2").new
    with pytest.raises(CannotRedeem):
        use(made.voucher_id, at, key="k3")


def test_what_is_over_or_taken_back_says_so(business, at):
    made = issue(reward(at, valid_days=1), at)
    with pytest.raises(CannotRedeem, match="time is over"):
        use(made.voucher_id, at + DAY)
    revoke_voucher(voucher_id=made.voucher_id, reason="printed twice", by="user:1", at=at)
    with pytest.raises(CannotRedeem, match="taken back: printed twice"):
        use(made.voucher_id, at)


def test_who_falls_back_under_a_threshold_loses_codes_nobody_used(business, at):
    found = reward(at, threshold_id=5)
    unused, used, _other = (issue(found, at, origin=f"o:{n}", node_id=n // 2 + 1) for n in range(3))
    use(used.voucher_id, at)
    assert take_back_for_threshold(threshold_id=5, node_ids=[1], at=at) == 1
    assert take_back_for_threshold(threshold_id=5, node_ids=[1], at=at) == 0
    revoked = Voucher.objects.exclude(revoked_us=None).get()
    assert revoked.id == unused.voucher_id


def test_old_vouchers_keep_their_terms(business, at):
    found = reward(at)
    made = issue(found, at)
    save_reward(reward_id=found.id, terms={"worth": 1}, by="user:1", at=at)
    assert Voucher.objects.get(id=made.voucher_id).terms["worth"] == 1_000


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.sampled_from(["pay", "undo", "part"]), st.integers(1, 3_000), st.integers(0, 9)), max_size=25
    )
)
def test_a_gift_card_always_holds_what_it_was_worth_less_what_was_paid(business, at, steps):
    from django.db import transaction

    with transaction.atomic():
        sid = transaction.savepoint()
        made = issue(save_reward(terms=CARD, by="user:1", at=at), at)
        left, uses = 5_000, []
        for number, (step, amount, which) in enumerate(steps):
            if step == "pay":
                try:
                    uses.append([use(made.voucher_id, at, key=f"k{number}", amount=amount).redemption_id, amount])
                    assert amount <= left
                    left -= amount
                except CannotRedeem:
                    assert amount > left or left == 0
            elif uses:
                one = uses[which % len(uses)]
                part = amount if step == "part" else None
                done = undo_redemption(
                    redemption_id=one[0], key=f"u{number}", reason="r", at=at, by="system", amount=part
                )
                back = min(one[1], amount) if part else one[1]
                assert (done.amount if done else 0) == back
                one[1] -= back
                left += back
            assert Voucher.objects.get(id=made.voucher_id).left == left
        transaction.savepoint_rollback(sid)


def partner_offer(at, terms="postpaid"):
    club = save_partner(name="City FC", contact="", terms=terms, currency="GBP", by="user:1", at=at)
    ticket = {"kind": "partner", "name": "Match ticket", "partner_id": club.id, "full_price": 3_000}
    return club, reward(at, **ticket, partner_pays=1_500, we_pay=500)


def test_a_partner_pays_its_share_of_what_was_used_and_settles_it_once(business, at):
    club, ticket = partner_offer(at)
    uses = []
    for n in range(3):
        uses.append(use(issue(ticket, at, origin=f"o:{n}").voucher_id, at, key=f"k{n}", amount=2_000))
    undo_redemption(redemption_id=uses[0].redemption_id, key="u", reason="rained off", at=at, by="user:1")
    first = accounts.write_statement(partner_id=club.id, by="user:1", at=at)
    assert (first.number, first.uses, first.amount, first.closing) == (1, 2, 3_000, 3_000)
    with pytest.raises(accounts.CannotSettle, match="Nothing has happened"):
        accounts.write_statement(partner_id=club.id, by="user:1", at=at)
    for _ in range(2):
        accounts.note_payment(partner_id=club.id, key="b1", amount=3_000, note="transfer", by="user:1", at=at)
    second = accounts.write_statement(partner_id=club.id, by="user:1", at=at)
    assert (second.opening, second.paid, second.closing) == (3_000, 3_000, 0)
    assert sum(one.amount for one in accounts.entries_of(first)) == 3_000


def test_a_prepaid_offer_stops_when_the_deposit_is_used_up_and_nothing_is_taken(business, at):
    club, ticket = partner_offer(at, terms="prepaid")
    accounts.note_payment(partner_id=club.id, key="d1", amount=2_000, note="", by="user:1", at=at)
    one, two = (issue(ticket, at, origin=f"o:{n}").voucher_id for n in range(2))
    use(one, at)
    with pytest.raises(accounts.CannotSettle, match="used up"):
        use(two, at, key="k2")
    assert Voucher.objects.get(id=two).used == 0 and Redemption.objects.count() == 1
    assert PartnerEntry.objects.count() == 2 and Partner.objects.count() == 1


@pytest.mark.parametrize(
    ("terms", "sentence"),
    [
        ({"kind": "percent", "worth": 10_001}, "between 0 and 100"),
        ({"kind": "money", "worth": 0}, "how much it is worth"),
        ({"kind": "partner"}, "Choose the partner"),
        ({"points": 0}, "costs some points"),
        ({"kind": "lottery"}, "Choose what"),
    ],
)
def test_terms_that_make_no_sense_get_a_sentence(business, at, terms, sentence):
    with pytest.raises(CannotKeep, match=sentence):
        reward(at, **terms)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_fifty_at_once_use_a_code_that_is_good_for_seven_exactly_seven_times(business, at):
    from concurrent.futures import ThreadPoolExecutor
    from threading import Barrier

    made = issue(reward(at, uses=7), at)
    card = issue(save_reward(terms=CARD, by="user:1", at=at), at, origin="card")
    ready = Barrier(50)

    def one(n: int) -> tuple[int, int]:
        ready.wait()
        took = []
        for voucher, key in ((made, f"k{n // 2}"), (card, f"c{n}")):  # two threads share each key of the code
            try:
                took.append(int(use(voucher.voucher_id, at, key=key, amount=900).new))
            except CannotRedeem:
                took.append(0)
        connection.close()
        return tuple(took)

    with ThreadPoolExecutor(50) as workers:
        got = list(workers.map(one, range(50)))
    assert sum(code for code, _ in got) == 7 == Redemption.objects.filter(voucher_id=made.voucher_id).count()
    assert sum(paid for _, paid in got) == 5 and Voucher.objects.get(id=card.voucher_id).left == 500


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_thirty_at_once_get_a_reward_of_which_there_are_eleven(business, at):
    from concurrent.futures import ThreadPoolExecutor
    from threading import Barrier

    found, each = reward(at, most=11), reward(at, name="Once each", most_each=1)
    ready = Barrier(30)

    def one(n: int) -> tuple[bool, bool]:
        ready.wait()
        got = []
        for what, node in ((found, n), (each, 7)):
            try:
                got.append(issue(what, at, origin=f"{what.id}:{n}", node_id=node).new)
            except CannotIssue:
                got.append(False)
        connection.close()
        return tuple(got)

    with ThreadPoolExecutor(30) as workers:
        got = list(workers.map(one, range(30)))
    assert sum(first for first, _ in got) == 11 and sum(second for _, second in got) == 1
