"""Somebody imports the people a shop knows, with consents."""

from __future__ import annotations

import csv as python_csv

import pytest

from regulars.events.models import Event
from regulars.events.sources import csv
from regulars.people.models import Consent, Identifier, Node, Person, Trait
from tests.stories.importing import import_file

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.story]

PEOPLE = """Kundennummer;Vorname;Nachname;E-Mail;Telefon;Geburtstag;Ort;Newsletter;SMS Einwilligung;Lieblingsfarbe
1;Ann;Lee;ann@example.com;020 7946 0001;29.02.1980;Leeds;ja;nein;red
2;Bob;Öz;bob@example.com;;;York;;ausstehend;
;Cy;;cy@example.com;;;;nein;;
"""


@pytest.fixture
def file(tmp_path):
    def write(text: str, encoding: str = "cp1252"):
        path = tmp_path / "people.csv"
        path.write_bytes(text.encode(encoding))
        return path

    return write


def test_rows_become_people_with_traits_identifiers_and_consents(business, at, file):
    job = import_file(file(PEOPLE), "people", at=at, columns={"trait:colour": "Lieblingsfarbe"})
    assert (job.taken, job.refused, job.summary["customers"]) == (3, 0, 3)
    assert set(Node.objects.values_list("kind", "key")) >= {("user", "1"), ("user", "2")}
    assert Person.objects.count() == 3
    ann = Node.objects.get(key="1").id
    traits = dict(Trait.objects.filter(node_id=ann).values_list("name", "value"))
    assert traits["birthday"] == '"1980-02-29"'
    assert traits["colour"] == '"red"'
    assert set(Identifier.objects.filter(node_id=ann).values_list("type", "value")) == {
        ("email", "ann@example.com"),
        ("phone", "+442079460001"),
    }
    said = set(Consent.objects.values_list("node_id", "channel", "state", "address"))
    bob, cy = Node.objects.get(key="2").id, Node.objects.exclude(kind="user").get().id
    assert said == {
        (ann, "email", "granted", "ann@example.com"),
        (ann, "sms", "withdrawn", "020 7946 0001"),
        (bob, "sms", "pending", ""),
        (cy, "email", "withdrawn", "cy@example.com"),
    }


@pytest.mark.parametrize("born", ["31.02.1990", "12.12.2999", "01.01.0201", "in May"])
def test_an_impossible_birthday_is_left_out_and_told_and_the_rest_of_the_row_goes_in(business, at, file, born):
    more = "4;Di;;di@example.com;;30.04.1971;;;;\n5;Ed;;ed@example.com;;17.11.1966;;;;\n"
    wrong = file(PEOPLE.replace("29.02.1980", born) + more)
    job = import_file(wrong, "people", at=at)
    assert (job.taken, job.refused, job.summary["left_out"]) == (5, 0, 1)
    ann = Node.objects.get(key="1").id
    assert set(Trait.objects.filter(node_id=ann).values_list("name", flat=True)) >= {"email", "firstName", "city"}
    assert not Trait.objects.filter(node_id=ann, name="birthday").exists()
    with csv.errors_file(job.id).open() as stream:
        ((line, reason, *cells),) = list(python_csv.reader(stream))[1:]
    assert line == "2" and born in reason and "the rest of the row goes in" in reason and cells[1] == "Ann"
    assert any(born in warning for warning in csv.preview(wrong, "people", at=at).warnings)
    import_file(file(PEOPLE), "people", at=at)
    assert Trait.objects.get(node_id=ann, name="birthday").value == '"1980-02-29"'


def test_the_same_people_twice_are_the_same_people(business, at, file):
    import_file(file(PEOPLE), "people", at=at)
    before = (Event.objects.count(), Consent.objects.count(), sorted(Trait.objects.values_list()))
    job = import_file(file(PEOPLE), "people", at=at + 10**9)
    assert (job.taken, job.known) == (0, 3)
    assert (Event.objects.count(), Consent.objects.count(), sorted(Trait.objects.values_list())) == before


def test_a_row_that_changed_since_replaces_what_was_said(business, at, file):
    import_file(file(PEOPLE), "people", at=at)
    import_file(file(PEOPLE.replace("Leeds", "Hull")), "people", at=at + 10**9)
    ann = Node.objects.get(key="1").id
    assert Trait.objects.get(node_id=ann, name="city").value == '"Hull"'
    assert Person.objects.count() == 3


def test_people_and_purchases_of_one_source_share_customer_numbers(business, at, file, tmp_path):
    import_file(file(PEOPLE), "people", at=at)
    bought = tmp_path / "bought.csv"
    bought.write_text("customer,date,amount\n1,2025-02-03,10.00\n")
    import_file(bought, at=at)
    assert Person.objects.count() == 3
    import_file(bought, at=at, source="Another system")
    assert Person.objects.count() == 4


WRONG = """customer,email,birthday,email consent
1,ann@example.com,1980-02-29,yes
,,1980-01-01,yes
2,bob@example.com,1980-02-30,yes
3,cy@example.com,,perhaps
"""


def test_wrong_rows_stay_out_with_a_reason(business, at, file):
    job = import_file(file(WRONG), "people", at=at)
    with csv.errors_file(job.id).open(newline="") as stream:
        rows = {row["line"]: row["reason"] for row in python_csv.DictReader(stream)}
    assert rows == {
        "3": "The row has no customer number, e-mail, phone or card: nobody can tell who it is.",
        "4": "birthday: “1980-02-30” is not a date written as year-month-day. The birthday is left out, the rest"
        " of the row goes in.",
        "5": "“perhaps” is neither yes nor no.",
    }
    assert (job.taken, job.refused) == (2, 2)


def test_a_file_that_names_nobody_is_refused_with_a_reason(business, at, file):
    path = file("colour,size\nred,3\nblue,4\n")
    guess = csv.guess_columns(path, "people")
    assert "No column tells who it is" in guess.warnings[-1]
    with pytest.raises(csv.MappingError, match="Say which column tells who it is"):
        csv.start_import(path=path, kind="people", mapping=guess.mapping, by="user:1", at=at)
