"""Looking for people who are due costs nothing while nobody is, however many memberships there are."""

import pytest
from django.db import connection

from regulars.segments import tick
from regulars.segments.calendar import Calendar
from regulars.segments.definition import OnList
from regulars.segments.standing import Standing

pytestmark = [pytest.mark.django_db, pytest.mark.anydb]


def test_the_database_reads_only_the_places_that_are_due():
    if connection.vendor != "sqlite":
        pytest.skip("SQLite decides by the words of the query, PostgreSQL by the size of the table.")
    asked = []

    def listen(execute, sql, params, many, context):
        if "segments_membership" in sql:
            asked.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(listen):
        work = tick.find_work(Standing(((1, OnList(1)),), ((1, 1),), Calendar(), 0), at=1, people=10)
    ((sql, params),) = asked
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
        assert any("segments_due" in step[-1] for step in cursor.fetchall())
    assert not work.persons
