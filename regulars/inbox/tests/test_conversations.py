"""Merging, hiding, proving who somebody is, finding what was said, and forgetting it."""

from __future__ import annotations

import pytest

from regulars.channels.networks.models import Author, Item
from regulars.channels.networks.shape import Who
from regulars.channels.networks.taking import take
from regulars.core.clock import DAY, HOUR, MINUTE
from regulars.events.models import Event
from regulars.inbox import facts, queries, reports
from regulars.inbox.actions import (
    CannotDo,
    agree,
    carry_out,
    change_desk,
    change_routing,
    close,
    merge,
    moderate,
    prove_author,
    refuse,
    undo_address,
    undo_proof,
    unmerge,
    watch,
    write_answer,
    write_note,
)
from regulars.inbox.actions.following import follow
from regulars.inbox.actions.taking import take_over
from regulars.inbox.models import After, Case, Entry, Moderation, Notice, Proof, Spoken, Wait
from regulars.inbox.tests.talk import MONDAY, account, author, change, conversation, hear, said, take_all
from regulars.people.actions import Sighting, erase_person, record_sightings
from regulars.people.queries import export_person, person_id_of

pytestmark = pytest.mark.django_db


def person(key="alice", email="alice@shop.example"):
    node = record_sightings(
        sightings=[Sighting("shop", (("user", key),), (("email", email),), {"name": "Alice"}, (), MONDAY)],
        source_id=1,
        at=MONDAY,
    )[0]
    return person_id_of([node])[node]


def two_parts():
    """A public and a private part of one author's matter."""
    hear(said("1", "Where is it?"))
    hear(said("2", "My address is ...", public=False, kind="dm", at=MONDAY + MINUTE))
    return Case.objects.order_by("id")


def test_merged_conversations_are_one_and_parted_ones_two_again(ann):
    public, private = two_parts()
    before = {case.id: (case.waiting_us, case.next_due_us, case.audience) for case in (public, private)}
    merge(kept_id=public.id, lost_id=private.id, by=ann.by, at=MONDAY + HOUR)
    whole = conversation()
    assert (whole.id, whole.audience, whole.waiting_us) == (public.id, "both", MONDAY)
    assert [entry.text for entry in queries.entries(whole.id) if entry.item_id] == [
        "Where is it?",
        "My address is ...",
    ]
    assert [case.id for case in queries.cases_page(at=MONDAY).rows] == [public.id]
    unmerge(case_id=private.id, by=ann.by, at=MONDAY + HOUR)
    after = {case.id: (case.waiting_us, case.next_due_us, case.audience) for case in Case.objects.all()}
    assert after == before


def test_an_answer_in_a_merged_conversation_ends_the_wait_of_both_parts(ann):
    public, private = two_parts()
    merge(kept_id=public.id, lost_id=private.id, by=ann.by, at=MONDAY + HOUR)
    write_answer(case_id=public.id, text="Tomorrow", way="phone", by=ann.by, at=MONDAY + HOUR)
    assert conversation().waiting_us is None
    hear(said("3", "Thanks", thread="2", public=False, kind="dm", at=MONDAY + 2 * HOUR), at=MONDAY + 2 * HOUR)
    assert conversation().waiting_us == MONDAY + 2 * HOUR


def test_merging_what_is_merged_or_no_conversation_is_refused(ann):
    public, private = two_parts()
    merge(kept_id=public.id, lost_id=private.id, by=ann.by, at=MONDAY)
    for kept, lost in ((public, private), (private, public), (public, public)):
        with pytest.raises(CannotDo):
            merge(kept_id=kept.id, lost_id=lost.id, by=ann.by, at=MONDAY)


# --- hiding


@pytest.fixture
def rude(there, ann, ben):
    take(account_id=there.account.id, heard=[there.says("Your shop is bad", at=MONDAY)], at=MONDAY)
    take_all(MONDAY)
    return Entry.objects.get(kind="said")


def test_negative_is_no_reason_to_hide(rude, ann):
    for reason in ("negative", "", "criticism"):
        with pytest.raises(CannotDo, match="answer it"):
            moderate(entry_id=rude.id, act="hide", reason=reason, by=ann.by, at=MONDAY)
    assert not Moderation.objects.exists()


