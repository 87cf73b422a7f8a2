"""Anonymous stays anonymous, also for somebody who may read the whole database."""

from __future__ import annotations

import random

import pytest

from regulars.content.models import Template
from regulars.content.queries import prepared
from regulars.core.clock import DAY, HOUR, MINUTE
from regulars.core.models import Business
from regulars.events.models import Event
from regulars.feedback import actions
from regulars.feedback.errors import CannotAnswer
from regulars.feedback.models import Device, Invitation, Response, Said
from regulars.feedback.tests.cast import MONDAY, asked, messages, running, someone
from regulars.feedback.waves import bounds
from regulars.inbox.models import Case

pytestmark = pytest.mark.django_db


@pytest.fixture
def survey(business):
    return running(anonymous=True, smallest_group=3, review_links=[])


def answered(survey, names):
    """Each is asked and answers at another moment; their scores in the order in which they answered."""
    scores = []
    for n, name in enumerate(names):
        found = asked(survey, someone(name))
        kept = actions.answer(invitation_id=found.id, said={"score": str(n % 11)}, at=MONDAY + n * HOUR)
        actions.answer_openly(
            survey_id=survey.id, said={"why": "w", "wrong": "w"}, source="link", at=MONDAY + n * HOUR + MINUTE,
            response_id=kept.response_id,
        )  # fmt: skip
        scores.append(n % 11)
    return scores


def test_a_response_names_nobody_and_no_time(survey):
    answered(survey, ["alice", "bob", "chen", "dora"])
    begin = bounds("2026Q3", Business.load().timezone)[0]
    for one in Response.objects.all():
        assert (one.node_id, one.invitation_id, one.answered_us, one.changed_us) == (None, None, begin, None)
        assert (one.store, one.tier, one.category, one.language) == ("", "", "", "")
    assert set(Invitation.objects.values_list("answered_us", "opened_us", "started_us")) == {(begin, None, None)}
    assert not Event.objects.filter(name="Survey Answered").exists()
    assert not Case.objects.exists()


def test_the_order_of_responses_is_not_the_order_of_answering(survey):
    scores = answered(survey, [f"p{n}" for n in range(11)])
    by_id = list(Response.objects.order_by("id").values_list("score", flat=True))
    assert sorted(by_id) == sorted(scores)
    assert by_id != scores  # one chance in forty million


def test_the_mail_has_no_link_that_tells_the_number(survey):
    template = Template.objects.get(id=survey.template_id)
    assert not any("}}/" in str(variant) for variant in template.draft.values())
    asked(survey, someone("alice"))
    (message,) = messages()
    prepared.cache_clear()  # kept by number, which another test may have used
    context = {"survey": message.context["survey"], "business": {"name": "Northgate"}}
    context["links"] = {
        "unsubscribe": "https://u.example",
        "preferences": "https://p.example",
        "view": "https://v.example",
    }
    html = prepared(message.version_id, "en").render(context).html
    assert message.context["survey"]["url"] in html
    assert f"{message.context['survey']['url']}/" not in html


def test_an_invitation_answers_once_and_cannot_come_back(survey):
    found = asked(survey, someone("alice"))
    actions.answer(invitation_id=found.id, said={"score": "3"}, at=MONDAY)
    with pytest.raises(CannotAnswer):
        actions.answer(invitation_id=found.id, said={"score": "9"}, at=MONDAY + 1)
    assert Response.objects.count() == 1


def test_answers_are_released_only_in_groups_so_that_watching_the_figures_tells_nothing(survey):
    shown = []
    for n in range(7):
        found = asked(survey, someone(f"p{n}"))
        actions.answer(invitation_id=found.id, said={"score": str(random.randrange(11))}, at=MONDAY + n)
        shown.append(Response.objects.filter(released=True).count())
    assert shown == [0, 0, 3, 3, 3, 6, 6]


def test_devices_are_joined_to_no_response(survey):
    actions.change_survey(survey_id=survey.id, open_link=True, by="user:1", at=MONDAY)
    for n in range(2):
        actions.answer_openly(survey_id=survey.id, said={"score": "1"}, source="link", device="cookie", at=MONDAY + n)
    assert [r.duplicate for r in Response.objects.order_by("duplicate")] == [False, True]
    assert "cookie" not in str(list(Device.objects.values()))
    assert {field.name for field in Device._meta.local_fields} == {"id", "survey_id", "wave", "digest"}


def test_no_column_of_a_stored_response_differs_by_who_gave_it(survey):
    """Two people who answer the same leave rows that differ by the random number alone."""
    for n, name in enumerate(["alice", "bob"]):
        found = asked(survey, someone(name, tier="gold" if n else ""))
        actions.answer(invitation_id=found.id, said={"score": "5"}, language="de" if n else "en", at=MONDAY + n * DAY)
    one, other = Response.objects.values()
    one.pop("id"), other.pop("id")
    assert one == other
    assert not Said.objects.exists()
