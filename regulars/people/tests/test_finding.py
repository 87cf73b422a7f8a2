"""Profiles follow what nodes say; people are found by the beginning of anything, on indexes."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from regulars.core import bulk
from regulars.core.log import Reader
from regulars.people import queries
from regulars.people.actions import Sighting, merge_people, record_consent, record_sightings, undo_link
from regulars.people.actions.profiling import follow_touches, refresh_profiles
from regulars.people.actions.touching import prune_touches
from regulars.people.models import Person, SearchWord, Suggestion, Touch

pytestmark = pytest.mark.django_db


def see(key, *identifiers, at=1000, namespace="shop", **traits):
    sighting = Sighting(namespace=namespace, keys=(("user", key),), identifiers=identifiers, traits=traits, at=at)
    return record_sightings(sightings=[sighting], source_id=1, at=at)[0]


def catch_up():
    refresh_profiles(person_ids=sorted(set(Touch.objects.values_list("person_id", flat=True))))


@pytest.fixture
def anna():
    node = see(
        "C-1017",
        ("email", "Anna.Berg@example.com"),
        ("phone", "07123 456 701"),
        ("card", "NG 5521 88"),
        name="Anna Müller-Berg",
        address={"city": "Leeds"},
    )
    see("C-1018", ("email", "bob@example.com"), firstName="Bob", lastName="Berger", city="York")
    catch_up()
    return node


def test_a_profile_says_who_somebody_is(anna):
    row = Person.objects.get(id=anna)
    assert (row.name, row.email, row.phone) == ("Anna Müller-Berg", "anna.berg@example.com", "+447123456701")
    assert (row.city, row.name_key) == ("Leeds", "anna muller-berg")
    assert Person.objects.exclude(id=anna).get().name == "Bob Berger"


@pytest.mark.parametrize(
    "typed",
    ["anna", "MULLER", "müll", "anna mull", "anna.berg@", "07123", "07123 456 701", "+44 7123", "447123456701",
     "ng5521", "c-1017", "Müller, Anna"],
)  # fmt: skip
def test_people_are_found_by_the_beginning_of_anything(anna, typed):
    assert [person.id for person in queries.search(typed, limit=10)] == [anna]


@pytest.mark.parametrize("typed", ["", "   ", "zz", "anna york", "%", "_"])
def test_what_nobody_has_finds_nobody(anna, typed):
    assert queries.search(typed, limit=10) == []


def test_words_on_two_profiles_of_one_person_find_them(anna):
    other = see("k1", namespace="till", name="A. Schmidt")
    merge_people(a=anna, b=other, by="user:1", at=5, evidence={})
    catch_up()
    assert [person.id for person in queries.search("schmidt muller", limit=10)] == [anna]


def test_what_is_no_longer_said_no_longer_finds(anna):
    see("C-1017", at=2000, name="Anna Schmidt")
    catch_up()
    assert queries.search("muller", limit=10) == []
    assert Person.objects.get(id=anna).name == "Anna Schmidt"


def test_a_merge_shows_one_person_and_its_undoing_shows_both_again(anna):
    before = list(Person.objects.order_by("id").values())
    bob = Person.objects.exclude(id=anna).get().id
    link = merge_people(a=anna, b=bob, by="user:1", at=5, evidence={})
    catch_up()
    assert Person.objects.get(merged_into=None).nodes == 2
    undo_link(link_id=link.id, by="user:1", at=6)
    catch_up()
    assert list(Person.objects.order_by("id").values()) == before


def test_touched_twice_is_written_once(anna):
    words = SearchWord.objects.count()
    catch_up()
    assert SearchWord.objects.count() == words


@pytest.mark.django_db(transaction=True)
def test_the_loop_follows_the_log_and_rests(monkeypatch):
    if connection.vendor == "postgresql":  # transactions of tests beside this one would hold the log back
        monkeypatch.setattr("regulars.core.log.horizon", lambda: 2**62)
    node = see("u1", name="Ann Other")
    assert follow_touches()
    assert Person.objects.get(id=node).name == "Ann Other"
    assert not follow_touches()
    see("u1", at=2000, name="Ann Another")
    assert follow_touches()
    assert Person.objects.get(id=node).name == "Ann Another"


def test_pages_go_through_everybody_once_in_order():
    for number in range(25):
        see(f"u{number:02}", at=1000 + number % 7, name=f"N{number % 5}")
    catch_up()
    for sort in ("name", "-last", "-first"):
        seen, after = [], ""
        while after is not None:
            page = queries.people_page(sort=sort, after=after, limit=4)
            seen += page.rows
            after = page.after
        assert len({person.id for person in seen}) == len(seen) == 25
        keys = [person.name_key if sort == "name" else -person.last_us for person in seen]
        assert keys == sorted(keys)


def test_lists_and_search_use_indexes(anna):
    bulk.execute("ANALYZE")
    if connection.vendor == "postgresql":
        for way in ("seqscan", "bitmapscan", "sort"):  # a handful of rows would be read any way
            bulk.execute(f"SET LOCAL enable_{way} = off")
    with CaptureQueriesContext(connection) as asked:
        queries.search("anna mull", limit=10)
        queries.people_page(sort="name", limit=10, after=queries.pack("ann", 3))
        queries.people_page(sort="-last", limit=10, after=queries.pack(2000, 3))
        queries.people_page(sort="-first", limit=10, after=queries.pack(2000, 3))
    explain = "EXPLAIN" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
    plans = [str(bulk.query(f"{explain} {one['sql'].replace('%', '%%')}")) for one in asked if "SELECT" in one["sql"]]
    text = "\n".join(plans)
    for index in ("people_by_name", "people_by_last", "people_by_first"):
        assert index in text
    assert "Seq Scan" not in text and "SCAN people_searchword" not in text and "SCAN people_node" not in text
    assert not [plan for plan in plans if "people_by_" in plan and ("TEMP B-TREE" in plan or "Sort Key" in plan)]


def test_the_profile_explains_every_join_in_words(anna):
    other = see("k1", ("email", "anna.berg@example.com"), namespace="till")
    profile = queries.profile(other)
    assert profile.person.id == anna
    (join,) = profile.links
    assert join.words == "account C-1017 (shop) and account k1 (till) have the e-mail address anna.berg@example.com."
    assert (join.state, join.by) == ("joins", "system")
    assert {known.type for known in profile.identifiers} == {"email", "phone", "card"}


def test_consent_is_the_most_restrictive_over_all_profiles(anna):
    other = see("k1", namespace="till")
    for node, state, at in ((anna, "withdrawn", 1), (anna, "granted", 9), (other, "pending", 5)):
        record_consent(
            node_id=node, purpose="marketing", channel="email", state=state, evidence={"form": 3}, by="user:1", at=at
        )
    assert queries.consent_state([anna])[anna] == {("marketing", "email"): "granted"}
    merge_people(a=anna, b=other, by="user:1", at=10, evidence={})
    assert queries.consent_state([anna])[anna] == {("marketing", "email"): "pending"}


def test_suggestions_come_in_pages_surest_first(anna):
    bob = Person.objects.exclude(id=anna).get().id
    Suggestion.objects.create(a=anna, b=bob, score=0.9, made_us=1)
    page = queries.suggestions_page(limit=1)
    assert [(pair.a.id, pair.b.id) for pair in page.rows] == [(anna, bob)]
    assert page.after is None


def test_touches_are_forgotten_only_when_everybody_has_read_them(anna, monkeypatch):
    monkeypatch.setattr("regulars.people.actions.touching._following", lambda: set())
    monkeypatch.setattr("regulars.people.actions.touching.READERS", {"profiles", "other"})
    late = 10**18
    assert not prune_touches(at=late)
    for consumer in ("profiles", "other"):
        assert not prune_touches(at=late)
        Reader(consumer).move((2**60, 2**60))
    assert prune_touches(at=late)
    assert not Touch.objects.exists()
