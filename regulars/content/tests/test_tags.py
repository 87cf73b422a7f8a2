"""Merge tags: every fact of every room, read for sets of people, shown as people read."""

from __future__ import annotations

import pytest

from regulars.content.rendering.prepared import Text
from regulars.content.shown import Money, Number
from regulars.content.tags import facts_of, may_be_missing, offered
from regulars.core.plugs import Fact, registry
from regulars.people.actions import Sighting, record_sightings

pytestmark = pytest.mark.django_db


def person(at: int, key: str, **traits) -> int:
    said = Sighting(namespace="shop", keys=(("user", key),), traits=traits, at=at)
    return record_sightings(sightings=[said], source_id=0, at=at)[0]


@pytest.fixture
def facts(monkeypatch):
    """Facts with known answers for any person."""

    def fact(name, type_, value, **more):
        now = lambda people: dict.fromkeys(people, value) if value is not None else {}  # noqa: E731
        return Fact(name=name, label=name, room="test", type=type_, now=now, lake=None, **more)

    monkeypatch.setattr(
        registry,
        "facts",
        {
            f.name: f
            for f in (
                fact("name", "text", "Ann Lee"),
                fact("spent", "money", 123_456),
                fact("orders", "number", None, missing="0"),
                fact("born", "date", "1990-03-05"),
                fact("seen", "time", 1_790_033_400_000_000),
                fact("share", "number", 0.25, unit="0 to 1"),
                fact("vip", "bool", None, missing="no"),
                fact("city", "text", None),
                fact("tier", "choice", "g", choices=(("g", "Gold"),)),
            )
        },
    )


def test_values_are_shown_as_people_read_and_reckoned_with_as_numbers(business, facts):
    found = facts_of(registry.facts, [7])[7]
    shown = {name: str(value) for name, value in found.items()}
    assert shown == {
        "name": "Ann Lee", "spent": "£1,235", "orders": "0", "born": "5 March 1990", "seen": "22 September 2026",
        "share": "25\N{NO-BREAK SPACE}%", "vip": "False", "tier": "Gold",
    }  # fmt: skip
    said = Text(
        "{% if person.spent > 1234 %}{{ person.spent | minus: 34.56 }}{% endif %} {{ person.born | date: '%d.%m.' }}"
    )
    assert said.render({"person": found}) == "1200.0 05.03."


def test_times_are_days_in_the_zone_of_the_business_and_in_the_language_of_the_person(business, facts):
    found = facts_of(("seen", "spent"), [7], language="de")[7]
    assert str(found["seen"]).startswith("22")  # 23:30 in Greenwich is past midnight in London's summer
    assert str(found["spent"]) == "1.235\N{NO-BREAK SPACE}£"


def test_what_is_not_known_is_left_out_and_certain_zeros_are_not(business, facts):
    assert may_be_missing() == {
        "first_name": True, "name": True, "spent": True, "orders": False, "born": True, "seen": True, "share": True,
        "vip": False, "city": True, "tier": True,
    }  # fmt: skip
    assert facts_of(("city", "orders", "vip"), [7]) == {7: {"orders": 0, "vip": False}}


def test_the_first_name_is_what_was_said_or_the_first_word(business, at):
    anna, bob = person(at, "a", firstName="Anna-Lena", name="Mrs Berg"), person(at, "b", size="M")
    found = facts_of(("first_name", "traits.size", "traits.none"), [anna, bob])
    assert found == {anna: {"first_name": "Anna-Lena"}, bob: {"traits": {"size": "M"}}}


def test_the_number_of_questions_does_not_grow_with_the_people(business, at, django_assert_num_queries):
    people = [person(at, str(n), firstName="A", size="M") for n in range(12)]
    tags = ("first_name", "name", "city", "orders", "traits.size")
    facts_of(tags, people[:1])
    with django_assert_num_queries(6):  # first_name reads the name as well
        facts_of(tags, people)


def test_every_merge_tag_on_offer_can_be_written_as_it_is_offered(business):
    from regulars.content.tests.mails import context

    nobody = context(facts_of([tag.name for tag in offered()], [-1])[-1])
    for tag in offered():
        assert isinstance(Text(tag.code).render(nobody), str)


def test_numbers_keep_their_kind():
    assert (str(Number(1234567, "")), str(Number(2.5, "")), str(Number(12, ""))) == ("1,234,567", "2.50", "12")
    assert Money(500, "GBP", "") == 5 and isinstance(Number(3, "").raw, int)
    assert str(Money(500, "GBP", "xx-unknown"))
