"""The lake's promises under random histories, kills, and readers beside the writer."""

from __future__ import annotations

import threading

import pytest
from django.db import connection
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from regulars.core import failpoints
from regulars.lake import queries
from regulars.lake.actions import rebuild
from regulars.lake.tests import truth
from regulars.lake.tests.conftest import SMALL
from regulars.lake.tests.copier import copy_and_die
from regulars.lake.tests.histories import History, catch_up, days, events_in_truth, shown, start_over

pytestmark = pytest.mark.django_db(transaction=True)
FAILPOINTS = sorted(n for n in failpoints.NAMES if n.startswith("lake."))


def same_as_rebuilt() -> None:
    """The lake shows what one built from nothing shows: same rows in every table, same days."""
    incremental = shown()
    rebuild(at=10**9, sizes=SMALL)
    rebuilt = shown()
    assert days(incremental["events"]) == days(rebuilt["events"])
    for name, rows in rebuilt.items():
        assert incremental[name].equals(rows), name


@hypothesis_settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 10**6), sizes=st.lists(st.integers(1, 25), min_size=1, max_size=5))
def test_a_rebuilt_lake_equals_the_incremental_one(seed, sizes):
    start_over()
    history = History(seed)
    for at, size in enumerate(sizes):
        history.steps(size)
        catch_up(at * 7)
    same_as_rebuilt()


@pytest.mark.parametrize("name", FAILPOINTS)
@pytest.mark.parametrize("passes", [1, 4])
def test_a_writer_killed_anywhere_loses_and_doubles_nothing(name, passes):
    start_over()
    history = History(passes)
    history.steps(60)
    catch_up()
    for round_ in range(4):
        history.steps(25)
        truth.declare("Page", "depth", ("text", "number")[round_ % 2])
        code = copy_and_die(name, passes, at=(round_ + 1) * 10_000)
        assert code in (-9, 0)
        with queries.snapshot() as now:
            table = now.ibis("events")
            found = [tuple(r.values()) for r in now.rows(table.select("id", "node_id").order_by("id"))]
            assert found == events_in_truth(now.watermark[1])
        if code == -9:
            break
    assert code == -9, f"{name} was never reached {passes} times"
    catch_up(at=100_000)
    same_as_rebuilt()


def test_readers_beside_a_writer_see_each_event_once():
    start_over()
    history, stop, looks = History(3, erasures=0), threading.Event(), []

    def look() -> None:
        while not stop.is_set():
            with queries.snapshot() as now:
                ids = now.arrow(now.ibis("events").select("id"))["id"].to_pylist()
                looks.append((now.watermark[1], len(ids), len(set(ids))))
        connection.close()

    history.steps(20)
    catch_up()
    readers = [threading.Thread(target=look) for _ in range(2)]
    for reader in readers:
        reader.start()
    try:
        counts = {}
        for at in range(25):
            history.steps(4)
            catch_up(at * 20)
            last = events_in_truth(10**12)
            counts[last[-1][0]] = len(last)
    finally:
        stop.set()
        for reader in readers:
            reader.join()
    wrong = [look for look in looks if look[1] != look[2] or (look[0] in counts and look[1] != counts[look[0]])]
    assert not wrong
    assert len({look[0] for look in looks}) > 3
