"""From a mention to a conversation, through the honesty gate to an answer in its thread: on a real network."""

from __future__ import annotations

import pytest

from regulars.channels.networks import posting
from regulars.channels.networks.models import Item, Post, PostState
from regulars.core.clock import SECOND, now_us
from regulars.inbox.actions import answer, approve_answer
from regulars.inbox.actions.carrying import take_posts
from regulars.inbox.actions.taking import take_items
from regulars.inbox.models import Case, Entry, Wait
from regulars.team.models import User
from tests.bluesky.network import until
from tests.bluesky.test_stories import heard, read, records, says

pytestmark = [pytest.mark.slow, pytest.mark.story]
SAID = "Hello Anna, this is Olive of Northgate Sports. We close at 4 pm on Sunday. I wish you a nice day!"


@pytest.fixture
def staff(business):
    """Olive, and somebody who can be the second person."""
    return [User.objects.create_user(f"{n}@example.com", "three random words", name=n, role="owner") for n in "ab"]


def take():
    while take_items(now_us()) | take_posts(now_us()):
        pass


def answered(case, entry, staff):
    """Our answer; a claim that no statement supports is seconded by somebody else."""
    at = now_us()
    done = answer(case_id=case.id, text=SAID, public=True, by=staff[0].by, at=at, seen_entry=entry.id)
    if Post.objects.get().state == PostState.HELD:
        approve_answer(entry_id=done.entry_id, by=staff[1].by, at=at)
    return done.entry_id


def test_a_question_is_answered_in_its_thread_once_and_the_clock_stops_when_it_is_really_out(
    account, northgate, anna, staff
):
    asked = says(anna, "when do you close on Sunday?", to=northgate)
    heard(account, external=asked.uri)
    take()
    case = Case.objects.get()
    (entry,) = Entry.objects.filter(case_id=case.id, kind="said")
    assert Wait.objects.get(case_id=case.id).ended_us is None
    ours = answered(case, entry, staff)
    assert posting.say_some(account_id=account.id, at=now_us())
    assert posting.look_some(account_id=account.id, at=now_us() + 3 * SECOND)
    take()
    (there,) = records(northgate)
    assert (there.value.reply.parent.uri, there.value.text) == (asked.uri, SAID)
    assert Post.objects.get().state == PostState.CONFIRMED and Wait.objects.get(case_id=case.id).ended_us is not None
    until(lambda: read(account) or Item.objects.filter(external=there.uri, ours=True).exists())
    take()
    assert list(Entry.objects.filter(case_id=case.id, text=SAID).values_list("id", flat=True)) == [ours]
