"""Answers go out once, by one person, after the gate, and only what is really out stops a clock."""

from __future__ import annotations

import pytest

from regulars.channels.networks import posting
from regulars.channels.networks.models import Item, Post, PostState
from regulars.channels.networks.shape import Said
from regulars.channels.networks.taking import take
from regulars.core.clock import HOUR, MINUTE, SECOND
from regulars.inbox import queries
from regulars.inbox.actions import (
    AnsweredAlready,
    CannotDo,
    answer,
    approve_answer,
    close,
    retry_answer,
    save_draft,
    withdraw_answer,
    write_answer,
)
from regulars.inbox.models import Draft, Entry, Notice, Wait
from regulars.inbox.tests.talk import MONDAY, conversation, take_all

pytestmark = pytest.mark.django_db
LATER = MONDAY + HOUR
TEXT = "Hello, this is Ann from Northgate Sports. Thank you for asking: would you send us a private message?"


@pytest.fixture
def asked(there, ann, ben):
    """Somebody asks us in public."""

    def ask(text="Where is my order?", at=MONDAY, **more):
        said = there.says(text, at=at, **more)
        take(account_id=there.account.id, heard=[said], at=at)
        take_all(at)
        return conversation()

    return ask


def reply(case, by, *, at=LATER, text=TEXT, public=True, seen=None, **more):
    last = queries.conversation(case).last_entry if seen is None else seen
    return answer(case_id=case.id, text=text, public=public, by=by, at=at, seen_entry=last, **more)


def send_all(there, at):
    for moment in (at, at + 3 * SECOND):
        while posting.say_some(account_id=there.account.id, at=moment):
            pass
        while posting.look_some(account_id=there.account.id, at=moment):
            pass
        take_all(moment)


def test_an_answer_goes_out_and_then_the_clock_stops(there, asked, ann):
    case = asked()
    done = reply(case, ann.by)
    assert done.state == "planned"
    assert conversation().waiting_us == MONDAY
    send_all(there, LATER + MINUTE)
    case = conversation()
    assert (case.waiting_us, case.first_us) == (None, LATER + MINUTE)
    assert [saying.text for saying in there.said] == [TEXT]
    entry = Entry.objects.get(id=done.entry_id)
    assert (entry.facts["state"], entry.public) == ("confirmed", True)
    assert there.said[0].reply_to == Item.objects.get(ours=False).external


def test_what_the_network_reads_back_is_the_same_entry(there, asked, ann):
    case = asked()
    done = reply(case, ann.by)
    send_all(there, LATER)
    post = Post.objects.get()
    back = there.says(TEXT, external=post.external, ours=True, to_us=False, thread="i1", parent="i1", at=LATER)
    take(account_id=there.account.id, heard=[back], at=LATER + MINUTE)
    take_all(LATER + MINUTE)
    answers = Entry.objects.filter(kind="answer")
    assert [entry.id for entry in answers] == [done.entry_id]
    assert answers[0].item_id is not None


def test_read_back_before_we_knew_that_it_was_out_it_is_one_entry_all_the_same(there, asked, ann):
    case = asked()
    done = reply(case, ann.by)
    key = Post.objects.get().key
    back = there.says(TEXT, external=f"p:{key}", ours=True, to_us=False, thread="i1", parent="i1", at=LATER)
    take(account_id=there.account.id, heard=[back], at=LATER)
    take_all(LATER)
    send_all(there, LATER + MINUTE)
    assert [entry.id for entry in Entry.objects.filter(kind="answer")] == [done.entry_id]
    assert Wait.objects.get().ended_us is not None


def test_nothing_is_answered_by_a_second_person_who_has_not_seen_the_first_answer(there, asked, ann, ben):
    case = asked()
    seen = queries.conversation(case).last_entry
    reply(case, ann.by, seen=seen)
    with pytest.raises(AnsweredAlready, match="Ann Agent answered"):
        reply(case, ben.by, seen=seen, text="Let us have a look at it, shall we?")
    with pytest.raises(AnsweredAlready):
        write_answer(case_id=case.id, text="Called", way="phone", by=ben.by, at=LATER, seen_entry=seen)
    assert Post.objects.count() == 1
    assert reply(case, ben.by, at=LATER + 1, text=TEXT + " We are here until six.").state


