"""What comes back counts once, moves the message on, and has its consequences."""

import pytest

from regulars.channels.actions import Planned, consequences, lift_suppression, note_feedback, plan, resume_campaign
from regulars.channels.models import Campaign, Feedback, Message, State, Suppression
from regulars.channels.providers import Returned
from regulars.core.clock import DAY
from regulars.events.models import Event
from regulars.people.queries import consent_state


@pytest.fixture
def sent(campaign, make_people, at):
    """sent(3): messages that were handed off."""

    def make(count=1, **how):
        people = make_people(count, **how)
        plan(campaign_id=campaign.id, items=[Planned(f"m:{p}", p, at) for p in people], at=at)
        rows = Message.objects.filter(node_id__in=people)
        for row in rows:
            Message.objects.filter(id=row.id).update(
                state=State.HANDED_OFF, address=f"to{row.id}@x.example", handed_us=at, server_id=1
            )
        return list(Message.objects.filter(id__in=[row.id for row in rows]).order_by("id"))

    return make


def returned(message, kind, at, **more):
    return Returned(kind, f"{kind}:{message.id}:{more.get('detail', '')}", at, message_id=message.id, **more)


def states(messages):
    return [Message.objects.get(id=message.id).state for message in messages]


def test_the_same_news_twice_is_one_news(sent, at):
    (message,) = sent()
    assert note_feedback(items=[returned(message, "opened", at)] * 2, at=at) == 1
    assert note_feedback(items=[returned(message, "opened", at)], at=at) == 0
    assert Feedback.objects.count() == 1
    event = Event.objects.get(name="Email Opened")
    assert (event.node_id, event.ts) == (message.node_id, at)


def test_what_a_machine_opened_is_recorded_apart_and_no_event(sent, at):
    (message,) = sent()
    note_feedback(items=[returned(message, "opened", at, verdict="proxy")], at=at)
    assert Feedback.objects.get().verdict == "proxy"
    assert not Event.objects.filter(name="Email Opened").exists()


def test_opens_of_people_who_object_leave_no_trace(sent, at):
    (message,) = sent(purposes=("marketing", "tracking"), consent="withdrawn")
    assert note_feedback(items=[returned(message, "clicked", at, link=1)], at=at) == 0
    assert not Feedback.objects.exists()
    assert note_feedback(items=[returned(message, "delivered", at)], at=at) == 1


def test_a_hard_bounce_suppresses_the_address_for_every_message(sent, at):
    (message,) = sent()
    note_feedback(items=[returned(message, "bounced", at, hard=True, detail="5.1.1 no such user")], at=at)
    assert states([message]) == [State.BOUNCED]
    found = Suppression.objects.get()
    assert (found.reason, found.scope, found.address) == ("hard_bounce", "all", message.address)


def test_soft_bounces_suppress_only_when_they_come_again_and_again(sent, at):
    (message,) = sent()
    for n in range(consequences.SOFT_MOST):
        assert not Suppression.objects.exists()
        note_feedback(items=[returned(message, "bounced", at + n * DAY, detail=f"full {n}")], at=at + n * DAY)
    assert Suppression.objects.get().reason == "soft_bounces"


def test_a_complaint_withdraws_consent_and_suppresses_marketing(sent, at):
    (message,) = sent()
    note_feedback(items=[returned(message, "complained", at)], at=at)
    assert Suppression.objects.get().scope == "marketing"
    assert consent_state([message.node_id])[message.node_id]["marketing", "email"] == "withdrawn"
    assert Event.objects.filter(name="Email Marked as Spam").count() == 1


def test_stop_and_start_by_the_number_alone(make_people, business, at):
    (person,) = make_people(channel="sms")
    from regulars.people.models import Identifier

    number = Identifier.objects.get(node_id=person).value
    note_feedback(items=[Returned("stop", "sms:1", at, address=number)], at=at)
    assert Suppression.objects.get(lifted_us=None).reason == "stop"
    assert consent_state([person])[person]["marketing", "sms"] == "withdrawn"
    note_feedback(items=[Returned("start", "sms:2", at + 1, address=number)], at=at + 1)
    assert not Suppression.objects.filter(lifted_us=None).exists()
    assert consent_state([person])[person]["marketing", "sms"] == "granted"


def test_start_does_not_lift_what_was_no_stop(make_people, business, at):
    (person,) = make_people(channel="sms", consent="withdrawn")
    from regulars.people.models import Identifier

    number = Identifier.objects.get(node_id=person).value
    note_feedback(items=[Returned("start", "sms:2", at, address=number)], at=at)
    assert consent_state([person])[person]["marketing", "sms"] == "withdrawn"


def test_an_unknown_message_is_settled_by_what_comes_back(sent, at):
    a, b = sent(2)
    Message.objects.filter(id__in=[a.id, b.id]).update(state=State.UNKNOWN)
    news = [returned(a, "delivered", at), returned(b, "bounced", at, hard=True)]
    note_feedback(items=news, at=at)
    assert states([a, b]) == [State.DELIVERED, State.BOUNCED]


def test_what_was_never_sent_is_not_moved_by_news(sent, at):
    (message,) = sent()
    Message.objects.filter(id=message.id).update(state=State.PLANNED)
    note_feedback(items=[returned(message, "delivered", at)], at=at)
    assert states([message]) == [State.PLANNED]


def test_too_many_bounces_pause_the_campaign_until_somebody_resumes_it(sent, campaign, at):
    messages = sent(7)
    consequences.add_tallies([(f"campaign:{campaign.id}", 110, 0, 0)], at)
    for n, message in enumerate(messages):
        assert Campaign.objects.get().paused_us is None or n == 6
        note_feedback(items=[returned(message, "bounced", at, hard=True)], at=at)
    assert "6 of 110" in Campaign.objects.get().paused_why
    resume_campaign(campaign_id=campaign.id, by="user:1", at=at)
    assert Campaign.objects.get().paused_us is None


def test_a_lifted_suppression_may_come_again(sent, at):
    (message,) = sent()
    note_feedback(items=[returned(message, "bounced", at, hard=True)], at=at)
    lift_suppression(channel="email", address=message.address, by="user:1", at=at)
    assert not Suppression.objects.filter(lifted_us=None).exists()
    note_feedback(items=[returned(message, "bounced", at, hard=True, detail="again")], at=at)
    assert Suppression.objects.filter(lifted_us=None).count() == 1


def test_news_of_the_services_number_find_their_message(sent, at):
    (message,) = sent()
    Message.objects.filter(id=message.id).update(external_id="ses-77")
    note_feedback(items=[Returned("delivered", "x", at, external_id="ses-77")], at=at)
    assert states([message]) == [State.DELIVERED]
