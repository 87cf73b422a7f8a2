"""Figures of Today, Value and Retention lead to exactly the people they count."""

import pytest
from django.urls import reverse

from regulars.core import clock
from regulars.insights import queries
from regulars.insights.actions import refit
from regulars.insights.calendar import day_of
from regulars.insights.models import Prediction
from regulars.insights.tests.shops import ZONE, drawn, fill
from regulars.team.models import User


@pytest.fixture
def browser(client, business):
    user = User.objects.create_user("owner@example.com", "three random words", role="owner")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def shop(business) -> int:
    """Three hundred customers, learned from; the moment it was done."""
    at = clock.now_us()
    fill(drawn(customers=300, today=day_of(at, ZONE)))
    refit(at=at)
    return at


def listed(browser, address: str) -> list[int]:
    """Everybody on a list, page after page."""
    found, after = [], ""
    while after is not None and (after or not found):
        page = browser.get(f"{address}&after={after}")
        found += [getattr(row, "person_id", None) or row.person.id for row in page.context["rows"]]
        after = page.context["after"]
    return found


@pytest.mark.parametrize("name", queries.GROUPS)
def test_a_group_lists_as_many_as_it_counts_each_once(browser, shop, name):
    page = browser.get(f"{reverse('web:value_people')}?group={name}")
    people = listed(browser, f"{reverse('web:value_people')}?group={name}")
    assert len(people) == len(set(people)) == page.context["total"]


def test_the_best_tenth_is_worth_more_than_anybody_else(browser, shop):
    best = listed(browser, f"{reverse('web:value_people')}?group=tenth")
    assert len(best) == 30
    worst = min(Prediction.objects.filter(person_id__in=best).values_list("value_12m", flat=True))
    assert not Prediction.objects.exclude(person_id__in=best).filter(value_12m__gt=worst).exists()


def test_the_chances_of_all_add_up_to_the_buyers_that_are_expected(browser, shop):
    people = listed(browser, f"{reverse('web:value_people')}?group=likely")
    chances = Prediction.objects.filter(person_id__in=people).values_list("chance_13w", flat=True)
    assert sum(chances) == pytest.approx(queries.value(at=shop).buyers_13w, rel=0.01)


@pytest.mark.parametrize("year", ["", "&year=before"])
def test_the_repeat_rate_leads_to_who_bought_again_and_who_did_not(browser, shop, year):
    found = queries.retention()
    rate = found.repeat_year_before if year else found.repeat
    back = listed(browser, f"{reverse('web:repeat')}?back=yes{year}")
    gone = listed(browser, f"{reverse('web:repeat')}?back=no{year}")
    assert (len(back), len(gone)) == (rate.hits, rate.trials - rate.hits)
    assert not set(back) & set(gone)


def test_the_lists_behind_figures_are_given_as_files(browser, shop):
    for address in (f"{reverse('web:value_people')}?group=tenth", f"{reverse('web:repeat')}?back=no"):
        lines = b"".join(browser.get(f"{address}&format=csv").streaming_content).decode().splitlines()
        assert len(lines) == len(listed(browser, address)) + 1


def test_a_group_that_is_none_is_not_found(browser, shop):
    assert browser.get(reverse("web:value_people") + "?group=nonsense").status_code == 404


def test_before_anything_is_known_the_repeat_rate_leads_nowhere(browser):
    assert browser.get(reverse("web:repeat")).status_code == 404
