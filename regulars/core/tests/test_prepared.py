"""Statements in one message: the same answers every time they come, whatever the words in them."""

import pytest
from django.db import DataError, IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regulars.core import bulk, prepared
from regulars.core.models import Offset

pytestmark = pytest.mark.django_db
words = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=40)
whole = st.integers(-(2**63), 2**63 - 1)
PUT = "INSERT INTO core_offset (consumer, shard, tx, entry) VALUES (%s, %s, %s, %s)"
ASK = "SELECT consumer, tx, entry FROM core_offset WHERE consumer = %s"


@pytest.fixture
def postgresql():
    """A connection that has prepared nothing yet."""
    if connection.vendor != "postgresql":
        pytest.skip("only PostgreSQL prepares statements")
    _nothing_prepared()
    yield
    _nothing_prepared()


def _nothing_prepared():
    bulk.execute("DEALLOCATE ALL")
    prepared._known.clear()


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.lists(st.tuples(words, whole, whole), min_size=1, max_size=5, unique_by=lambda row: row[0]))
def test_what_is_written_is_read_again_to_the_last_character(rows):
    for name, tx, entry in rows:
        found = bulk.together([(PUT, [name, 0, tx, entry]), (ASK, [name]), ("SELECT 7", [])])
        assert found == [[], [(name, tx, entry)], [(7,)]]
    Offset.objects.all().delete()


@pytest.mark.parametrize("time", range(4))
def test_nothing_and_yes_and_no_can_be_parameters(time):
    for _ in range(3):
        found = bulk.together([("SELECT CAST(%s AS integer), CAST(%s AS integer)", [None, time])])
        assert found == [[(None, time)]]


def test_a_message_that_fails_leaves_nothing_and_the_next_one_works():
    good = [(PUT, ["a", 0, 1, 2]), (ASK, ["a"])]
    for _ in range(4):
        with pytest.raises(IntegrityError), transaction.atomic():
            bulk.together([*good, (PUT, ["a", 0, 1, 2])])
        assert not Offset.objects.exists()
        with transaction.atomic():
            assert bulk.together(good)[1] == [("a", 1, 2)]
        Offset.objects.all().delete()


def test_what_comes_again_is_planned_once_and_not_more_than_so_many_are_kept(postgresql, monkeypatch):
    monkeypatch.setattr(prepared, "MOST", 3)
    for n in [*range(6)] * 3:
        assert bulk.together([(f"SELECT {n} + %s", [1])]) == [[(n + 1,)]]
    assert bulk.query("SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'regulars%%'") == [(3,)]


def test_text_with_a_nul_is_refused_and_not_cut_off(postgresql):
    with pytest.raises(DataError, match="NUL"):
        bulk.together([(ASK, ["a\0b"])])
