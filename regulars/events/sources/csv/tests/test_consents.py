"""A file of consents: each row an entry of the ledger with its evidence, once."""

from __future__ import annotations

import pytest

from regulars.core.clock import DAY, to_us
from regulars.events.models import Import
from regulars.events.sources import csv
from regulars.people.models import Consent
from regulars.people.queries import consent_state

pytestmark = pytest.mark.django_db(transaction=True)
HEAD = "address,channel,purpose,state,wording,time,source,evidence\n"
ROWS = (
    'anna@example.com,email,,yes,"I want news, please",2025-03-01 10:00,Shop in Leeds,"{""ip"": ""192.0.2.7""}"\n'
    "+447700900123,sms,soccer,no,,2025-03-02 11:30,Till 3,signed card 17\n"
    "zoe@example.com,,,pending,,,,\n"
)
BAD = "nobody,,,yes,,,,\nbob@example.com,pigeon,,yes,,,,\nbob@example.com,,,perhaps,,,,\nbob@example.com,,,,,,,\n"


@pytest.fixture
def file(tmp_path, business):
    """file(text): a file with these rows."""

    def make(text: str):
        path = tmp_path / "consents.csv"
        path.write_text(HEAD + text)
        return path

    return make


def bring_in(path, at) -> Import:
    mapping = csv.guess_columns(path, "consents").mapping
    job = csv.start_import(
        path=path, kind="consents", mapping=mapping, dry=False, by="user:1", at=at, background=False
    )
    return csv.run(job.id, at=at)


def ledger() -> list[tuple]:
    rows = Consent.objects.order_by("at", "id")
    return [(row.channel, row.purpose, row.state, row.address, row.wording, row.evidence) for row in rows]


def test_every_row_is_an_entry_with_words_time_and_proof(file, at):
    job = bring_in(file(ROWS), at)
    assert (job.taken, job.known, job.refused) == (3, 0, 0)
    assert ledger() == [
        ("email", "marketing", "granted", "anna@example.com", "I want news, please",
         {"ip": "192.0.2.7", "source": "Shop in Leeds"}),
        ("sms", "soccer", "withdrawn", "+447700900123", "", {"text": "signed card 17", "source": "Till 3"}),
        ("email", "marketing", "pending", "zoe@example.com", "", {}),
    ]  # fmt: skip
    from datetime import UTC, datetime

    assert Consent.objects.order_by("at").first().at == to_us(datetime(2025, 3, 1, 10, tzinfo=UTC))


def test_the_same_file_again_changes_nothing_and_a_longer_one_adds_what_is_new(file, at):
    bring_in(file(ROWS), at)
    again = bring_in(file(ROWS), at + DAY)
    assert (again.taken, again.known) == (0, 3) and Consent.objects.count() == 3
    longer = bring_in(file(ROWS + "anna@example.com,email,,no,,2025-04-01,,\n"), at + 2 * DAY)
    assert (longer.taken, longer.known) == (1, 3)
    anna = Consent.objects.filter(address="anna@example.com").first()
    states = consent_state([anna.node_id])
    assert states[anna.node_id]["marketing", "email"] == "withdrawn"


def test_bad_rows_are_kept_apart_with_their_reasons(file, at):
    job = bring_in(file(ROWS + BAD), at)
    assert (job.taken, job.refused) == (3, 4)
    refused = csv.errors_file(job.id).read_text()
    for reason in ("nobody can tell who agreed", "is no channel", "neither yes nor no", "does not say yes or no"):
        assert reason in refused


def test_columns_are_found_by_names_of_other_systems(tmp_path, business, at):
    path = tmp_path / "list.csv"
    path.write_text("Email Address,OPTIN_TIME,OPTIN_IP,Status\nanna@example.com,2025-03-01 10:00:00,192.0.2.7,yes\n")
    assert csv.guess_columns(path, "consents").mapping["columns"] == {
        "email": "Email Address", "date": "OPTIN_TIME", "evidence": "OPTIN_IP", "state": "Status"
    }  # fmt: skip
    bring_in(path, at)
    assert ledger() == [("email", "marketing", "granted", "anna@example.com", "", {"text": "192.0.2.7"})]


def test_without_a_yes_or_no_nothing_is_imported(tmp_path, business, at):
    path = tmp_path / "list.csv"
    path.write_text("address,colour\nanna@example.com,red\n")
    with pytest.raises(csv.MappingError, match="yes or no"):
        bring_in(path, at)


def test_a_late_file_does_not_overrule_what_was_said_since(file, at):
    bring_in(file("anna@example.com,email,,no,,2025-06-01,,\n"), at)
    bring_in(file("anna@example.com,email,,yes,,2024-06-01,Fair,\n"), at + DAY)
    anna = Consent.objects.first()
    assert consent_state([anna.node_id])[anna.node_id]["marketing", "email"] == "withdrawn"
