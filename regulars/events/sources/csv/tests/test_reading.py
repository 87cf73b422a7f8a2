"""How files are written down, and what their cells mean."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from regulars.core.clock import to_us
from regulars.events.sources.csv import files, values
from regulars.events.sources.csv.names import field_of

LONDON = ZoneInfo("Europe/London")


def rows(path) -> list[list[str]]:
    layout = files.layout_of(path)
    return [files.columns_of(path, layout), *(r.cells for r in files.records(path, layout))]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("id,name\n1,Zoë\n", "utf-8"),
        ("id;name\r\n1;Zoë\r\n", "utf-8-sig"),
        ("id\tname\n1\tZoë\n", "utf-16"),
        ("id\tname\n1\tZoë\n2\tAnn\n", "utf-16-le"),
        ("id|name\n1|Zoë\n", "cp1252"),
        (" id  name\n 1   Zoë\n 2   Ann\n", "utf-8"),
        ('"id","name"\n"1","Zoë"\n', "utf-8"),
    ],
)
@pytest.mark.parametrize("packed", [False, True])
def test_every_usual_way_of_writing_a_table_down_is_read(tmp_path, text, encoding, packed):
    content = text.encode(encoding)
    path = tmp_path / "file"
    path.write_bytes(gzip.compress(content) if packed else content)
    assert rows(path)[:2] == [["id", "name"], ["1", "Zoë"]]


def test_a_cell_may_hold_commas_quotation_marks_and_line_breaks(tmp_path):
    path = tmp_path / "file"
    path.write_text('id,text\n1,"a, ""b""\nc"\n2,d\n')
    layout = files.layout_of(path)
    assert [(r.first, r.last, r.cells) for r in files.records(path, layout)] == [
        (2, 3, ["1", 'a, "b"\nc']),
        (4, 4, ["2", "d"]),
    ]


def test_a_quotation_mark_that_never_closes_costs_only_its_own_lines(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "LONGEST_FIELD", 30)
    path = tmp_path / "file"
    path.write_text('id,text\n1,"never closed\n2,b is long enough to be it\n3,c\n')
    found = list(files.records(path, files.Layout()))
    assert found[0].problem.startswith("A quotation mark is never closed")
    assert found[-1].cells == ["3", "c"]


def test_a_table_without_a_header_gets_numbered_columns(tmp_path):
    path = tmp_path / "file"
    path.write_text("7,2020-01-02,9.50\n8,2020-01-03,1.50\n")
    assert rows(path)[0] == ["Column 1", "Column 2", "Column 3"]
    assert len(rows(path)) == 3


def test_columns_of_one_name_are_told_apart(tmp_path):
    path = tmp_path / "file"
    path.write_text("name,name,\nA,B,C\n1,2,3\n")
    assert rows(path)[0] == ["name", "name (2)", "Column 3"]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04\x00\x00\x00\x08\x00\x00\x00"])
def test_what_is_no_table_of_text_is_refused_with_a_reason(tmp_path, content):
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(files.FileError):
        files.layout_of(path)


def test_a_broken_gzip_file_is_refused_with_a_reason(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(gzip.compress(b"id,name\n1,a\n" * 1000)[:40])
    with pytest.raises(files.FileError, match="cannot be read"):
        files.layout_of(path)


DATES = [
    ("2011-02-03", values.ISO, "2011-02-03T00:00"),
    ("2011-02-03 08:26:30", values.ISO, "2011-02-03T08:26:30"),
    ("2011-02-03T08:26:30+02:00", values.ISO, "2011-02-03T06:26:30"),
    ("2011-02-03T08:26:30Z", values.ISO, "2011-02-03T08:26:30"),
    ("2011/2/3", values.ISO, "2011-02-03T00:00"),
    ("20110203", values.YMD8, "2011-02-03T00:00"),
    ("3.2.2011", values.DMY, "2011-02-03T00:00"),
    ("03/02/11 8:26", values.DMY, "2011-02-03T08:26"),
    ("2/3/2011 8:26 PM", values.MDY, "2011-02-03T20:26"),
    ("2/3/2011 12:05 am", values.MDY, "2011-02-03T00:05"),
    ("3 Feb 2011", values.DMY, "2011-02-03T00:00"),
    ("3-févr.-2011", values.DMY, "2011-02-03T00:00"),
    ("Feb 3, 2011 8:26 AM", values.DMY, "2011-02-03T08:26"),
    ("1296691200", values.EPOCH, "2011-02-03T00:00"),
    ("40577.5", values.EXCEL, "2011-02-03T12:00"),
]


@pytest.mark.parametrize(("text", "order", "moment"), DATES)
def test_dates_are_read_as_people_and_programs_write_them(text, order, moment):
    expected = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    assert values.read_date(text, order, LONDON) == to_us(expected)


def test_a_date_without_a_zone_is_local_time():
    summer = values.read_date("2011-07-01 12:00", values.ISO, LONDON)
    assert summer == to_us(datetime(2011, 7, 1, 11, tzinfo=UTC))


@pytest.mark.parametrize(
    "text", ["", "yesterday", "2011-13-01", "31/02/2011", "12:30", "2011-02-03 25:00", "99999999", "1e400"]
)
@pytest.mark.parametrize("order", values.ORDERS)
def test_what_is_no_date_is_refused(text, order):
    if text == "99999999" and order == values.EPOCH:
        return  # seconds since 1970
    with pytest.raises(values.CellError, match="is not a date"):
        values.read_date(text, order, LONDON)


@pytest.mark.parametrize(
    ("cells", "order", "ambiguous"),
    [
        (["2011-02-03", "2011-12-31"], values.ISO, False),
        (["13/02/2011", "01/03/2011"], values.DMY, False),
        (["02/13/2011", "03/01/2011"], values.MDY, False),
        (["01/02/2011", "05/06/2011"], values.DMY, True),
        (["01/11/2011", "02/10/2011", "03/01/2012"], values.MDY, True),
        (["3 Feb 2011", "4 Mar 2011"], values.DMY, False),
        (["40577", "40578.5"], values.EXCEL, False),
        (["12.50", "3.10"], None, False),
        (["hello"], None, False),
        ([], None, False),
    ],
)
def test_the_order_of_day_month_and_year_is_guessed_and_doubt_is_told(cells, order, ambiguous):
    assert values.guess_dates(cells) == values.DateGuess(order, ambiguous)


def test_where_both_orders_fit_a_country_decides():
    assert values.guess_dates(["01/02/2011"], month_first=True) == values.DateGuess(values.MDY, True)


@pytest.mark.parametrize(
    ("text", "decimal", "number"),
    [
        ("12.50", ".", "12.50"),
        ("1,234.50", ".", "1234.50"),
        ("1.234,50", ",", "1234.50"),
        ("12,5", ",", "12.5"),
        ("£ 12.50", ".", "12.50"),
        ("12,50 €", ",", "12.50"),
        ("EUR 12,50", ",", "12.50"),
        ("(12.50)", ".", "-12.50"),
        ("12.50-", ".", "-12.50"),
        ("−3", ".", "-3"),
        ("1'234.50", ".", "1234.50"),
        ("1 234,50", ",", "1234.50"),
        ("1.5e2", ".", "150"),
    ],
)
def test_numbers_are_read_in_every_notation(text, decimal, number):
    assert values.number_reader(decimal)(text) == Decimal(number)


@pytest.mark.parametrize("text", ["", "abc", "12,5", "1,2,3", "nan", "inf", "9" * 20, "1.2.3"])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(values.CellError):
        values.number_reader(".")(text)


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        (["12.50", "1,234.50"], (".", False)),
        (["12,50", "1.234,50"], (",", False)),
        (["1,234", "2,500"], (".", True)),
        (["7", "12"], (".", False)),
        (["1.234.567"], (",", False)),
    ],
)
def test_the_decimal_sign_is_guessed_and_doubt_is_told(cells, found):
    assert values.guess_decimal(cells) == found


@pytest.mark.parametrize(
    ("word", "state"),
    [("Yes", "granted"), ("0", "withdrawn"), ("ja", "granted"), ("", None), ("opt-out", "withdrawn"),
     ("Pending", "pending")],
)  # fmt: skip
def test_consents_are_read_in_several_languages(word, state):
    assert values.read_consent(word) == state


def test_a_consent_that_is_neither_is_refused():
    with pytest.raises(values.CellError):
        values.read_consent("perhaps")


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("InvoiceNo", "order"), ("Rechnungs-Nr.", None), ("Rechnungsnummer", "order"), ("Order #", "order"),
        ("N° Commande", "order"), ("CustomerID", "customer"), ("Kundennummer", "customer"), ("E-Mail", "email"),
        ("Téléphone", "phone"), ("StockCode", "sku"), ("Qté", "quantity"), ("Stück", "quantity"),
        ("UnitPrice", "price"), ("Währung", "currency"), ("Wahrung", "currency"), ("created_at", "date"),
        ("Lineitem price", "price"), ("Straße", "street"), ("Date of Birth", "birthday"),
        ("Accepts Marketing", "consent:email"), ("favourite colour", None),
    ],
)  # fmt: skip
def test_usual_headers_are_understood(header, field):
    assert field_of(header) == field


@pytest.mark.parametrize("name", ["Product number", "product no.", "Artikel-Nr.", "SKU"])
def test_the_number_of_a_product_is_known_by_its_usual_names(name):
    assert field_of(name) == "sku"
