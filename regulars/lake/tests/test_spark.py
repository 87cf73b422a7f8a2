"""The same expressions over the same files on Spark, with two workers."""

from __future__ import annotations

import logging
import shutil

import ibis
import pytest
from ibis import _

from regulars.lake import queries
from regulars.lake.tests import truth
from regulars.lake.tests.histories import History, catch_up, start_over

pyspark = pytest.importorskip("pyspark", reason="PySpark is not installed: pip install regulars[spark]")
pytestmark = [
    pytest.mark.anydb,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not shutil.which("java"), reason="There is no Java runtime: apt install default-jre-headless"),
]


@pytest.fixture(scope="module")
def session():
    """A cluster on this machine: two workers with a core and 1 GB each."""
    from pyspark.sql import SparkSession

    quiet = {"spark.ui.enabled": "false", "spark.sql.shuffle.partitions": "4", "spark.executor.memory": "1g"}
    builder = SparkSession.builder.master("local-cluster[2,1,1024]").appName("regulars")
    for name, value in quiet.items():
        builder = builder.config(name, value)
    made = builder.getOrCreate()
    made.sparkContext.setLogLevel("ERROR")
    logging.getLogger("py4j").setLevel(logging.CRITICAL)
    yield made
    made.stop()


def regulars_of(events: ibis.Table, nodes: ibis.Table) -> ibis.Table:
    """Persons with two events or more: how many, when the oldest falls out of 90 days, and a sum."""
    mine = events.join(nodes, "node_id").filter(_.ts > 5 * truth.DAY)
    found = mine.group_by("person_id").agg(
        number=_.count(), next_us=_.ts.min() + 90 * truth.DAY, depth=_.p_depth.sum(), names=_.name.nunique()
    )
    return found.filter(_.number >= 2).order_by("person_id")


def test_duckdb_and_spark_answer_alike(session):
    start_over()
    truth.declare("Page", "depth", "number")
    history = History(11, erasures=0)
    history.steps(150)
    catch_up()
    history._merge()
    truth.declare("Page", "depth", "number")
    truth.declare("Order Completed", "depth", "number")
    truth.declare("Product Viewed", "depth", "number")
    catch_up()
    hidden = truth.erase(history.nodes[0])
    here, there = queries.snapshot(), queries.spark(session)
    question = regulars_of(here.ibis("events"), here.ibis("nodes"))
    answer = here.arrow(question)
    assert answer.num_rows > 3
    assert there.arrow(question).equals(answer)
    for name in ("nodes", "orders", "stores"):
        rows = here.ibis(name).order_by(here.ibis(name).columns[0])
        assert there.arrow(rows).equals(here.arrow(rows))
    assert not set(answer["person_id"].to_pylist()) & set(hidden)
    assert there.watermark == here.watermark
