"""The facts of this room and of commerce say the same on DuckDB and on Spark, over the same lake files."""

from __future__ import annotations

import shutil

import ibis
import pytest

from regulars.core.loops import LOOPS
from regulars.core.plugs import registry
from regulars.insights.actions import refit
from regulars.insights.calendar import day_of
from regulars.insights.tests.shops import ZONE, drawn, fill
from regulars.lake import queries
from regulars.lake.tests.histories import catch_up, start_over
from regulars.lake.tests.test_spark import session  # noqa: F401
from regulars.people.actions import touch

pytest.importorskip("pyspark", reason="PySpark is not installed: pip install regulars[spark]")
pytestmark = [
    pytest.mark.anydb,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not shutil.which("java"), reason="There is no Java runtime: apt install default-jre-headless"),
]
ROOMS = ("insights", "commerce")


class Asked:
    """What a fact's expression is given: tables of one snapshot, and the moment."""

    def __init__(self, snapshot, at: int) -> None:
        self.snapshot, self.now_us = snapshot, ibis.literal(at, "int64")

    def __call__(self, name: str):
        return self.snapshot.ibis(name)


def answers(snapshot, fact, at: int) -> list[tuple]:
    rows = fact.lake(Asked(snapshot, at))
    found = snapshot.arrow(rows.select("person_id", value=rows["value"], next_us=rows["next_us"])).to_pylist()
    return sorted((row["person_id"], row["value"], row["next_us"]) for row in found)


def test_duckdb_and_spark_agree_on_every_fact(session, business, at):  # noqa: F811
    start_over()
    fill(drawn(customers=120, today=day_of(at, ZONE)))
    touch(person_ids=range(1, 121), cause="derived", at=at)
    refit(at=at)
    for name in ("profiles", "customers", "predictions"):
        while LOOPS[name].step(at):
            pass
    catch_up(at)
    here, there = queries.snapshot(), queries.spark(session)
    facts = [fact for fact in registry.facts.values() if fact.room in ROOMS]
    answered = {fact.name: answers(here, fact, at) for fact in facts}
    assert len(answered["p_buy_13w"]) == len(answered["spent"]) == 120
    for fact in facts:
        assert answers(there, fact, at) == answered[fact.name], fact.name
