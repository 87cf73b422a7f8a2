"""Delivery: what is planned goes once, with the decision that counts, and every answer has its place."""

import pytest

from regulars.channels.actions import (
    Planned,
    ensure_campaign,
    pause_campaign,
    plan,
    resume_campaign,
    retry_failed,
    settle_unknown,
    stop_campaign,
)
from regulars.channels.delivery import rounds
from regulars.channels.delivery.counting import count_the_ended
from regulars.channels.delivery.holder import MINE, take_up
from regulars.channels.models import Bucket, Campaign, Cap, Contact, Gate, Message, Server, State, Suppression
from regulars.channels.providers import Outcome
from regulars.core.clock import DAY, HOUR, MINUTE, SECOND
from regulars.people.actions import erase_person, record_consent

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("mailbox", "gone_home")]


@pytest.fixture
def planned(campaign, make_people, at):
    """planned(3): three people with a message each, due now; returns the people."""

    def make(count=1, *, to=None, prefix="m", due=None, **how):
        people = make_people(count, **how)
        items = [Planned(f"{prefix}:{person}", person, due or at) for person in people]
        plan(campaign_id=(to or campaign).id, items=items, at=at)
        return people

    return make


def deliver(at, lane="bulk"):
    Gate.objects.filter(beat_us__lt=at).update(beat_us=at)  # as if somebody had been there all the time
    for _ in range(50):
        if not rounds.deliver_some(lane, at):
            return
    raise AssertionError("It never ends.")


def states():
    return list(Message.objects.order_by("id").values_list("state", flat=True))


def answering(state, **more):
    return lambda parcel: Outcome(parcel.message_id, state, **more)


def test_everybody_gets_one_message_and_the_row_says_so(planned, mailbox, at):
    planned(250)
    deliver(at)
    assert len(mailbox.parcels) == len({parcel.to for parcel in mailbox.parcels}) == 250
    assert set(states()) == {State.HANDED_OFF}
    row = Message.objects.first()
    assert (row.decision["verdict"], row.address, row.attempts, row.reply) == (
        "send",
        mailbox.parcels[0].to,
        1,
        "250 ok",
    )
    assert max(mailbox.batches) <= 50
    assert Contact.objects.count() == 250
    deliver(at + HOUR)
    assert len(mailbox.parcels) == 250


def test_links_lead_through_us_unless_the_person_objects(planned, mailbox, at):
    planned(1)
    planned(1, prefix="n", purposes=("marketing",), when=at - 5)
    (person,) = planned(1, prefix="o")
    record_consent(
        node_id=person, purpose="tracking", channel="email", state="withdrawn", evidence={}, by="user:1", at=at
    )
    deliver(at)
    tracked = ["/l/" in parcel.html and ".gif" in parcel.html for parcel in mailbox.parcels]
    assert tracked == [True, True, False]
    assert all("/u/" in parcel.unsubscribe_url for parcel in mailbox.parcels)


def test_a_consent_withdrawn_after_planning_stops_the_message(planned, mailbox, at):
    anna, _ = planned(2)
    record_consent(
        node_id=anna, purpose="marketing", channel="email", state="withdrawn", evidence={}, by="user:1", at=at
    )
    deliver(at)
    assert len(mailbox.parcels) == 1
    row = Message.objects.get(node_id=anna)
    assert (row.state, row.decision["rule"], row.forecast["rule"]) == (State.SKIPPED, "consent", "passed")


def test_a_consent_withdrawn_between_rendering_and_hand_off_stops_the_message(planned, mailbox, at, monkeypatch):
    (anna,) = planned(1)
    real = rounds.render

    def render(*args):
        done = real(*args)
        record_consent(
            node_id=anna, purpose="marketing", channel="email", state="withdrawn", evidence={}, by="user:1", at=at
        )
        return done

    monkeypatch.setattr(rounds, "render", render)
    deliver(at)
    assert mailbox.parcels == []
    assert states() == [State.SKIPPED]


def test_somebody_erased_gets_nothing_and_keeps_no_address(planned, mailbox, at):
    (anna,) = planned(1)
    erase_person(person_id=anna, by="user:1", at=at)
    deliver(at)
    assert mailbox.parcels == []
    assert Message.objects.get().address == ""


