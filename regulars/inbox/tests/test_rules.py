"""Rules sort, hand over and acknowledge; they never speak because of a feeling."""

from __future__ import annotations

import pytest

from regulars.channels.networks.models import Item, Post
from regulars.channels.networks.taking import take
from regulars.core.clock import HOUR, MINUTE
from regulars.inbox import queries
from regulars.inbox.actions import (
    CannotDo,
    act_on_time,
    add_label,
    archive_rule,
    assign,
    fill,
    pause_rule,
    resume_rule,
    run_macro,
    save_label,
    save_macro,
    save_reply,
    save_rule,
    watch,
    write_answer,
)
from regulars.inbox.actions.readings import note_readings
from regulars.inbox.models import Case, Entry, Notice, Reading, Rule, RuleRun
from regulars.inbox.rehearsing import rehearse
from regulars.inbox.rules import Draft
from regulars.inbox.tests.talk import MONDAY, conversation, hear, said, take_all

pytestmark = pytest.mark.django_db
ACK = "This is an automatic reply of Northgate Sports: we have read your message and a person will answer."


@pytest.fixture
def rule(ann):
    """Keeps a rule; the labels it needs are there."""
    for name in ("refund", "urgent", "seen"):
        save_label(name=name, by=ann.by, at=MONDAY)

    def make(occasion="arrival", conditions=None, steps=None, **more):
        steps = steps or [{"do": "label", "label": "refund"}]
        values = {"name": f"Rule {Rule.objects.count()}", "by": ann.by, "at": MONDAY, **more}
        return save_rule(occasion=occasion, conditions=conditions or {}, steps=steps, **values)

    return make


def read(item, feels="negative", intents=("complaint",)):
    Reading.objects.create(item_id=item.id, feels=feels, predicted=feels, source="model", intent=intents[0],
                           intents=list(intents), version="1", digest=1, lot=1, at=MONDAY)  # fmt: skip
    note_readings([item.id], at=MONDAY)


def test_a_rule_on_arrival_acts_once_on_each_word(rule):
    rule(
        conditions={"words": ["money back"]},
        steps=[{"do": "label", "label": "refund"}, {"do": "priority", "priority": 1}],
    )
    item = said("1", "I want my MONEY back, please")
    hear(item)
    hear(item)
    hear(said("2", "Do you have boots?"))
    first, second = Case.objects.order_by("id")
    assert (first.labels, first.priority, second.labels) == (["refund"], 1, [])
    assert Entry.objects.filter(facts__act="label").count() == 1


def test_a_rule_that_would_answer_because_of_a_feeling_is_refused(rule):
    with pytest.raises(CannotDo, match="because of how their words feel"):
        rule(conditions={"feels": ["negative"]}, steps=[{"do": "acknowledge", "text": ACK}])
    with pytest.raises(CannotDo, match="because of how their words feel"):
        rule(conditions={"stars_at_most": 2}, steps=[{"do": "acknowledge", "text": ACK}])
    with pytest.raises(CannotDo, match="never answers"):
        rule(steps=[{"do": "answer", "text": "Hello"}])


def test_nor_may_it_do_so_by_way_of_labels_however_many_rules_lie_between(rule):
    rule(conditions={"feels": ["negative"]}, steps=[{"do": "label", "label": "urgent"}])
    rule("label", conditions={"labels": ["urgent"]}, steps=[{"do": "label", "label": "seen"}])
    with pytest.raises(CannotDo, match="because of a label"):
        rule("label", conditions={"labels": ["seen"]}, steps=[{"do": "acknowledge", "text": ACK}])
    assert rule("label", conditions={"labels": ["refund"]}, steps=[{"do": "acknowledge", "text": ACK}])


def test_the_rule_that_puts_on_the_label_is_refused_as_well_and_a_rest_does_not_help(rule):
    speaking = rule("label", conditions={"labels": ["urgent"]}, steps=[{"do": "acknowledge", "text": ACK}])
    feeling = {"conditions": {"feels": ["negative"]}, "steps": [{"do": "label", "label": "urgent"}]}
    with pytest.raises(CannotDo, match="would speak"):
        rule(**feeling)
    pause_rule(rule_id=speaking.id, by="user:1", at=MONDAY)
    rule(**feeling)
    with pytest.raises(CannotDo, match="would speak"):
        resume_rule(rule_id=speaking.id, by="user:1", at=MONDAY)


def test_a_feeling_may_sort(rule, ben):
    rule("reading", {"feels": ["negative"]}, [{"do": "assign", "owner": ben.by}, {"do": "label", "label": "urgent"}])
    item = said("1")
    hear(item)
    read(item)
    case = conversation()
    assert (case.owner, case.labels, case.feels, case.intent) == (ben.by, ["urgent"], "negative", "complaint")


def test_an_acknowledgement_is_said_once_a_day_and_stops_no_clock(there, rule):
    rule(conditions={"open": True}, steps=[{"do": "acknowledge", "text": ACK}])
    for number in (1, 2):
        at = MONDAY + number * MINUTE
        take(account_id=there.account.id, heard=[there.says(f"Hello {number}", thread="t", at=at)], at=at)
        take_all(at)
    assert [post.text for post in Post.objects.all()] == [ACK]
    assert conversation().waiting_us == MONDAY + MINUTE


def test_nothing_is_acknowledged_to_a_machine(there, rule):
    from regulars.channels.networks.shape import Who

    rule(steps=[{"do": "acknowledge", "text": ACK}])
    robot = there.says("Beep", who=Who("robot", bot=True), at=MONDAY)
    take(account_id=there.account.id, heard=[robot], at=MONDAY)
    take_all(MONDAY)
    assert not Post.objects.exists()


