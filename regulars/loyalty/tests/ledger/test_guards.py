"""What the database itself refuses."""

import pytest
from django.db import DatabaseError, connection, transaction

from regulars.core import bulk
from regulars.loyalty.models import Txn

REFUSED = [
    "UPDATE loyalty_entry SET amount = amount + 1",
    "DELETE FROM loyalty_entry",
    "UPDATE loyalty_lotmove SET amount = amount + 1",
    "DELETE FROM loyalty_lotmove",
    "DELETE FROM loyalty_txn",
    "UPDATE loyalty_txn SET amount = 7",
    "DELETE FROM loyalty_lot",
    "UPDATE loyalty_lot SET granted = 1000",
    "UPDATE loyalty_lot SET expires_us = 1",
    "UPDATE loyalty_lot SET active = active + 1",
    "UPDATE loyalty_balance SET active = -1",
]


@pytest.mark.parametrize("statement", REFUSED)
def test_the_database_refuses_to_rewrite_the_books(books, person, statement):
    books.earn(person(), 100)
    with pytest.raises(DatabaseError), transaction.atomic():
        bulk.execute(statement)


def test_nothing_can_be_added_to_a_closed_transaction(books, person):
    done = books.earn(person(), 100).id
    with pytest.raises(DatabaseError, match="closed"), transaction.atomic():
        bulk.execute(
            "INSERT INTO loyalty_entry (txn_id, asset, account, owner_id, amount)"
            " VALUES (%s, 'points', 'issued', NULL, 5), (%s, 'points', 'expired', NULL, -5)",
            [done, done],
        )


def test_legs_that_do_not_sum_to_zero_are_refused(books, person):
    books.earn(person(), 100)
    row = Txn.objects.values().get()
    with pytest.raises(DatabaseError, match="sum to zero"), transaction.atomic():
        bulk.execute(
            "INSERT INTO loyalty_entry (txn_id, asset, account, owner_id, amount)"
            " VALUES (999, 'points', 'issued', NULL, 5)"
        )
        Txn.objects.create(**row | {"id": 999, "external_id": "another"})
        if connection.vendor == "postgresql":
            bulk.execute("SET CONSTRAINTS ALL IMMEDIATE")  # as the commit would
