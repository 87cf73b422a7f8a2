"""Somebody imports the purchases of a shop: once, twice, with new lines, with wrong lines, interrupted."""

from __future__ import annotations

import csv as python_csv

import pytest

from regulars.commerce.models import Customer, Order, OrderLine, Refund
from regulars.commerce.tests.said import tables
from regulars.events import seen
from regulars.events.models import Event, EventKey, Import, Property
from regulars.events.sources import csv
from regulars.events.sources.csv import reading
from regulars.people.models import Node, Person
from tests.stories.importing import catch_up, import_file

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.story]

LINES = """Invoice;Date;Customer;Article;Description;Category;Qty;Unit price;Store
1001;03.02.2025 10:15;7;B1;Ball;soccer;2;12,50;Town
1001;03.02.2025 10:15;7;S9;Shoe;running;1;80,00;Town
1002;04.02.2025;8;B1;Ball;soccer;1;12,50;Web
C1003;05.02.2025;7;S9;Shoe;running;-1;80,00;Town
1004;06.02.2025;;B1;Ball;soccer;3;12,50;Town
1002;04.02.2025;8;POST;Porto;;1;4,00;Web
1005;13.02.2025;9;B1;Ball;soccer;1;0;Town
"""


@pytest.fixture
def file(tmp_path):
    def write(text: str):
        path = tmp_path / "till.csv"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def known() -> dict:
    return {**tables(), "events": Event.objects.count(), "people": Person.objects.count()}


def test_lines_become_orders_returns_and_customers(business, at, file):
    job = import_file(file(LINES), at=at)
    assert (job.state, job.taken, job.known, job.refused) == ("done", 7, 0, 0)
    totals = dict(Order.objects.values_list("number", "total"))
    assert totals == {"1001": 10500, "1002": 1650, "1004": 3750, "1005": 0}
    assert Refund.objects.values_list("total", "items", "order_id").get() == (8000, 1, None)
    assert OrderLine.objects.filter(product_id=None).values_list("total", flat=True).get() == 400
    assert list(Customer.objects.order_by("spent").values_list("orders", "spent")) == [(1, 0), (1, 1650), (1, 2500)]


def test_the_summary_says_what_the_file_holds(business, at, file):
    found = import_file(file(LINES), at=at).summary
    assert (found["orders"], found["returns"], found["lines"]) == (4, 1, 7)
    assert (found["customers"], found["nobodys"], found["charges"], found["free"]) == (3, 1, 1, 1)
    assert (found["gross"], found["returned"], found["charged"]) == ({"GBP": 15900}, {"GBP": 8000}, {"GBP": 400})
    assert found["months"] == {"2025-02": {"GBP": 7900}}


def test_an_order_without_a_customer_belongs_to_nobody(business, at, file):
    import_file(file(LINES), at=at)
    node = Order.objects.get(number="1004").node_id
    assert Node.objects.get(id=node).person_id is None
    assert Person.objects.count() == 3


def test_importing_the_same_file_twice_changes_nothing(business, at, file):
    import_file(file(LINES), at=at)
    before = known()
    job = import_file(file(LINES), at=at + 10**9)
    assert (job.taken, job.known) == (0, 7)
    assert known() == before


def test_the_same_lines_in_another_order_change_nothing(business, at, file):
    import_file(file(LINES), at=at)
    before = known()
    header, *lines = LINES.splitlines(keepends=True)
    job = import_file(file(header + "".join(reversed(lines))), at=at + 10**9)
    assert job.taken == 0
    assert known() == before


def test_a_file_with_new_lines_at_its_end_adds_only_those(business, at, file):
    import_file(file(LINES), at=at)
    job = import_file(file(LINES + "1006;07.02.2025;8;B1;Ball;soccer;1;12,50;Web\n"), at=at + 10**9)
    assert (job.taken, job.known) == (1, 7)
    assert Order.objects.count() == 5


def test_an_order_that_grew_since_is_replaced_by_its_newer_form(business, at, file):
    import_file(file(LINES), at=at)
    import_file(file(LINES + "1005;13.02.2025;9;S9;Shoe;running;1;80,00;Town\n"), at=at + 10**9)
    assert Order.objects.values_list("total", "items").get(number="1005") == (8000, 2)
    import_file(file(LINES), at=at + 2 * 10**9)  # the old file again: known, so nothing goes back
    assert Order.objects.get(number="1005").total == 8000


