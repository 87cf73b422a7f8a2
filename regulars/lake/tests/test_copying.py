"""The copy loop on the real tables: what is in the truth comes into the lake, once, and stays up to date."""

from __future__ import annotations

import shutil

import ibis
import pytest
from django.db import connection as django_connection

from regulars.core.log import current_tx
from regulars.lake import queries
from regulars.lake.actions import copy_once, rebuild
from regulars.lake.manifest import newest, path_of
from regulars.lake.tests import truth
from regulars.lake.tests.conftest import SMALL

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def fresh_lake():
    shutil.rmtree(queries.folder(), ignore_errors=True)


def catch_up(at: int = 0) -> None:
    """Copy until there is nothing to do."""
    for _ in range(500):
        if not copy_once(at, sizes=SMALL):
            return
    raise AssertionError("the copy loop never rests")


def rows(name: str, *columns: str) -> list[tuple]:
    """The lake's rows of a table, sorted."""
    with queries.snapshot() as now:
        table = now.ibis(name)
        found = now.rows(table.select(*columns) if columns else table)
    return sorted((tuple(r.values()) for r in found), key=repr)


def test_events_orders_and_people_arrive_once():
    node = truth.make_node()
    events = [truth.make_event(node, day=d) for d in (1, 40, 80)]
    order = truth.make_order(node, day=1)
    catch_up()
    catch_up()
    assert rows("events", "id", "node_id") == [(e, node) for e in events]
    assert rows("orders", "id", "total") == [(order, 1000)]
    assert rows("nodes") == [(node, node)]
    assert rows("people", "person_id", "city") == [(node, "Leeds")]


def test_an_idle_copy_writes_no_new_version():
    truth.make_event(truth.make_node(), day=1)
    catch_up()
    before = newest(queries.folder()).version
    assert not copy_once(5, sizes=SMALL)
    assert newest(queries.folder()).version == before


def test_the_watermark_is_the_last_event_that_is_in():
    last = truth.make_event(truth.make_node(), day=1)
    catch_up()
    with queries.snapshot() as now:
        assert now.watermark[1] == last
        assert now.positions["events"] == now.watermark


def test_a_merge_and_its_undoing_change_only_the_map():
    a, b = truth.make_node(), truth.make_node()
    truth.make_event(b, day=1)
    catch_up()
    events = newest(queries.folder()).tables["events"].files
    truth.merge(a, b)
    catch_up()
    assert rows("nodes") == [(a, a), (b, a)]
    assert rows("people", "person_id", "merged_into") == [(a, None), (b, a)]
    truth.split(b)
    catch_up()
    assert rows("nodes") == [(a, a), (b, b)]
    assert newest(queries.folder()).tables["events"].files == events


def test_an_order_changed_or_deleted_in_the_truth_is_so_in_the_lake():
    node = truth.make_node()
    kept, gone = truth.make_order(node, day=1), truth.make_order(node, day=2)
    catch_up()
    truth.run("UPDATE commerce_order SET refunded = 400 WHERE id = %s", kept)
    truth.run("DELETE FROM commerce_order WHERE id = %s", gone)
    truth.touch(node)
    catch_up()
    assert rows("orders", "id", "refunded") == [(kept, 400)]


def test_a_table_waits_for_the_consumer_that_fills_it():
    node = truth.make_node()
    catch_up()
    truth.insert("people.Touch", tx=current_tx(), person_id=node, cause="event", at=0)
    truth.run("UPDATE people_person SET city = 'York' WHERE id = %s", node)
    catch_up()
    assert rows("people", "city") == [("Leeds",)]
    truth.touch(node)
    catch_up()
    assert rows("people", "city") == [("York",)]


def test_a_small_table_is_copied_again_when_it_changed():
    truth.insert("commerce.Store", name="Leeds")
    truth.make_event(truth.make_node(), day=1)
    catch_up()
    truth.insert("commerce.Store", name="York")
    truth.touch(truth.make_node())
    catch_up()
    assert [name for _, name in rows("stores")] == ["Leeds", "York"]


