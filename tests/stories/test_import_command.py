"""`regulars import` on the command line."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from regulars import cli
from regulars.events.models import Event, Import

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.story]
TILL = "No,When,Client,Sum\nA1,2025-02-03,7,10.00\nA2,2025-02-30,8,5.00\n"


@pytest.fixture
def run(business, tmp_path, monkeypatch):
    """Run the command on a file: `run("purchases", "-c", ...)` -> what it printed."""
    cli.mount_rooms()
    monkeypatch.setenv("COLUMNS", "200")
    (tmp_path / "till.csv").write_text(TILL)

    def command(*words: str, code: int = 0) -> str:
        done = CliRunner().invoke(cli.app, ["import", words[0], str(tmp_path / "till.csv"), *words[1:]])
        assert done.exit_code == code, done.output
        return done.output

    return command


COLUMNS = ("-c", "order=No", "-c", "date=When", "-c", "customer=Client", "-c", "total=Sum")


def test_a_file_goes_in_with_columns_told_by_hand(run):
    said = run("purchases", *COLUMNS, "--yes", "--currency", "EUR")
    assert "1 row went in, 0 known already, 1 refused." in said
    assert "EUR: 10.00 sold" in said
    assert "refused.csv" in said.replace("\n", "")
    assert Event.objects.filter(name="Order Completed").count() == 1


def test_a_dry_run_writes_nothing(run):
    assert "1 row would go in" in run("purchases", *COLUMNS, "--dry-run")
    assert not Event.objects.exists()


def test_it_asks_before_it_writes(run):
    run("purchases", *COLUMNS, code=1)
    assert not Import.objects.exists()


def test_what_is_missing_or_wrong_is_said_in_a_sentence(run):
    assert "There is no field “colour”" in run("purchases", "-c", "colour=No", code=2)
    assert "The file has no column “Total”" in run("purchases", "-c", "total=Total", code=2)
    assert "write it as field=COLUMN" in run("purchases", "-c", "total", code=2)
    assert "There is no time zone “Mars”" in run("purchases", *COLUMNS, "--timezone", "Mars", code=2)


def test_there_is_nothing_to_continue(business):
    cli.mount_rooms()
    done = CliRunner().invoke(cli.app, ["import", "continue", "7"])
    assert (done.exit_code, "There is no import 7." in done.output) == (2, True)


def test_nothing_is_read_before_somebody_said_in_which_currency_and_zone(db, tmp_path):
    cli.mount_rooms()
    (tmp_path / "till.csv").write_text(TILL)
    done = CliRunner().invoke(cli.app, ["import", "purchases", str(tmp_path / "till.csv"), "--yes"])
    assert done.exit_code == 2 and "First run: regulars init" in done.output
    assert not Import.objects.exists()


def test_an_empty_folder_is_a_sentence_and_no_traceback(tmp_path):
    (tmp_path / "till.csv").write_text(TILL)
    told = {"REGULARS_HOME": str(tmp_path / "home"), "REGULARS_KEYS": str(tmp_path / "keys.json")}
    rest = {
        name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE")
    }
    command = [sys.executable, "-m", "regulars", "import", "purchases", str(tmp_path / "till.csv")]
    done = subprocess.run(command, env=rest | told, capture_output=True, text=True, timeout=300)
    assert done.returncode == 2 and "regulars init" in done.stderr and "Traceback" not in done.stderr


def test_consents_are_imported_with_their_evidence(business, tmp_path):
    from regulars.people.models import Consent

    cli.mount_rooms()
    (tmp_path / "yes.csv").write_text("address,state,evidence\nann@example.org,yes,signed card 17\nnobody,yes,\n")
    done = CliRunner().invoke(cli.app, ["import", "consents", str(tmp_path / "yes.csv"), "--yes"])
    assert done.exit_code == 0 and "1 row went in, 0 known already, 1 refused." in done.output, done.output
    assert Consent.objects.get().evidence == {"text": "signed card 17"}
