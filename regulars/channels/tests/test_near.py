"""What is known of many people together is what is known of each alone, however their numbers lie."""

import random

from hypothesis import given
from hypothesis import strategies as st

from regulars.channels.actions import suppress
from regulars.channels.gathering import subjects
from regulars.channels.models import Cap, Contact, Holdout
from regulars.channels.near import FEW, SPARSE, Near
from regulars.core.clock import DAY, HOUR
from regulars.people.actions import erase_person, merge_people
from regulars.people.models import Identifier


@given(st.sets(st.integers(-5, 10**9) | st.integers(1, 500), max_size=400), st.sets(st.integers(1, 400)))
def test_a_number_is_in_the_span_or_among_the_rest_and_a_span_is_never_mostly_others(numbers, among):
    found = Near(numbers, among)
    low, high = found.span
    inside = {n for n in numbers if low <= n <= high}
    assert inside.isdisjoint(found.rest) and inside | set(found.rest) == numbers
    assert high - low < SPARSE * max(len(among or numbers), 1)


def test_hundreds_of_people_asked_about_together_are_known_as_each_alone(campaign, make_people, at):
    chance = random.Random(7)
    Cap.objects.create(most=2, window_us=7 * DAY, changed_us=at, changed_by="user:1")
    Holdout.objects.create(share=0.3, salt="s", since_us=at, by="user:1")
    campaign.holdout = 0.2
    kinds = ({}, {"consent": "withdrawn"}, {"consent": None}, {"traits": {"timezone": "Asia/Tokyo", "frequency": 2}},
             {"traits": {"country": "DE"}, "when": at - HOUR}, {"purposes": ("marketing", "tracking")})  # fmt: skip
    people = [person for n in range(6 * FEW // 5) for person in make_people(2, **kinds[n % len(kinds)])]
    for number, person in enumerate(chance.sample(people, 60)):
        Contact.objects.create(node_id=person, message_id=-1 - number, channel="email", at=at - number * HOUR)
    for person in chance.sample(people, 20):
        address = Identifier.objects.get(node_id=person, type="email").value
        suppress(channel="email", address=address, reason="hard_bounce", by="system", at=at)
    for a, b in zip(people[:40:2], people[100:120], strict=True):
        merge_people(a=a, b=b, by="user:1", at=at, evidence={})
    erase_person(person_id=people[60], by="user:1", at=at)
    together = subjects(campaign, [*people, 10**9, -7], at)
    assert together == {n: subjects(campaign, [n], at)[n] for n in together}
    assert sum(found.gone for found in together.values()) == 3