def test_declared_properties_are_typed_columns_and_others_stay_out():
    truth.declare("Order Completed", "revenue", "money")
    truth.declare("Order Completed", "coupon", "text")
    node = truth.make_node()
    truth.make_event(node, day=1, name="Order Completed", properties={"revenue": 12.5, "coupon": "MAY", "secret": 1})
    truth.make_event(node, day=1, name="Order Completed", properties={"revenue": "7.25", "coupon": 3})
    truth.make_event(node, day=1, name="Order Completed", properties={"revenue": {"a": 1}, "coupon": [1]})
    truth.make_event(node, day=1, name="Page", properties={"revenue": 99})
    catch_up()
    with queries.snapshot() as now:
        assert "p_secret" not in now.ibis("events").columns
    assert rows("events", "name", "p_revenue", "p_coupon") == [
        ("Order Completed", 12.5, "MAY"),
        ("Order Completed", 7.25, "3"),
        ("Order Completed", None, None),
        ("Page", None, None),
    ]


def test_texts_that_look_personal_are_dropped_and_counted():
    truth.declare("Page", "title", "text")
    node = truth.make_node()
    for title in ("Home", "ann@example.com", "+44 20 7946 0958", "10 High Street, Leeds", "Home"):
        truth.make_event(node, day=1, properties={"title": title})
    catch_up()
    assert rows("events", "p_title") == [("Home",), ("Home",), (None,), (None,), (None,)]
    assert queries.dropped() == {
        "events.p_title: e-mail": 1, "events.p_title: phone": 1, "events.p_title: address": 1}  # fmt: skip


def test_a_property_declared_later_is_filled_in_backwards():
    node = truth.make_node()
    for day in (1, 40, 41, 80):
        truth.make_event(node, day=day, name="Page", properties={"title": f"t{day}", "depth": day})
    truth.declare("Page", "title", "text")
    catch_up()
    truth.declare("Page", "depth", "number")
    truth.make_event(node, day=90, name="Page", properties={"title": "t90", "depth": 90})
    catch_up()
    assert rows("events", "p_title", "p_depth") == [(f"t{d}", float(d)) for d in (1, 40, 41, 80, 90)]
    assert len(newest(queries.folder()).tables["events"].schemas) == 1


def test_a_property_is_shown_only_when_every_file_has_it():
    node = truth.make_node()
    for day in (1, 40, 80):
        truth.make_event(node, day=day, properties={"depth": day})
    catch_up()
    truth.declare("Page", "depth", "number")
    seen = []
    while copy_once(0, sizes=SMALL):
        with queries.snapshot() as now:
            table = now.ibis("events")
            seen.append(sorted(r["p_depth"] for r in now.rows(table)) if "p_depth" in table.columns else "hidden")
    assert seen[0] == "hidden"
    assert set(map(str, seen)) == {"hidden", "[1.0, 40.0, 80.0]"}


def test_a_property_whose_type_changes_keeps_no_old_value():
    node = truth.make_node()
    truth.declare("Page", "depth", "number")
    truth.make_event(node, day=1, properties={"depth": 7})
    catch_up()
    truth.declare("Page", "depth", "text")
    truth.make_event(node, day=2, properties={"depth": "deep"})
    catch_up()
    assert rows("events", "p_depth") == [("7",), ("deep",)]


def test_erased_people_are_hidden_at_once_and_their_files_rewritten():
    gone, kept = truth.make_node(), truth.make_node()
    for node in (gone, kept):
        truth.make_event(node, day=1, name="Page")
        truth.make_order(node, day=1)
    catch_up(at=0)
    old = newest(queries.folder()).paths()
    truth.erase(gone)
    assert [n for (n,) in rows("events", "node_id")] == [kept]
    assert rows("nodes") == [(kept, kept)]
    assert [n for (n,) in rows("orders", "node_id")] == [kept]
    catch_up(at=1)
    assert numbers_in_files("node_id", newest(queries.folder()).paths()) == {kept}
    catch_up(at=1 + SMALL.erased_grace_us)
    on_disk = {str(p.relative_to(queries.folder())) for p in queries.folder().glob("*/*.parquet")}
    assert numbers_in_files("node_id", on_disk) == {kept}
    assert old & on_disk < old


def numbers_in_files(column: str, paths: set[str]) -> set[int]:
    import pyarrow.parquet as pq

    found = (pq.read_table(queries.folder() / path, partitioning=None) for path in paths)
    return {n for rows in found if column in rows.column_names for n in rows[column].to_pylist()}


def test_a_rebuilt_lake_shows_the_old_one_until_it_is_complete(monkeypatch):
    truth.make_event(truth.make_node(), day=1)
    catch_up()
    before = rows("events")
    seen = []
    from regulars.lake import upkeep

    step = upkeep.copy_step
    monkeypatch.setattr(upkeep, "copy_step", lambda writer: (step(writer), seen.append(rows("events")))[0])
    rebuild(at=5, sizes=SMALL)
    assert seen and all(s == before for s in seen)
    assert rows("events") == before


