"""Why Anna got this, why she did not, and how much people hear from us."""

import pytest

from regulars.channels import queries
from regulars.channels.actions import (
    Planned,
    note_feedback,
    plan,
    set_cap,
    set_holdout,
    suppress,
)
from regulars.channels.decisions import Decision
from regulars.channels.delivery import rounds
from regulars.channels.explaining import sentences
from regulars.channels.models import Contact, Holdout, Message, State
from regulars.channels.providers import Returned
from regulars.core.clock import DAY, HOUR
from regulars.people.actions import merge_people
from regulars.people.models import Identifier

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("mailbox", "gone_home")]


def sent_to(campaign, people, at):
    plan(campaign_id=campaign.id, items=[Planned(f"m:{p}", p, at) for p in people], at=at)
    while rounds.deliver_some("bulk", at):
        pass
    return list(Message.objects.order_by("id"))


def test_why_anna_got_this(campaign, make_people, at):
    set_cap(most=3, days=7, by="user:1", at=at)
    (message,) = sent_to(campaign, make_people(traits={"timezone": "Asia/Tokyo"}), at)
    note_feedback(items=[Returned("opened", "o", at, message_id=message.id)], at=at)
    told = queries.why(message.id)
    text = " ".join(told.told)
    assert "Every rule let it pass" in text
    assert "23:13 on 21 Sep 2026, in Asia/Tokyo" in text
    assert "0 of at most 3 messages in 7 days" in text
    assert "It arrived" in text
    assert "Nothing spoke against it" in " ".join(told.foretold)
    assert [row.kind for row in told.feedback] == ["opened"]


def test_why_bob_did_not(campaign, make_people, at):
    (bob,) = make_people(consent="withdrawn")
    (message,) = sent_to(campaign, [bob], at)
    assert queries.why(message.id).told == ["They withdrew their consent to news and offers by e-mail."]


@pytest.mark.parametrize(
    ("rule", "numbers", "words"),
    [
        ("suppression", {"reason": "hard_bounce", "since_us": 0}, "does not exist"),
        (
            "quiet_hours",
            {"local": "2026-09-21T22:13", "zone": "Asia/Tokyo", "from": 1260, "to": 480},
            "21:00 to 08:00",
        ),
        ("pressure", {"used": 3, "most": 3, "days": 7, "channel": "", "own": True}, "the person's own wish"),
        ("holdout", {"share": 0.1}, "10.0% held out"),
        ("expired", {"expired_us": 1, "because": "holdout", "share": 0.1}, "held out"),
        ("cannot_render", {"error": "no name"}, "no name"),
        ("address", {}, "no address"),
        ("limit", {}, "no more just now"),
        ("stopped", {}, "was stopped"),
    ],
)
def test_every_rule_has_a_sentence(rule, numbers, words, at):
    said = Decision("wait" if rule in ("quiet_hours", "pressure") else "skip", rule, at + HOUR, numbers).stored(at)
    text = " ".join(sentences(Message(state=State.PLANNED), said, {}))
    assert words in text


def test_a_person_of_two_records_has_the_messages_of_both(campaign, make_people, at):
    a, b = sorted(make_people(2))
    sent_to(campaign, [a, b], at)
    merge_people(a=a, b=b, by="user:1", at=at, evidence={})
    page = queries.of_person(a, limit=1)
    assert [page.rows[0].node_id, queries.of_person(a, after=page.after).rows[0].node_id] == [b, a]


def test_pages_of_a_campaign_by_state_and_rule(campaign, make_people, at):
    sent_to(campaign, make_people(3) + make_people(2, consent=None), at)
    assert len(queries.messages_page(campaign_id=campaign.id, state=State.HANDED_OFF).rows) == 3
    assert len(queries.messages_page(rule="consent").rows) == 2
    first = queries.messages_page(limit=4)
    assert len(first.rows + queries.messages_page(after=first.after).rows) == 5
    assert queries.counts(campaign.id, at=at) == {"handed_off": 3, "skipped": 2}
    assert queries.skipped(campaign.id) == {"consent": 2}
    with pytest.raises(ValueError, match="damaged"):
        queries.messages_page(after="x")


def test_pressure_says_how_many_hear_how_much_and_how_many_left(make_people, at):
    a, b, c = make_people(3)
    contacts = [(a, 1), (a, 2), (b, 3), (c, 40)]
    for n, (person, days) in enumerate(contacts):
        Contact.objects.create(node_id=person, message_id=-n - 1, channel="email", at=at - days * DAY)
    address = Identifier.objects.get(node_id=a).value
    note_feedback(items=[Returned("unsubscribed", "u", at, address=address)], at=at)
    assert queries.pressure(at=at) == [queries.Pressure(1, 1, 0), queries.Pressure(2, 1, 1)]
    assert queries.contacts_of(a, at=at) == 2


def test_a_new_holdout_ends_the_one_before(at):
    set_holdout(share=0.05, by="user:1", at=at)
    set_holdout(share=0.1, by="user:1", at=at + 1)
    assert list(Holdout.objects.order_by("id").values_list("share", "until_us")) == [(0.05, at + 1), (0.1, None)]


def test_suppressions_are_listed_newest_first(at):
    for name in ("a", "b", "c"):
        suppress(channel="email", address=f"{name}@x.example", by="user:1", at=at)
    page = queries.suppressions_page(limit=2)
    assert [row.address[0] for row in page.rows + queries.suppressions_page(after=page.after).rows] == ["c", "b", "a"]


def test_servers_show_how_they_are_doing(campaign, make_people, at):
    sent_to(campaign, make_people(3), at)
    (found,) = queries.servers(at=at)
    assert (found.server.name, found.sent, found.waits_until_us) == ("Main", 3, None)
