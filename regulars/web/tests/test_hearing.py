"""Pages of surveys and cases: who may, what they say when nothing is there, what is asked is what is stored."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from regulars.core.clock import DAY, now_us
from regulars.feedback import actions as feedback
from regulars.feedback.models import Response, Survey
from regulars.feedback.tests.cast import asked, running, someone
from regulars.inbox.actions import open_case
from regulars.inbox.models import Case, Desk, Entry, Notice, Routing
from regulars.team.models import User
from regulars.web.tests.test_downloads import rows

pytestmark = pytest.mark.django_db


def signed_in(role: str) -> Client:
    client = Client()
    user = User.objects.create_user(f"{role}@example.com", name=role.capitalize(), role=role)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    client.user = user
    return client


@pytest.fixture
def owner(business):
    return signed_in("owner")


def act(client, case, **said):
    return client.post(reverse("web:case_act", args=[case]), said)


def say(client, case, mode, text, **said):
    return client.post(reverse("web:inbox_say", args=[case]), {"mode": mode, "text": text, **said})


def new_case(**more):
    return open_case(origin="x:1", kind="detractor", title="2 of 10", node_id=None, at=now_us() - DAY, **more)


def test_empty_pages_teach_the_first_step(owner):
    for name, words in (
        ("inbox", "Connect an account"), ("surveys", "Begin with one question"),
        ("inbox_numbers", "No conversation in this time"),
        ("survey_topics", "Name what people write about"),
    ):  # fmt: skip
        assert words in owner.get(reverse(f"web:{name}")).content.decode()


def test_who_only_reads_can_neither_answer_nor_change(business):
    reader, case = signed_in("reader"), new_case()
    assert reader.get(reverse("web:case", args=[case])).status_code == 200
    assert act(reader, case, do="take").status_code == 403
    assert reader.get(reverse("web:survey_new")).status_code == 403
    assert reader.get(reverse("web:inbox_desk")).status_code == 403
    assert not Entry.objects.exists()


def test_everything_that_can_be_done_with_a_case(owner):
    case = new_case(body="Too late", said_by="person")
    for said in (
        {"do": "take"}, {"do": "priority", "priority": "2"}, {"do": "snooze", "until": "tomorrow"}, {"do": "wake"},
        {"do": "assign", "owner": ""}, {"do": "close", "outcome": "recovered"}, {"do": "reopen"},
    ):  # fmt: skip
        assert act(owner, case, **said).status_code == 302, said
    assert say(owner, case, "note", "hm").status_code == 302
    assert say(owner, case, "otherwise", "Sorry", way="phone").status_code == 302
    page = owner.get(reverse("web:case", args=[case])).content.decode()
    for words in (
        "Too late",
        "hm",
        "Sorry",
        "by phone",
        "closed it: Won back",
        "opened it again",
        "put it aside until",
    ):
        assert words in page


def test_what_cannot_be_done_is_said_and_what_was_written_stays(owner):
    case = new_case()
    page = say(owner, case, "otherwise", "I wrote a lot", way="pigeon")
    assert page.status_code == 422
    assert "Say how you answered" in page.content.decode() and "I wrote a lot</textarea>" in page.content.decode()
    assert act(owner, case, do="close", outcome="x").status_code == 422
    assert Case.objects.get().closed_us is None


def test_two_who_look_at_a_case_see_each_other(owner):
    case, other = new_case(), signed_in("agent")
    other.post(reverse("web:case_looking", args=[case]) + "?typing")
    said = owner.post(reverse("web:case_looking", args=[case])).content.decode()
    assert "Agent is writing just now." in said and "Owner" not in said


def test_opening_a_case_marks_what_one_was_told_about_it_as_seen(owner):
    case = new_case(owner=owner.user.by)
    assert Notice.objects.get().seen_us is None
    owner.get(reverse("web:case", args=[case]))
    assert Notice.objects.get().seen_us is None  # a GET changes nothing
    owner.post(reverse("web:case_looking", args=[case]))
    assert Notice.objects.get().seen_us is not None


def test_hours_and_rules_are_saved_or_said_what_is_wrong(owner):
    url = reverse("web:inbox_desk")
    said = {f"day{n}": "9:00–12:00, 13:00-17:30" for n in range(5)} | {"holidays": "2026-12-25 Christmas Day"}
    assert owner.post(url, said).status_code == 302
    assert Desk.objects.get().week[0] == [["09:00", "12:00"], ["13:00", "17:30"]] and Desk.objects.get().week[6] == []
    assert owner.post(url, said | {"day0": "morning"}).status_code == 422
    promise = {"kind": "detractor", "account": "0", "hours": "4,5", "share": "turn", "owners": [owner.user.id]}
    owner.post(reverse("web:inbox_target"), promise)
    rule = Routing.objects.get()
    assert (rule.hours, rule.owners) == (4.5, [owner.user.id])


def test_today_says_what_is_overdue_and_what_nobody_has(owner):
    new_case(due_us=now_us() - 1)
    Case.objects.update(owner="")
    page = owner.get(reverse("web:today")).content.decode()
    assert "1 case is overdue" in page and "Nobody has taken 1 case" in page


def test_a_survey_is_edited_as_it_is_shown(owner):
    survey = feedback.create_survey(name="Short", kind="short", by="user:1", at=now_us())
    said = {
        "name": "Short", "languages": "en, de", "trigger": "event", "event": "Order Completed", "after_days": "7",
        "share": "50", "wave": "month", "channel": "email", "rest_days": "10",
        "again_days": "20", "links": "Us https://a.b/c",
        "id0": "found", "kind0": "choice", "text0_en": "Found it?", "text0_de": "Gefunden?",
        "options0": "Yes | Ja\nNo | Nein",
        "kind1": "text", "text1_en": "What not?", "after1": "found", "op1": "=", "value1": "No",
    }  # fmt: skip
    assert owner.post(reverse("web:survey_edit", args=[survey.id]), said).status_code == 302
    survey.refresh_from_db()
    assert (survey.share, survey.wave, survey.trigger["after_days"]) == (0.5, "month", 7)
    assert survey.draft["questions"][1]["when"] == {"question": "found", "op": "in", "value": ["o2"]}
    assert survey.review_links == [{"label": "Us", "url": "https://a.b/c"}]
    page = owner.get(reverse("web:survey_edit", args=[survey.id])).content.decode()
    assert "Yes | Ja" in page and 'value="Gefunden?"' in page
    wrong = owner.post(reverse("web:survey_edit", args=[survey.id]), said | {"options0": "Only one", "after1": ""})
    assert wrong.status_code == 422 and "different answers" in wrong.content.decode()


def test_the_page_of_a_survey_shows_score_rate_and_groups(owner):
    survey = running(rest_days=0)
    for n, score in enumerate((9, 10, 3, 8)):
        one = asked(survey, someone(f"p{n}"))
        feedback.answer(invitation_id=one.id, said={"score": str(score)}, at=one.invited_us + 1)
    asked(survey, someone("silent"))
    page = owner.get(reverse("web:survey", args=[survey.id])).content.decode()
    assert "NPS +25" in page and "80\N{NO-BREAK SPACE}%" in page and "of 5 who were asked" in page
    for name in ("survey_answers", "survey_edit"):
        assert owner.get(reverse(f"web:{name}", args=[survey.id])).status_code == 200
    file = rows(owner, reverse("web:survey_answers", args=[survey.id]) + "?format=csv")
    assert sorted((row[3], row[4]) for row in file[1:]) == [
        ("10", "promoter"), ("3", "detractor"), ("8", "passive"), ("9", "promoter")
    ]  # fmt: skip
    response = Response.objects.get(score=3)
    owner.post(reverse("web:survey_leave_out", args=[response.id]), {"why": "our own test"})
    assert "NPS +67" in owner.get(reverse("web:survey", args=[survey.id])).content.decode()
    assert "our own test" in owner.get(reverse("web:survey_answers", args=[survey.id])).content.decode()


def test_pages_of_an_anonymous_survey_name_nobody_and_show_no_small_group(owner):
    survey = running(anonymous=True, smallest_group=3)
    for n in range(2):
        one = asked(survey, someone(f"quentin{n}"))
        feedback.answer(invitation_id=one.id, said={"score": "1"}, at=one.invited_us + 1)
    for name in ("survey", "survey_answers"):
        page = owner.get(reverse(f"web:{name}", args=[survey.id])).content.decode()
        assert "Nothing can be shown yet" in page and "quentin" not in page
    person = one.node_id
    assert "Would" not in owner.get(reverse("web:person_surveys", args=[person])).content.decode()
    assert survey.name not in owner.get(reverse("web:person_surveys", args=[person])).content.decode()


def test_a_survey_is_started_and_stopped_by_those_who_may(business):
    survey = feedback.create_survey(name="S", kind="nps", by="user:1", at=now_us())
    agent, marketer = signed_in("agent"), signed_in("marketer")
    url = reverse("web:survey_act", args=[survey.id])
    assert agent.post(url, {"do": "start"}).status_code == 403
    marketer.post(url, {"do": "start"})
    assert Survey.objects.get().started_us
    marketer.post(url, {"do": "stop"})
    assert Survey.objects.get().stopped_us
