"""What this room answers: timelines, sources, properties, facts, lag."""

import pytest
from django.db import connection, connections

from regulars.core.clock import DAY, HOUR, MINUTE
from regulars.core.plugs import registry
from regulars.events import actions, backlog, consumers, inbox, queries, seen
from regulars.events.ingest import take_in
from regulars.events.models import SHARDS, Event, Property, Source
from regulars.events.tests.test_slice import track
from regulars.people.models import Node


@pytest.fixture
def history(source, at):
    """Alice did something every hour, on two devices that are one person; newest first."""
    from regulars.core.clock import from_us

    items = [
        track(n, timestamp=from_us(at - n * HOUR).isoformat(), anonymousId="phone" if n % 2 else None)
        for n in range(10)
    ]
    take_in(source_id=source.id, items=items, at=at)
    return Node.objects.get(kind="user").person_id


def test_a_timeline_is_read_page_by_page_newest_first(history, at):
    pages, before = [], None
    while page := queries.timeline(history, before=before, limit=4):
        pages.append([entry.ts for entry in page])
        before = page[-1].cursor
    assert [len(page) for page in pages] == [4, 4, 2]
    assert [ts for page in pages for ts in page] == [at - n * HOUR for n in range(10)]
    assert queries.timeline(history, kinds=["Order Completed"])[0].properties["total"] == 5
    assert queries.timeline(history, kinds=["Cart Viewed"]) == []
    assert queries.timeline(999_999) == []


def test_events_of_the_same_moment_are_all_shown(source, at):
    take_in(source_id=source.id, items=[track(n, timestamp="2026-01-01T00:00:00Z") for n in range(7)], at=at)
    person, seen_ids, before = Node.objects.get().person_id, [], None
    while page := queries.timeline(person, before=before, limit=3):
        seen_ids += [entry.id for entry in page]
        before = page[-1].cursor
    assert sorted(seen_ids) == sorted(Event.objects.values_list("id", flat=True))


def test_the_overview_counts_deliveries_and_dead_letters(send, source, ingest):
    from regulars.core.clock import now_us

    send(body={"batch": [track(1), track(2), {"type": "x"}]})
    ingest()
    seen.flush(now_us())
    (found,) = queries.sources_overview(now_us())
    assert (found.events_day, found.dead_letters, found.revoked) == (2, 1, False)
    assert found.last_seen_us is not None
    assert queries.dead_letter_reasons() == [("unknown_type", 1)]
    assert queries.dead_letters_page(limit=1).rows[0].code == "unknown_type"


def test_lag_is_what_is_accepted_and_not_in_the_log(source, ingest, at):
    for n in range(3):
        inbox.append(source_id=source.id, path="/v1/track", body=b"{}", at=at - MINUTE * (3 - n))
    assert queries.ingest_lag(at) == queries.IngestLag(3, 3 * MINUTE)
    ingest()
    assert queries.ingest_lag(at) == queries.IngestLag(0, 0)


def test_properties_seen_are_proposed_and_those_of_the_vocabulary_are_declared(source, at):
    take_in(source_id=source.id, items=[track(1, properties={"total": 5.0, "gift": True, "products": []})], at=at)
    seen.flush(at)
    found = {p.name: (p.type, p.declared_us is not None, p.seen) for p in queries.properties_seen()}
    assert found == {"total": ("money", True, 1), "gift": ("bool", False, 1), "products": ("nested", False, 1)}
    actions.declare_property(event="Order Completed", name="gift", type="bool", by="system", at=at)
    declared = registry.replica["events"].properties()
    assert ("Order Completed", "gift", "bool") in declared and ("Order Completed", "total", "money") in declared
    assert Property.objects.get(name="gift").declared_us == at
    with pytest.raises(ValueError, match="text, number, money"):
        actions.declare_property(event="Order Completed", name="gift", type="picture", by="system", at=at)


def test_facts_read_from_the_truth_and_from_the_lake_are_equal(history, at, monkeypatch):
    import pyarrow as pa

    from regulars.events import facts
    from regulars.lake import queries as lake

    take_in(source_id=Source.objects.get().id, items=[track(99, timestamp=at + HOUR)], at=at)
    monkeypatch.setattr(facts, "now_us", lambda: at)
    rows = list(Event.objects.values_list("node_id", "ts"))
    nodes = list(Node.objects.values_list("id", "person_id"))
    tables = {
        "events": pa.table({"node_id": [r[0] for r in rows], "ts": [r[1] for r in rows]}),
        "nodes": pa.table({"node_id": [n[0] for n in nodes], "person_id": [n[1] for n in nodes]}),
    }
    for name in ("events_seen", "last_event", "first_event"):
        fact = registry.facts[name]
        with lake.memory(tables) as memory:
            found = memory.rows(fact.lake(_Tables(memory, at)))
        (row,) = found if isinstance(found, list) else list(found)
        values = row if isinstance(row, tuple) else (row["person_id"], row["value"], row["next_us"])
        assert {values[0]: values[1]} == fact.now([history])
        assert values[2] == at + HOUR


