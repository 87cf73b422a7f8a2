"""Declared properties, from whatever JSON was sent to typed columns."""

from __future__ import annotations

import pytest

from regulars.lake.properties import columns_of, extract, origins_of, property_column

DECLARED = [("Buy", "revenue", "money"), ("Buy", "coupon", "text"), ("Buy", "when", "time"), ("Buy", "gift", "bool"),
            ("View", "revenue", "number")]  # fmt: skip


def taken(*events: tuple[str, str]) -> list[dict]:
    names, texts = zip(*events, strict=True)
    return extract(names, texts, DECLARED, columns_of(DECLARED)).to_pylist()


@pytest.mark.parametrize(
    ("text", "column", "value"),
    [
        ('{"revenue": 12}', "p_revenue", 12.0),
        ('{"revenue": "12.50"}', "p_revenue", 12.5),
        ('{"revenue": " 12.50 "}', "p_revenue", 12.5),
        ('{"revenue": "twelve"}', "p_revenue", None),
        ('{"revenue": true}', "p_revenue", None),
        ('{"revenue": "inf"}', "p_revenue", None),
        ('{"revenue": "nan"}', "p_revenue", None),
        ('{"revenue": null}', "p_revenue", None),
        ('{"coupon": 7}', "p_coupon", "7"),
        ('{"coupon": false}', "p_coupon", "false"),
        ('{"coupon": ["A"]}', "p_coupon", None),
        ('{"gift": "true"}', "p_gift", True),
        ('{"gift": 1}', "p_gift", None),
        ('{"when": "1970-01-02T00:00:00Z"}', "p_when", 86_400_000_000),
        ('{"when": "1970-01-02"}', "p_when", 86_400_000_000),
        ('{"when": "1970-01-02T01:00:00+01:00"}', "p_when", 86_400_000_000),
        ('{"when": 5}', "p_when", None),
        ("[1]", "p_revenue", None),
        ("", "p_revenue", None),
        ("{", "p_revenue", None),
    ],
)
def test_a_value_that_does_not_fit_is_null_and_spoils_no_other(text, column, value):
    good = ("Buy", '{"revenue": 1, "coupon": "A", "gift": true, "when": "1970-01-01"}')
    first, found, last = taken(good, ("Buy", text), good)
    assert found[column] == value
    assert first == last == {"p_coupon": "A", "p_gift": True, "p_revenue": 1.0, "p_when": 0}


def test_rows_keep_their_order_and_names_their_own_properties():
    found = taken(("Buy", '{"revenue": 1}'), ("View", '{"revenue": 2, "coupon": "B"}'), ("Other", '{"revenue": 3}'),
                  ("Buy", '{"coupon": "A"}'))  # fmt: skip
    assert [(r["p_revenue"], r["p_coupon"]) for r in found] == [(1, None), (2, None), (None, None), (None, "A")]


def test_a_property_with_two_types_is_text():
    both = [("Buy", "size", "number"), ("View", "size", "text")]
    assert columns_of(both) == {"p_size": "string"}
    assert extract(["Buy"], ['{"size": 4.5}'], both, columns_of(both)).to_pylist() == [{"p_size": "4.5"}]


def test_declaring_for_a_further_event_changes_the_origin_but_not_the_column():
    less, more = DECLARED[:4], DECLARED
    assert columns_of(less)["p_revenue"] == columns_of(more)["p_revenue"]
    assert origins_of(less)["p_revenue"] != origins_of(more)["p_revenue"]
    assert origins_of(less)["p_coupon"] == origins_of(more)["p_coupon"]


def test_column_names_are_safe_to_type():
    assert property_column("Shipping Method (2)") == "p_shipping_method_2"
