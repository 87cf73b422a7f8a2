"""Jobs commit with their cause, run once, are retried, and survive the death of their worker."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction

from regulars.core import queue
from regulars.core.clock import DAY, HOUR, SECOND, to_us
from regulars.core.jobs import REGISTRY, job
from regulars.core.locks import exclusive
from regulars.core.models import QueuedJob
from regulars.core.periodic import Daily, Every, queue_due

pytestmark = pytest.mark.django_db(transaction=True)
ran: list[int] = []


@job(lane="soon", retries=2)
def note_number(*, number: int) -> None:
    ran.append(number)


@job(lane="soon", retries=2)
def always_fail() -> None:
    raise ValueError("the shop's file is gone")


@job(lane="soon")
def tick_tock(*, at: int) -> None:
    ran.append(at)


@pytest.fixture(autouse=True)
def _fresh():
    ran.clear()


def work(at: int = 1, holder: str = "me") -> bool | None:
    found = queue.claim(lane="soon", holder=holder, at=at)
    return queue.run(found) if found else None


def test_a_job_commits_with_the_change_that_queued_it():
    with pytest.raises(RuntimeError), transaction.atomic():
        note_number.later(number=1)
        raise RuntimeError
    assert work() is None
    note_number.later(number=2)
    assert work() is True
    assert ran == [2]


def test_the_same_job_waits_only_once_but_may_wait_again_while_one_runs():
    note_number.later(number=1)
    note_number.later(number=1)
    assert QueuedJob.objects.count() == 1
    queue.claim(lane="soon", holder="me", at=1)
    note_number.later(number=1)
    assert QueuedJob.objects.count() == 2


def test_a_failing_job_is_tried_again_later_and_later_and_then_stays_visible_with_its_reason(monkeypatch):
    monkeypatch.setattr(queue, "now_us", lambda: 0)
    always_fail.later()
    waits = []
    while (row := QueuedJob.objects.get()).failed_us is None:
        waits.append(row.due_us // SECOND)
        assert work(at=row.due_us) is False
    assert waits == [0, 10, 20]
    assert row.error == "ValueError: the shop's file is gone"
    assert work(at=DAY) is None


def test_a_job_of_a_dead_worker_waits_again_at_once_and_that_of_a_living_one_does_not():
    note_number.later(number=1)
    queue.claim(lane="soon", holder="other", at=1)
    with exclusive(queue.lock_of("other")) as alive:
        assert alive
        if connection.vendor == "sqlite":  # on PostgreSQL one session may take its own lock twice
            assert queue.take_up(but="me") == 0
    assert queue.take_up(but="me") == 1
    assert work() is True


def test_a_job_whose_process_was_killed_counts_as_a_failure():
    note_number.later(number=1)
    found = queue.claim(lane="soon", holder="me", at=1)
    queue.end_if_silent(found, holder="me")
    row = QueuedJob.objects.get()
    assert (row.attempts, row.holder) == (1, None)
    assert "killed" in row.error


def test_a_job_that_was_renamed_while_it_waited_says_so():
    QueuedJob.objects.create(name="gone.job", lane="soon", due_us=0, created_us=0)
    assert work() is False
    assert "renamed" in QueuedJob.objects.get().error


def test_a_periodic_job_runs_once_per_due_time_however_many_workers_ask():
    name = next(key for key in REGISTRY if key.endswith("tick_tock"))
    noon = to_us(datetime(2026, 6, 1, 12, tzinfo=UTC))
    schedule = {name: Every(15)}
    for _ in range(3):
        queue_due(schedule=schedule, zone="Europe/London", at=noon + SECOND, since=noon - HOUR)
    assert QueuedJob.objects.count() == 1
    queue_due(schedule=schedule, zone="Europe/London", at=noon + 15 * 60 * SECOND, since=noon)
    assert sorted(QueuedJob.objects.values_list("arguments__at", flat=True)) == [noon, noon + 15 * 60 * SECOND]


@pytest.mark.parametrize(
    ("moment", "due"),
    [
        ("2026-06-01T03:04:59+01:00", "2026-05-31T03:05:00+01:00"),
        ("2026-06-01T03:05:00+01:00", "2026-06-01T03:05:00+01:00"),
        ("2026-10-25T12:00:00+00:00", "2026-10-25T03:05:00+00:00"),
    ],
)
def test_a_daily_job_follows_the_wall_clock_of_the_business(moment, due):
    at = to_us(datetime.fromisoformat(moment))
    assert Daily(3, 5).last_due(at, ZoneInfo("Europe/London")) == to_us(datetime.fromisoformat(due))


def test_ended_jobs_are_forgotten_after_a_week_and_failed_ones_are_kept(monkeypatch):
    monkeypatch.setattr(queue, "now_us", lambda: 0)
    note_number.later(number=1)
    work()
    always_fail.later()
    QueuedJob.objects.filter(finished_us=None).update(failed_us=0)
    assert queue.prune(at=queue.KEEP_FINISHED) == 0
    assert queue.prune(at=queue.KEEP_FINISHED + 1) == 1
    assert QueuedJob.objects.count() == 1
