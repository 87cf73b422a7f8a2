"""Every staff page answers: with nothing in the system, and with somebody in it."""

import pytest
from django.urls import reverse

from regulars.team.models import User
from regulars.web.urls import urlpatterns

NOT_PLAIN = ("listening_voice", "repeat", "look", "source_new", "replay", "segment_preview", "release")
PLAIN = [p.name for p in urlpatterns if "<" not in str(p.pattern) and p.name not in NOT_PLAIN]
ONLY_POST = 405  # an address that changes something and is no page


@pytest.fixture
def owner(business):
    return User.objects.create_user("owner@example.com", "three random words", role="owner")


@pytest.fixture
def browser(client, owner):
    client.force_login(owner, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.parametrize("name", PLAIN)
def test_a_page_of_an_empty_system_answers(browser, name):
    query = {"value_people": "?cell=best", "cohort": "?month=2026-03&later=2"}.get(name, "")
    # what needs a programme leads to the page that begins one
    assert browser.get(reverse(f"web:{name}") + query, follow=True).status_code in (200, ONLY_POST)


@pytest.mark.parametrize("name", PLAIN)
def test_a_page_asks_strangers_to_sign_in(client, business, name):
    response = client.get(reverse(f"web:{name}"))
    if "/account/login" not in response.get("Location", ""):  # where only a form is sent
        response = client.post(reverse(f"web:{name}"))
    assert response.status_code == 302
    assert "/account/login" in response["Location"]


def test_a_reader_sees_people_and_no_settings(client, business):
    reader = User.objects.create_user("reader@example.com", "three random words", role="reader")
    client.force_login(reader, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse("web:people"))
    assert page.status_code == 200
    assert reverse("web:settings").encode() not in page.content
    assert client.get(reverse("web:settings")).status_code == 403
    assert client.get(reverse("web:people") + "?format=csv").status_code == 403


def test_every_page_forbids_inline_script_and_style(browser):
    page = browser.get(reverse("web:today"))
    policy = page.headers["Content-Security-Policy"]
    assert "'unsafe" not in policy
    assert b" style=" not in page.content
    assert b"onclick" not in page.content


def test_settings_change_the_business(browser, business):
    fields = {"name": "Southgate", "timezone": "Europe/Berlin", "week_start": 6, "currency": "eur", "prices": "net"}
    response = browser.post(reverse("web:settings"), {**fields, "country": "de"})
    assert response.status_code == 302
    business.refresh_from_db()
    assert (business.name, business.currency, business.country) == ("Southgate", "EUR", "DE")


def test_a_wrong_currency_is_refused_with_a_sentence(browser, business):
    fields = {"name": "x", "timezone": "Europe/Berlin", "week_start": 0, "currency": "pounds", "prices": "net"}
    page = browser.post(reverse("web:settings"), {**fields, "country": "GB"})
    assert page.status_code == 200
    business.refresh_from_db()
    assert business.currency == "GBP"


def test_an_analyst_is_led_to_the_health_under_settings(client, business):
    analyst = User.objects.create_user("analyst@example.com", "three random words", role="analyst")
    client.force_login(analyst, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(reverse("web:settings"))["Location"] == reverse("web:health")
    assert client.get(reverse("web:health")).status_code == 200


def test_before_anything_is_known_nobody_is_said_to_be_fine(browser):
    page = browser.get(reverse("web:drifting")).content.decode()
    assert "Nobody is drifting away" not in page and "Import purchases" in page


@pytest.mark.django_db
def test_an_address_that_is_none_says_so_without_words_of_programmers(client):
    page = client.get("/nothing/here")
    assert page.status_code == 404 and b"Resolver404" not in page.content and b"may have been merged" in page.content
