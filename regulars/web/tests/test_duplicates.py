"""Duplicates and the quarantine turn their pages, and say what letting a value join again would do."""

import pytest
from django.urls import reverse

from regulars.people.models import Quarantine, Suggestion
from regulars.team.models import User

PLACES = [("web:duplicates", Suggestion), ("web:quarantine", Quarantine)]


@pytest.fixture
def browser(client, business):
    user = User.objects.create_user("owner@example.com", "three random words", role="owner")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def waiting(business, at) -> None:
    """Sixty pairs to decide, sixty values set aside."""
    Suggestion.objects.bulk_create(
        Suggestion(a=2 * n, b=2 * n + 1, score=0.9, made_us=at, evidence=[], state="open") for n in range(60)
    )
    Quarantine.objects.bulk_create(
        Quarantine(type="phone", value=f"+4477009{n:05}", since_us=at, reason="shared") for n in range(60)
    )


@pytest.mark.parametrize(("name", "model"), PLACES)
def test_every_page_leads_to_the_next_until_all_were_shown(browser, waiting, name, model):
    shown, address = [], reverse(name)
    while address:
        page = browser.get(address)
        shown += page.context["page"].rows
        after = page.context["page"].after
        address = f"{reverse(name)}?after={after}" if after else ""
        assert ('rel="next"' in page.content.decode()) == bool(after)
    assert len(shown) == 60


def test_letting_a_value_join_again_says_to_how_many_first(browser, waiting):
    page = browser.get(reverse("web:quarantine")).content.decode()
    assert "Let +447700900000 join people again?" in page
    assert "0 records have this value" in page
    browser.post(reverse("web:release"), {"type": "phone", "value": "+447700900000"})
    assert Quarantine.objects.get(value="+447700900000").released_us
