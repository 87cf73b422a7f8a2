"""From asking to the case: who is asked, what is stored, what follows."""

from __future__ import annotations

import json

import pytest

from regulars.core.clock import DAY, HOUR
from regulars.events.models import Event
from regulars.feedback import actions, links
from regulars.feedback.errors import CannotAnswer, CannotDo
from regulars.feedback.models import Invitation, Response, Said
from regulars.feedback.questions import AnswerError
from regulars.feedback.reactions import take_reply
from regulars.feedback.tests.cast import MONDAY, asked, messages, running, someone
from regulars.inbox.actions import close
from regulars.inbox.models import Case, Entry
from regulars.people.actions import erase_person
from regulars.people.queries import export_person
from regulars.team.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(business):
    return someone("alice")


@pytest.fixture
def ann(business):
    return User.objects.create_user("ann@northgate.example", name="Ann", role="agent")


def say(invitation, score, at=MONDAY + HOUR, **more):
    return actions.answer(invitation_id=invitation.id, said={"score": str(score), **more}, at=at)


def test_somebody_who_is_asked_gets_a_message_with_a_link_of_their_own(alice):
    found = asked(running(), alice)
    (message,) = messages()
    assert found.invited_us == MONDAY and found.message_id == message.id
    assert message.context == {"survey": {"url": links.survey_url(found.id)}}


def test_asking_again_for_the_same_occasion_asks_nobody_twice(alice):
    survey = running()
    asked(survey, alice)
    assert actions.invite(survey_id=survey.id, node_ids=[alice], occasion="hand:1", at=MONDAY + 1) == 0


def test_a_survey_that_does_not_run_asks_nobody(alice):
    survey = running()
    actions.stop_survey(survey_id=survey.id, by="user:1", at=MONDAY)
    assert actions.invite(survey_id=survey.id, node_ids=[alice], occasion="x", at=MONDAY) == 0


def test_who_did_not_agree_is_not_asked_and_the_reason_is_kept(business):
    chen = someone("chen", consent="withdrawn")
    found = asked(running(), chen)
    assert (found.invited_us, found.why) == (None, "consent")
    assert messages() == []


def test_chance_is_the_same_for_every_occasion_of_a_wave(business):
    people = [someone(f"p{n}") for n in range(60)]
    survey = running(share=0.25, wave="quarter")
    for occasion in range(10):
        actions.invite(survey_id=survey.id, node_ids=people, occasion=f"order:{occasion}", at=MONDAY + occasion)
    drawn = set(Invitation.objects.values_list("node_id", flat=True))
    assert 4 <= len(drawn) <= 28
    assert Invitation.objects.count() == 10 * len(drawn)


def test_who_was_asked_lately_waits_and_is_asked_when_they_have_rested(alice):
    first, other = running(rest_days=10), running(name="Other", rest_days=10)
    asked(first, alice)
    waiting = asked(other, alice, at=MONDAY + DAY)
    assert waiting.invited_us is None and waiting.dropped_us is None
    actions.send_invitations(at=MONDAY + 10 * DAY - 1)
    assert len(messages()) == 1
    actions.send_invitations(at=MONDAY + 10 * DAY)
    waiting.refresh_from_db()
    assert waiting.invited_us == MONDAY + 10 * DAY


def test_the_same_survey_rests_longer_than_others(alice):
    survey = running(rest_days=1, again_days=20)
    asked(survey, alice, occasion="a")
    asked(survey, alice, at=MONDAY + 2 * DAY, occasion="b")
    assert len(messages()) == 1
    actions.send_invitations(at=MONDAY + 20 * DAY)
    assert len(messages()) == 2


def test_a_question_that_waited_too_long_is_dropped(alice):
    survey, other = running(rest_days=60), running(name="Other", rest_days=60)
    asked(survey, alice)
    asked(other, alice, at=MONDAY + DAY)
    actions.send_invitations(at=MONDAY + 61 * DAY)
    assert Invitation.objects.get(survey_id=other.id).why == "expired"


def test_of_two_questions_the_more_important_goes_first(alice):
    low, high = running(priority=55), running(name="High", priority=65)
    for survey in (low, high):
        actions.invite(survey_id=survey.id, node_ids=[alice], occasion="x", at=MONDAY)
    actions.send_invitations(at=MONDAY)
    assert [i.survey_id for i in Invitation.objects.filter(invited_us__isnull=False)] == [high.id]


def test_many_are_sent_in_a_handful_of_questions(business, django_assert_max_num_queries):
    people = [someone(f"p{n}") for n in range(100)]
    survey = running()
    actions.invite(survey_id=survey.id, node_ids=people, occasion="x", at=MONDAY)
    with django_assert_max_num_queries(80):
        actions.send_invitations(at=MONDAY)
    assert len(messages()) == 100


