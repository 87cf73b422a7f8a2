"""What the inbox tells the honesty gate about an answer."""

import pytest

from regulars.core.clock import DAY
from regulars.inbox.actions.answering import asked_of
from regulars.inbox.actions.gating import examine_answer
from regulars.inbox.models import Case, Entry
from regulars.inbox.tests.talk import MONDAY, conversation, hear, said

pytestmark = pytest.mark.django_db
PROMISE = "We will send you another one."


def kinds(case, text, by):
    found = examine_answer(case=case, asked=asked_of(case, public=True), text=text, public=True, by=by, at=MONDAY)
    return {one.kind for one in found.findings}


def test_a_conversation_with_an_owner_that_sleeps_until_a_day_is_a_noted_promise(there, ann):
    hear(said("1", "My lamp is broken."))
    case = conversation()
    assert "promise" in kinds(case, PROMISE, ann.by)
    case.owner, case.snoozed_us = ann.by, MONDAY + 2 * DAY
    assert "promise" not in kinds(case, PROMISE, ann.by)
    case.snoozed_us = MONDAY - DAY
    assert "promise" in kinds(case, PROMISE, ann.by)


def test_who_asks_about_a_fault_we_owned_up_to_is_not_told_around_it(there, ann):
    hear(said("1", "Why were cards charged twice on Monday?"))
    case, other = (
        conversation(),
        Case.objects.create(
            kind="question", origin="net:x", title="Other", opened_us=MONDAY, opened_by="system", changed_us=MONDAY
        ),
    )
    around = "Because Monday was busy."
    assert "hidden-fault" not in kinds(case, around, ann.by)
    Entry.objects.create(
        case_id=other.id, kind="answer", public=True, by=ann.by, at=MONDAY, seen_us=MONDAY,
        text="That was our mistake. Some cards were charged twice on Monday.",
    )  # fmt: skip
    assert "hidden-fault" in kinds(case, around, ann.by)
    assert "hidden-fault" not in kinds(case, "Because our till charged some cards twice, our mistake.", ann.by)
