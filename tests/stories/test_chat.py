"""A visitor asks in the chat box, a colleague answers in the inbox, the visitor reads it: one conversation."""

from __future__ import annotations

import re

import pytest

from regulars.channels.models import Message
from regulars.channels.networks import posting
from regulars.channels.networks.accounts import connect
from regulars.channels.networks.models import Post, PostState
from regulars.core.clock import MINUTE, SECOND, now_us
from regulars.inbox.actions import answer
from regulars.inbox.loops import take_due
from regulars.inbox.models import Case, Entry
from regulars.inbox.queries import conversation
from regulars.portal.actions.talking import mail_answers
from regulars.team.models import User

pytestmark = pytest.mark.django_db
FIELD = re.compile(r'name="(once|talk)" value="([^"]*)"')


@pytest.fixture
def box(business, at, settings, tmp_path):
    settings.REGULARS_HOME = tmp_path  # the heartbeat of other tests is not in it
    return connect(kind="box", values={"slug": "help", "headline": "Ask us"}, by="user:1", at=at)


@pytest.fixture
def ann(db):
    return User.objects.create_user("ann@northgate.example", name="Ann", role="agent").by


def write(client, text: str, **more) -> None:
    page = dict(FIELD.findall(client.get("/chat/help").content.decode()))
    assert client.post("/chat/help", page | {"text": text} | more).status_code == 302


def work(account, at: int) -> None:
    """What the loops of the worker do."""
    for moment in (at, at + 3 * SECOND):
        while take_due(moment):
            pass
        while posting.say_some(account_id=account.id, at=moment):
            pass
        while posting.look_some(account_id=account.id, at=moment):
            pass


def test_a_question_in_the_chat_is_answered_from_the_inbox(client, box, ann):
    write(client, "Do you have size 38?", email="anna@example.org")
    asked = Message.objects.get(key__contains=":confirm-talk:").context["confirm_url"]
    client.post(re.sub(r"^https?://[^/]+", "", asked))
    at = now_us()
    work(box, at)
    case = Case.objects.get()
    assert (case.account_id, case.audience) == (box.id, "private") and case.waiting_us
    answer(case_id=case.id, text="Hello, this is Ann. Yes, we do.", public=False, by=ann, at=at + SECOND,
           seen_entry=conversation(case).last_entry)  # fmt: skip
    work(box, at + 2 * SECOND)
    assert Post.objects.get().state == PostState.CONFIRMED
    assert "Yes, we do." in client.get("/chat/help").content.decode()
    assert Entry.objects.filter(case_id=case.id, kind="answer").count() == 1
    assert Case.objects.get().waiting_us is None
    assert mail_answers(at=at + 10 * MINUTE) == 1
    write(client, "Great, thank you.")
    work(box, now_us() + 20 * SECOND)
    assert Case.objects.count() == 1 and Entry.objects.filter(case_id=case.id, kind="said").count() == 2
