"""The page about pressure, and what Today and Health say about messages."""

import pytest
from django.urls import reverse

from regulars.channels.models import Campaign, Cap, Contact, Gate, Message, State
from regulars.core.clock import DAY, MINUTE, now_us
from regulars.team.models import User
from regulars.web.tests.talk import campaign, person, planned


@pytest.fixture
def browser(client, business):
    user = User.objects.create_user("owner@example.com", "three random words", role="owner")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def shown(browser, name: str) -> str:
    answer = browser.get(reverse(f"web:{name}"))
    assert answer.status_code == 200
    return answer.content.decode()


def test_pressure_is_counted_when_asked_and_says_what_it_found(browser, transactional_db, business):
    at = now_us()
    assert "Not counted yet" in shown(browser, "pressure")
    anna = person("Anna", at)
    for n in range(3):
        Contact.objects.create(node_id=anna, message_id=n, channel="email", at=at - n * DAY)
    Cap.objects.create(most=4, window_us=7 * DAY, changed_us=at, changed_by="t")
    browser.post(reverse("web:pressure_again"))
    page = shown(browser, "pressure")
    assert "People hear from us 3.0 times in 30 days" in page and "Never bought" in page
    assert "in 7 days, over all channels" in page and "no cap follows from the figures" in page


def test_the_page_asks_few_questions(browser, transactional_db, business, django_assert_max_num_queries):
    person("Anna", now_us())
    browser.post(reverse("web:pressure_again"))
    with django_assert_max_num_queries(14):
        shown(browser, "pressure")


@pytest.fixture
def trouble(transactional_db, business) -> Campaign:
    """The gate is closed, a campaign paused by itself, a message is unknown."""
    at = now_us() - 10 * MINUTE
    found = campaign(at)
    planned(found, [person("Anna", at), person("Bob", at)], at)
    Message.objects.filter(id=Message.objects.first().id).update(state=State.UNKNOWN)
    return found


def test_today_says_what_holds_messages_up(browser, trouble):
    Gate.objects.create(id=1, closed_us=5, why="Nothing was sent for 40 minutes.")
    Campaign.objects.filter(id=trouble.id).update(paused_us=5, paused_why="9 of 100 messages bounced.")
    page = shown(browser, "today")
    for sentence in (
        "Nothing leaves the house",
        "40 minutes",
        "paused by itself",
        "9 of 100",
        "1 message may or may not",
    ):
        assert sentence in page


def test_health_shows_the_queue_of_messages(browser, trouble):
    page = shown(browser, "health")
    assert "1 messages in the lane “bulk” are due" in page
    Campaign.objects.update(paused_us=5)
    assert "in the lane “bulk” are due" not in shown(browser, "health")