def test_what_was_answered_on_the_network_itself_is_seen_too(there, asked, ann):
    case = asked()
    seen = queries.conversation(case).last_entry
    back = there.says("Done!", external="x", ours=True, to_us=False, thread="i1", parent="i1", at=MONDAY + MINUTE)
    take(account_id=there.account.id, heard=[back], at=MONDAY + MINUTE)
    take_all(MONDAY + MINUTE)
    with pytest.raises(AnsweredAlready, match="on the network itself"):
        reply(case, ann.by, seen=seen)


def test_sent_twice_by_an_impatient_click_it_is_one_answer(there, asked, ann):
    case = asked()
    seen = queries.conversation(case).last_entry
    assert reply(case, ann.by, seen=seen).entry_id == reply(case, ann.by, seen=seen).entry_id
    assert Post.objects.count() == 1


def test_a_claim_waits_for_a_second_person_who_is_not_its_writer(there, asked, ann, ben):
    case = asked()
    done = reply(case, ann.by, text="Hello, Ann from Northgate Sports here. All our boots are 100 % waterproof.")
    assert done.state == "held" and done.why
    send_all(there, LATER)
    assert there.said == [] and conversation().waiting_us == MONDAY
    assert [entry.id for entry, _post in queries.held_answers()] == [done.entry_id]
    with pytest.raises(CannotDo, match="somebody else"):
        approve_answer(entry_id=done.entry_id, by=ann.by, at=LATER)
    assert approve_answer(entry_id=done.entry_id, by=ben.by, at=LATER + MINUTE) == "planned"
    send_all(there, LATER + MINUTE)
    assert len(there.said) == 1 and conversation().first_us == LATER + MINUTE


def test_an_answer_that_is_held_is_withdrawn_and_another_can_be_given(there, asked, ann, ben):
    case = asked()
    done = reply(case, ann.by, text="Hello, Ann from Northgate Sports here. All our boots are 100 % waterproof.")
    withdraw_answer(entry_id=done.entry_id, by=ann.by, at=LATER)
    assert Post.objects.get().state == PostState.CANCELLED
    assert reply(case, ben.by, seen=0).state == "planned"


def test_a_failed_answer_tells_its_writer_and_the_person_still_waits(there, asked, ann):
    case = asked()
    there.answers.append(Said("failed", reply="You are blocked"))
    done = reply(case, ann.by)
    send_all(there, LATER)
    assert conversation().waiting_us == MONDAY
    assert Notice.objects.filter(user_id=ann.id, what="failed").exists()
    retry_answer(entry_id=done.entry_id, by=ann.by, at=LATER + MINUTE)
    send_all(there, LATER + MINUTE)
    assert conversation().waiting_us is None


def test_a_private_answer_goes_to_the_person_alone(there, asked, ann):
    case = asked(public=False, kind="dm")
    with pytest.raises(CannotDo, match="in private"):
        reply(case, ann.by)
    reply(case, ann.by, public=False)
    send_all(there, LATER)
    assert there.said[0].private and there.said[0].to == "someone1"


def test_an_automatic_acknowledgement_never_stops_a_clock(there, asked):
    case = asked()
    said = "This is an automatic reply of Northgate Sports: we have read your message."
    answer(case_id=case.id, text=said, public=True, by="rule:1", at=MONDAY, seen_entry=None, automatic=True)
    send_all(there, MONDAY)
    assert len(there.said) == 1
    assert conversation().waiting_us == MONDAY and conversation().first_us is None


def test_what_a_colleague_began_is_kept_until_it_is_sent(asked, ann):
    case = asked()
    save_draft(case_id=case.id, user_id=ann.id, text="Dear", public=True, at=MONDAY)
    assert [draft.text for draft in queries.conversation(case).drafts] == ["Dear"]
    reply(case, ann.by)
    assert not Draft.objects.exists()


def test_closed_conversations_and_cases_without_a_network_are_not_answered_there(asked, ann):
    case = asked()
    close(case_id=case.id, outcome="nothing", by=ann.by, at=MONDAY)
    with pytest.raises(CannotDo, match="closed"):
        reply(case, ann.by)
