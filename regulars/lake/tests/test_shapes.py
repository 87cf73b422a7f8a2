"""Which texts stay out of the lake, and which must not be mistaken."""

from __future__ import annotations

import pyarrow as pa
import pytest

from regulars.lake.shapes import clean, without_personal


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("ann@example.com", "e-mail"),
        ("Ann Lee <ann.lee+x@mail.example.co.uk>", "e-mail"),
        ("+44 20 7946 0958", "phone"),
        ("+4935112345678", "phone"),
        ("0044 20 7946 0958", "phone"),
        ("(0351) 123 456", "phone"),
        ("020 7946 0958", "phone"),
        ("(212) 555-0100", "phone"),
        ("212-555-0100", "phone"),
        ("tel: +1 212 555 0100", "phone"),
        ("10 High Street, Leeds", "address"),
        ("221b Baker Street", "address"),
        ("Prager Straße 12", "address"),
        ("Hauptstr. 5a, Dresden", "address"),
        ("12 rue de la Paix", "address"),
        ("P.O. Box 77", "address"),
        ("Leeds LS1 4DY", "address"),
    ],
)
def test_personal_texts_are_dropped(text, shape):
    kept, counts = without_personal(pa.chunked_array([[text]]))
    assert kept.to_pylist() == [None]
    assert counts == {shape: 1}


@pytest.mark.parametrize(
    "text",
    ["", "soccer", "N-1000234567", "4711", "1000234567", "5901234123457", "2026-03-01", "2026-03-01T10:00:00Z",
     "Running shoe 42.5", "Air Court 90", "SAVE20", "https://shop.example/p/7", "12.50", "0.5", "192.168.1.10",
     "10 pairs of socks", "GB", "3 for 2 @ Leeds", "Size 10 - wide", "1-2-3", "S-0001234"],
)  # fmt: skip
def test_ordinary_texts_stay(text):
    kept, counts = without_personal(pa.chunked_array([[text]]))
    assert kept.to_pylist() == [text]
    assert counts == {}


def test_each_occurrence_is_counted_and_missing_texts_stay_missing():
    rows = pa.table({"a": ["x@example.org", None, "x@example.org", "ok"], "n": [1, 2, 3, 4]})
    dropped = {"t.a: e-mail": 5}
    assert clean(rows, "t", dropped)["a"].to_pylist() == [None, None, None, "ok"]
    assert dropped == {"t.a: e-mail": 7}


def test_a_column_without_rows_is_no_trouble():
    kept, counts = without_personal(pa.chunked_array([], pa.string()))
    assert (kept.length(), counts) == (0, {})
