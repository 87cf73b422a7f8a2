"""The filter of one event in plain Python means what the compiled expression means."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from regulars.core.clock import DAY, from_us
from regulars.lake.properties import READERS
from regulars.segments.calendar import Calendar
from regulars.segments.matching import filter_of, passes
from regulars.segments.tests.random_definitions import CATEGORIES, CITIES, PROPERTIES, Vocabulary, comparison

NOW = 1_790_000_000_000_000
LONDON = Calendar("Europe/London")
words = st.sampled_from((*CATEGORIES, *CITIES, "anna@example.com", "+44 20 7946 0958", "", "3", "true"))
values = {
    "total": st.none() | st.integers(-2, 12) | st.floats(-2, 12) | st.sampled_from(("4", " 7 ", "much", True)),
    "category": st.none() | words | st.integers(0, 3) | st.booleans(),
    "gift": st.none() | st.booleans() | st.sampled_from(("true", "false", "yes")),
    "due": st.none() | st.integers(-40, 40).map(lambda d: from_us(NOW + d * DAY).isoformat()) | st.just("soon"),
}


@st.composite
def conditions(draw) -> dict:
    name = draw(st.sampled_from(sorted(PROPERTIES)))
    return {"property": name, **draw(comparison(PROPERTIES[name], moving=False))}


def groups(inner: st.SearchStrategy) -> st.SearchStrategy:
    kinds = st.sampled_from(("all", "any", "none"))
    return st.tuples(kinds, st.lists(inner, min_size=1, max_size=3)).map(lambda pair: {pair[0]: pair[1]})


filters = st.recursive(conditions(), groups, max_leaves=4)


def by_expression(where: dict, properties: dict) -> bool:
    """The answer of the compiled expression, over what the lake would hold."""
    from regulars.lake.properties import property_column
    from regulars.lake.queries import memory
    from regulars.lake.shapes import clean
    from regulars.segments.compile import ibis_options
    from regulars.segments.scans import _passes

    types = {"number": pa.float64(), "text": pa.string(), "bool": pa.bool_(), "time": pa.int64()}
    read = {n: None if properties.get(n) is None else READERS[k](properties[n]) for n, k in PROPERTIES.items()}
    columns = {property_column(n): pa.array([read[n]], types[k]) for n, k in PROPERTIES.items()}
    rule = filter_of("Order Completed", where, Vocabulary())
    with ibis_options(), memory({"events": clean(pa.table(columns), "events", {})}) as here:
        rows = here.ibis("events")
        return here.arrow(rows.select(so=_passes(rows, "Order Completed", rule, LONDON)))["so"][0].as_py()


@given(where=filters, properties=st.fixed_dictionaries(values))
def test_both_ways_of_reading_a_filter_agree(where, properties):
    rule = filter_of("Order Completed", where, Vocabulary())
    assert passes(rule, properties, LONDON) == by_expression(where, properties)
