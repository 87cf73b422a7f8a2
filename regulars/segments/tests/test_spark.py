"""The same segments over the same lake files on Spark, with two workers: the same people, the same instants."""

from __future__ import annotations

import logging
import shutil

import pytest

from benchmarks.bulk import END, write_bulk_lake
from benchmarks.segments import ORDER, SEGMENTS, Known
from regulars.lake import queries as lake
from regulars.segments import full
from regulars.segments.calendar import Calendar
from regulars.segments.parsing import parse
from regulars.segments.standing import Standing

pytest.importorskip("pyspark", reason="PySpark is not installed: pip install regulars[spark]")
pytestmark = [
    pytest.mark.anydb,
    pytest.mark.django_db,
    pytest.mark.slow,
    pytest.mark.skipif(not shutil.which("java"), reason="There is no Java runtime: apt install default-jre-headless"),
]
MORE = [
    {"event": ORDER, "measure": "distinct:coupon", "op": ">", "value": 1},
    {"event": ORDER, "measure": "first:coupon", "op": "starts_with", "value": "sp"},
    {"event": ORDER, "measure": "avg:revenue", "op": "<", "value": 30, "this": "quarter"},
    {"event": ORDER, "measure": "max:revenue", "op": "between", "value": [40, 90], "from": "2026-03-29",
     "to": "2026-08-31"},
    {"sequence": {"first": {"event": ORDER}, "then": {"event": ORDER}, "within_days": 20}, "within_days": 200},
    {"fact": "first_order", "op": "anniversary_in_next_days", "value": 20},
    {"any": [{"fact": "days_since_order", "op": ">", "value": 40}, {"segment": 1, "member": False}]},
]  # fmt: skip


@pytest.fixture(scope="module")
def session():
    """A cluster on this machine: two workers with a core and 1 GB each."""
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local-cluster[2,1,1024]").appName("regulars-segments")
    quiet = {"spark.ui.enabled": "false", "spark.sql.shuffle.partitions": "4", "spark.executor.memory": "1g"}
    for name, value in quiet.items():
        builder = builder.config(name, value)
    made = builder.getOrCreate()
    made.sparkContext.setLogLevel("ERROR")
    logging.getLogger("py4j").setLevel(logging.CRITICAL)
    yield made
    made.stop()


class Catalog(Known):
    """The generated lake's events, and the facts of commerce."""

    def fact_type(self, name: str) -> str:
        return {"first_order": "time", "days_since_order": "number"}.get(name, "money")


def test_duckdb_and_spark_find_the_same_people(session):
    shutil.rmtree(lake.folder(), ignore_errors=True)
    write_bulk_lake(lake.folder(), people=400, events=20_000)
    raw = [*SEGMENTS.values(), *MORE]
    definitions = tuple((n, parse(one, Catalog())) for n, one in enumerate(raw, 1))
    standing = Standing(definitions, (), Calendar("Europe/London"), 0)
    with lake.snapshot() as here, lake.spark(session) as there:
        ours = full.ask_lake(here, standing, standing.ids, END).sort_by("person_id")
        theirs = full.ask_lake(there, standing, standing.ids, END).sort_by("person_id")
    for column in ours.column_names:
        assert theirs[column].to_pylist() == ours[column].to_pylist(), column
    for segment in standing.ids:
        assert 0 < sum(ours[f"m{segment}"].to_pylist()) < 400, raw[segment - 1]