def test_a_cap_lets_one_of_two_messages_of_a_round_through_and_the_other_waits(planned, campaign, mailbox, at):
    Cap.objects.create(most=1, window_us=DAY, changed_us=at, changed_by="user:1")
    (anna,) = planned(1)
    plan(campaign_id=campaign.id, items=[Planned("second", anna, at)], at=at)
    deliver(at)
    assert len(mailbox.parcels) == 1
    waiting = Message.objects.get(state=State.PLANNED)
    assert waiting.decision["rule"] == "pressure"
    deliver(at + DAY - MINUTE)
    assert len(mailbox.parcels) == 1
    deliver(at + DAY + MINUTE)
    assert len(mailbox.parcels) == 2


def test_what_expires_while_waiting_is_skipped_with_the_reason(planned, campaign, mailbox, at):
    Cap.objects.create(most=0 + 1, window_us=DAY, changed_us=at, changed_by="user:1")
    ensure_campaign(origin=campaign.origin, name=campaign.name, expires_after_us=HOUR, at=at)
    (anna,) = planned(1)
    plan(campaign_id=campaign.id, items=[Planned("second", anna, at)], at=at)
    deliver(at)
    skipped = Message.objects.get(state=State.SKIPPED)
    assert (skipped.decision["rule"], skipped.decision["because"]) == ("expired", "pressure")


def test_a_text_that_cannot_be_rendered_for_one_person_skips_that_person(planned, mailbox, at):
    from regulars.people.loops import profiles

    planned(1, traits={"name": "Nemo"})
    planned(1, prefix="n")
    while profiles(at):
        pass
    deliver(at)
    rows = Message.objects.order_by("id")
    assert [row.state for row in rows] == [State.SKIPPED, State.HANDED_OFF]
    assert rows[0].decision["error"] == "Nemo has no name."


def test_a_refusal_for_now_comes_again_later_and_later_and_is_given_up_in_the_end(planned, mailbox, at):
    planned(1)
    mailbox.answer = answering("retry", code="451", reply="try later")
    waits, now = [], at
    for _ in range(10):
        deliver(now)
        row = Message.objects.get()
        waits.append((row.due_us - now) // MINUTE)
        now = row.due_us
        assert not Contact.objects.exists()
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 240, 0]
    assert row.state == State.FAILED
    assert row.reply.startswith("Given up after 10 tries")


def test_a_dead_address_bounces_and_is_never_written_to_again(planned, campaign, mailbox, at):
    mailbox.answer = answering("failed", code="550", reply="no such user", hard=True)
    (anna,) = planned(1)
    deliver(at)
    row = Message.objects.get()
    assert (row.state, row.reply) == (State.BOUNCED, "550 no such user")
    assert Suppression.objects.get().reason == "hard_bounce"
    assert not Contact.objects.exists()
    plan(campaign_id=campaign.id, items=[Planned("again", anna, at)], at=at)
    deliver(at)
    assert Message.objects.get(key="again").decision["rule"] == "suppression"


def test_only_the_failed_are_retried(planned, campaign, mailbox, at):
    mailbox.answer = lambda p: Outcome(p.message_id, "failed" if p.message_id % 2 else "handed_off", "554", "no")
    planned(10)
    deliver(at)
    assert states().count(State.FAILED) == 5
    mailbox.answer = answering("handed_off")
    assert retry_failed(campaign_id=campaign.id, by="user:1", at=at) == 5
    deliver(at)
    assert len({p.message_id for p in mailbox.parcels}) == len(mailbox.parcels) == 10


def test_a_server_in_trouble_is_left_in_peace_and_costs_no_message_an_attempt(planned, mailbox, at):
    planned(5)
    mailbox.answer = answering("retry", code="535", reply="wrong password", blame="server")
    deliver(at)
    assert len(mailbox.batches) == 1
    assert set(Message.objects.values_list("attempts", "state")) == {(0, State.PLANNED)}
    mailbox.answer = answering("handed_off")
    deliver(at + 2 * SECOND)
    assert mailbox.parcels == []
    deliver(at + 6 * SECOND)
    assert len(mailbox.parcels) == 5
    assert not Bucket.objects.filter(refusals__gt=0).exists()


