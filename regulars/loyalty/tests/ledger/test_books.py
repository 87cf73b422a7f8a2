"""The checker finds what is wrong, and the journal played again gives the same books."""

import pytest
from django.db import connection, transaction

from regulars.core import bulk
from regulars.core.clock import DAY, MINUTE
from regulars.loyalty import ledger
from regulars.loyalty.ledger import guards, replay
from regulars.loyalty.ledger.checking import QUESTIONS, check_books
from regulars.loyalty.models import Balance, BooksCheck, Entry, Hold, Lot, LotMove, Txn
from regulars.people.actions import erase_person, merge_people, undo_link


@pytest.fixture
def history(books, person, at):
    """A little of everything."""
    anna, ann, bob, gone = person(), person(), person(), person()
    books.earn(anna, 100, wait=2, origin="order:1", order_line="1", rule="base")
    books.earn(ann, 50, live=9)
    books.earn(bob, 70)
    books.earn(gone, 40, wait=3)
    link = merge_people(a=anna, b=ann, by="user:1", at=at, evidence={})
    spent = books.spend(anna, 30, at=at + DAY).id
    books.hold(anna, 20, at=at + 3 * DAY)
    books.capture(books.hold(bob, 30).id, amount=25)
    books.back(spent, amount=10, at=at + 10 * DAY, grace_days=5)
    books.spend(ann, 60, at=at + 11 * DAY)
    books.claw(anna, 100, origin="order:1", at=at + 12 * DAY)
    undo_link(link_id=link.id, by="user:1", at=at + 13 * DAY)
    books.adjust(bob, -10, at=at + 13 * DAY)
    books.adjust(bob, 500, at=at + 13 * DAY)
    books.release(books.hold(bob, 5, at=at + 13 * DAY).id, at=at + 13 * DAY + MINUTE)
    erase_person(person_id=gone, by="user:1", at=at + 14 * DAY)
    while ledger.expire_due(at + 400 * DAY):
        pass
    return at + 400 * DAY


def _tables():
    """All that stands in the books, but for numbers that mean nothing, and books in which nothing ever was."""
    models = {Txn: ("tx",), Entry: ("id",), LotMove: ("id",), Lot: (), Hold: ()}
    found = {}
    for model, hidden in models.items():
        names = [field.attname for field in model._meta.local_fields if field.attname not in hidden]
        found[model.__name__] = sorted(map(repr, model.objects.values_list(*names)))
    found["Balance"] = sorted(Balance.objects.exclude(version=0).values_list("node_id", "pending", "active", "debt"))
    return found


def test_good_books_have_nothing_broken(history):
    kinds = set(Txn.objects.values_list("kind", flat=True))
    assert kinds >= {"earn", "activate", "spend", "hold", "capture", "release", "giveback", "grace", "expire"}
    assert kinds >= {"claw", "adjust", "split", "charge", "close"}
    assert ledger.check(history) == [] and ledger.verify() == []


def test_the_journal_played_into_an_empty_database_gives_the_same_books(history, tmp_path):
    before = _tables()
    count = replay.write_journal(tmp_path / "journal.gz")
    guards.lift(connection)
    for table in (
        "loyalty_entry",
        "loyalty_lotmove",
        "loyalty_lot",
        "loyalty_hold",
        "loyalty_balance",
        "loyalty_txn",
    ):
        _empty(table)
    guards.install(connection)
    assert replay.replay(replay.read_journal(tmp_path / "journal.gz")) == count
    assert _tables() == before
    assert ledger.check(history) == []
    with pytest.raises(ledger.CannotPost, match="not empty"):
        replay.replay([])


def _empty(table: str) -> None:
    if connection.vendor == "postgresql":
        bulk.execute("SET CONSTRAINTS ALL IMMEDIATE")
        bulk.execute(f"TRUNCATE {table} CASCADE")
        bulk.execute("SET CONSTRAINTS ALL DEFERRED")
    else:
        bulk.execute(f"DELETE FROM {table}")


def _without_guards(statement: str) -> None:
    if connection.vendor == "postgresql":
        bulk.execute("SET CONSTRAINTS ALL IMMEDIATE")
        bulk.execute("SET LOCAL session_replication_role = replica")
        bulk.execute(statement)
        bulk.execute("SET LOCAL session_replication_role = origin")
    else:
        guards.lift(connection)
        bulk.execute(statement)
        guards.install(connection)


ONE = "(SELECT node_id FROM loyalty_lot WHERE granted = 70)"
WRONGS = {
    "UPDATE loyalty_entry SET amount = amount + 1 WHERE account = 'issued' AND txn_id = (SELECT min(id)"
    " FROM loyalty_txn)": "The legs of every transaction sum to zero",
    "DELETE FROM loyalty_txn WHERE kind = 'adjust' AND amount = 500":
        "Every leg and every move belongs to a transaction",
    "UPDATE loyalty_lot SET active = active + 1, expired = expired - 1, rest = rest + 1 WHERE granted = 70":
        "The state of every lot is the sum of its moves",
    f"UPDATE loyalty_balance SET active = active + 3 WHERE node_id = {ONE}": "Balances are the sum of legs",
    "UPDATE loyalty_lot SET expires_us = 5 WHERE granted = 70": "Expired points are never used",
    f"UPDATE loyalty_lotmove SET node_id = {ONE} WHERE state_to = 'spent' AND node_id <> {ONE}":
        "Nobody uses another person's points",
    "UPDATE loyalty_hold SET released_us = NULL WHERE released_us IS NOT NULL": "Open holds are what is held",
}  # fmt: skip


class Undo(Exception):
    """Nothing of it happened."""


@pytest.mark.parametrize("statement", WRONGS)
def test_the_checker_names_what_is_wrong_and_repairs_nothing(history, statement):
    assert WRONGS[statement] in QUESTIONS
    with pytest.raises(Undo), transaction.atomic():
        _without_guards(statement)
        check_books(at=history)
        found = BooksCheck.objects.get().broken
        assert WRONGS[statement] in [broken["invariant"] for broken in found]
        assert ledger.check(history) != []
        raise Undo
    assert ledger.check(history) == []


def test_sums_that_are_wrong_are_made_again_when_somebody_asks(history):
    before = _tables()
    _without_guards("UPDATE loyalty_balance SET active = active + 3")
    _without_guards("UPDATE loyalty_lot SET active = 0, expired = expired + active, rest = rest - active")
    assert ledger.check(history)
    assert replay.rebuild()["balances"] == Balance.objects.exclude(version=0).count()
    assert _tables() == before and ledger.check(history) == []
    assert replay.rebuild() == {"lots": 0, "balances": 0}
