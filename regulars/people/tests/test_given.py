"""Names speak against a join by an e-mail address or phone that a home may share, if they clearly differ."""

import json

import pytest

from regulars.people.actions import Sighting, merge_people, record_sightings, undo_link
from regulars.people.components import NAMES_DIFFER
from regulars.people.given import called, contradict
from regulars.people.models import Link
from regulars.people.names import Said
from regulars.people.queries import person_id_of, profile

PHONE, MAIL, CARD = ("phone", "07700 900 123"), ("email", "lindqvist@example.com"), ("card", "NG55217")


def name(text, **traits):
    if text:
        first, _, last = text.partition(" ")
        traits = {"firstName": first, "lastName": last, **traits}
    return called({key: Said(1, key, json.dumps(value), 1) for key, value in traits.items()})


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Dora Lindqvist", "Erik Lindqvist"),
        ("Dora Lindqvist", "E Lindqvist"),
        ("John Smith", "Mary Smith"),
        ("Tim Berg", "Tom Berg"),
        ("Anna-Maria Berg", "Sofia Berg"),
    ],
)
def test_clearly_different_first_names_are_two_people(a, b):
    assert contradict(name(a), name(b)) and contradict(name(b), name(a))


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Dora Lindqvist", "DORA LINDQUIST"),
        ("Dora Lindqvist", "D Lindqvist"),
        ("Elizabeth Hall", "Liz Hall"),
        ("Robert Hall", "Bob Hall"),
        ("Katherine Hall", "Kathrine Hall"),
        ("Margaret Hall", "Maragret Hall"),
        ("José Pérez", "Jose Perez"),
        ("Anna-Maria Berg", "Maria Berg"),
        ("Dora Lindqvist", "Dora Okafor"),
        ("Lindqvist Dora", "Dora Lindqvist"),
        ("Dora Lindqvist", "Mr Lindqvist"),
        ("Dora Lindqvist", "N/A -"),
        ("Dora Lindqvist", "Guest Customer"),
        ("Ольга Иванова", "Olga Ivanova"),
        ("Dora Lindqvist", ""),
    ],
)
def test_what_may_be_one_name_is_no_contradiction(a, b):
    assert not contradict(name(a), name(b)) and not contradict(name(b), name(a))


def test_whole_names_speak_too():
    dora = name("Dora Lindqvist")
    assert contradict(dora, name("", name="Erik Lindqvist"))
    assert not contradict(dora, name("", name="Lindqvist, Dora"))
    assert not contradict(dora, name("", name="Lindqvist"))
    assert not contradict(dora, name("", lastName="Lindqvist"))


# --- in the truth


def see(key, first, *identifiers, at=5):
    traits = {"firstName": first, "lastName": "Lindqvist"} if first else {}
    one = Sighting("shop", (("user", key),), identifiers, traits, (), at)
    return record_sightings(sightings=[one], source_id=1, at=at)[0]


def together(*nodes) -> bool:
    return len(set(person_id_of(nodes).values())) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("shared", [PHONE, MAIL])
def test_a_couple_that_shares_an_address_stays_two_people_and_the_page_says_why(shared):
    a, b = see("1", "Dora", shared), see("2", "Erik", shared)
    assert not together(a, b)
    (link,) = profile(a).links
    assert (link.state, link.why_not) == ("held back", NAMES_DIFFER)


@pytest.mark.django_db
def test_a_card_and_the_own_account_are_stronger_than_names():
    assert together(see("1", "Dora", CARD), see("2", "Erik", CARD))


@pytest.mark.django_db
def test_whoever_gives_no_name_is_joined_until_a_name_speaks_against_it():
    a, b = see("1", "Dora", PHONE), see("2", "", PHONE)
    assert together(a, b)
    see("2", "Erik", at=6)
    assert not together(a, b) and Link.objects.get().held_back == NAMES_DIFFER
    see("2", "Dorothy", at=7)
    assert together(a, b) and not Link.objects.get().held_back


@pytest.mark.django_db
def test_a_later_word_about_an_earlier_time_changes_nothing():
    a, b = see("1", "Dora", PHONE, at=9), see("2", "Dora", PHONE, at=9)
    see("2", "Erik", at=3)
    assert together(a, b)


@pytest.mark.django_db
def test_somebody_who_knows_better_merges_them_and_takes_it_back():
    a, b = see("1", "Dora", PHONE), see("2", "Erik", PHONE)
    link = merge_people(a=a, b=b, by="user:1", at=6, evidence={})
    assert together(a, b)
    undo_link(link_id=link.id, by="user:1", at=7)
    assert not together(a, b)


@pytest.mark.django_db
def test_a_nameless_record_does_not_bridge_a_couple():
    a, b, c = see("1", "Dora", PHONE), see("2", "", PHONE), see("3", "Erik", PHONE)
    assert together(a, b) and not together(a, c)