def test_a_refused_sender_pauses_its_campaign_and_not_the_server(planned, campaign, mailbox, at):
    planned(5)
    mailbox.answer = answering("retry", code="550", reply="sender rejected", blame="sender")
    deliver(at)
    campaign.refresh_from_db()
    assert campaign.paused_us and "sender rejected" in campaign.paused_why
    assert set(Message.objects.values_list("attempts", "state")) == {(0, State.PLANNED)}
    assert not Bucket.objects.filter(refusals__gt=0).exists()
    resume_campaign(campaign_id=campaign.id, by="user:1", at=at)
    mailbox.answer = answering("handed_off")
    deliver(at + HOUR)
    assert states() == [State.HANDED_OFF] * 5


def test_a_server_that_broke_off_leaves_unknown_and_nothing_is_sent_again(planned, mailbox, at):
    planned(2)

    def broken(parcel):
        raise ConnectionResetError

    mailbox.answer = broken
    deliver(at)
    assert states() == [State.UNKNOWN] * 2
    mailbox.answer = answering("handed_off")
    deliver(at + HOUR)
    assert mailbox.parcels == []
    first, second = Message.objects.order_by("id")
    settle_unknown(message_id=first.id, sent=True, by="user:1", at=at)
    settle_unknown(message_id=second.id, sent=False, by="user:1", at=at)
    deliver(at + HOUR)
    assert [parcel.message_id for parcel in mailbox.parcels] == [second.id]


def test_a_paused_campaign_sends_nothing_until_it_is_resumed(planned, campaign, mailbox, at):
    planned(3)
    pause_campaign(campaign_id=campaign.id, by="user:1", at=at)
    deliver(at)
    assert mailbox.parcels == []
    resume_campaign(campaign_id=campaign.id, by="user:1", at=at)
    deliver(at)
    assert len(mailbox.parcels) == 3


def test_a_campaign_paused_in_the_middle_sends_no_more_than_what_was_on_its_way(
    planned, campaign, mailbox, at, monkeypatch
):
    planned(300)
    real = rounds.learn_pauses

    def learn(*args):
        pause_campaign(campaign_id=campaign.id, by="user:1", at=at)
        return real(*args)

    monkeypatch.setattr(rounds, "learn_pauses", learn)
    deliver(at)
    assert len(mailbox.parcels) == 100
    assert states().count(State.PLANNED) == 200


def test_a_stopped_campaign_skips_the_rest_with_the_reason(planned, campaign, mailbox, at):
    planned(3)
    stop_campaign(campaign_id=campaign.id, by="user:1", at=at)
    deliver(at)
    assert set(Message.objects.values_list("state", "decision__rule")) == {(State.SKIPPED, "stopped")}


def test_the_throttle_of_a_campaign_holds(planned, campaign, mailbox, at):
    ensure_campaign(origin=campaign.origin, name=campaign.name, per_hour=600, at=at)
    planned(100)
    deliver(at)
    assert len(mailbox.parcels) == 10
    deliver(at + MINUTE)
    assert len(mailbox.parcels) == 20


def test_the_limit_of_a_server_holds_and_what_people_wait_for_may_borrow(planned, version, mailbox, at):
    Server.objects.update(per_second=10)
    planned(50)
    deliver(at)
    assert len(mailbox.parcels) == 10
    lane = {"purpose": "transactional", "lane": "transactional"}
    code = ensure_campaign(origin="transactional:code", name="code", version_id=version.id, at=at, **lane)
    planned(5, to=code, prefix="code", consent=None)
    deliver(at, "transactional")
    assert len(mailbox.parcels) == 15


def test_a_domain_with_a_limit_gets_no_more_and_nobody_asks_in_vain_again_and_again(
    campaign, make_people, mailbox, at, monkeypatch
):
    Server.objects.update(domain_limits={"big.example": 2})
    items = [Planned(f"m:{person}", person, at, address=f"p{person}@big.example") for person in make_people(30)]
    plan(campaign_id=campaign.id, items=items, at=at)
    put_off, real = [], rounds.wait_in_line
    monkeypatch.setattr(rounds, "wait_in_line", lambda *args: put_off.append(real(*args)) or put_off[-1])
    sent = []
    for second in range(20):
        deliver(at + second * SECOND)
        sent.append(len(mailbox.parcels))
    assert all(so_far <= 2 + 2 * second for second, so_far in enumerate(sent))
    assert sent[-1] == 30
    assert sum(map(len, put_off)) <= 2 * 30