def test_a_deleted_lake_is_built_again_from_the_truth():
    truth.make_event(truth.make_node(), day=1)
    catch_up()
    before = rows("events")
    shutil.rmtree(queries.folder())
    catch_up()
    assert rows("events") == before


def test_other_declarations_than_the_lake_was_built_for_rebuild_it(monkeypatch):
    from dataclasses import replace

    from regulars.core.plugs import registry

    truth.make_order(truth.make_node(), day=1)
    catch_up()
    orders = registry.replica["orders"]
    wider = replace(orders, columns={**orders.columns, "double": ("total * 2", "int64")})
    monkeypatch.setitem(registry.replica, "orders", wider)
    catch_up()
    assert rows("orders", "double") == [(2000,)]


def test_status_says_how_far_behind_the_lake_is():
    node = truth.make_node()
    truth.make_event(node, day=1)
    catch_up(at=10)
    truth.make_event(node, day=2)
    now = queries.status(at=25)
    assert (now.behind, now.rows["events"], now.age_us) == (1, 1, 15)
    assert now.size > 0


def test_a_question_is_asked_again_when_a_file_went_away():
    truth.make_event(truth.make_node(), day=1)
    catch_up()
    asked = []

    def question(now):
        asked.append(now.version)
        if len(asked) == 1:
            for path in queries.folder().glob("events/*.parquet"):
                path.unlink()
            rebuild(at=5, sizes=SMALL)
        return now.rows(now.ibis("events").select("id"))

    assert len(queries.read(question)) == 1
    assert len(set(asked)) == 2


def test_memory_answers_like_the_lake():
    node = truth.make_node()
    truth.make_event(node, day=1)
    catch_up()
    with queries.snapshot() as lake:
        events = lake.arrow(lake.ibis("events"))
        question = lake.ibis("events").group_by("node_id").agg(first=ibis._.ts.min())
        expected = lake.rows(question)
    with queries.memory({"events": events}) as here:
        assert here.rows(question) == expected


def test_an_entry_committed_late_is_not_skipped():
    """PostgreSQL shows a lower number after a higher one; on SQLite there is one writer."""
    if django_connection.vendor != "postgresql":
        pytest.skip("only PostgreSQL commits out of order")
    node = truth.make_node()
    late = django_connection.copy()
    late.set_autocommit(False)
    with late.cursor() as cursor:
        cursor.execute(
            "INSERT INTO events_event (tx, node_id, shard, source_id, message_id, raw_seq, name, ts, received_us,"
            " properties, context) VALUES (pg_current_xact_id()::text::bigint, %s, 0, 1, 'late', 0, 'Page', 0, 0,"
            " '{}', '{}') RETURNING id",
            [node],
        )
        first = cursor.fetchone()[0]
    second = truth.make_event(node, day=1)
    catch_up()
    assert rows("events", "id") == []
    late.commit()
    late.close()
    catch_up()
    assert rows("events", "id") == [(first,), (second,)]
    assert first < second


def test_many_files_are_rewritten_over_several_turns_and_nothing_shows_meanwhile(monkeypatch):
    from regulars.lake import erasure

    monkeypatch.setattr(erasure.rewrite, "__defaults__", (1,))
    gone, kept = truth.make_node(), truth.make_node()
    for day in (1, 40, 80, 120):
        truth.make_event(gone, day=day)
        truth.make_event(kept, day=day)
    catch_up()
    truth.erase(gone)
    turns = 0
    while copy_once(1, sizes=SMALL):
        turns += 1
        assert {n for (n,) in rows("events", "node_id")} == {kept}
        if turns < 3:  # two more small files in the month that comes last: ripe for merging
            truth.make_event(kept, day=120)
    assert turns >= 4
    assert newest(queries.folder()).erased == ()
    assert numbers_in_files("node_id", newest(queries.folder()).paths()) == {kept}


def test_a_manifest_of_another_program_leads_to_a_rebuild():
    truth.make_event(truth.make_node(), day=1)
    catch_up()
    before, version = rows("events"), newest(queries.folder()).version
    path_of(queries.folder(), version).write_text('{"version": "seven"}')
    catch_up()
    assert rows("events") == before
    assert newest(queries.folder()).version > version
