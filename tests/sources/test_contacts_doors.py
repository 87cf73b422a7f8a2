"""Contact exports through the command line and in the browser."""

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from typer.testing import CliRunner

from regulars import cli
from regulars.channels.models import Suppression
from regulars.events.models import Import, Source
from regulars.events.sources import csv
from regulars.people.models import Consent
from regulars.team.models import User
from tests.sources.test_contacts import ANNA, KLAVIYO, MAILCHIMP

pytestmark = pytest.mark.anydb


@pytest.fixture
def command(business, transactional_db, tmp_path, monkeypatch):
    cli.mount_rooms()
    monkeypatch.setenv("COLUMNS", "250")

    def run(kind, text, *words, name="export.csv"):
        (tmp_path / name).write_text(text)
        done = CliRunner().invoke(cli.app, ["import", kind, str(tmp_path / name), *words])
        return done.exit_code, done.output

    return run


def test_an_export_goes_in_by_one_command_and_says_what_it_said(command):
    code, said = command("contacts", KLAVIYO, "--yes")
    assert code == 0, said
    assert "4 rows went in" in said and "2 email granted" in said and "1 sms withdrawn" in said
    assert Source.objects.get().name == "Contacts of klaviyo" and Suppression.objects.count() == 3


def test_what_a_file_is_of_can_be_told(command):
    code, _ = command("contacts", MAILCHIMP.format(more="") + ANNA + "\n", "--of", "subscribed", "--yes")
    assert code == 0 and Consent.objects.get().state == "granted"
    code, said = command("contacts", MAILCHIMP.format(more="") + ANNA + "\n", "--of", "friends", "--yes")
    assert code == 2 and "A file is of one of" in said


def test_a_file_of_no_tool_is_refused_with_a_hint_and_an_export_called_people_gets_one_too(command):
    code, said = command("contacts", "a,b\n1,2\n", "--yes")
    assert code == 2 and "Import it as people" in said
    assert "import contacts" in command("people", KLAVIYO, "--dry-run")[1]


def test_in_the_browser_an_export_called_people_is_recognised_and_asks_what_it_is_of(
    business, client, transactional_db, at
):
    owner = User.objects.create_user("owner@example.com", "three random words", role="owner")
    client.force_login(owner, backend="django.contrib.auth.backends.ModelBackend")
    file = SimpleUploadedFile("export.csv", (MAILCHIMP.format(more="") + ANNA + "\n").encode())
    page = client.post(reverse("web:import_new"), {"kind": "people", "file": file})
    assert page.status_code == 302
    shown = client.get(page["Location"]).content.decode()
    assert "This file is of" in shown and "look alike" in shown and "noted as “Favourite sport”" in shown
    token = page["Location"].rpartition("/")[2]
    columns = csv.guess_columns(settings.REGULARS_HOME / "imports" / "uploads" / token, "contacts").columns
    form = {f"column-{n}": column.field or "" for n, column in enumerate(columns)} | {
        "of": "subscribed",
        "act": "run",
    }
    assert client.post(page["Location"], form).status_code == 302
    job = Import.objects.get()
    csv.run(job.id, at=at)
    assert job.mapping["options"] == {"tool": "mailchimp", "of": "subscribed"}
    assert Consent.objects.get().state == "granted"
