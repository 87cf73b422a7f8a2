"""What is said on networks becomes conversations, and their clocks are right."""

from __future__ import annotations

import pytest
from django.db import connection

from regulars.channels.networks.models import Item
from regulars.core.clock import HOUR, MINUTE
from regulars.inbox import searching
from regulars.inbox.actions import close, taking, write_answer
from regulars.inbox.models import Case, Entry, Wait
from regulars.inbox.tests.talk import MONDAY, author, change, conversation, hear, said
from regulars.team.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann(business):
    return User.objects.create_user("ann@northgate.example", name="Ann Agent", role="agent")


def test_a_word_to_us_begins_one_conversation_that_waits(ann):
    item = said("1")
    hear(item)
    hear(item)
    case = conversation()
    assert (case.kind, case.audience, case.owner) == ("mention", "public", ann.by)
    assert (case.waiting_us, case.next_due_us) == (MONDAY, MONDAY + 4 * HOUR)
    assert case.author_id == author("ada").id
    assert Entry.objects.filter(kind="said").count() == Wait.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_words_are_folded_before_others_have_to_wait_and_again_if_they_changed_since(ann, monkeypatch):
    begun, folded = [], searching.folded_words

    def slowly(text):
        begun.append((connection.in_atomic_block, text.split()[0]))
        if not connection.in_atomic_block:
            Item.objects.filter(text__startswith="old").update(text="new words")
        return folded(text)

    monkeypatch.setattr(searching, "folded_words", slowly)
    monkeypatch.setattr(taking, "folded_words", slowly)
    hear(said("1", "old words", title=""), said("2", "same words", by="bob"))
    assert begun == [(False, "old"), (False, "same"), (True, "new")]
    assert list(searching.entries_with("new")) and not searching.entries_with("old")


def test_what_is_due_and_no_longer_there_is_due_no_more(ann):
    item = said("1")
    taking.note_items([item.id], at=MONDAY)
    item.delete()
    assert taking.take_items(MONDAY)
    assert not taking.take_items(MONDAY)


def test_words_that_are_not_to_us_begin_nothing(ann):
    hear(said("1", to_us=False))
    assert not Case.objects.exists()


def test_the_whole_thread_comes_in_when_it_becomes_a_conversation(ann):
    root = said("1", "I tried Northgate boots", to_us=False, by="zoe")
    hear(root)
    hear(said("2", "@northgate are they waterproof?", thread="1", parent="1", at=MONDAY + MINUTE))
    hear(said("3", "Mine are", thread="1", to_us=False, by="bob", at=MONDAY + 2 * MINUTE))
    found = Entry.objects.filter(case_id=conversation().id, item_id__isnull=False).order_by("at")
    assert [(entry.kind, entry.text) for entry in found] == [
        ("other", "I tried Northgate boots"),
        ("said", "@northgate are they waterproof?"),
        ("other", "Mine are"),
    ]


def test_an_answer_ends_the_wait_and_a_new_word_begins_another(ann):
    hear(said("1"))
    case = conversation()
    write_answer(case_id=case.id, text="Tomorrow", way="phone", by=ann.by, at=MONDAY + HOUR)
    case.refresh_from_db()
    assert (case.waiting_us, case.next_due_us, case.first_us) == (None, None, MONDAY + HOUR)
    hear(said("2", "Thanks! When?", thread="1", at=MONDAY + 2 * HOUR), at=MONDAY + 2 * HOUR)
    first, second = Wait.objects.order_by("asked_us")
    assert (first.business_us, first.in_time, first.by_user, first.first) == (HOUR, True, ann.id, True)
    assert (second.asked_us, second.ended_us, second.first) == (MONDAY + 2 * HOUR, None, False)


def test_what_was_given_on_the_network_itself_answers_too(ann):
    hear(said("1"))
    hear(said("2", "It left today", thread="1", parent="1", ours=True, at=MONDAY + HOUR))
    case = conversation()
    assert case.waiting_us is None and case.first_us == MONDAY + HOUR
    assert Wait.objects.get().by_user == 0


def test_an_answer_to_one_person_leaves_the_other_waiting(ann):
    hear(said("1"), said("2", "And mine?", by="bob", thread="1", at=MONDAY + MINUTE))
    hear(said("3", "Yours left today", thread="1", parent="1", ours=True, at=MONDAY + HOUR))
    case = conversation()
    assert case.waiting_us == MONDAY + MINUTE
    assert Wait.objects.get(ended_us=None).author_id == author("bob").id


def test_an_automatic_word_begins_nothing_and_stops_no_clock(ann):
    hear(said("0", "I am on holiday", facts={"automatic": True}))
    assert not Case.objects.exists()
    hear(said("1"))
    hear(said("2", "We got it", thread="1", parent="1", ours=True, facts={"automatic": True}, at=MONDAY + 1))
    assert conversation().waiting_us == MONDAY


def test_our_own_post_answers_nobody(ann):
    hear(said("1"), said("2", "New boots!", thread="1", ours=True, at=MONDAY + 1))
    assert conversation().waiting_us == MONDAY


def test_an_edit_changes_the_words_and_a_deletion_takes_them_away(ann):
    item = said("1", "Wher is it")
    hear(item)
    change(item, text="Where is it?", edited_us=MONDAY + 1, at=MONDAY + 1)
    assert conversation().preview == "Where is it?"
    change(item, text="", deleted_us=MONDAY + 2, at=MONDAY + 2)
    case = conversation()
    assert (case.preview, case.waiting_us, case.outcome) == ("", None, "nothing")
    assert Entry.objects.get(item_id=item.id).text == ""
    assert not Wait.objects.exists()


def test_who_was_answered_and_then_deletes_was_answered_all_the_same(ann):
    item = said("1")
    hear(item)
    write_answer(case_id=conversation().id, text="Tomorrow", way="phone", by=ann.by, at=MONDAY + HOUR)
    change(item, text="", deleted_us=MONDAY + 2 * HOUR, at=MONDAY + 2 * HOUR)
    assert Wait.objects.get().business_us == HOUR


def test_a_new_word_opens_a_closed_conversation_again(ann):
    hear(said("1"))
    case = conversation()
    close(case_id=case.id, outcome="solved", by=ann.by, at=MONDAY + HOUR)
    assert Wait.objects.get().how == "close"
    hear(said("2", "It is not!", thread="1", at=MONDAY + 2 * HOUR), at=MONDAY + 2 * HOUR)
    case.refresh_from_db()
    assert (case.closed_us, case.outcome, case.reopened, case.waiting_us) == (None, "", 1, MONDAY + 2 * HOUR)


def test_a_word_that_arrives_late_was_not_answered_by_who_had_not_read_it(ann):
    hear(said("1"))
    close(case_id=conversation().id, outcome="solved", by=ann.by, at=MONDAY + HOUR)
    late = said("2", "Wait, one more", thread="1", at=MONDAY + 30 * MINUTE, seen_us=MONDAY + 2 * HOUR)
    hear(late, at=MONDAY + 2 * HOUR)
    case = conversation()
    assert (case.closed_us, case.waiting_us) == (None, MONDAY + 30 * MINUTE)


def test_a_clock_of_the_network_that_lies_in_the_future_is_not_believed(ann):
    hear(said("1", at=MONDAY + 900 * HOUR, seen_us=MONDAY))
    assert conversation().waiting_us == MONDAY
