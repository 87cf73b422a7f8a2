"""Erasing a person in this room: gone, refused when they come again, and nobody else is harmed."""

import json

import pytest
from django.db import connection

from regulars.core import bulk, signals
from regulars.people import queries
from regulars.people.actions import (
    ConsentSaid,
    Sighting,
    erase_person,
    merge_people,
    quarantine_value,
    record_sightings,
    welcome_back,
)
from regulars.people.actions.profiling import refresh_profiles
from regulars.people.models import Erased, ErasedNode, Identifier, Link, Node, Person, Quarantine, Suggestion
from regulars.people.signals import PersonErased
from regulars.team.models import AuditEntry

pytestmark = pytest.mark.django_db


def see(key, *identifiers, namespace="shop", kind="user", more=(), **traits):
    said = ConsentSaid("email", "granted", wording="XMARKWORDING", address="xmark@example.com")
    sighting = Sighting(
        namespace=namespace,
        keys=((kind, key), *more),
        identifiers=identifiers,
        traits=traits,
        consents=(said,) if "XMARK" in key else (),
        at=5,
    )
    return record_sightings(sightings=[sighting], source_id=1, at=9)[0]


@pytest.fixture
def marked():
    """A person of two profiles and a device, everywhere with XMARK in what is said."""
    values = (("email", "xmark@example.com"), ("card", "XMARK77"))
    a = see("XMARK-1", *values, more=(("anonymous", "XMARK-dev"),), name="XMARK")
    b = see("XMARK-2", ("phone", "07123 999 701"), namespace="till", name="Xmark", city="Xmarktown")
    merge_people(a=a, b=b, by="user:1", at=6, evidence={"note": "XMARK"})
    other = see("9", name="Other Body")
    compared = {"field": "last_name", "left": "XMARK", "right": "", "verdict": "different", "weight": 0}
    Suggestion.objects.create(a=b, b=other, score=0.7, made_us=1, evidence=[compared])
    quarantine_value(type="card", value="XMARK77", by="user:1", at=6)
    refresh_profiles(person_ids=[a, other])
    return a


def everything() -> str:
    """Every value of every table, as text."""
    found = []
    for table in connection.introspection.table_names():
        found.append(f"{table}: {bulk.query(f'SELECT * FROM {connection.ops.quote_name(table)}')}")
    return "\n".join(found)


def test_nothing_of_the_person_is_left_but_numbers_and_hashes(marked):
    assert "xmark" in everything().casefold() and "7123999701" in everything()
    report = erase_person(person_id=marked, by="user:1", at=10)
    assert "xmark" not in everything().casefold()
    assert "7123999701" not in everything()
    assert set(report.node_ids) == set(ErasedNode.objects.values_list("node_id", flat=True))
    assert len(report.node_ids) == 3
    assert Person.objects.count() == Node.objects.count() == 1


def test_the_audit_holds_numbers_only(marked):
    report = erase_person(person_id=marked, by="user:1", at=10)
    entry = AuditEntry.objects.get(act="person.erase")
    assert (entry.object, entry.by) == (f"person:{marked}", "user:1")
    assert entry.details["nodes"] == list(report.node_ids)


def test_the_rooms_above_are_told_after_their_own_tables_were_cleared(marked, monkeypatch):
    heard = []
    monkeypatch.setitem(signals._reactions, PersonErased, [heard.append])
    report = erase_person(person_id=marked, by="user:1", at=10)
    assert heard == [PersonErased(person_id=marked, node_ids=report.node_ids, at=10)]


@pytest.mark.parametrize(
    "again",
    [
        {"key": "XMARK-1"},
        {"key": "new", "identifiers": [("email", "Xmark@Example.com")]},
        {"key": "new", "identifiers": [("phone", "+44 7123 999701")]},
        {"key": "new", "identifiers": [("card", "xmark 77")]},
        {"key": "XMARK-dev", "kind": "anonymous"},
        {"key": "XMARK-2", "namespace": "till"},
    ],
)
def test_coming_again_by_any_key_or_identifier_is_refused(marked, again):
    erase_person(person_id=marked, by="user:1", at=10)
    again = dict(again)
    assert see(again.pop("key"), *again.pop("identifiers", ()), **again) is None
    assert Node.objects.count() == 1


def test_somebody_else_on_the_same_browser_is_not_refused(marked):
    erase_person(person_id=marked, by="user:1", at=10)
    assert see("neighbour", more=(("anonymous", "XMARK-dev"),)) is not None
    assert not Node.objects.filter(kind="anonymous").exists()


def test_an_identifier_that_others_have_too_is_not_refused_to_them():
    a, b = see("1", ("phone", "07123 999 702")), see("2", ("phone", "07123 999 702"))
    link = Link.objects.get()
    quarantine_value(type="phone", value="07123 999 702", by="user:1", at=6)
    erase_person(person_id=a, by="user:1", at=10)
    assert see("2", ("phone", "07123 999 702")) == b
    assert see("3", ("phone", "07123 999 702")) is not None
    assert Quarantine.objects.exists() and not Link.objects.filter(id=link.id).exists()


def test_those_linked_through_the_erased_stay_linked():
    see("1", ("email", "family@example.com"))
    b, c = see("2", ("email", "family@example.com")), see("3", ("email", "family@example.com"))
    quarantine_value(type="email", value="family@example.com", by="user:1", at=6)
    erase_person(person_id=Node.objects.get(key="1").id, by="user:1", at=10)
    assert list(Link.objects.values_list("a", "b", "quarantined")) == [(b, c, True)]


def test_who_comes_back_and_asks_is_welcome(marked):
    erase_person(person_id=marked, by="user:1", at=10)
    assert welcome_back(type="email", value="xmark@example.com", by="user:1", at=11)
    assert see("new", ("email", "xmark@example.com")) is not None


def test_erasing_twice_says_that_nobody_is_there(marked):
    erase_person(person_id=marked, by="user:1", at=10)
    with pytest.raises(Person.DoesNotExist, match="erased"):
        erase_person(person_id=marked, by="user:1", at=11)
    assert Erased.objects.count() > 3


def test_numbers_of_erased_nodes_are_never_given_again():
    last = see("1")
    erase_person(person_id=last, by="user:1", at=10)
    assert see("2") > last


def test_the_export_holds_what_is_known(marked):
    text = json.dumps(queries.export_person(marked))
    for value in ("XMARK-1", "xmark@example.com", "+447123999701", "XMARK77", "Xmarktown", "XMARKWORDING"):
        assert value in text
    assert "XMARK-dev" in text
    assert "Other Body" not in text
    assert Identifier.objects.count() == 3
