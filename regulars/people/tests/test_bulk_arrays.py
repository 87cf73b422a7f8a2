"""What goes into the database in bulk comes out as it was."""

import pytest
from django.db import IntegrityError, connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regulars.core import bulk
from regulars.people.models import Trait

TEXTS = st.text(st.characters(blacklist_characters="\0", blacklist_categories=["Cs"]), max_size=30)
ODD = ["", "NULL", "{}", '"', "\\", '\\"', "a,b", " x ", "\n\t\r", "\\N", "\\.", "50 % {%s}", "'", "é😀"]
COLUMNS = ("node_id", "name", "value", "at", "source_id")


@pytest.mark.django_db
@pytest.mark.parametrize("conflict", ["", "(node_id, name) DO NOTHING"])
def test_odd_texts_are_kept_as_they_are(conflict):
    rows = [(n, "trait", text, n, 0) for n, text in enumerate(ODD)]
    assert bulk.insert(Trait, COLUMNS, rows, conflict=conflict) == len(ODD)
    assert [trait.value for trait in Trait.objects.order_by("node_id")] == ODD


@pytest.mark.django_db
@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(-(2**63), 2**63 - 1), st.one_of(st.none(), TEXTS)), max_size=8))
def test_a_table_of_values_never_changes_them(rows):
    sql, params = bulk.table({"number": "bigint", "text": "text"}, rows)
    assert sorted(bulk.query(f"SELECT number, text FROM {sql}", params), key=repr) == sorted(rows, key=repr)


@pytest.mark.django_db
def test_numbers_and_truth_values_are_kept():
    rows = [(0.1, True), (-1e300, False), (None, None)]
    sql, params = bulk.table({"amount": "double precision", "yes": "boolean"}, rows)
    assert set(bulk.query(f"SELECT amount, yes FROM {sql}", params)) == set(rows)


@pytest.mark.django_db
def test_a_row_that_is_there_already_is_an_error_of_the_databases_own_kind():
    rows = [(1, "trait", "x", 1, 0)]
    bulk.insert(Trait, COLUMNS, rows)
    with pytest.raises(IntegrityError):
        bulk.insert(Trait, COLUMNS, rows)
    if connection.vendor == "postgresql":
        connection.set_rollback(True)
