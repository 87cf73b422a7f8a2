"""From sightings to suggestions, in the truth."""

import pytest

from regulars.people.actions import record_sightings
from regulars.people.linkage import suggest, suggest_duplicates, truth
from regulars.people.models import Node, Quarantine, Separation, Suggestion
from regulars.people.sighting import Sighting

HOME = {"street": "12 Harbour Lane", "city": "Whitby", "postalCode": "YO61 3AB"}


def _see(at, *people, namespace="web"):
    """Node ids of records given as dicts of traits; "email", "phone" and "card" are identifiers."""
    sightings = [
        Sighting(
            namespace=namespace,
            keys=(("user", f"{namespace}-{at}-{number}"),),
            identifiers=tuple((kind, person[kind]) for kind in ("email", "phone", "card") if kind in person),
            traits={name: value for name, value in person.items() if name not in ("email", "phone", "card")},
            at=at,
        )
        for number, person in enumerate(people)
    ]
    return record_sightings(sightings=sightings, source_id=1, at=at)


DORA = {"firstName": "Dora", "lastName": "Lindqvist", "email": "dora.l@example.com", "address": HOME}
DORA_AT_THE_TILL = {"firstName": "Dora", "lastName": "Lindquist", "address": {"postalCode": "YO61 3AB"}}
STRANGERS = [
    {"firstName": "Bob", "lastName": "Okafor", "email": "bob@example.com", "address": {"city": "Whitby"}},
    {"firstName": "Chen", "lastName": "Wei", "email": "chen@example.com", "birthday": "1980-02-03"},
    {"firstName": "Alice", "lastName": "Moore", "phone": "+447700900111"},
]


@pytest.fixture
def doras(business, at):
    """Dora of the web shop and Dora of the till, among strangers: their node ids."""
    web, *_ = _see(at, DORA, *STRANGERS)
    (till,) = _see(at, DORA_AT_THE_TILL, namespace="till")
    return web, till


def _open():
    return list(Suggestion.objects.filter(state="open").values_list("a", "b"))


def test_two_profiles_of_one_person_are_suggested_with_the_evidence_per_field(doras, at):
    assert suggest_duplicates(at=at) == 1
    (row,) = Suggestion.objects.all()
    assert (row.a, row.b, row.state, row.made_us) == (*doras, "open", at) and 0.5 < row.score <= 1
    said = {entry["field"]: entry for entry in row.evidence}
    assert (said["last_name"]["left"], said["last_name"]["right"]) == ("Lindqvist", "Lindquist")
    assert said["last_name"]["verdict"] == "almost the same" and said["last_name"]["weight"] > 1
    assert said["first_name"]["verdict"] == said["postcode"]["verdict"] == "the same"
    email = said["email"]
    assert (email["left"], email["right"], email["weight"]) == ("dora.l@example.com", None, 0)
    assert email["verdict"] == "missing on one side"
    assert "birthday" not in said and "phone" not in said


def test_nobody_is_suggested_when_nobody_is_there(business, at):
    assert suggest_duplicates(at=at) == 0


def test_people_without_anything_comparable_are_no_reason_to_fail(business, at):
    _see(at, {}, {"colour": "blue"}, {"firstName": None, "address": "somewhere"})
    assert suggest_duplicates(at=at) == 0


def test_profiles_that_are_one_person_already_are_not_suggested(business, at):
    _see(at, DORA, *STRANGERS)
    _see(at, DORA, namespace="till")  # the same e-mail: joined by rule
    assert suggest_duplicates(at=at) == 0


def test_a_rejected_suggestion_stays_rejected(doras, at):
    suggest_duplicates(at=at)
    Suggestion.objects.update(state="rejected", decided_by="user:1")
    assert suggest_duplicates(at=at + 1) == 0
    row = Suggestion.objects.get()
    assert (row.state, row.made_us) == ("rejected", at)


def test_a_rejected_pair_is_not_suggested_again_through_another_profile_of_theirs(doras, at):
    suggest_duplicates(at=at)
    Suggestion.objects.update(state="rejected")
    _see(at + 1, {**DORA, "firstName": "Dora M"}, namespace="app")  # joins the web Dora by e-mail
    assert suggest_duplicates(at=at + 2) == 0


def test_separated_people_are_not_suggested(doras, at):
    Separation.objects.create(a=doras[0], b=doras[1], at=at, by="user:1")
    assert suggest_duplicates(at=at) == 0


def test_an_accepted_suggestion_is_left_as_it_is(doras, at):
    suggest_duplicates(at=at)
    Suggestion.objects.update(state="accepted")
    suggest_duplicates(at=at + 1)
    assert Suggestion.objects.get().state == "accepted"


