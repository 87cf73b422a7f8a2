"""Many at once on PostgreSQL: nothing is spent twice, and different people never wait for each other."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections, transaction

from regulars.core import bulk
from regulars.core.clock import DAY
from regulars.core.models import Business
from regulars.loyalty import ledger
from regulars.loyalty.ledger import budgets
from regulars.loyalty.models import Budget, BudgetShare, Txn
from regulars.loyalty.tests.ledger.conftest import PROGRAMME, Books
from regulars.people.actions import Sighting, merge_people, record_sightings

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has one writer at a time"),
]
THREADS = 60


@pytest.fixture
def people(at):
    Business.objects.create(name="Shop", timezone="Europe/London", currency="GBP")
    sightings = [Sighting("shop", (("user", f"u{n}"),), (), {}, (), at) for n in range(40)]
    return record_sightings(sightings=sightings, source_id=1, at=at)


def together(jobs) -> list:
    """All at the same moment, each in a thread with a connection of its own: results, or what was raised."""
    ready = threading.Barrier(len(jobs))

    def run(job):
        try:
            ready.wait(120)
            return job()
        except ledger.CannotPost as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def test_of_many_spends_of_the_whole_balance_exactly_one_wins(people, at):
    books = Books(at)
    books.earn(people[0], 100)
    results = together([lambda n=n: books.spend(people[0], 100, key=f"s{n}") for n in range(THREADS)])
    won = [each for each in results if isinstance(each, ledger.Posted)]
    lost = [each for each in results if isinstance(each, ledger.NotEnoughPoints)]
    assert (len(won), len(lost)) == (1, THREADS - 1) and {each.active for each in lost} == {0}
    assert ledger.check(at) == []


def test_one_key_from_many_workers_is_posted_once(people, at):
    books = Books(at)
    results = together([lambda: books.earn(people[0], 7, key="order 1", occurred_us=at)] * THREADS)
    assert len({each.id for each in results}) == 1 and sum(each.new for each in results) == 1
    assert books.have(people[0]).active == 7


def test_one_key_for_two_people_at_once_is_a_conflict_for_one(people, at):
    books = Books(at)
    results = together([lambda n=n: books.earn(people[n % 2], 7, key="order 1") for n in range(20)])
    assert sum(isinstance(each, ledger.Conflict) for each in results) == 10
    assert Txn.objects.count() == 1


def test_everything_at_once_for_people_who_are_being_joined(people, at):
    books = Books(at)
    for node in people:
        books.earn(node, 50, live=9)
    pairs = [(people[n], people[n + 1]) for n in range(0, 20, 2)]
    jobs = [lambda a=a, b=b: merge_people(a=a, b=b, by="user:1", at=at, evidence={}) for a, b in pairs]
    jobs += [lambda n=n, k=k: books.spend(people[n], 30, key=f"{n}.{k}") for n in range(20) for k in range(2)]
    jobs += [lambda n=n: books.claw(people[n], 15, key=f"c{n}") for n in range(0, 20, 3)]
    jobs += [lambda: ledger.expire_due(at + 9 * DAY)]
    results = together(jobs)
    assert [each for each in results if isinstance(each, Exception) and not isinstance(each, ledger.CannotPost)] == []
    while ledger.expire_due(at + 9 * DAY):
        pass
    assert ledger.check(at + 9 * DAY) == [] and ledger.verify() == []


def test_people_do_not_wait_for_each_other(people, at):
    books, first, second = Books(at), *people[:2]
    for node in (first, second):
        books.earn(node, 100)
    with transaction.atomic():
        books.spend(first, 10)
        bulk.execute("SET LOCAL lock_timeout = 1")
        (other,) = together([lambda: books.spend(second, 10, key="other")])
    assert isinstance(other, ledger.Posted)


def test_a_budget_is_never_exceeded_however_many_earn_at_once(people, at):
    Books(at)
    budget = budgets.make_budget(programme_id=PROGRAMME, name="Spring", most=1000, by="user:1", at=at)
    books = Books(at)
    jobs = [lambda n=n: books.earn(people[n % 40], 37, key=f"b{n}", budget=budget) for n in range(THREADS)]
    results = together(jobs)
    won = [each for each in results if isinstance(each, ledger.Posted)]
    assert len(won) == 1000 // 37 and all(isinstance(e, (ledger.Posted, budgets.BudgetUsedUp)) for e in results)
    row = Budget.objects.get()
    left = sum(BudgetShare.objects.values_list("rest", flat=True))
    assert row.given - left == 37 * len(won) <= row.most


def test_the_connection_of_this_test_is_postgresql():
    assert connection.vendor == "postgresql"
