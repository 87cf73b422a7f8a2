"""Somebody asks to be forgotten: afterwards nothing of them is in any table or file, and nothing brings them back."""

from __future__ import annotations

import contextlib
import json
import re
import shutil
import zlib
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from django.conf import settings
from django.db import connection

from regulars.commerce.models import Order
from regulars.core import bulk
from regulars.core.clock import DAY
from regulars.events import consumers, inbox, redactions
from regulars.events.models import Event
from regulars.events.sources import csv
from regulars.events.tests.conftest import _fresh_room, ingest, send, source  # noqa: F401
from regulars.lake import queries as lake
from regulars.lake.actions import copy_once
from regulars.people import queries
from regulars.people.actions import erase_person, merge_people, record_consent
from regulars.people.actions.profiling import follow_touches
from regulars.people.models import ErasedNode, Node, Person, Suggestion
from tests.stories.importing import catch_up, import_file

pytestmark = [pytest.mark.story, pytest.mark.django_db(transaction=True)]
MARK, PHONE = "zqxmark", "7123987601"
PEOPLE = f"""customer,email,name,city
zq-csv-{MARK},{MARK}@example.com,Zoe {MARK},{MARK}ville
44,other@example.com,Other One,York
"""
EVENTS = [
    {"type": "identify", "userId": f"{MARK}-1", "messageId": "m1", "anonymousId": f"dev-{MARK}",
     "traits": {"email": f"{MARK}@example.com", "name": f"Zoe {MARK}", "phone": f"+44 {PHONE}",
                "note": f"likes {MARK}"},
     "context": {"consents": [{"channel": "email", "state": "granted", "wording": f"Yes, {MARK}"}]}},
    {"type": "track", "userId": f"{MARK}-1", "messageId": "m2", "event": "Order Completed",
     "properties": {"order_id": f"o-{MARK}", "total": 20, "currency": "GBP", "coupon": f"{MARK}10",
                    "products": [{"product_id": "p1", "name": "Ball", "price": 20, "quantity": 1}]}},
    {"type": "track", "userId": f"{MARK}-1", "messageId": "m3", "event": "Searched", "properties": {"query": MARK}},
    {"type": "track", "userId": "other", "messageId": "m4", "event": "Searched", "properties": {"query": "balls"}},
    {"type": "track", "userId": f"{MARK}-1", "messageId": "m5", "event": "", "properties": {"q": f"{MARK}@x.com"}},
]  # fmt: skip


def live(at: int) -> None:
    """What the worker would do until it rests."""
    catch_up(at)
    while follow_touches():
        pass
    while copy_once(at):
        pass


@pytest.fixture
def zoe(business, send, source, ingest, at, tmp_path):  # noqa: F811
    """A person everywhere: sent by the web shop and imported from files, merged, searched for, copied to the lake."""
    for folder in ("lake", "imports"):
        shutil.rmtree(settings.REGULARS_HOME / folder, ignore_errors=True)
    assert send(body={"batch": EVENTS})[0] == 200
    ingest()
    (tmp_path / "people.csv").write_text(PEOPLE)
    import_file(tmp_path / "people.csv", "people", at=at)
    live(at)
    zoe = queries.search(MARK, limit=1)[0].id
    other = Person.objects.filter(merged_into=None).exclude(id=zoe).first()
    till = Node.objects.create(namespace="till", kind="record", key=f"r-{MARK}", source_id=1, created_us=at)
    Node.objects.filter(id=till.id).update(person_id=till.id)
    Person.objects.create(id=till.id, name=MARK, first_us=1, last_us=1, created_us=1)
    merge_people(a=zoe, b=till.id, by="user:1", at=at, evidence={"note": MARK})
    record_consent(node_id=zoe, purpose="news", channel="sms", state="granted", address=f"+44{PHONE}", wording=MARK,
                   evidence={"form": MARK}, by="user:1", at=at)  # fmt: skip
    Suggestion.objects.create(
        a=zoe,
        b=other.id,
        score=0.8,
        made_us=at,
        evidence=[{"field": "name", "left": MARK, "right": "x", "verdict": "like"}],
    )
    live(at)
    return zoe


def found_in_tables() -> set[str]:
    """The tables in which a mark stands."""
    return {
        table
        for table in connection.introspection.table_names()
        if marked(str(bulk.query(f"SELECT * FROM {connection.ops.quote_name(table)}")).encode())
    }


def found_in_files() -> set[str]:
    """The files under the home in which a mark stands: in plain, in a zlib stream, in Parquet."""
    files = [path for path in Path(settings.REGULARS_HOME).rglob("*") if path.is_file()]
    return {str(path.relative_to(settings.REGULARS_HOME)) for path in files if any(map(marked, contents(path)))}


def contents(path: Path) -> Iterator[bytes]:
    content = path.read_bytes()
    yield content
    if path.suffix == ".parquet":
        yield str(pq.read_table(path, partitioning=None).to_pydict()).encode()
    for stream in re.finditer(rb"\x78[\x01\x5e\x9c\xda]", content):
        with contextlib.suppress(zlib.error):
            yield zlib.decompressobj().decompress(content[stream.start() :], 1_000_000)


