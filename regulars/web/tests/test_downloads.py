"""Every list can be taken away as a file that holds all of it, by those who may export."""

import csv
import io

import pytest
from django.urls import reverse

from regulars.insights.actions import refit
from regulars.segments.actions import create_segment
from regulars.segments.models import Segment
from regulars.team.models import User
from regulars.web.tests.test_person import browser, people, settle

__all__ = ["browser", "people"]  # fixtures


@pytest.fixture
def segment(people, at) -> Segment:
    """Who ever bought: Alice."""
    made = create_segment(
        name="Bought", definition={"event": "Order Completed", "op": ">=", "value": 1}, by="system", at=at
    )
    settle(at)
    refit(at=at)
    return Segment.objects.get(id=made.id)


def rows(browser, address: str) -> list[list[str]]:
    answer = browser.get(address)
    assert answer.status_code == 200 and answer["Content-Type"].startswith("text/csv")
    return list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))


def test_the_members_of_a_segment_and_who_came_and_went(browser, people, segment):
    page = reverse("web:segment", args=[segment.id])
    assert [row[0] for row in rows(browser, f"{page}?format=csv")[1:]] == [str(people[0])]
    (change,) = rows(browser, f"{page}?tab=changes&format=csv")[1:]
    assert change[1:3] == [str(people[0]), "entered"]


def test_people_on_the_map_and_the_first_buyers_of_a_month(browser, people, segment):
    cell = browser.get(reverse("web:person", args=[people[0]])).context["outlook"].cell
    assert [row[0] for row in rows(browser, f"{reverse('web:value_people')}?cell={cell}&format=csv")[1:]] == [
        str(people[0])
    ]
    assert len(rows(browser, f"{reverse('web:drifting')}?format=csv")) == 1
    assert {row[0] for row in rows(browser, f"{reverse('web:people')}?format=csv")[1:]} == set(map(str, people))


def test_a_reader_may_look_but_not_take_the_members_away(client, people, segment):
    reader = User.objects.create_user("reader@example.com", "three random words", role="reader")
    client.force_login(reader, backend="django.contrib.auth.backends.ModelBackend")
    page = reverse("web:segment", args=[segment.id])
    assert client.get(page).status_code == 200
    assert client.get(f"{page}?format=csv").status_code == 403