def test_hiding_needs_a_second_person_and_is_counted(there, rude, ann, ben):
    asked = moderate(entry_id=rude.id, act="hide", reason="spam", by=ann.by, at=MONDAY)
    assert asked.state == "asked" and not there.hidden
    with pytest.raises(CannotDo, match="somebody else"):
        agree(moderation_id=asked.id, by=ann.by, at=MONDAY)
    agree(moderation_id=asked.id, by=ben.by, at=MONDAY)
    carry_out(moderation_id=asked.id, at=MONDAY + 1)
    carry_out(moderation_id=asked.id, at=MONDAY + 2)
    take_all(MONDAY + 2)
    assert there.hidden == {"i1"}
    case = conversation()
    assert (case.waiting_us, case.outcome) == (None, "nothing")
    found = queries.moderation_ratio(since=MONDAY - DAY, until=MONDAY + DAY)
    assert (found.said, found.hidden) == (1, 1)
    assert [one.reason for one in queries.moderation_page()] == ["spam"]


def test_what_the_network_does_not_hide_is_not_called_hidden(there, rude, ann, ben):
    there.hides = False
    asked = moderate(entry_id=rude.id, act="hide", reason="spam", by=ann.by, at=MONDAY)
    agree(moderation_id=asked.id, by=ben.by, at=MONDAY)
    carry_out(moderation_id=asked.id, at=MONDAY + 1)
    found = Moderation.objects.get()
    assert found.state == "failed" and "below a post of ours" in found.trouble
    assert Item.objects.get(to_us=True).hidden_us is None and conversation().waiting_us == MONDAY


def test_where_the_thread_tells_that_it_cannot_be_hidden_nobody_is_asked(there, rude, ann, ben):
    there.may_hide = lambda thread, us: us == "us" and thread == "ours"
    with pytest.raises(CannotDo, match="below a post of ours"):
        moderate(entry_id=rude.id, act="hide", reason="spam", by=ann.by, at=MONDAY)
    assert not Moderation.objects.exists()


def test_shown_again_it_asks_again(there, rude, ann, ben):
    asked = moderate(entry_id=rude.id, act="hide", reason="spam", by=ann.by, at=MONDAY)
    agree(moderation_id=asked.id, by=ben.by, at=MONDAY)
    carry_out(moderation_id=asked.id, at=MONDAY + 1)
    take_all(MONDAY + 2)
    shown = moderate(entry_id=rude.id, act="show", by=ann.by, at=MONDAY + 3)
    carry_out(moderation_id=shown.id, at=MONDAY + 3)
    take_all(MONDAY + 3)
    assert there.hidden == set() and conversation().waiting_us == MONDAY


def test_what_a_second_person_refuses_stays(there, rude, ann, ben):
    asked = moderate(entry_id=rude.id, act="delete", reason="hate", by=ann.by, at=MONDAY)
    refuse(moderation_id=asked.id, by=ben.by, at=MONDAY)
    carry_out(moderation_id=asked.id, at=MONDAY)
    assert Item.objects.get(to_us=True).deleted_us is None
    with pytest.raises(CannotDo, match="decided"):
        agree(moderation_id=asked.id, by=ben.by, at=MONDAY)


# --- taken over from listening


def test_what_is_taken_over_from_listening_waits_from_then_on_however_old_it_is(ann):
    found = said("p1", "Which boots for wet fells?", to_us=False, kind="post")
    hear(found)
    assert not Case.objects.exists()
    later = MONDAY + 2 * DAY + HOUR
    case = Case.objects.get(id=take_over(item_id=found.id, by=ann.by, at=later))
    assert (case.waiting_us, case.owner) == (later, ann.by) and case.next_due_us > later
    take_over(item_id=found.id, by=ann.by, at=later + HOUR)
    change(found, at=later + 2 * HOUR, text="Which boots for wet fells, please?", edited_us=later + 2 * HOUR)
    assert (conversation().waiting_us, Entry.objects.filter(facts__act="take_over").count()) == (later, 1)


def test_what_was_said_to_us_waits_since_it_was_said_whoever_takes_it_over(ann):
    asked = said("m1", "Where is my order?")
    take_over(item_id=asked.id, by=ann.by, at=MONDAY + 3 * HOUR)
    assert conversation().waiting_us == MONDAY


# --- who it is


