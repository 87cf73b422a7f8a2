"""A person's page: what it shows, merging by hand and undoing it, export, erasure, damaged addresses."""

import pytest
from django.urls import reverse

from regulars.core.loops import LOOPS
from regulars.core.plugs import registry
from regulars.events.actions import create_source
from regulars.events.ingest import take_in
from regulars.people.models import Node, Person
from regulars.team.models import User
from regulars.web.portrait import fact_words

ORDER = {"order_id": "1", "total": 49.9, "currency": "GBP", "products": [{"name": "Boots", "price": 49.9}]}


@pytest.fixture
def browser(client, business):
    user = User.objects.create_user("owner@example.com", "three random words", role="owner")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def people(transactional_db, business, at) -> list[int]:
    """Alice, who bought boots, and Dora, who is somebody else for now."""
    source = create_source(name="Web shop", by="system", at=at)
    alice = {
        "type": "identify",
        "userId": "a",
        "messageId": "1",
        "traits": {"name": "Alice A", "email": "a@example.org"},
    }
    bought = {"type": "track", "userId": "a", "messageId": "2", "event": "Order Completed", "properties": ORDER}
    dora = {
        "type": "identify",
        "userId": "d",
        "messageId": "3",
        "traits": {"name": "Dora D", "email": "d@example.org"},
    }
    take_in(source_id=source.id, items=[alice, bought, dora], at=at)
    settle(at)
    return [Node.objects.get(key=key).person_id for key in ("a", "d")]


def settle(at: int) -> None:
    while any([loop.step(at) for name, loop in LOOPS.items() if name != "lake"]):
        pass


def test_the_page_says_who_they_are_and_what_they_bought(browser, people):
    page = browser.get(reverse("web:person", args=[people[0]])).content.decode()
    for words in ("Alice A", "a@example.org", "Bought Boots", "£49.90", "Web shop"):
        assert words in page


def test_one_of_something_is_not_spoken_of_as_several():
    days = registry.facts["days_since_order"]
    said = [fact_words(days, value, currency="GBP", zone="Europe/London", now=0) for value in (1, 2, 1.5)]
    assert said == ["1 day", "2 days", "1.50 days"]


def test_merging_by_hand_leads_to_one_page_and_can_be_undone(browser, people, at):
    alice, dora = people
    found = browser.get(reverse("web:person_merge", args=[alice]), {"q": "dora"})
    assert [row.person.id for row in found.context["rows"]] == [dora]
    merged = browser.post(reverse("web:person_merge", args=[alice]), {"other": dora}, follow=True)
    settle(at)
    assert len(browser.get(reverse("web:person", args=[alice])).context["profile"].nodes) == 2
    undo = next(toast for toast in merged.context["messages"]).extra_tags
    browser.post(undo)
    settle(at)
    assert len(browser.get(reverse("web:person", args=[alice])).context["profile"].nodes) == 1


def test_the_address_of_who_was_merged_leads_to_who_is_left(browser, people, at):
    browser.post(reverse("web:person_merge", args=[people[0]]), {"other": people[1]})
    kept = min(people)
    response = browser.get(reverse("web:person", args=[max(people)]))
    assert response["Location"] == reverse("web:person", args=[kept])


def test_everything_held_comes_as_json(browser, people):
    response = browser.get(reverse("web:person_export", args=[people[0]]))
    assert "attachment" in response["Content-Disposition"]
    assert response.json()["person"] == people[0]


@pytest.mark.parametrize("before", ["x", "1", "1.x", "99999999999999999999.1", "'; --"])
def test_a_damaged_address_is_not_found_instead_of_a_fault(browser, people, before):
    assert browser.get(reverse("web:timeline", args=[people[0]]), {"before": before}).status_code == 404


@pytest.mark.parametrize("name", ["people", "duplicates", "quarantine"])
@pytest.mark.parametrize("after", ["x", "W10", "!!", "WyJhIl0", "bnVsbA"])
def test_a_damaged_cursor_is_not_found_instead_of_a_fault(browser, name, after):
    assert browser.get(reverse(f"web:{name}"), {"after": after}).status_code == 404


def test_pages_of_the_list_hold_everybody_once(browser, people, monkeypatch):
    from regulars.web import directory

    for sort in ("name", "-name", "last", "-last", "first", "-first"):
        seen, after = [], ""
        while after is not None:
            page = directory.listing(sort=sort, after=after, limit=1)
            seen += [row.person.id for row in page.rows]
            after = page.after
        assert sorted(seen) == sorted(people)
        assert Person.objects.filter(merged_into=None).count() == 2


def test_the_list_comes_as_a_file_in_major_units(browser, people):
    response = browser.get(reverse("web:people"), {"format": "csv", "sort": "-spent"})
    lines = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[0].startswith("person,name,email")
    assert lines[1].endswith(",1,49.90,GBP")


def test_the_cohort_of_a_month_holds_who_first_bought_then(browser, people):
    from datetime import UTC, datetime

    from regulars.commerce.models import Customer

    month = f"{datetime.fromtimestamp(Customer.objects.get(person_id=people[0]).first_us / 1e6, UTC):%Y-%m}"
    page = browser.get(reverse("web:cohort"), {"month": month})
    assert [row.person.id for row in page.context["rows"]] == [people[0]]
    assert browser.get(reverse("web:cohort"), {"month": month, "later": "1"}).context["rows"] == []


@pytest.mark.parametrize("query", [{}, {"month": "2025-13"}, {"month": "2025-03", "later": "x"}, {"month": "x"},
                                   {"month": "2025-03", "after": "WyJhIiwgMV0"}])  # fmt: skip
def test_a_cohort_that_cannot_be_is_not_found(browser, query):
    assert browser.get(reverse("web:cohort"), query).status_code == 404


def test_all_orders_can_be_shown(browser, people, at):
    source = create_source(name="Till", by="system", at=at)
    more = [
        {"type": "track", "userId": "a", "messageId": f"o{n}", "event": "Order Completed",
         "properties": ORDER | {"order_id": f"T{n}"}}
        for n in range(14)
    ]  # fmt: skip
    take_in(source_id=source.id, items=more, at=at)
    settle(at)
    alice = Node.objects.filter(key="a").order_by("id").last().person_id
    short = browser.get(reverse("web:person", args=[alice]))
    whole = browser.get(reverse("web:person", args=[alice]) + "?orders=all")
    assert (len(short.context["orders"]), len(whole.context["orders"])) == (10, 14)
    assert "Show all orders" in short.content.decode() and "Show all orders" not in whole.content.decode()
