"""Planning writes a row per intended message, once, with what the rules say of it."""

import pytest

from regulars.channels.actions import (
    CannotSend,
    Planned,
    ensure_campaign,
    plan,
    planning,
    send_transactional,
    suppress,
)
from regulars.channels.models import Cap, Contact, Holdout, Message, QuietHours, State
from regulars.core.clock import DAY, HOUR
from regulars.people.actions import merge_people


def planned(people, at, prefix="m"):
    return [Planned(f"{prefix}:{person}", person, at) for person in people]


def test_every_person_gets_a_row_with_a_forecast(campaign, make_people, at):
    yes, no, silent = make_people(2), make_people(1, consent="withdrawn"), make_people(1, consent=None)
    done = plan(campaign_id=campaign.id, items=planned(yes + no + silent, at), at=at)
    assert (done.new, done.known, done.forecast) == (4, 0, {"passed": 2, "consent": 2})
    rows = {row.node_id: row for row in Message.objects.all()}
    assert rows[yes[0]].state == State.PLANNED
    assert rows[yes[0]].forecast["verdict"] == "send"
    assert (rows[no[0]].forecast["rule"], rows[no[0]].forecast["state"]) == ("consent", "withdrawn")
    assert rows[silent[0]].forecast["state"] == "unknown"


def test_planning_again_changes_nothing(campaign, make_people, at):
    people = make_people(3)
    plan(campaign_id=campaign.id, items=planned(people[:2], at), at=at)
    again = plan(campaign_id=campaign.id, items=planned(people, at + HOUR), at=at)
    assert (again.new, again.known, again.forecast) == (1, 2, {"passed": 1})
    assert Message.objects.filter(due_us=at).count() == 2


def test_one_key_twice_in_a_batch_is_one_message(campaign, make_people, at):
    (person,) = make_people()
    assert plan(campaign_id=campaign.id, items=planned([person, person], at), at=at).new == 1


def test_a_key_that_cannot_be_kept_whole_is_refused(campaign, make_people, at):
    with pytest.raises(CannotSend, match="1 to 120"):
        plan(campaign_id=campaign.id, items=[Planned("x" * 121, make_people()[0], at)], at=at)


def test_through_quiet_hours_a_message_waits_from_the_start(campaign, make_people, at):
    QuietHours.objects.create(channel="email", start=9 * 60, end=17 * 60, changed_us=at, changed_by="user:1")
    plan(campaign_id=campaign.id, items=planned(make_people(), at), at=at)
    row = Message.objects.get()
    assert row.forecast["rule"] == "quiet_hours"
    assert row.due_us == row.forecast["until_us"] > at


def test_the_wish_of_a_person_is_a_cap_of_their_own(campaign, make_people, at):
    (person,) = make_people(traits={"frequency": 1})
    Contact.objects.create(node_id=person, message_id=-1, channel="sms", at=at - DAY)
    assert plan(campaign_id=campaign.id, items=planned([person], at), at=at).forecast == {"pressure": 1}
    assert Message.objects.get().forecast["own"] is True


def test_contacts_of_all_records_of_a_person_count(campaign, make_people, at):
    a, b = sorted(make_people(2))
    Cap.objects.create(most=1, window_us=7 * DAY, changed_us=at, changed_by="user:1")
    Contact.objects.create(node_id=b, message_id=-1, channel="email", at=at - DAY)
    merge_people(a=a, b=b, by="user:1", at=at, evidence={})
    assert plan(campaign_id=campaign.id, items=planned([a], at), at=at).forecast == {"pressure": 1}


def test_a_withdrawal_of_one_record_counts_for_the_whole_person(campaign, make_people, at):
    (a,), (b,) = make_people(), make_people(consent="withdrawn")
    merge_people(a=a, b=b, by="user:1", at=at, evidence={})
    assert plan(campaign_id=campaign.id, items=planned([a], at), at=at).forecast == {"consent": 1}


