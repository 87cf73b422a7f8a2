"""Writers of SQLite stand in line."""

import threading

import pytest
from django.db import connection, transaction

from regulars.core.models import Offset


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
        waiting.wait(5)
        other.join(0.2)  # it must still stand in line
        order.append("first")
        Offset.objects.create(consumer="c", entry=1)
    other.join(10)
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
