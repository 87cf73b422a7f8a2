"""Importing a file in the browser: upload, columns, trial, run, refused lines."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from regulars.commerce.models import Order
from regulars.events.models import Import
from regulars.events.sources import csv
from regulars.team.models import User
from regulars.web import uploads

FILE = b"""Invoice,Date,Customer,E-mail,Item,Qty,Price
1001,2026-03-02,7,ann@example.org,Boots,1,49.90
1002,2026-03-09,8,bob@example.org,Scarf,2,9.50
1003,no date,9,cara@example.org,Ball,1,12.00
"""


@pytest.fixture
def browser(client, business):
    user = User.objects.create_user("owner@example.com", "three random words", role="owner")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def upload(browser, content: bytes = FILE, name: str = "till.csv"):
    file = SimpleUploadedFile(name, content, content_type="text/csv")
    return browser.post(reverse("web:import_new"), {"kind": "purchases", "file": file})


def columns_form(page) -> dict[str, str]:
    """What the page's form sends when nothing is changed."""
    lines, mapping = page.context["columns"], page.context["mapping"]
    own = {name: mapping[name] for name in ("dates", "decimal", "currency", "timezone")}
    return own | {f"column-{n}": field for n, _column, field in lines}


def test_columns_are_guessed_and_the_first_rows_shown(browser):
    page = browser.get(upload(browser)["Location"])
    assert page.status_code == 200
    assert "Boots" in page.content.decode()
    assert page.context["mapping"]["columns"]["date"] == "Date"


def test_a_file_that_is_no_table_is_refused_with_a_sentence_and_not_kept(browser):
    before = set(uploads._folder().iterdir())
    page = upload(browser, b"", "empty.csv")
    assert page.status_code == 200
    assert page.context["form"].errors["file"]
    assert set(uploads._folder().iterdir()) == before


def test_a_trial_changes_nothing_and_then_runs_for_real(browser):
    address = upload(browser)["Location"]
    form = columns_form(browser.get(address))
    one = browser.post(address, {**form, "act": "dry"})["Location"]
    job = Import.objects.get()
    csv.run(job.id, at=job.created_us)
    page = browser.get(one).content.decode()
    assert "Nothing was changed" in page
    assert Order.objects.count() == 0
    assert browser.post(reverse("web:import_change", args=[job.id]), {"act": "run"}).status_code == 302
    csv.run(job.id, at=job.created_us)
    job.refresh_from_db()
    assert (job.state, job.dry, job.taken, job.refused) == ("done", False, 2, 1)
    refused = b"".join(browser.get(reverse("web:import_errors", args=[job.id])).streaming_content).decode()
    assert "no date" in refused


def test_a_column_without_a_meaning_that_is_needed_is_asked_for(browser):
    address = upload(browser)["Location"]
    form = columns_form(browser.get(address))
    without = {key: "" if value == "date" else value for key, value in form.items()}
    page = browser.post(address, {**without, "act": "run"})
    assert page.status_code == 200
    assert "date" in page.context["problem"]
    assert not Import.objects.exists()


def test_somebody_else_s_upload_is_not_found(browser, client):
    address = upload(browser)["Location"]
    client.logout()
    other = User.objects.create_user("other@example.com", "three random words", role="owner")
    client.force_login(other, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(address).status_code == 404


def test_an_upload_that_nobody_imports_is_gone_after_a_day(browser, monkeypatch):
    address = upload(browser)["Location"]
    monkeypatch.setattr(uploads.time, "time", lambda: 4_000_000_000)
    uploads.sweep()
    assert browser.get(address).status_code == 404


def test_progress_is_asked_for_until_the_import_ended(browser):
    address = upload(browser)["Location"]
    one = browser.post(address, {**columns_form(browser.get(address)), "act": "run"})["Location"]
    assert b'hx-trigger="every 1s"' in browser.get(one).content
    job = Import.objects.get()
    assert browser.get(reverse("web:import_progress", args=[job.id])).status_code == 200
    browser.post(reverse("web:import_change", args=[job.id]), {"act": "stop"})
    page = browser.get(one).content
    assert b"hx-trigger" not in page
    assert b"Stopped half-way" in page


def test_erasing_somebody_clears_waiting_uploads(browser):
    from regulars.core.plugs import registry

    address = upload(browser)["Location"]
    assert registry.personal["files: imports/uploads"].erase([1], 0) >= 1
    assert browser.get(address).status_code == 404


def test_a_quotation_mark_that_is_never_closed_is_named(browser):
    broken = FILE.replace(b"bob@example.org,Scarf", b'bob@example.org,"Scarf')
    page = browser.get(upload(browser, broken)["Location"]).content.decode()
    assert "Line 3 goes on over the lines after it. Is a quotation mark" in page
    assert "goes on over" not in browser.get(upload(browser)["Location"]).content.decode()


def test_consents_go_in_by_the_browser_with_their_proof(browser):
    from regulars.people.models import Consent

    text = b"address,state,wording,time,source\nann@example.org,yes,News please,2026-03-02,Fair\n"
    file = SimpleUploadedFile("consents.csv", text, content_type="text/csv")
    address = browser.post(reverse("web:import_new"), {"kind": "consents", "file": file})["Location"]
    form = columns_form(browser.get(address))
    browser.post(address, {**form, "act": "run"})
    job = Import.objects.get()
    csv.run(job.id, at=job.created_us)
    said = Consent.objects.get()
    assert (said.state, said.wording, said.evidence) == ("granted", "News please", {"source": "Fair"})