def test_a_rule_on_silence_counts_business_hours_and_acts_once(rule, ben):
    rule("silence", steps=[{"do": "note", "text": "@Ben please"}], hours=2)
    hear(said("1"))
    for at in (MONDAY + 2 * HOUR - MINUTE, MONDAY + 2 * HOUR, MONDAY + 3 * HOUR):
        act_on_time(at=at)
    assert Entry.objects.filter(kind="note").count() == 1
    assert Notice.objects.filter(user_id=ben.id, what="mention").count() == 1
    assert RuleRun.objects.get().at == MONDAY + 2 * HOUR


def test_a_rule_on_their_silence_closes_what_nobody_comes_back_to(rule, ann):
    rule("quiet", steps=[{"do": "close", "outcome": "gave up"}], hours=17)
    hear(said("1"))
    write_answer(case_id=conversation().id, text="Which size?", way="phone", by=ann.by, at=MONDAY + HOUR)
    act_on_time(at=MONDAY + 2 * HOUR)
    assert conversation().closed_us is None
    act_on_time(at=MONDAY + 7 * 24 * HOUR)
    assert conversation().outcome == "gave up"


def test_a_rule_on_breach_acts_when_the_promise_is_broken(rule, ben):
    rule("breach", steps=[{"do": "assign", "owner": ben.by}])
    hear(said("1"))
    watch(at=MONDAY + 4 * HOUR - 1)
    assert conversation().owner != ben.by
    watch(at=MONDAY + 4 * HOUR)
    assert conversation().owner == ben.by


def test_a_rule_is_rehearsed_on_what_was_said_lately(rule):
    for number in range(5):
        hear(said(str(number), "refund please" if number % 2 else "Hello", at=MONDAY + number))
    before = Entry.objects.count()
    wanted = Draft("Refunds", "arrival", {"words": ["refund"]}, [{"do": "label", "label": "refund"}], None, None,
                   frozenset({"refund"}))  # fmt: skip
    found = rehearse(wanted, at=MONDAY + HOUR)
    assert (found.looked, found.acted, found.conversations, found.cut) == (5, 2, 2, False)
    assert Entry.objects.count() == before and not RuleRun.objects.exists()


def test_a_rehearsal_of_silence_reads_how_long_people_waited(rule, ann):
    hear(said("1"), said("2", at=MONDAY + 1))
    first = Case.objects.order_by("id").first()
    write_answer(case_id=first.id, text="Yes", way="phone", by=ann.by, at=MONDAY + HOUR)
    wanted = Draft("Slow", "silence", {}, [{"do": "priority", "priority": 2}], 2.0)
    assert rehearse(wanted, at=MONDAY + 3 * HOUR).acted == 1


def test_a_macro_takes_its_steps_and_begins_an_answer(ann, ben, rule):
    hear(said("1"))
    case = conversation()
    text = "Dear {{ person.first_name | default: 'customer' }}, {{ agent.first_name }}"
    reply = save_reply(name="Refund", text=text, by=ann.by, at=MONDAY)
    steps = [
        {"do": "label", "label": "refund"},
        {"do": "assign", "owner": ben.by},
        {"do": "reply", "reply": reply.id},
    ]
    macro = save_macro(name="Refund", steps=steps, by=ann.by, at=MONDAY)
    ran = run_macro(macro_id=macro.id, case_id=case.id, by=ann.by, at=MONDAY)
    assert (ran.did, ran.draft) == (["label", "assign"], "Dear customer, Ann")
    case.refresh_from_db()
    assert (case.owner, case.labels) == (ben.by, ["refund"])
    assert not Post.objects.exists()


def test_a_saved_reply_that_cannot_be_filled_in_is_refused_with_a_sentence(ann):
    hear(said("1"))
    for text, sentence in (("{{ person.shoesize }}", "Nothing is known"), ("{{ secret.key }}", "does not exist here"),
                           ("{{ person.name", "cannot be read")):  # fmt: skip
        with pytest.raises(CannotDo, match=sentence):
            save_reply(name="x", text=text, by=ann.by, at=MONDAY)
    reply = save_reply(name="x", text="Dear {{ person.name }}", by=ann.by, at=MONDAY)
    with pytest.raises(CannotDo, match="not known"):
        fill(reply_id=reply.id, case_id=conversation().id, by=ann.by, at=MONDAY)


def test_what_was_put_away_acts_no_more(rule):
    made = rule()
    archive_rule(rule_id=made.id, by="user:1", at=MONDAY)
    hear(said("1"))
    assert conversation().labels == [] and queries.rules() == []


def test_a_step_that_fails_is_noted_and_holds_up_no_other(rule, ben):
    rule(steps=[{"do": "assign", "owner": "user:999"}, {"do": "priority", "priority": 2}])
    hear(said("1"))
    assert conversation().priority == 2
    assert "may not answer" in RuleRun.objects.get().did[0]["failed"]


def test_labels_by_hand_are_seen_by_rules_too(rule, ann, ben):
    rule("label", {"labels": ["urgent"]}, [{"do": "priority", "priority": 2}])
    hear(said("1"))
    case = conversation()
    add_label(case_id=case.id, label="urgent", by=ann.by, at=MONDAY)
    assign(case_id=case.id, owner=ben.by, by=ann.by, at=MONDAY)
    assert conversation().priority == 2
    assert [one.id for one in queries.cases_page(at=MONDAY, label="urgent").rows] == [case.id]
    assert Item.objects.count() == 1