def test_a_domain_that_refuses_everything_gets_a_pause_and_others_do_not(campaign, make_people, mailbox, at):
    people = make_people(20)
    hosts = ["full.example", "fine.example"]
    items = [Planned(f"m:{p}", p, at, address=f"p{p}@{hosts[n % 2]}") for n, p in enumerate(people)]
    plan(campaign_id=campaign.id, items=items[:10], at=at)
    full = answering("retry", code="452", reply="too much")
    fine = answering("handed_off")
    mailbox.answer = lambda parcel: (full if "full" in parcel.to else fine)(parcel)
    deliver(at)
    plan(campaign_id=campaign.id, items=items[10:], at=at)
    mailbox.answer = fine
    deliver(at + SECOND)
    assert {parcel.to.partition("@")[2] for parcel in mailbox.parcels} == {"fine.example"}
    deliver(at + 5 * MINUTE)
    assert len(mailbox.parcels) == 20


def test_two_servers_share_by_weight(planned, mailbox, at):
    Server.objects.update(weight=3)
    Server.objects.create(name="Second", channel="email", kind="smtp", weight=1, created_us=at)
    planned(300)
    deliver(at)
    first, second = (Message.objects.filter(server_id=s.id).count() for s in Server.objects.order_by("id"))
    assert first + second == 300
    assert 30 < second < 130


def test_what_a_dead_worker_claimed_is_planned_again_and_what_it_handed_off_is_unknown(planned, at):
    planned(4)
    a, b, c, d = Message.objects.order_by("id")
    Message.objects.filter(id__in=[a.id, b.id]).update(state=State.CLAIMED, claimed_by="dead")
    Message.objects.filter(id=c.id).update(state=State.HANDING_OFF, claimed_by="dead")
    Message.objects.filter(id=d.id).update(state=State.HANDING_OFF, claimed_by=MINE.hold())
    assert take_up(at, but=MINE.hold()) == 3
    assert states() == [State.PLANNED, State.PLANNED, State.UNKNOWN, State.HANDING_OFF]


def test_nothing_is_claimed_while_there_is_no_server(planned, mailbox, at):
    Server.objects.update(paused_us=at)
    planned(2)
    deliver(at)
    assert states() == [State.PLANNED] * 2


def test_the_higher_message_takes_the_last_slot(planned, campaign, mailbox, version, at):
    Cap.objects.create(most=1, window_us=DAY, changed_us=at, changed_by="user:1")
    vip = ensure_campaign(origin="b:2", name="VIP", priority=90, version_id=version.id, at=at)
    (anna,) = planned(1)
    plan(campaign_id=vip.id, items=[Planned("vip", anna, at + HOUR)], at=at)
    deliver(at)
    assert mailbox.parcels == []
    deliver(at + 2 * HOUR)
    assert [parcel.key for parcel in mailbox.parcels] == ["vip"]
    assert Message.objects.get(campaign_id=campaign.id).decision["rule"] == "pressure"


def test_a_campaigns_counts_are_kept(planned, campaign, at):
    planned(3)
    deliver(at)
    assert Campaign.objects.get().counts == {"handed_off": 3}


def test_the_counts_of_a_campaign_that_has_ended_are_the_last_ones(planned, campaign, at):
    planned(3)
    deliver(at)
    Campaign.objects.update(counts={"planned": 3}, counted_us=at)  # as it was taken in the middle
    assert count_the_ended(at + HOUR) == 1 and count_the_ended(at + HOUR) == 0
    campaign.refresh_from_db()
    assert campaign.counts == {"handed_off": 3}
    Message.objects.update(state=State.PLANNED)
    Campaign.objects.update(counts={"planned": 9})
    assert count_the_ended(at + HOUR) == 0  # it still moves: that is for delivery to count