def test_a_dry_run_tells_the_totals_and_writes_nothing(business, at, file):
    before = known()
    job = import_file(file(LINES + "1006;32.02.2025;8;B1;Ball;soccer;1;12,50;Web\n"), at=at, dry=True)
    assert (job.state, job.taken, job.refused, job.summary["orders"]) == ("done", 7, 1, 4)
    assert (known(), EventKey.objects.count()) == (before, 0)
    job = csv.run_for_real(import_id=job.id, by="user:1", at=at, background=False)
    job = csv.run(job.id, at=at)
    catch_up(at)
    assert (job.dry, job.taken, job.refused) == (False, 7, 1)
    assert Order.objects.count() == 4


WRONG = """order,date,customer,product,quantity,price,currency
1,2025-02-03,7,Ball,1,10.00,GBP
2,2025-02-30,7,Ball,1,10.00,GBP
3,2025-02-03,7,Ball,many,10.00,GBP
3,2025-02-03,7,Shoe,1,10.00,GBP
4,2025-02-03,7,Ball,1,10.00,pounds
,2025-02-03,7,Ball,1,10.00,GBP
5,2025-02-03,7,Ball,1,10.00,GBP,one,too many
6,1950-02-03,7,Ball,1,10.00,GBP
7,2045-02-03,7,Ball,1,10.00,GBP
8,,7,Ball,1,10.00,GBP
9,2025-02-03,7,Ball,1,,GBP
10,2025-02-03,7,Ball,1,10.00,GBP
"""
REASONS = {
    3: "“2025-02-30” is not a date written as year-month-day.",
    4: "quantity: “many” is not a number.",
    5: "Another line of this order cannot be read: line 4.",
    6: "currency: “pounds” is no currency code such as EUR.",
    7: "order: the order number is missing.",
    8: "The row has 9 columns where the header has 7.",
    9: "date: “1950-02-03” lies before 1970.",
    10: "date: “2045-02-03” lies in the future.",
    11: "date: the date is missing.",
    12: "The amount is missing.",
}


def test_rows_that_cannot_be_read_are_in_a_file_with_their_reasons_and_the_rest_goes_in(business, at, file):
    job = import_file(file(WRONG), at=at)
    assert (job.taken, job.refused) == (2, 10)
    assert set(Order.objects.values_list("number", flat=True)) == {"1", "10"}
    with csv.errors_file(job.id).open(newline="") as stream:
        rows = list(python_csv.DictReader(stream))
    assert {int(row["line"]): row["reason"] for row in rows} == REASONS
    assert rows[0]["order"] == "2"


def test_the_file_of_refused_rows_can_be_mended_and_imported(business, at, file):
    job = import_file(file(WRONG), at=at)
    mended = csv.errors_file(job.id).read_text().replace("many", "2")
    again = import_file(file(mended), at=at)
    assert Order.objects.get(number="3").total == 3000
    assert (again.taken, again.refused) == (2, 8)


def test_a_large_file_is_read_in_a_process_of_its_own_with_the_same_result(business, at, file, monkeypatch):
    told = import_file(file(WRONG), at=at, dry=True)
    monkeypatch.setattr(reading, "APART_FROM", 0)
    job = import_file(file(WRONG), at=at)
    assert (job.taken, job.refused, job.summary) == (2, 10, told.summary)
    seen.flush(at)
    assert Property.objects.get(event="Order Completed", name="products").type == "nested"
    with csv.errors_file(job.id).open(newline="") as stream:
        assert {int(row["line"]): row["reason"] for row in python_csv.DictReader(stream)} == REASONS


def test_a_file_without_refused_rows_has_no_errors_file(business, at, file):
    assert csv.errors_file(import_file(file(LINES), at=at).id) is None


