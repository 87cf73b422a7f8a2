"""What became of the messages that ask: arrived, opened, clicked, answered by SMS, or not sent after all."""

from __future__ import annotations

import pytest

from regulars.channels.actions import note_feedback
from regulars.channels.models import Message, State
from regulars.channels.providers import Returned
from regulars.content.queries import prepared
from regulars.core.clock import DAY, HOUR
from regulars.feedback import actions, links
from regulars.feedback.models import Invitation, Response
from regulars.feedback.tests.cast import MONDAY, asked, messages, running, someone
from regulars.people.models import Identifier

pytestmark = pytest.mark.django_db
LINKS = {"unsubscribe": "https://u.example", "preferences": "https://p.example", "view": "https://v.example"}


@pytest.fixture(autouse=True)
def _texts_of_this_test():
    """Prepared texts are kept in the process by number, which another test may have used."""
    prepared.cache_clear()
    yield
    prepared.cache_clear()


def came_back(message, kind, at, **more):
    note_feedback(items=[Returned(kind, f"{kind}:{message.id}:{at}", at, message_id=message.id, **more)], at=at)


@pytest.fixture
def one(business):
    return asked(running(), someone("alice"))


def test_the_mail_has_a_link_for_every_number_that_chooses_it(one):
    (message,) = messages()
    context = {**message.context, "business": {"name": "Northgate"}, "links": LINKS}
    for language, question in (("en", "recommend us to a friend"), ("de", "weiterempfehlen")):
        html = prepared(message.version_id, language).render(context).html
        assert question in html
        assert [n for n in range(11) if f'{links.answer_url(one.id, n)}"' in html] == list(range(11))


def test_an_sms_has_the_question_and_one_link(business):
    one = asked(running(channel="sms"), someone("alice"))
    (message,) = messages()
    text = prepared(message.version_id, "en").render({**message.context, "links": LINKS}).text
    assert "(0-10)" in text and links.survey_url(one.id) in text


def test_what_people_do_with_it_is_noted_and_what_machines_do_is_not(one):
    (message,) = messages()
    came_back(message, "opened", MONDAY + HOUR, verdict="proxy")
    came_back(message, "clicked", MONDAY + HOUR, verdict="scanner", link=3)
    one.refresh_from_db()
    assert (one.opened_us, one.started_us) == (None, None)
    came_back(message, "opened", MONDAY + 2 * HOUR)
    came_back(message, "clicked", MONDAY + 3 * HOUR, link=3)
    one.refresh_from_db()
    assert (one.opened_us, one.started_us, one.answered_us) == (MONDAY + 2 * HOUR, MONDAY + 3 * HOUR, None)


def test_of_an_anonymous_survey_neither_opening_nor_clicking_is_noted(business):
    one = asked(running(anonymous=True), someone("alice"))
    came_back(messages()[0], "clicked", MONDAY + HOUR, link=1)
    one.refresh_from_db()
    assert (one.opened_us, one.started_us) == (None, None)


def test_a_message_that_left_the_house_arrived(one):
    Message.objects.update(state=State.HANDED_OFF, handed_us=MONDAY + 5)
    assert actions.follow_messages(at=MONDAY + HOUR) == 1
    assert actions.follow_messages(at=MONDAY + 2 * HOUR) == 0
    one.refresh_from_db()
    assert one.delivered_us == MONDAY + 5


def test_who_was_not_reached_does_not_count_as_asked_and_may_be_asked_something_else(business):
    alice = someone("alice")
    one, other = asked(running(), alice), running(name="Other")
    Message.objects.update(state=State.SKIPPED, decision={"rule": "pressure"}, ended_us=MONDAY)
    actions.follow_messages(at=MONDAY + HOUR)
    one.refresh_from_db()
    assert (one.invited_us, one.why) == (None, "pressure")
    assert asked(other, alice, at=MONDAY + DAY).invited_us == MONDAY + DAY


def test_an_sms_that_comes_back_is_an_answer(business):
    alice = someone("alice")
    one = asked(running(channel="sms"), alice)
    phone = Identifier.objects.get(type="phone").value
    reply = Returned("replied", "sms:in:1", MONDAY + HOUR, address=phone, detail="9 always friendly")
    note_feedback(items=[reply], at=MONDAY + HOUR)
    note_feedback(items=[reply], at=MONDAY + HOUR)
    assert Response.objects.get().invitation_id == one.id
    assert Invitation.objects.get().answered_us == MONDAY + HOUR
