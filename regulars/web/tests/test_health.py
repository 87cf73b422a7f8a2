"""Health says what is behind, and tells strangers nothing."""

import pytest

from regulars.core.models import Beat, QueuedJob
from regulars.team.actions import add_member, make_key

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(client, business, at):
    member = add_member(email="o@example.org", role="owner", by="system", at=at, password="a long enough pass 1")
    client.force_login(member, backend="django.contrib.auth.backends.ModelBackend")
    return member


def test_healthz_answers_everyone_and_says_nothing_else(client):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")


def test_metrics_are_only_for_keys_that_may_see_them(client, business, at):
    assert client.get("/metrics").status_code == 401
    for role, status in (("reader", 401), ("analyst", 200)):
        secret = make_key(name=role, role=role, by="system", at=at)[1]
        assert client.get("/metrics", headers={"Authorization": f"Bearer {secret}"}).status_code == status


def test_metrics_count_what_waits(client, business, at):
    QueuedJob.objects.create(name="x", lane="soon", due_us=0, created_us=at)
    QueuedJob.objects.create(name="y", lane="soon", due_us=0, created_us=at, failed_us=at)
    secret = make_key(name="p", role="owner", by="system", at=at)[1]
    text = client.get("/metrics", headers={"Authorization": f"Bearer {secret}"}).content.decode()
    assert 'regulars_jobs_waiting{lane="soon"} 1\n' in text
    assert "regulars_jobs_failed 1\n" in text
    assert "regulars_inbox_requests 0\n" in text


def test_the_page_says_that_no_worker_runs_and_why_jobs_failed(client, owner, at):
    Beat.objects.create(name="ingest", ran_us=at)
    QueuedJob.objects.create(name="fit", lane="long", due_us=0, created_us=at, failed_us=at, error="disk is full.")
    page = client.get("/settings/health").content.decode()
    assert "No worker is running" in page
    assert "disk is full." in page
