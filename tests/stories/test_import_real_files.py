"""Real files come in whole, and the totals agree with a count by hand: plain csv and Decimal, nothing of ours."""

from __future__ import annotations

import csv as python_csv
import gzip
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from django.db import connection

from regulars.commerce import queries
from regulars.commerce.models import Customer, Order, OrderLine, Product, Refund
from regulars.core.clock import DAY
from regulars.events.models import Event
from regulars.people.models import Node, Person
from tests.paths import shared_data
from tests.stories.importing import import_file

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.story]
PENNY = Decimal("0.01")


@dataclass
class Count:
    """What a file holds, in pence."""

    rows: int = 0
    gross: int = 0
    returned: int = 0
    orders: int = 0
    returns: int = 0
    nobodys: int = 0
    months: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    spent: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    buyers: set[str] = field(default_factory=set)

    def add(self, customer: str, day: str, pence: int, back: bool) -> None:
        """An order, or a return with a negative amount."""
        self.orders += not back
        self.returns += back
        self.gross += 0 if back else pence
        self.returned -= pence if back else 0
        self.months[day[:7]] += pence
        if customer:
            self.spent[customer] += pence
            self.buyers |= set() if back else {customer}
        elif not back:
            self.nobodys += 1


def pence(amount: Decimal) -> int:
    return int((amount.quantize(PENNY, ROUND_HALF_UP) * 100).to_integral_exact())


def text_of(path: Path):
    return gzip.open(path, "rt", newline="") if path.suffix == ".gz" else path.open(newline="")


def sample(path: Path, tmp_path: Path, rows: int | None) -> Path:
    """The whole file on SQLite; its beginning where the test would take minutes."""
    if rows is None:
        return path
    with text_of(path) as text:
        short = tmp_path / "sample.txt"
        short.write_text("".join(line for line, _ in zip(text, range(rows + 1), strict=False)), newline="")
    return short


def lines_of(path: Path):
    with text_of(path) as text:
        yield from text


def count_cdnow(path: Path) -> Count:
    found = Count()
    lines = lines_of(path)
    next(lines)
    for line in lines:
        customer, day, _, dollars = line.split()
        found.rows += 1
        found.add(customer, f"{day[:4]}-{day[4:6]}-{day[6:]}", pence(Decimal(dollars)), back=False)
    return found


def count_online_retail(path: Path) -> Count:
    found = Count()
    invoices: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in python_csv.DictReader(lines_of(path)):
        invoices[row["InvoiceNo"]].append(row)
        found.rows += 1
    for rows in invoices.values():
        worth = sum(pence(Decimal(r["Quantity"]) * Decimal(r["UnitPrice"])) for r in rows)
        back = worth < 0 or all(int(r["Quantity"]) < 0 for r in rows)
        customer = rows[0]["CustomerID"].removesuffix(".0")
        found.add(customer, min(r["InvoiceDate"] for r in rows), worth, back)
    return found


def assert_agrees(job, expected: Count, at: int) -> None:
    totals = queries.totals(at)
    assert (job.state, job.taken, job.refused) == ("done", expected.rows, 0)
    assert (totals.gross, totals.refunded) == (expected.gross, expected.returned)
    assert (totals.orders, totals.refunds) == (expected.orders, expected.returns)
    assert (totals.nobodys, totals.unknown, totals.cancelled) == (expected.nobodys, 0, 0)
    assert totals.customers == len(expected.buyers)
    months: dict[str, int] = defaultdict(int)
    for day, _, gross, back in queries.revenue_by_day(first=0, last=10**6):
        months[str(date(1970, 1, 1) + timedelta(days=day))[:7]] += gross - back
    assert months == expected.months
    keys = dict(Node.objects.exclude(person_id=None).values_list("person_id", "key"))
    assert {keys[p]: spent for p, spent in Customer.objects.values_list("person_id", "spent")} == expected.spent
    assert (job.summary["gross"], job.summary["lines"]) == ({"GBP": expected.gross}, expected.rows)


def fingerprint() -> tuple:
    """Changes when anything changed."""
    counts = tuple(model.objects.count() for model in (Event, Order, OrderLine, Refund, Product, Person))
    return (
        counts,
        sorted(Customer.objects.values_list()),
        sorted(Order.objects.values_list("id", "total", "base_total")),
    )


@pytest.mark.parametrize("rows", [3000, pytest.param(None, marks=pytest.mark.slow)], ids=["beginning", "whole"])
def test_cdnow_comes_in_whole_and_twice_is_once(business, at, tmp_path, rows):
    if rows is None and connection.vendor == "postgresql":
        pytest.skip("the whole file is imported on SQLite; PostgreSQL gets its beginning")
    path = sample(shared_data("cdnow/CDNOW_master.txt"), tmp_path, rows)
    expected = count_cdnow(path)
    assert_agrees(import_file(path, at=at), expected, at)
    if rows is None:
        assert (expected.rows, len(expected.buyers), expected.gross) == (69_659, 23_570, 250_031_563)
    before = fingerprint()
    again = import_file(path, at=at + DAY)
    assert (again.taken, again.known) == (0, expected.rows)
    assert fingerprint() == before


@pytest.mark.parametrize("rows", [6000, pytest.param(None, marks=pytest.mark.slow)], ids=["beginning", "whole"])
def test_online_retail_comes_in_whole_and_twice_is_once(business, at, tmp_path, rows):
    if rows is None and connection.vendor == "postgresql":
        pytest.skip("the whole file is imported on SQLite; PostgreSQL gets its beginning")
    path = sample(shared_data("online-retail/online_retail_to_2011-06.csv.gz"), tmp_path, rows)
    expected = count_online_retail(path)
    assert_agrees(import_file(path, at=at), expected, at)
    if rows is None:
        assert (expected.rows, expected.orders, expected.returns) == (245_903, 10_031, 2_764)
    assert not Product.objects.filter(key__in=("POST", "M", "D", "BANK CHARGES", "AMAZONFEE")).exists()
    assert Product.objects.filter(key="85123A").exists()
    before = fingerprint()
    again = import_file(path, at=at + DAY)
    assert (again.taken, again.known) == (0, expected.rows)
    assert fingerprint() == before


def test_a_file_that_grew_adds_only_what_is_new(business, at, tmp_path):
    path = shared_data("cdnow/CDNOW_master.txt")
    import_file(sample(path, tmp_path, 1000), at=at)
    longer = import_file(sample(path, tmp_path, 1200), at=at + DAY)
    assert (longer.taken, longer.known) == (200, 1000)
    assert Order.objects.count() == 1200