def marked(content: bytes) -> bool:
    content = content.lower()
    return any(mark.lower().encode() in content for mark in (MARK, PHONE))


def raw_bodies() -> bytes:
    """What the inbox holds, unpacked."""
    box = inbox.store()
    requests = box.read(range(1, box.last_seq() + 1))
    return b"".join(one.body or b"" for one in requests)


def forget(zoe: int, at: int) -> None:
    erase_person(person_id=zoe, by="user:1", at=at)
    while redactions.carry_out(now=True):
        pass
    live(at + 1)
    live(at + 2 * DAY)
    live(at + 9 * DAY)


def test_nothing_is_left_in_any_table_or_file(zoe, at):
    full = {"people_node", "people_person", "events_event", "commerce_order", "events_deadletter"}
    assert full <= found_in_tables()
    assert marked(raw_bodies())
    if connection.vendor == "sqlite":
        stems = {name.split(".")[0].split("/")[0] for name in found_in_files()}
        assert {"test", "inbox", "lake"} <= stems
    assert Event.objects.count() > 3
    forget(zoe, at)
    assert found_in_tables() == set()
    assert not marked(raw_bodies())
    assert found_in_files() == set()


def test_the_lake_hides_them_at_once_and_keeps_the_others(zoe, at):
    with lake.snapshot() as before:
        events = before.ibis("events")
        everybody = {row["node_id"] for row in before.rows(events)}
    erase_person(person_id=zoe, by="user:1", at=at)
    gone = set(ErasedNode.objects.values_list("node_id", flat=True))
    with lake.snapshot() as now:
        assert {row["node_id"] for row in now.rows(now.ibis("events"))} == everybody - gone
        assert not gone & {row["node_id"] for row in now.rows(now.ibis("nodes"))}
        assert zoe not in {row["person_id"] for row in now.rows(now.ibis("people"))}
    assert everybody - gone


def test_a_resend_and_a_new_import_bring_nobody_back(zoe, send, ingest, at, tmp_path):  # noqa: F811
    forget(zoe, at)
    people = Person.objects.count()
    again = [event | {"messageId": f"again-{n}"} for n, event in enumerate(EVENTS[:4])]
    for batch in (EVENTS[:4], again):
        assert send(body={"batch": batch})[0] == 200
        ingest()
    (tmp_path / "again.csv").write_text(PEOPLE + f"x,{MARK}@example.com,Zoe,{MARK}ville\n")
    import_file(tmp_path / "again.csv", "people", at=at + DAY)
    live(at + DAY)
    while redactions.carry_out(now=True):
        pass
    assert Person.objects.count() == people
    assert not Order.objects.filter(number__contains=MARK).exists()
    assert not marked(str(list(Event.objects.values())).encode())
    assert not marked(raw_bodies())
    live(at + 9 * DAY)
    assert found_in_files() == set()


def test_what_a_consumer_had_read_before_is_not_written_after(zoe, at, monkeypatch):
    bulk.execute("DELETE FROM core_offset WHERE consumer = 'commerce'")
    read, erased = consumers._read, []

    def read_then_erase(*args, **kwargs):
        rows = read(*args, **kwargs)
        if rows and not erased:
            erased.append(erase_person(person_id=zoe, by="user:1", at=at))
        return rows

    monkeypatch.setattr(consumers, "_read", read_then_erase)
    live(at)
    assert erased and not Order.objects.filter(number__contains=MARK).exists()
    assert found_in_tables() == set()


def test_the_export_before_holds_what_every_room_knows(zoe):
    text = json.dumps(queries.export_person(zoe))
    held = queries.export_person(zoe)["held"]
    assert {"people_identifier", "people_trait", "people_consent", "events_event", "commerce_order"} <= set(held)
    assert f"likes {MARK}" in text and f"o-{MARK}" in text
    assert "other@example.com" not in text


def test_the_scan_would_see_what_is_left(tmp_path):
    packed, plain = tmp_path / "a.bin", tmp_path / "b.bin"
    packed.write_bytes(b"x\x9cxyz" + zlib.compress(f"{MARK} and more".encode(), 1) + b"...")
    plain.write_bytes(b"nothing of the kind")
    assert any(map(marked, contents(packed)))
    assert not any(map(marked, contents(plain)))


def test_rows_in_the_files_of_imports_are_blanked_and_the_others_are_not(zoe, at, tmp_path):
    rows = f"customer,email,name,signed up\nq1,{MARK}@Example.com,Zoe,never\nq2,pia@example.com,Pia,never\n"
    (tmp_path / "bad.csv").write_text(rows)
    job = import_file(tmp_path / "bad.csv", "people", at=at, columns={"date": "signed up"})
    refused = csv.errors_file(job.id)
    assert marked(refused.read_bytes()), refused.read_text()
    forget(zoe, at)
    assert not marked(refused.read_bytes())
    assert b"pia@example.com" in refused.read_bytes()