def test_lines_without_order_numbers_are_orders_of_their_own_and_equal_ones_are_two(business, at, file):
    text = "customer,date,amount\n7,2025-02-03,10.00\n7,2025-02-03,10.00\n7,2025-02-04,-4.00\n"
    import_file(file(text), at=at)
    before = known()
    assert Customer.objects.values_list("orders", "days", "spent").get() == (2, 1, 1600)
    import_file(file(text), at=at)
    assert known() == before
    import_file(file(text + "7,2025-02-03,10.00\n"), at=at)
    assert Customer.objects.values_list("orders", "spent").get() == (3, 2600)


def test_the_stored_copy_of_the_file_goes_when_everything_is_in(business, at, file, settings):
    job = import_file(file(LINES), at=at)
    assert not (settings.REGULARS_HOME / job.path).exists()


def test_a_stopped_import_continues_where_it_was(business, at, file, monkeypatch):
    from regulars.events.sources.csv import running

    monkeypatch.setattr(running, "Pace", lambda *_, **__: FixedPace())
    monkeypatch.setattr(running, "READY", 1)  # a transaction for each, so that there is a moment to stop
    path = file(LINES)
    mapping = csv.guess_columns(path, "purchases").mapping
    job = csv.start_import(path=path, kind="purchases", mapping=mapping, by="user:1", at=at, background=False)

    def stop_after_two(now: Import) -> None:
        if now.units == 2:
            csv.stop_import(import_id=now.id, by="user:1", at=at)

    job = csv.run(job.id, at=at, progress=stop_after_two)
    assert (job.state, job.units, Event.objects.count()) == ("stopped", 2, 2)
    assert csv.run(job.id, at=at).units == 2  # a stopped import does not run
    csv.continue_import(import_id=job.id, by="user:1", at=at, background=False)
    job = csv.run(job.id, at=at)
    assert (job.state, job.taken, job.lines, Event.objects.count()) == ("done", 7, 7, 5)
    with pytest.raises(csv.NotPossible, match="is done"):
        csv.continue_import(import_id=job.id, by="user:1", at=at)


class FixedPace:
    """One unit per transaction."""

    size = 1

    def learn(self, events: int, took: float) -> None: ...


def test_an_import_in_the_background_is_queued_with_it(business, at, file):
    from regulars.core.models import QueuedJob

    path = file(LINES)
    mapping = csv.guess_columns(path, "purchases").mapping
    job = csv.start_import(path=path, kind="purchases", mapping=mapping, by="user:1", at=at)
    assert QueuedJob.objects.filter(name__endswith=".run_import", arguments={"import_id": job.id}).count() == 1


def test_names_and_addresses_in_a_purchases_file_become_profiles(business, at, file):
    text = (
        "order,date,email,name,phone,total\n1,2025-02-03,ann@example.com,Ann Lee,+44 20 7946 0001,10\n"
        "2,2025-02-04,Ann@Example.com,Ann Lee,,5\n"
    )
    import_file(file(text), at=at)
    assert Customer.objects.values_list("orders", "spent").get() == (2, 1500)
    assert Event.objects.filter(name="Identify").count() == 2


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        ({"date": ""}, "Say which column holds the date"),
        ({"price": "", "quantity": ""}, "Say which column holds the amount"),
        ({"total": "Sum"}, "has no column “Sum”"),
        ({"colour": "Store"}, "There is no field “colour”"),
    ],
)
def test_a_mapping_that_cannot_be_run_is_refused_with_a_reason(business, at, file, columns, reason):
    path = file(LINES)
    mapping = csv.guess_columns(path, "purchases").mapping
    merged = {k: v for k, v in {**mapping["columns"], **columns}.items() if v}
    with pytest.raises(csv.MappingError, match=reason):
        csv.start_import(path=path, kind="purchases", mapping={**mapping, "columns": merged}, by="u", at=at)
    assert not Import.objects.exists()


def test_the_preview_shows_rows_as_they_will_be_read(business, at, file):
    shown = csv.preview(file(LINES), "purchases", at=at)
    assert shown.rows[0].values["date"] == "03 Feb 2025 10:15"
    assert shown.rows[0].values["price"] == "12.50"
    assert shown.rows[0].line == 2
    assert shown.warnings == ()
    shown = csv.preview(file(WRONG), "purchases", at=at)
    assert shown.rows[2].problem == REASONS[4]
    assert shown.warnings[-1].startswith("10 of the first 12 rows would be refused. Line 3: ")
