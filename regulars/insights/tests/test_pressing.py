"""How much people hear from us, and at which message they leave."""

from __future__ import annotations

import pytest

from regulars.channels.models import Campaign, Contact, Feedback, Message
from regulars.core.clock import DAY
from regulars.insights.actions import count_pressure
from regulars.insights.queries.pressing import following_cap, pressure
from regulars.people.models import Node, Person


@pytest.fixture
def people(db, business, at) -> list[int]:
    """Alice and Bob; Bob has a second record."""
    for n, person in ((1, 1), (2, 2), (3, 2)):
        Node.objects.create(id=n, namespace="shop", kind="user", key=str(n), person_id=person, created_us=at)
        Person.objects.create(
            id=n, merged_into=None if n == person else person, first_us=at, last_us=at, created_us=at
        )
    return [1, 2]


def heard(node: int, at: int, message: int) -> None:
    Contact.objects.create(node_id=node, message_id=message, channel="email", at=at)


def test_people_count_once_over_all_their_records(people, at):
    for n in range(3):
        heard(2 if n else 3, at - n * DAY, n)
    heard(2, at - 31 * DAY, 9)  # too old
    count_pressure(at=at)
    page = pressure()
    assert page.everybody.buckets == [1, 0, 1, 0, 0]
    assert (page.everybody.people, page.everybody.mean) == (2, 1.5)
    assert page.as_of_us == at


def test_the_nth_message_within_thirty_days_is_told_by_its_own_month(people, at):
    for n, days in enumerate((80, 40, 35, 1)):
        heard(1, at - days * DAY, n)
    Feedback.objects.create(message_id=2, node_id=1, kind="unsubscribed", occasion="u", at=at)
    Feedback.objects.create(message_id=2, node_id=1, kind="complained", occasion="c", at=at)
    count_pressure(at=at)
    assert [(n.n, n.messages, n.left.hits) for n in pressure().nth] == [(1, 3, 0), (2, 1, 1)]


@pytest.mark.parametrize(
    "nth, n",
    [
        ([(1, 1000, 2), (2, 1000, 2), (3, 1000, 40)], 3),
        ([(1, 1000, 2), (2, 1000, 3), (3, 1000, 4)], None),
        ([(1, 10, 0), (2, 10, 3)], None),
        ([], None),
    ],
)
def test_a_cap_follows_only_where_the_difference_is_beyond_doubt(nth, n):
    found = following_cap(nth)
    assert (found and found.n) == n


def test_what_the_rules_hold_back_is_counted_by_rule(people, at):
    campaign = Campaign.objects.create(origin="x", name="x", created_us=at)
    said = [
        (0, None, {"rule": "pressure"}),
        (7, {"rule": "expired", "because": "pressure"}, {"rule": "passed"}),
        (0, {"rule": "priority"}, {"rule": "passed"}),
        (3, {"rule": "passed"}, {"rule": "pressure"}),
    ]
    for n, (state, decision, forecast) in enumerate(said):
        told = {"state": state, "decision": decision, "forecast": forecast}
        Message.objects.create(key=str(n), campaign_id=campaign.id, node_id=1, channel="email", due_us=at,
                               planned_us=at, **told)  # fmt: skip
    count_pressure(at=at)
    assert pressure().held == {"pressure": 2, "priority": 1}