class _Tables:
    def __init__(self, memory, at):
        self.memory, self.now_us = memory, at

    def __call__(self, name):
        return self.memory.ibis(name)


def test_an_entry_committed_late_is_not_skipped_by_a_consumer(source, at, monkeypatch):
    """Two connections: the one that began first commits last."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer")
    got = []
    monkeypatch.setattr(consumers, "CONSUMERS", {})
    consumers.consumer("late")(lambda entries, at: got.extend(e.properties["n"] for e in entries))
    take_in(source_id=source.id, items=[track(0, properties={"n": 0})], at=at)
    node = Event.objects.get().node_id
    while consumers.step(at):
        pass
    got.clear()
    slow = connections.create_connection("default")
    try:
        slow.set_autocommit(False)
        with slow.cursor() as cursor:
            cursor.execute(
                "INSERT INTO events_event (tx, node_id, shard, source_id, message_id, raw_seq, position, name, ts,"
                " received_us, properties, context) VALUES (pg_current_xact_id()::text::bigint, %s, %s, 1, 'late', 0,"
                " 0, 'e', 1, 1, '{\"n\": 1}', '{}')",
                [node, node % SHARDS],
            )
        take_in(source_id=source.id, items=[track(2, properties={"n": 2})], at=at)
        while consumers.step(at):
            pass
        assert got == []  # nothing is read past the transaction that is still open
        lag = backlog.lag(at)
        assert lag[0].waiting == 1 and "connection" in lag[0].blocked_by
        slow.commit()
        while consumers.step(at):
            pass
        assert sorted(got) == [1, 2]
    finally:
        slow.close()


def test_lag_of_consumers_is_shown(source, at, monkeypatch):
    monkeypatch.setattr(consumers, "CONSUMERS", {})
    consumers.consumer("slow")(lambda entries, at: None)
    take_in(source_id=source.id, items=[track(1), track(2)], at=at - MINUTE)
    (lag,) = backlog.lag(at)
    assert (lag.name, lag.waiting, lag.age_us, lag.failures, lag.blocked_by) == ("slow", 2, MINUTE, 0, "")
    while consumers.step(at):
        pass
    assert backlog.lag(at)[0].waiting == 0


def test_a_consumer_can_be_started_over(source, at, monkeypatch):
    got = []
    monkeypatch.setattr(consumers, "CONSUMERS", {})
    consumers.consumer("again")(lambda entries, at: got.extend(entry.id for entry in entries))
    take_in(source_id=source.id, items=[track(1), track(2)], at=at)
    for _ in range(2):
        while consumers.step(at):
            pass
        backlog.start_over("again")
    assert len(got) == 4


def test_entries_set_aside_are_given_again(source, at, monkeypatch):
    broken = [True]

    def react(entries, at):
        if broken[0]:
            raise KeyError("rate")

    monkeypatch.setattr(consumers, "CONSUMERS", {})
    consumers.consumer("c")(react)
    take_in(source_id=source.id, items=[track(1), track(2)], at=at)
    while consumers.step(at):
        pass
    assert backlog.lag(at)[0].failures == 2
    assert backlog.retry_failures("c", at) == (0, 2)
    broken[0] = False
    assert backlog.retry_failures("c", at) == (2, 0)
    assert backlog.lag(at)[0].failures == 0


def test_raw_requests_are_kept_for_their_time_and_then_deleted(send, source, ingest, at):
    from regulars.core.clock import now_us
    from regulars.events import upkeep

    send(body={"batch": [track(1)]})
    last = inbox.store().last_seq()
    ingest()
    upkeep.prune_inbox(at=now_us() + 29 * DAY)
    assert inbox.store().read([last])
    upkeep.prune_inbox(at=now_us() + 31 * DAY)
    assert not inbox.store().read([last])


def test_what_is_not_taken_in_is_never_pruned(send, at):
    from regulars.core.clock import now_us
    from regulars.events import upkeep

    send(body={"batch": [track(1)]})
    upkeep.prune_inbox(at=now_us() + 400 * DAY)
    assert inbox.store().read([inbox.store().last_seq()])