def test_an_open_suggestion_is_refreshed_not_doubled(doras, at):
    suggest_duplicates(at=at)
    before = Suggestion.objects.get().score
    _see(at + 1, {"birthday": "1990-05-06"})
    suggest_duplicates(at=at + 1)
    row = Suggestion.objects.get()
    assert row.made_us == at + 1 and row.score == pytest.approx(before, abs=0.2)


def test_what_is_not_found_again_goes_stale_and_keeps_nothing_personal(doras, at):
    suggest_duplicates(at=at)
    Node.objects.filter(id=doras[1]).update(person_id=doras[0])
    suggest_duplicates(at=at + 1)
    row = Suggestion.objects.get()
    assert (row.state, row.evidence) == ("stale", [])


def test_a_stale_suggestion_opens_again_when_it_is_found_again(doras, at):
    suggest_duplicates(at=at)
    Suggestion.objects.update(state="stale", evidence=[])
    assert suggest_duplicates(at=at + 1) == 1
    assert Suggestion.objects.get().evidence


def test_only_touched_people_are_looked_at_when_they_are_named(doras, at):
    cousin = {"firstName": "Bob", "lastName": "Okaffor", "address": {"city": "Whitby"}, "email": "bobb@example.com"}
    _see(at, cousin, namespace="app")
    assert suggest_duplicates(at=at, person_ids=[doras[0]]) == 1
    assert _open() == [doras]
    suggest_duplicates(at=at + 1)
    assert len(_open()) == 2
    suggest_duplicates(at=at + 2, person_ids=[doras[1]])
    assert len(_open()) == 2


def test_an_export_quotes_only_what_the_person_said(doras, at):
    from regulars.core.plugs import registry

    suggest_duplicates(at=at)
    export = registry.personal["people_suggestion"].export
    assert "dora.l@example.com" in str(export([doras[0]])) and "Lindqvist" not in str(export([doras[1]]))
    assert "Lindquist" in str(export([doras[1]])) and "dora.l" not in str(export([doras[1]]))


def test_people_who_come_apart_leave_no_evidence_behind(doras, at):
    from regulars.core import signals
    from regulars.people.signals import PeopleSplit

    suggest_duplicates(at=at)
    signals.send(PeopleSplit(parts=(doras[0], 999), at=at))
    row = Suggestion.objects.get()
    assert (row.state, row.evidence) == ("stale", [])


def test_the_button_queues_one_run(client, business, at):
    from django.urls import reverse

    from regulars.core.models import QueuedJob
    from regulars.team.actions import add_member

    client.force_login(add_member(email="a@example.com", role="agent", by="system", at=at))
    assert client.post(reverse("web:look")).status_code == 302
    assert QueuedJob.objects.get().name == suggest_duplicates.name


@pytest.mark.parametrize(
    "other",
    [
        {"firstName": "Erik", "lastName": "Lindqvist", "address": HOME},
        {"firstName": "Erik", "lastName": "Lindqvist", "address": HOME, "phone": "+447700900222"},
    ],
)
def test_a_household_is_not_one_person(business, at, other):
    _see(at, {**DORA, "phone": "+447700900333"}, *STRANGERS)
    _see(at, other, namespace="till")
    assert suggest_duplicates(at=at) == 0


def test_two_loyalty_cards_are_two_people(business, at):
    _see(at, {**DORA, "card": "NG10000001"}, *STRANGERS)
    _see(at, {**DORA_AT_THE_TILL, "card": "NG10000002"}, namespace="till")
    assert suggest_duplicates(at=at) == 0


def test_a_card_on_one_side_speaks_neither_for_nor_against(business, at):
    _see(at, {**DORA, "card": "NG10000001"}, *STRANGERS)
    _see(at, DORA_AT_THE_TILL, namespace="till")
    assert suggest_duplicates(at=at) == 1


def test_a_contradictory_birthday_needs_an_address_and_the_name(business, at):
    _see(at, {"firstName": "Dora", "lastName": "Lindqvist", "birthday": "1990-05-06"}, *STRANGERS)
    _see(at, {"firstName": "Dora", "lastName": "Lindqvist", "birthday": "1958-11-27"}, namespace="till")
    assert suggest_duplicates(at=at) == 0


def test_a_quarantined_phone_is_no_evidence(business, at):
    _see(at, {"firstName": "Dora", "lastName": "Lindqvist", "phone": "+447700900444"}, *STRANGERS)
    Quarantine.objects.create(type="phone", value="+447700900444", since_us=at, reason="the till's own")
    with suggest.workspace() as connection:
        truth.read(connection, country="GB")
        assert connection.execute("SELECT count(phone) FROM shown WHERE last_name = 'Lindqvist'").fetchall() == [(0,)]


