"""Writers of SQLite stand in line."""

import threading
import time

import pytest
from django.db import connection, transaction

from regulars.core import wal
from regulars.core.models import Offset
from regulars.core.sqlite import repeatable, settle, somebody_waits

NORMAL, FULL = 1, 2


@pytest.mark.django_db(transaction=True)
def test_a_writer_that_waits_is_next_as_soon_as_the_other_commits():
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL has many writers")
    order, waiting = [], threading.Event()

    def second():
        waiting.set()
        with transaction.atomic():
            order.append("second")
            Offset.objects.update_or_create(consumer="c", defaults={"entry": 2})
        connection.close()

    other = threading.Thread(target=second)
    with transaction.atomic():
        other.start()
        waiting.wait(60)
        other.join(0.2)  # it must still stand in line
        order.append("first")
        Offset.objects.create(consumer="c", entry=1)
    other.join(60)
    assert order == ["first", "second"]
    assert Offset.objects.get().entry == 2


@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_fails_leaves_the_line():
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            Offset.objects.create(consumer="c", entry=1)
            raise ZeroDivisionError
    Offset.objects.create(consumer="c", entry=1)
    assert Offset.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_modest_writer_learns_that_somebody_waits():
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL has many writers")
    done = threading.Event()

    def visitor():
        with transaction.atomic():
            Offset.objects.create(consumer="visitor", entry=1)
        done.set()
        connection.close()

    with repeatable():
        with transaction.atomic():
            Offset.objects.create(consumer="import", entry=1)
            assert not somebody_waits()
            other = threading.Thread(target=visitor)
            other.start()
            deadline = time.monotonic() + 60
            while not somebody_waits():
                assert time.monotonic() < deadline
        assert done.wait(60)
        other.join(60)
        assert not somebody_waits()


@pytest.mark.django_db(transaction=True)
def test_only_repeatable_transactions_leave_the_disk_for_later():
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL keeps its own promises")
    assert safety() == FULL
    with repeatable():
        assert safety() == NORMAL
        with repeatable():
            assert safety() == NORMAL
        assert safety() == NORMAL
    assert safety() == FULL
    with pytest.raises(ZeroDivisionError), repeatable():
        raise ZeroDivisionError
    assert safety() == FULL
    with transaction.atomic(), repeatable():
        assert safety() == FULL


@pytest.mark.django_db(transaction=True)
def test_a_connection_opened_anew_inside_a_repeatable_step_is_durable_after_it():
    with repeatable():
        connection.close()
        Offset.objects.create(consumer="c", entry=1)
    if connection.vendor == "sqlite":
        assert safety() == FULL
    settle()
    assert Offset.objects.get().entry == 1


@pytest.mark.django_db(transaction=True)
def test_the_write_ahead_log_is_moved_into_the_database_and_starts_over(monkeypatch):
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL has its own")
    monkeypatch.setattr(wal, "ENOUGH", 20)
    monkeypatch.setattr(wal, "TOO_LONG", 40)
    with connection.cursor() as cursor:  # what other tests left in the log is not counted
        assert cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0
    longest = 0
    with repeatable():
        for entry in range(200):
            with transaction.atomic():
                Offset.objects.update_or_create(consumer="c", defaults={"entry": entry})
            longest = max(longest, wal.pages(connection.settings_dict["NAME"])[0])
    assert 20 < longest < 60


def safety() -> int:
    with connection.cursor() as cursor:
        return cursor.execute("PRAGMA synchronous").fetchone()[0]
