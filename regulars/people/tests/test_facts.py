"""Every fact gives the same answer from the truth and from the lake's tables."""

import ibis
import pytest

from regulars.core.clock import DAY, to_us
from regulars.core.plugs import registry
from regulars.lake import queries as lake
from regulars.lake import truth
from regulars.people import facts
from regulars.people.actions import Sighting, merge_people, record_sightings
from regulars.people.actions.profiling import refresh_profiles
from regulars.people.models import Node

pytestmark = pytest.mark.django_db
FACTS = [fact for fact in registry.facts.values() if fact.room == "people"]
TABLES = ("people", "nodes", "traits")


class Tables:
    """What a fact's lake reader is given."""

    def __init__(self, now_us: int) -> None:
        self.now_us = ibis.literal(now_us, "int64")

    def __call__(self, name: str) -> ibis.Table:
        return lake.table(name)


@pytest.fixture
def people() -> list[int]:
    """Anna of two profiles, Bob of whom little is known, a child of a leap year."""
    said = [
        ("1", 10, {"name": "Anna Berg", "city": "Leeds", "birthday": "1990-05-17"}, (("email", "anna@example.com"),)),
        ("2", 20, {"city": "York", "birthday": "1990-05-18"}, (("phone", "+447123456701"),)),
        ("3", 15, {"birthday": "soon"}, ()),
        ("4", 15, {"date_of_birth": "2016-02-29T00:00:00Z", "birthday": ""}, ()),
    ]
    nodes = record_sightings(
        sightings=[Sighting("shop", (("user", key),), values, traits, (), at) for key, at, traits, values in said],
        source_id=1,
        at=99,
    )
    merge_people(a=nodes[0], b=nodes[1], by="user:1", at=50, evidence={})
    persons = sorted(set(Node.objects.values_list("person_id", flat=True)))
    refresh_profiles(person_ids=persons)
    return persons


def in_lake(fact, at: int) -> list[dict]:
    with lake.memory({name: truth.select(registry.replica[name]) for name in TABLES}) as snapshot:
        return snapshot.rows(fact.lake(Tables(at)))


@pytest.mark.parametrize("fact", [f for f in FACTS if f.lake], ids=lambda f: f.name)
def test_the_truth_and_the_lake_agree(people, fact, at):
    now = facts.ages(people, at) if fact.name == "age" else fact.now(people)
    assert {row["person_id"]: row["value"] for row in in_lake(fact, at)} == now
    assert now


def test_the_latest_said_is_the_fact(people):
    anna = people[0]
    assert registry.facts["city"].now([anna]) == {anna: "York"}
    assert registry.facts["birthday"].now([anna]) == {anna: "1990-05-18"}
    assert registry.facts["email"].now([anna]) == {anna: "anna@example.com"}
    assert registry.facts["profiles"].now([anna]) == {anna: 2}


def test_names_and_addresses_are_not_in_the_lake(people):
    assert all(registry.facts[name].lake is None for name in ("name", "email", "phone"))


@pytest.mark.parametrize(
    ("on", "age", "next_birthday"),
    [
        ("2026-02-28", 9, "2026-03-01"),
        ("2026-03-01", 10, "2027-03-01"),
        ("2028-02-28", 11, "2028-02-29"),
        ("2028-02-29", 12, "2029-03-01"),
    ],
)
def test_age_changes_on_the_birthday_and_says_when(people, on, age, next_birthday):
    child = people[-1]
    at = day(on) + DAY - 1
    assert facts.ages([child], at) == {child: age}
    row = next(row for row in in_lake(registry.facts["age"], at) if row["person_id"] == child)
    assert (row["value"], row["next_us"]) == (age, day(next_birthday))


def day(text: str) -> int:
    from datetime import UTC, datetime

    return to_us(datetime.fromisoformat(text).replace(tzinfo=UTC))