def test_a_suppressed_address_is_skipped_and_a_living_one_of_the_person_is_used(campaign, make_people, at):
    a, b = sorted(make_people(2))
    plan(campaign_id=campaign.id, items=planned([a], at), at=at)
    from regulars.people.models import Identifier

    dead = Identifier.objects.get(node_id=a).value
    suppress(channel="email", address=dead, reason="hard_bounce", by="system", at=at)
    assert plan(campaign_id=campaign.id, items=planned([a], at, "n"), at=at).forecast == {"suppression": 1}
    merge_people(a=a, b=b, by="user:1", at=at, evidence={})
    assert plan(campaign_id=campaign.id, items=planned([a], at, "o"), at=at).forecast == {"passed": 1}


def test_a_higher_message_keeps_the_last_slot(campaign, make_people, version, at):
    (person,) = make_people()
    Cap.objects.create(most=1, window_us=7 * DAY, changed_us=at, changed_by="user:1")
    vip = ensure_campaign(origin="broadcast:2", name="VIP", priority=90, version_id=version.id, at=at)
    plan(campaign_id=vip.id, items=[Planned("vip", person, at + DAY)], at=at)
    assert plan(campaign_id=campaign.id, items=planned([person], at), at=at).forecast == {"priority": 1}
    row = Message.objects.get(campaign_id=campaign.id)
    assert row.forecast["rival"] == Message.objects.get(key="vip").id


def test_the_holdout_of_the_business_is_a_fixed_share_of_people(campaign, make_people, at):
    Holdout.objects.create(share=0.5, salt="s", since_us=at, by="user:1")
    people = make_people(200)
    first = plan(campaign_id=campaign.id, items=planned(people, at), at=at).forecast
    second = plan(campaign_id=campaign.id, items=planned(people, at, "n"), at=at).forecast
    assert first == second
    assert 60 < first["business_holdout"] < 140


def test_a_transactional_message_goes_to_anybody_once_per_key(make_people, version, at):
    (person,) = make_people(consent="withdrawn")
    ask = dict(kind="receipt", template_id=version.template_id, key="order 7", at=at, context={"total": 5})
    first = send_transactional(**ask, person_id=person)
    assert send_transactional(**ask, person_id=person) == first
    row = Message.objects.get()
    assert (row.lane, row.forecast["verdict"], row.context) == (1, "send", {"total": 5})


def test_a_transactional_message_to_an_address_nobody_has_makes_a_person(version, business, at):
    ask = dict(kind="code", template_id=version.template_id, at=at)
    first = send_transactional(**ask, key="1", address=" Zoe@Shop.example ")
    second = send_transactional(**ask, key="2", address="zoe@shop.example")
    rows = Message.objects.in_bulk([first, second])
    assert {row.address for row in rows.values()} == {"zoe@shop.example"}
    assert rows[first].node_id == rows[second].node_id


def test_what_is_no_address_is_refused_with_a_sentence(version, business, at):
    with pytest.raises(CannotSend, match="nothing can be sent there"):
        send_transactional(kind="code", template_id=version.template_id, key="1", address="zoe at shop", at=at)


def test_a_text_that_was_never_published_cannot_be_sent(business, at):
    with pytest.raises(CannotSend, match="publish it first"):
        send_transactional(kind="code", template_id=99, key="1", address="zoe@shop.example", at=at)


def test_planned_by_somebody_else_at_the_same_moment_a_message_is_still_one(campaign, make_people, at, monkeypatch):
    people = make_people(3)
    plan(campaign_id=campaign.id, items=planned(people[:1], at), at=at)
    monkeypatch.setattr(planning, "_unknown", list)  # as it looks to whoever asked a moment before
    done = plan(campaign_id=campaign.id, items=planned(people, at), at=at)
    assert (done.new, done.known) == (2, 1)
    assert Message.objects.count() == 3