def test_a_colleague_says_who_it_is_with_evidence_and_it_can_be_undone(ann):
    alice = person()
    hear(said("1"))
    ada = author("ada")
    with pytest.raises(CannotDo, match="how you know"):
        prove_author(author_id=ada.id, proof="colleague", person_id=alice, by=ann.by, at=MONDAY)
    proof = prove_author(author_id=ada.id, proof="colleague", person_id=alice, evidence="She wrote her order number",
                         by=ann.by, at=MONDAY)  # fmt: skip
    case = conversation()
    assert person_id_of([case.node_id])[case.node_id] == alice
    assert [one.id for one in queries.of_person(alice)] == [case.id]
    assert facts.last_conversation([alice]) == {alice: MONDAY}
    assert Event.objects.filter(name="Mentioned Us", node_id=case.node_id).count() == 1
    undo_proof(proof_id=proof.id, by=ann.by, at=MONDAY + 1)
    undo_proof(proof_id=proof.id, by=ann.by, at=MONDAY + 2)
    assert conversation().node_id is None and queries.of_person(alice) == []
    assert Author.objects.get(id=ada.id).node_id is None


def test_an_address_that_a_network_vouches_for_can_be_somebody_elses_too(there, ann):
    alice, who = person(), Who("alice@shop.example", email="alice@shop.example")
    take(account_id=there.account.id, heard=[there.says("Hello", at=MONDAY, who=who, thread="1")], at=MONDAY)
    take_all(MONDAY)
    case = conversation()
    assert person_id_of([case.node_id])[case.node_id] == alice
    undo_address(author_id=case.author_id, by=ann.by, at=MONDAY + 1)
    undo_address(author_id=case.author_id, by=ann.by, at=MONDAY + 2)
    take(account_id=there.account.id, heard=[there.says("Again", at=MONDAY, who=who, thread="1")], at=MONDAY + 3)
    take_all(MONDAY + 3)
    assert conversation().node_id is None and queries.of_person(alice) == []


def test_a_proven_address_joins_by_the_rules_of_the_house(ann):
    alice = person()
    hear(said("1"))
    prove_author(author_id=author("ada").id, proof="email", email="alice@shop.example", by="system", at=MONDAY)
    assert len(queries.of_person(alice)) == 1
    bob = person("bob", "bob@shop.example")
    with pytest.raises(CannotDo, match="already"):
        prove_author(
            author_id=author("ada").id, proof="said", person_id=bob, evidence="He says", by=ann.by, at=MONDAY
        )
    assert Proof.objects.count() == 1


def test_nobody_becomes_a_person_by_writing(ann):
    hear(said("1"))
    assert conversation().node_id is None and author("ada").node_id is None


# --- search, erasure


def found(text):
    return [case.id for case in queries.cases_page(at=MONDAY, text=text).rows]


def test_everything_said_is_found_by_the_beginnings_of_words(ann):
    hear(said("1", "Où est ma café-crème? Ordered on Müllerstraße"))
    case = conversation()
    write_note(case_id=case.id, text="Check the warehouse", by=ann.by, at=MONDAY)
    hear(said("2", "Something else", by="zoe", at=MONDAY + 1))
    for text in ("cafe", "mulle", "CRÈME ordered", "ware", "ada", "@ada"):
        assert found(text) == [case.id], text
    for text in ("nothing", "cafe boots", "", "'; --", '"', "***"):
        assert found(text) == ([] if text else found("")), text


def test_what_is_edited_or_deleted_is_no_longer_found_by_its_old_words(ann):
    item = said("1", "Zebra")
    hear(item)
    Item.objects.filter(id=item.id).update(text="Giraffe")
    hear(item)
    assert found("zebra") == [] and found("giraffe") == [conversation().id]
    Item.objects.filter(id=item.id).update(text="", deleted_us=MONDAY)
    hear(item)
    assert found("giraffe") == [] and not Spoken.objects.exists()


def test_erasing_a_person_leaves_no_word_of_theirs_and_the_words_of_others(ann):
    alice = person()
    hear(said("1", "Zebra secret"))
    hear(said("2", "Giraffe", by="bob", thread="1", at=MONDAY + 1))
    case = conversation()
    proof = {"proof": "email", "email": "alice@shop.example"}
    prove_author(author_id=author("ada").id, by="system", at=MONDAY, **proof)
    write_note(case_id=case.id, text="Note on Zebra", by=ann.by, at=MONDAY)
    told = export_person(alice)
    assert "Zebra secret" in str(told)
    erase_person(person_id=alice, by=ann.by, at=MONDAY + HOUR)
    assert found("zebra") == [] and found("giraffe") == [case.id]
    case.refresh_from_db()
    assert "Zebra" not in f"{case.title}{case.preview}" and case.node_id is None
    assert not Entry.objects.filter(text__contains="Zebra").exists()
    assert not Proof.objects.exists()


