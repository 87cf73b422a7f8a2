"""Who only did something again is brought up to date the short way: the result is that of the long way."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regulars.people.actions import Sighting, record_sightings, touch
from regulars.people.actions.profiling import refresh_profiles, renew
from regulars.people.actions.seen_again import renew_times
from regulars.people.models import Person, SearchWord, Touch
from regulars.people.queries import person_id_of

pytestmark = pytest.mark.django_db
NAMES = ("name", "first_name", "firstName", "last_name", "city", "town")
times = st.integers(1, 40)
sightings = st.builds(
    lambda user, device, email, traits, at: Sighting(
        namespace="shop",
        keys=(("user", user), *([("anonymous", device)] if device else [])),
        identifiers=(("email", f"{email}@example.com"),) if email else (),
        traits=traits,
        at=at,
    ),
    st.sampled_from("12"),
    st.sampled_from(["", "", "", "x"]),
    st.sampled_from(["", "", "ann", "anna"]),
    st.dictionaries(st.sampled_from(NAMES), st.sampled_from(["Ann", "Bo", "Leeds", ""]), max_size=2),
    times,
)


def happen(batch):
    """As events are taken in: everybody in the batch is touched because of an event."""
    nodes = record_sightings(sightings=batch, source_id=1, at=1)
    touch(person_ids=person_id_of(nodes).values(), cause="event", at=1)
    renew(Touch.objects.values_list("person_id", "cause"))
    Touch.objects.all().delete()


def profiles():
    return list(Person.objects.order_by("id").values()), set(SearchWord.objects.values_list("node_id", "word"))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(sightings, min_size=1, max_size=4), max_size=6))
def test_the_short_way_never_differs_from_the_long_one(batches):
    Touch.objects.all().delete()
    for batch in batches:
        happen(batch)
    short = profiles()
    refresh_profiles(person_ids=list(Person.objects.values_list("id", flat=True)))
    assert short == profiles()


def test_who_came_again_gets_a_new_last_time_and_needs_nothing_else():
    happen([Sighting("shop", (("user", "1"),), (("email", "ann@example.com"),), {"name": "Ann"}, (), 5)])
    (node,) = record_sightings(sightings=[Sighting("shop", (("user", "1"),), at=9)], source_id=1, at=1)
    assert renew_times([node]) == []
    assert Person.objects.values_list("name", "first_us", "last_us").get() == ("Ann", 5, 9)


def test_who_has_two_addresses_is_looked_at_whole():
    for email in ("ann@example.com", "anna@example.com"):
        (node,) = record_sightings(
            sightings=[Sighting("shop", (("user", "1"),), (("email", email),), at=5)], source_id=1, at=1
        )
    assert renew_times([node]) == [node]
