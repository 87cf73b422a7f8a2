"""Survey pages: a GET stores nothing, a link answers once, open links are limited and flag what comes twice."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from regulars.core.clock import now_us
from regulars.feedback import actions, links
from regulars.feedback.models import Device, Invitation, Response, Said
from regulars.feedback.tests.cast import asked, running, someone

pytestmark = pytest.mark.django_db
TABLES = (Invitation, Response, Said, Device)


def everything() -> str:
    """All that is stored of surveys."""
    return str([list(model.objects.order_by("pk").values()) for model in TABLES])


@pytest.fixture
def survey(business):
    return running(at=now_us(), open_link=True, review_links=[{"label": "Our reviews", "url": "https://r.example/x"}])


@pytest.fixture
def invitation(survey):
    return asked(survey, someone("alice"), at=now_us())


def path(invitation, value=""):
    return (
        links.survey_url(invitation.id).partition("/s/")[1]
        + links.survey_url(invitation.id).partition("/s/")[2]
        + value
    )


def test_a_scanner_that_follows_every_link_answers_nothing(client, invitation):
    before = everything()
    for value in range(11):
        for method in (client.get, client.head):
            assert method(path(invitation, f"/{value}")).status_code == 200
    assert everything() == before


def test_one_click_chooses_and_one_button_answers(client, invitation):
    page = client.get(path(invitation, "/9")).content.decode()
    assert page.count("checked") == 1 and 'value="9" required checked' in page
    answer = client.post(path(invitation, "/9"), {"asked": "score", "q_score": "9"})
    assert (answer.status_code, answer.url) == (302, path(invitation))
    assert Response.objects.get().score == 9
    assert "main reason" in client.get(path(invitation)).content.decode()


def test_the_way_to_the_end_and_back_to_change_it(client, invitation):
    client.post(path(invitation), {"asked": "score", "q_score": "3"})
    client.post(path(invitation), {"asked": "wrong", "q_wrong": "The zip broke"})
    thanks = client.get(path(invitation)).content.decode()
    assert "Thank you!" in thanks and "Change my answer" in thanks
    assert "send my answer" in client.get(path(invitation) + "?again").content.decode().lower()
    client.post(path(invitation) + "?again", {"asked": "score", "q_score": "10"})
    assert Response.objects.get().score == 10 and not Said.objects.exists()


def test_everybody_is_shown_where_to_write_a_review_whatever_they_answered(survey, client):
    shown = []
    for name, score, question in (("bob", "0", "wrong"), ("chen", "10", "why")):
        one = asked(survey, someone(name), at=now_us())
        client.post(path(one), {"asked": "score", "q_score": score})
        client.post(path(one), {"asked": question, f"q_{question}": ""})
        shown.append(client.get(path(one)).content.decode().count("https://r.example/x"))
    assert shown == [1, 1]


@pytest.mark.parametrize("change", ["cut", "flip", "kind", "number"])
def test_a_link_cannot_be_made_up(client, invitation, change):
    token = links.make_token(links.INVITATION, invitation.id)
    forged = {
        "cut": token[:-1],
        "flip": ("A" if token[20] != "A" else "B").join((token[:20], token[21:])),
        "kind": links.make_token(links.RESPONSE, invitation.id),
        "number": links.make_token(links.INVITATION, invitation.id + 1)[:-4] + token[-4:],
    }[change]
    answer = client.post(f"/s/{forged}", {"asked": "score", "q_score": "9"})
    assert answer.status_code == 404
    assert not Response.objects.exists()


def test_a_value_off_the_scale_chooses_nothing(client, invitation):
    assert "checked" not in client.get(path(invitation, "/11")).content.decode()


def test_an_answer_to_a_question_that_was_not_on_the_page_is_not_taken(client, invitation):
    client.post(path(invitation), {"asked": "score", "q_score": "9", "q_why": "sneaked in"})
    assert not Said.objects.exists()


def test_an_open_link_takes_answers_and_flags_the_same_device(client, survey):
    url = reverse("portal:survey_open_at", args=[survey.slug, "high-street"])
    assert "survey_device" not in client.get(url).cookies  # nothing is kept on a device before it answers
    first = client.post(url, {"asked": "score", "q_score": "9"})
    assert first.status_code == 302
    client.post(first.url, {"asked": "why", "q_why": "Lovely"})
    assert "Thank you!" in client.get(first.url).content.decode()
    client.post(url, {"asked": "score", "q_score": "0"})
    rows = list(Response.objects.order_by("answered_us").values_list("score", "store", "duplicate", "node_id"))
    assert rows == [(9, "high-street", False, None), (0, "high-street", True, None)]


def test_stuffing_an_open_link_from_one_place_ends_soon(survey):
    url = reverse("portal:survey_open", args=[survey.slug])
    codes = [Client().post(url, {"asked": "score", "q_score": "0"}).status_code for _ in range(15)]
    assert codes == [302] * 10 + [429] * 5


def test_a_trap_that_only_machines_fill_in_stores_nothing(client, survey):
    url = reverse("portal:survey_open", args=[survey.slug])
    assert client.post(url, {"asked": "score", "q_score": "0", "website": "x"}).status_code == 200
    assert not Response.objects.exists()


def test_a_survey_without_an_open_link_has_none(client, survey):
    actions.change_survey(survey_id=survey.id, open_link=False, by="user:1", at=now_us())
    assert client.get(reverse("portal:survey_open", args=[survey.slug])).status_code == 404


def test_at_the_till_one_customer_follows_the_other_in_a_frame_of_our_own(client, survey):
    url = reverse("portal:survey_till", args=[survey.slug])
    page = client.get(url)
    assert page["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in page["Content-Security-Policy"]
    for score in ("9", "2"):
        answer = client.post(url, {"asked": "score", "q_score": score})
        assert answer.status_code == 302
    assert [r.duplicate for r in Response.objects.all()] == [False, False]
    client.post(answer.url, {"asked": "wrong", "q_wrong": ""})
    assert "Next customer" in client.get(answer.url).content.decode()


def test_the_page_speaks_the_visitors_language(client, invitation):
    page = client.get(path(invitation), HTTP_ACCEPT_LANGUAGE="de").content.decode()
    assert "weiterempfehlen" in page and "Antwort senden" in page


def test_an_anonymous_answer_is_gone_from_the_link_it_came_by(client, business):
    survey = running(name="Quiet", at=now_us(), anonymous=True)
    one = asked(survey, someone("dora"), at=now_us())
    answer = client.post(path(one), {"asked": "score", "q_score": "2"})
    assert answer.url.startswith("/s/c/")
    client.post(answer.url, {"asked": "wrong", "q_wrong": "Cold shop"})
    assert Said.objects.get().text == "Cold shop"
    again = client.get(path(one)).content.decode()
    assert "answered already" in again and "Cold shop" not in again
    assert client.post(path(one), {"asked": "score", "q_score": "10"}).status_code == 409