@pytest.mark.parametrize(
    ("traits", "column", "value"),
    [
        ({"first_name": "Ann"}, "first_name", "ann"),
        ({"name": "Ann Marie O'Neill"}, "first_name", "ann marie"),
        ({"name": "Ann Marie O'Neill"}, "last_name", "o neill"),
        ({"lastName": "Müller-Lüdenscheidt"}, "last_name", "muller ludenscheidt"),
        ({"birthday": "1990-05-06T00:00:00Z"}, "dob", "1990-05-06"),
        ({"dateOfBirth": "19900506"}, "dob", "1990-05-06"),
        ({"birth_date": "06/05/1990"}, "dob", "1990-05-06"),
        ({"dob": "6.5.1990"}, "dob", "1990-05-06"),
        ({"birthday": "in May"}, "dob", None),
        ({"address": {"postalCode": "yo61 3ab"}}, "postcode", "YO613AB"),
        ({"address": {"line1": "12, Harbour  Lane."}}, "street", "12 harbour lane"),
        ({"zip": 94107}, "postcode", "94107"),
        ({"address": ["odd"], "city": "Łódź"}, "city", "łodz"),
    ],
)
def test_columns_are_found_among_the_traits_shops_use(business, at, traits, column, value):
    _see(at, traits)
    with suggest.workspace() as connection:
        truth.read(connection, country="GB")
        assert connection.execute(f"SELECT {column} FROM people").fetchall() == [(value,)]


def test_americans_write_the_month_first(business, at):
    _see(at, {"birthday": "05/06/1990"})
    with suggest.workspace() as connection:
        truth.read(connection, country="US")
        assert connection.execute("SELECT dob FROM people").fetchall() == [("1990-05-06",)]


def test_the_workspace_leaves_nothing_on_the_disk(db, settings):
    with suggest.workspace():
        assert list((settings.REGULARS_HOME / "tmp").glob("linkage-*"))
    assert not list((settings.REGULARS_HOME / "tmp").glob("linkage-*"))


def test_a_second_run_while_one_is_under_way_steps_back(doras, at, monkeypatch):
    from contextlib import contextmanager

    @contextmanager
    def taken(name):
        assert name == "linkage"
        yield False

    monkeypatch.setattr(suggest, "exclusive", taken)
    assert suggest_duplicates(at=at) == 0 and not _open()


def test_a_couple_with_one_phone_is_kept_beside_the_suggestions_with_the_evidence(business, at):
    phone = "07700 900333"
    dora, *_ = _see(at, {**DORA, "phone": phone}, *STRANGERS)
    (erik,) = _see(at, {"firstName": "Erik", "lastName": "Lindqvist", "phone": phone}, namespace="till")
    assert suggest_duplicates(at=at) == 1
    row = Suggestion.objects.get()
    assert (row.a, row.b, row.kind, row.state) == (dora, erik, "shared", "open") and row.score < 0.5
    said = {entry["field"]: (entry["verdict"], entry["left"], entry["right"]) for entry in row.evidence}
    assert said["first_name"] == ("different", "Dora", "Erik")
    assert said["phone"] == ("the same", "+447700900333", "+447700900333")
    assert said["last_name"][0] == "the same"


def test_a_couple_that_was_told_apart_is_not_shown_again(business, at):
    (dora,) = _see(at, {**DORA, "phone": "07700 900333"})
    (erik,) = _see(at, {"firstName": "Erik", "lastName": "Lindqvist", "phone": "07700 900333"}, namespace="till")
    Separation.objects.create(a=dora, b=erik, at=at, by="user:1")
    assert suggest_duplicates(at=at) == 0


def test_an_address_made_of_the_name_says_little_that_the_name_has_not_said(business, at):
    _see(at, {"firstName": "John", "lastName": "Smith", "email": "john.smith@example.com"}, *STRANGERS)
    _see(at, {"firstName": "John", "lastName": "Smith", "email": "john.smith@example.org"}, namespace="till")
    with suggest.workspace() as connection:
        truth.read(connection, country="GB")
        named = connection.execute(
            "SELECT local, named FROM people WHERE email IS NOT NULL ORDER BY local"
        ).fetchall()
    assert named == [("bob", False), ("chen", False), ("john.smith", True), ("john.smith", True)]


def test_a_father_and_the_son_named_after_him_are_never_almost_certain():
    from regulars.people.linkage.verdict import LIKELY, certainty

    assert certainty({"match_probability": 0.9999, "gamma_birthday": 0}) == LIKELY < 0.95
    assert certainty({"match_probability": 0.9999, "gamma_birthday": -1}) == 0.999
