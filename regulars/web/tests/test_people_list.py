"""The list of people, narrowed to a segment: the same orders, the same search, the same file."""

import pytest

from regulars.core.clock import DAY, from_us
from regulars.events.actions import create_source
from regulars.events.ingest import take_in
from regulars.people.models import Node
from regulars.segments.actions import create_list
from regulars.segments.models import Segment
from regulars.web import directory
from regulars.web.tests.test_downloads import rows
from regulars.web.tests.test_person import browser, settle

__all__ = ["browser"]  # a fixture


@pytest.fixture
def people(transactional_db, business, at) -> list[int]:
    """Five of them, who came and bought on different days; the last one bought nothing."""
    source = create_source(name="Web shop", by="system", at=at)
    items = []
    for n, name in enumerate(["Mona", "Alice", "Zoe", "Bob", "Eve"]):
        when = from_us(at - n * DAY).isoformat()
        traits = {"name": f"{name} Miller", "email": f"{name}@example.org".lower()}
        items.append({"type": "identify", "userId": name, "messageId": f"i{n}", "timestamp": when, "traits": traits})
        sold = {"order_id": f"o{n}", "total": 10.0 + 7 * (n % 3), "currency": "GBP"}
        bought = {"type": "track", "userId": name, "messageId": f"o{n}", "timestamp": when, "properties": sold}
        items.append({**bought, "event": "Order Completed" if name != "Eve" else "Product Viewed"})
    take_in(source_id=source.id, items=items, at=at)
    settle(at)
    return [Node.objects.get(key=key).person_id for key in ("Mona", "Alice", "Zoe", "Bob", "Eve")]


@pytest.fixture
def guests(people, at) -> Segment:
    """Everybody but one."""
    made = create_list(name="Guests", person_ids=people[1:], by="system", at=at)
    settle(at)
    return Segment.objects.get(id=made.id)


def shown(browser, address: str) -> list[int]:
    return [row.person.id for row in browser.get(address).context["page"].rows]


@pytest.mark.parametrize("sort", ["name", "-name", "last", "-last", "first", "-first", "nonsense"])
def test_the_people_of_a_segment_come_in_the_order_of_the_whole_list(browser, people, guests, sort):
    everybody = shown(browser, f"/people?sort={sort}")
    assert set(everybody) == set(people)
    assert shown(browser, f"/people?in={guests.id}&sort={sort}") == [one for one in everybody if one in people[1:]]


def test_pages_follow_each_other_without_gaps(people, guests, monkeypatch):
    for sort in ("name", "-last", "-orders", "-spent"):
        whole = [row.person.id for row in directory.within(guests, sort=sort).rows]
        first = directory.within(guests, sort=sort, limit=1)
        rest = (
            directory.within(guests, sort=sort, after=first.after) if first.after else directory.Listing([], None, 0)
        )
        assert [row.person.id for row in [*first.rows, *rest.rows]] == whole
    monkeypatch.setattr(directory, "SORTED", 0)
    assert {row.person.id for row in directory.within(guests).rows} == set(people[1:])


def test_a_search_within_a_segment_finds_only_its_people(browser, people, guests):
    outside = directory.rows_of([people[0]])[0].person
    assert shown(browser, f"/people?q={outside.email}&in={guests.id}") == []
    assert set(shown(browser, f"/people?q=Miller&in={guests.id}")) == set(people[1:])


def test_the_file_has_only_the_people_of_the_segment(browser, people, guests):
    found = rows(browser, f"/people?in={guests.id}&format=csv")
    assert {row[0] for row in found[1:]} == set(map(str, people[1:]))


@pytest.mark.parametrize("text", ["999", "x", "-1", "9" * 30])
def test_an_unknown_segment_is_not_found(browser, people, text):
    assert browser.get(f"/people?in={text}").status_code == 404