# --- promises, reports


def test_an_account_has_its_own_desk_hours_and_promise(ann):
    first = account()
    desk = change_desk(week=[[["20:00", "22:00"]]] * 7, holidays={}, by=ann.by, at=MONDAY, desk_id=None, name="Night")
    change_routing(
        kind="", account_id=first.id, hours=1, share="none", owners=[], by=ann.by, at=MONDAY, desk_id=desk.id
    )
    hear(said("1"), said("2", account_id=account("bluesky").id))
    own, other = Case.objects.order_by("account_id")
    assert (own.next_due_us, own.owner) == (MONDAY + 12 * HOUR, "")
    assert (other.next_due_us, other.owner) == (MONDAY + 4 * HOUR, ann.by)


def test_the_owner_is_warned_before_the_time_is_over_and_once(ann):
    hear(said("1"))
    for at in (MONDAY + 3 * HOUR - 1, MONDAY + 3 * HOUR, MONDAY + 3 * HOUR + 1):
        watch(at=at)
    assert Notice.objects.filter(user_id=ann.id, what="soon").count() == 1


def test_who_does_not_answer_loses_it_to_a_colleague(ann, ben):
    change_routing(kind="mention", hours=1, share="turn", owners=[], by=ann.by, at=MONDAY, hand_on=True)
    hear(said("1"))
    watch(at=MONDAY + HOUR)
    watch(at=MONDAY + HOUR)
    case = conversation()
    assert case.owner == ben.by
    assert list(Notice.objects.filter(what="lost").values_list("user_id", flat=True)) == [ann.id]


def test_what_was_promised_stays_promised_when_the_hours_change(ann):
    hear(said("1"))
    change_desk(week=[[["09:00", "10:00"]]] * 7, holidays={}, by=ann.by, at=MONDAY)
    hear(said("2", "Hello?", thread="1", at=MONDAY + MINUTE))
    assert conversation().next_due_us == MONDAY + 4 * HOUR


def test_the_report_reads_what_was_stored(ann, ben):
    hear(said("1"), said("2", at=MONDAY + 1, by="bob"), said("3", at=MONDAY + 2, by="zoe"))
    one, two, three = Case.objects.order_by("id")
    write_answer(case_id=one.id, text="Yes", way="phone", by=ann.by, at=MONDAY + HOUR)
    write_answer(case_id=two.id, text="Yes", way="phone", by=ben.by, at=MONDAY + 5 * HOUR)
    close(case_id=three.id, outcome="nothing", by=ann.by, at=MONDAY + HOUR)
    told = reports.answering(since=MONDAY - DAY, until=MONDAY + DAY, at=MONDAY + DAY)
    whole = told.whole
    assert (whole.asked, whole.answered, whole.unanswered, whole.waiting) == (3, 2, 1, 0)
    assert (whole.promised, whole.in_time, whole.share_answered) == (2, 1, 2 / 3)
    assert abs(whole.median_us - 3 * HOUR) < MINUTE
    assert {who: one.answered for who, one in told.by_owner} == {ann.id: 1, ben.id: 1}
    assert told.by_hour[9].asked == 3 and sum(one.asked for one in told.by_hour) == 3
    assert told.ends.outcomes == {"nothing": 1}
    assert reports.answering(since=MONDAY + DAY, until=MONDAY + 2 * DAY, at=MONDAY + DAY).whole.median_us is None


def test_what_became_of_people_is_followed_until_the_days_are_over(ann):
    hear(said("1"))
    close(case_id=conversation().id, outcome="solved", by=ann.by, at=MONDAY + HOUR)
    follow(at=MONDAY + DAY)
    hear(said("2", "Hello again", at=MONDAY + 5 * DAY), at=MONDAY + 5 * DAY)
    follow(at=MONDAY + 6 * DAY)
    after = After.objects.get()
    assert (after.back_us, after.bought_us, after.angry, after.settled_us) == (MONDAY + 5 * DAY, None, False, None)
    follow(at=MONDAY + 61 * DAY)
    assert After.objects.get().settled_us == MONDAY + 61 * DAY
    assert Wait.objects.count() == 2