def test_an_answer_is_stored_once_and_may_be_changed_for_some_hours(alice):
    found = asked(running(change_hours=2), alice)
    say(found, 9)
    say(found, 3, at=MONDAY + 2 * HOUR)
    kept = Response.objects.get()
    assert (kept.score, kept.part, kept.changes, kept.answered_us) == (3, "detractor", 1, MONDAY + HOUR)
    with pytest.raises(CannotAnswer) as refused:
        say(found, 10, at=MONDAY + 3 * HOUR + 1)
    assert refused.value.reason == "used"
    assert Response.objects.get().score == 3


def test_what_depends_on_an_answer_goes_when_the_answer_changes(alice):
    found = asked(running(), alice)
    say(found, 2, wrong="The zip broke")
    say(found, 10)
    assert list(Said.objects.all()) == []
    assert "wrong" not in Response.objects.get().answers


@pytest.mark.parametrize("score", ["11", "-1", "ten", "", "9.5", "٣"])
def test_a_number_off_the_scale_is_not_stored(alice, score):
    found = asked(running(), alice)
    with pytest.raises(AnswerError):
        say(found, score)
    assert not Response.objects.exists()


def test_an_answer_is_an_event_of_the_person_without_their_words(alice):
    say(asked(running(), alice), 9, why="Lovely people")
    event = Event.objects.get(name="Survey Answered")
    assert event.node_id == alice
    said = json.loads(event.properties)
    assert (said["score"], said["group"]) == (9, "promoter")
    assert "Lovely" not in str(event.properties)


def test_a_detractor_opens_a_case_with_their_words_and_a_promoter_none(alice, ann):
    survey = running()
    say(asked(survey, alice), 9)
    assert not Case.objects.exists()
    bob = someone("bob")
    found = asked(survey, bob)
    say(found, 2)
    say(found, 2, wrong="The zip broke")
    case = Case.objects.get()
    assert (case.kind, case.node_id, case.owner, case.title) == ("detractor", bob, ann.by, "2 of 10: How are we?")
    assert case.due_us == MONDAY + HOUR + 2 * DAY  # two working days later
    assert [entry.text for entry in Entry.objects.filter(kind="said")] == ["The zip broke"]


def test_who_was_won_back_is_asked_again_although_they_were_asked_lately(alice, ann):
    survey = running(reask_days=14)
    say(asked(survey, alice), 2)
    close(case_id=Case.objects.get().id, outcome="recovered", by=ann.by, at=MONDAY + 2 * DAY)
    actions.send_invitations(at=MONDAY + 16 * DAY - 1)
    assert len(messages()) == 1
    actions.send_invitations(at=MONDAY + 16 * DAY)
    again = Invitation.objects.get(occasion__startswith="reask:")
    assert again.invited_us == MONDAY + 16 * DAY
    say(again, 9, at=MONDAY + 17 * DAY)
    assert sorted(Response.objects.values_list("score", flat=True)) == [2, 9]


def test_a_case_that_did_not_end_well_asks_nothing(alice, ann):
    say(asked(running(), alice), 2)
    close(case_id=Case.objects.get().id, outcome="gave up", by=ann.by, at=MONDAY + 2 * DAY)
    assert Invitation.objects.count() == 1


def test_an_sms_that_begins_with_a_number_answers_with_its_reason(alice):
    found = asked(running(channel="sms"), alice)
    assert take_reply(alice, "3 because the zip broke", at=MONDAY + HOUR)
    assert Response.objects.get(invitation_id=found.id).score == 3
    assert Said.objects.get().text == "because the zip broke"


@pytest.mark.parametrize("text", ["Thanks!", "42", "Ring me at 9", ""])
def test_an_sms_that_is_no_answer_stores_nothing(alice, text):
    asked(running(channel="sms"), alice)
    assert not take_reply(alice, text, at=MONDAY + HOUR)
    assert not Response.objects.exists()


def test_a_person_who_stands_before_us_is_asked_without_a_message(alice):
    survey = running()
    one = actions.invite_here(survey_id=survey.id, node_id=alice, occasion="till:5", at=MONDAY)
    assert one == actions.invite_here(survey_id=survey.id, node_id=alice, occasion="till:5", at=MONDAY + 1)
    actions.answer(invitation_id=one, said={"score": "8"}, at=MONDAY + 2)
    assert Response.objects.get().source == "till"
    assert messages() == []


def test_leaving_an_answer_out_needs_a_reason(alice):
    say(asked(running(), alice), 9)
    with pytest.raises(CannotDo, match="why"):
        actions.exclude(response_id=Response.objects.get().id, why=" ", by="user:1", at=MONDAY)


def test_anonymity_cannot_be_taken_back(business):
    survey = running(anonymous=True)
    with pytest.raises(CannotDo, match="told"):
        actions.change_survey(survey_id=survey.id, anonymous=False, by="user:1", at=MONDAY)


def test_everything_of_a_person_is_exported_and_erased(alice, ann):
    say(asked(running(), alice), 2, wrong="The zip broke")
    assert "The zip broke" in str(export_person(alice))
    erase_person(person_id=alice, by="user:1", at=MONDAY + DAY)
    assert not Response.objects.exists() and not Said.objects.exists() and not Invitation.objects.exists()
    assert not Entry.objects.exclude(text="").exists()
