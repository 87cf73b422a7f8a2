"""Colleagues who answer at the same moment: one is first, the others are told."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from regulars.channels.networks.models import Post
from regulars.channels.networks.taking import take
from regulars.inbox import queries
from regulars.inbox.actions import AnsweredAlready, answer, write_answer
from regulars.inbox.models import Entry
from regulars.inbox.tests.talk import MONDAY, conversation, take_all
from regulars.team.models import User

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 8


@pytest.fixture
def team(business):
    return [User.objects.create_user(f"a{n}@northgate.example", name=f"Agent {n}", role="agent") for n in range(MANY)]


def at_once(tries):
    """What came of each, done by threads of their own."""

    def one(act):
        try:
            return act()
        except AnsweredAlready:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(MANY) as workers:
        return [done for done in workers.map(one, tries) if done is not None]


def test_of_many_who_answer_at_once_one_does(there, team):
    take(account_id=there.account.id, heard=[there.says("Hello?", public=False, kind="dm", at=MONDAY)], at=MONDAY)
    take_all(MONDAY)
    case = conversation()
    seen = queries.conversation(case).last_entry

    def by(user):
        return lambda: answer(
            case_id=case.id, text=f"Hello from {user.name}", public=False, by=user.by, at=MONDAY, seen_entry=seen
        )

    done = at_once([by(user) for user in team])
    assert len(done) == Post.objects.count() == Entry.objects.filter(kind="answer").count() == 1


def test_an_answer_by_phone_and_one_on_the_network_are_not_both_given(there, team):
    take(account_id=there.account.id, heard=[there.says("Hello?", public=False, kind="dm", at=MONDAY)], at=MONDAY)
    take_all(MONDAY)
    case = conversation()
    seen = queries.conversation(case).last_entry
    common = {"case_id": case.id, "at": MONDAY, "seen_entry": seen}
    tries = [
        lambda: answer(text="Hello", public=False, by=team[0].by, **common),
        lambda: write_answer(text="Called", way="phone", by=team[1].by, **common),
    ]
    assert len(at_once(tries)) == Entry.objects.filter(kind="answer").count() == 1
