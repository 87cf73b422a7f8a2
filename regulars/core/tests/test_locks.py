"""Locks between processes: at once or not at all, or waited for."""

import threading

import pytest
from django.db import connection

from regulars.core.locks import exclusive

pytestmark = pytest.mark.django_db(transaction=True)


def test_who_waits_for_a_lock_gets_it_as_soon_as_it_is_free():
    trying, got = threading.Event(), threading.Event()

    def wait() -> None:
        trying.set()
        with exclusive("migrate", wait=True) as mine:
            assert mine
            got.set()
        connection.close()

    waiting = threading.Thread(target=wait)
    with exclusive("migrate") as mine:
        assert mine
        waiting.start()
        trying.wait(60)
        assert not got.wait(0.2)
    assert got.wait(60)
    waiting.join(60)
