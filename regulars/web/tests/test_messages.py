"""Pages about messages: the list with its filters, one message with its why, the panel on a person's page."""

import pytest
from django.urls import reverse

from regulars.channels.models import Message, State
from regulars.team.models import User
from regulars.web.tests.talk import campaign, person, planned
from regulars.web.tests.test_downloads import rows


@pytest.fixture
def browser(client, business):
    user = User.objects.create_user("owner@example.com", "three random words", role="owner")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def two(transactional_db, business, at) -> list[Message]:
    """Anna agreed, Chen did not."""
    return planned(campaign(at), [person("Anna", at), person("Chen", at, agrees=False)], at)


def page(browser, name: str, *args, query: str = "") -> str:
    answer = browser.get(reverse(f"web:{name}", args=args) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_list_says_who_was_meant_and_why_not(browser, two):
    shown = page(browser, "messages")
    assert "Anna Archer" in shown and "Chen Archer" in shown and "no consent" in shown


@pytest.mark.parametrize("query", ["?rule=consent", "?rule=consent&channel=email&state=0"])
def test_filters_leave_the_others_out(browser, two, query):
    shown = page(browser, "messages", query=query)
    assert "Chen Archer" in shown and "Anna Archer" not in shown
    assert "No such message" in page(browser, "messages", query=query + "&campaign=99")


def test_the_list_can_be_taken_along_as_it_is_filtered(browser, two):
    (everything, chosen) = (
        rows(browser, reverse("web:messages") + f"?format=csv{more}") for more in ("", "&rule=consent")
    )
    assert [row[2] for row in everything[1:]] == ["Chen Archer", "Anna Archer"]
    assert [(row[2], row[7]) for row in chosen[1:]] == [("Chen Archer", "no consent")]


@pytest.mark.parametrize("query", ["?state=11", "?campaign=x", "?after=x", "?person=" + "9" * 30])
def test_a_damaged_address_is_a_page_that_says_so(browser, two, query):
    assert browser.get(reverse("web:messages") + query).status_code == 404


def test_one_message_says_why_in_sentences(browser, two):
    anna, chen = (page(browser, "message", one.id) for one in two)
    assert "Nothing spoke against it when it was planned" in anna
    assert "They never agreed to" in chen
    assert browser.get(reverse("web:message", args=[99])).status_code == 404


def test_the_text_is_shown_in_a_frame_that_may_do_nothing(browser, two):
    answer = browser.get(reverse("web:message_text", args=[two[0].id]))
    assert b"Hello Anna" in answer.content
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "sandbox" in policy
    assert f"/u/{two[0].id}".encode() not in answer.content


def test_what_is_unknown_can_be_settled_by_somebody_and_only_once(browser, two):
    Message.objects.filter(id=two[0].id).update(state=State.UNKNOWN, handed_us=5)
    assert "It did not: plan it again" in page(browser, "message", two[0].id)
    address = reverse("web:message_settle", args=[two[0].id])
    browser.post(address, {"act": "sent"})
    assert Message.objects.get(id=two[0].id).state == State.HANDED_OFF
    browser.post(address, {"act": "again"})
    assert Message.objects.get(id=two[0].id).state == State.HANDED_OFF


def test_the_person_page_shows_their_messages_with_why(browser, two):
    address = reverse("web:person_messages", args=[two[1].node_id])
    shown = browser.get(address).content.decode()
    assert "Spring sale" in shown and "0 marketing messages reached them in 30 days" in shown


def test_a_list_of_messages_costs_the_same_whatever_their_number(browser, two, at, django_assert_max_num_queries):
    planned(campaign(at, "More"), [person(f"P{n}", at) for n in range(40)], at)
    with django_assert_max_num_queries(12):
        page(browser, "messages")
