"""The page of what is owed: teaches when empty, adds up, downloads, names what is broken."""

import pytest

from regulars.core.clock import DAY, now_us
from regulars.loyalty import ledger
from regulars.loyalty.ledger.checking import check_books
from regulars.loyalty.ledger.liability import report_liability
from regulars.loyalty.models import BooksCheck, Estimate, Programme
from regulars.people.actions import Sighting, record_sightings
from regulars.team import actions

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme(business):
    return Programme.objects.create(name="Club", starts_us=0, created_us=1, created_by="user:1")


@pytest.fixture
def browser(client, business, at):
    client.force_login(actions.add_member(email="m@example.com", role="marketer", by="system", at=at))
    return client


@pytest.fixture
def points(programme):
    at = now_us() - DAY
    node = record_sightings(sightings=[Sighting("shop", (("user", "1"),), (), {}, (), at)], source_id=1, at=at)[0]
    fields = {"programme_id": programme.id, "node_id": node, "source": "test", "occurred_us": at, "at": at}
    ledger.post_earn(**fields, key="1", amount=1000, activates_us=at, expires_us=None, cause="purchase")
    ledger.spend(programme_id=programme.id, node_id=node, source="test", key="2", amount=250, at=at)
    return node


def test_before_the_first_points_the_page_says_how_to_begin(browser, programme):
    assert "Nothing is counted yet" in browser.get("/loyalty/liability").content.decode()


def test_the_page_shows_what_was_counted_and_that_the_books_hold(browser, points):
    report_liability(at=now_us())
    check_books(at=now_us())
    page = browser.get("/loyalty/liability").content.decode()
    assert "£7.50 is owed in points" in page and "every leg, lot and balance added up" in page


def test_a_broken_invariant_stands_on_the_page_and_on_health(browser, points):
    BooksCheck.objects.create(
        at=1, broken=[{"invariant": "Balances are the sum of lots", "count": 3, "examples": [7]}]
    )
    assert "Balances are the sum of lots" in browser.get("/loyalty/liability").content.decode()
    assert "Balances are the sum of lots" in browser.get("/settings/health").content.decode()


def test_an_estimate_is_made_with_its_reason(browser, points):
    browser.post("/loyalty/liability", {"percent": 80, "why": "Two years of use"})
    assert (Estimate.objects.get().ppm, Estimate.objects.get().why) == (800_000, "Two years of use")
    assert Estimate.objects.count() == 1 and browser.post("/loyalty/liability", {"percent": 0}).status_code == 200


def test_cohorts_and_journal_can_be_downloaded(browser, points):
    lines = b"".join(browser.get("/loyalty/liability/cohorts").streaming_content).decode().splitlines()
    assert lines[0].startswith("\ufeffmonth,funder,kind,issued,used") and ",1000,250," in lines[1]
    month = lines[1].split(",")[0]
    journal = b"".join(browser.get(f"/loyalty/liability/journal?month={month}").streaming_content).decode()
    assert "Contract liability: points,1000" in journal
    assert browser.get("/loyalty/liability/journal?month=1999-01").status_code == 404
