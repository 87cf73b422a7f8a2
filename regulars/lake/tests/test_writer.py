"""The engine alone: whatever the writer does, and wherever it dies, readers see each row once."""

import random
import shutil
import tempfile
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from regulars.lake import erasure
from regulars.lake.compaction import compact, ripe
from regulars.lake.engines import Duck
from regulars.lake.manifest import DataFile, newest, publish
from regulars.lake.snapshot import Snapshot, SnapshotGone
from regulars.lake.tests.conftest import NODES, SMALL, TABLES, events, nodes
from regulars.lake.writer import Writer


def seen(folder: Path, *, erased=()) -> dict[str, list]:
    """All a reader sees now, per table, sorted."""
    with Snapshot(Duck(), folder, newest(folder), erased=erased) as now:
        return everything(now)


def everything(now: Snapshot) -> dict[str, list]:
    found = now.rows(now.ibis("events").select("id", "node_id"))
    pairs = now.rows(now.ibis("nodes"))
    return {
        "events": sorted((r["id"], r["node_id"]) for r in found),
        "nodes": sorted((r["node_id"], r["person_id"]) for r in pairs),
        "stores": sorted(r["name"] for r in now.rows(now.ibis("stores"))),
    }


def test_an_empty_lake_answers_with_no_rows(open_writer, tmp_path):
    open_writer().commit()
    assert seen(tmp_path) == {"events": [], "nodes": [], "stores": []}


def test_a_table_that_is_not_there_is_named_with_those_that_are(open_writer, tmp_path):
    open_writer().commit()
    with Snapshot(Duck(), tmp_path, newest(tmp_path)) as now, pytest.raises(KeyError, match=r"evnts.*events, nodes"):
        now.ibis("evnts")


def test_nothing_is_visible_before_the_commit(open_writer, tmp_path):
    open_writer().commit()
    writer = open_writer()
    writer.append("events", events((1, 7, 3, "View")))
    assert seen(tmp_path)["events"] == []
    writer.commit(offsets={"events": (0, 1)})
    assert seen(tmp_path)["events"] == [(1, 7)]
    assert newest(tmp_path).watermark == (0, 1)


def test_two_writers_cannot_publish_the_same_version(open_writer):
    one, other = open_writer(), open_writer()
    one.commit()
    with pytest.raises(FileExistsError, match="two writers"):
        other.commit()


def test_a_slow_reader_is_told_to_ask_the_newest_version(open_writer, tmp_path):
    writer = open_writer()
    writer.append("events", events((1, 7, 3, "View")))
    writer.commit()
    with Snapshot(Duck(), tmp_path, newest(tmp_path)) as old:
        writer.clear()
        writer.commit()
        open_writer(at=SMALL.grace_us).delete_retired()
        with pytest.raises(SnapshotGone, match="ask the newest"):
            old.rows(old.ibis("events"))


def test_events_lie_in_files_by_month_and_sorted_for_pruning(open_writer, tmp_path):
    writer = open_writer()
    writer.append("events", events((1, 9, 40, "View"), (2, 8, 3, "View"), (3, 7, 3, "Buy"), (4, 1, 3, "View")))
    files = writer.commit().tables["events"].files
    assert {f.month: f.rows for f in files} == {"1970-01": 3, "1970-02": 1}
    january = next(f for f in files if f.month == "1970-01")
    assert [(r["name"], r["node_id"]) for r in writer.read(january.path).to_pylist()] == [
        ("Buy", 7), ("View", 1), ("View", 8)]  # fmt: skip


def test_folding_rewrites_only_files_whose_subjects_changed(open_writer):
    writer = open_writer()
    for start in (0, 100, 200):
        ids = range(start, start + 40)
        writer.replace_subjects("nodes", ids, nodes({n: n for n in ids}))
        assert compact(writer)
    before = writer.draft.tables["nodes"].files
    writer.replace_subjects("nodes", range(100, 107), nodes({n: 5 for n in range(100, 106)}))
    assert compact(writer)
    after = writer.draft.tables["nodes"].files
    assert len(before) == 3
    assert len(set(before) & set(after)) == 2
    assert sum(f.rows for f in after) == 119


def test_each_row_is_merged_a_few_times_only():
    files, written = [], 0
    for number in range(4000):
        files.append(DataFile(str(number), 1, 1, "2026-01"))
        while group := ripe(files, SMALL):
            rows = sum(f.rows for f in group)
            written += rows
            files = [f for f in files if f not in group] + [DataFile(f"m{number}-{rows}", rows, 1, "2026-01")]
    assert sum(f.rows for f in files) == 4000
    assert written / 4000 < 6
    assert sum(f.rows < SMALL.file_rows for f in files) < 12


def test_a_manifest_from_the_future_of_another_lake_is_never_overwritten(tmp_path, open_writer):
    made = open_writer().commit()
    with pytest.raises(FileExistsError):
        publish(tmp_path, made)


class LakeMachine(RuleBasedStateMachine):
    """Random changes, compactions, erasures and deaths of the writer, beside readers of older versions."""

    @initialize()
    def begin(self):
        self.folder = Path(tempfile.mkdtemp())
        self.at = self.number = 0
        self.committed = {"events": {}, "nodes": {}, "stores": []}
        self.erased: set[int] = set()
        self.readers: list[tuple[int, Snapshot, dict]] = []
        self.open()
        self.writer.commit()

    def open(self):
        self.writer = Writer(self.folder, TABLES, at=self.at, sizes=SMALL)
        self.draft = {k: v.copy() for k, v in self.committed.items()}
        self.draft_erased = set(self.erased)

    @rule(rows=st.lists(st.tuples(st.integers(1, 9), st.integers(0, 70)), max_size=30))
    def append(self, rows):
        rows = [(self.number + i, n, d, f"e{n % 3}") for i, (n, d) in enumerate(rows) if n not in self.draft_erased]
        self.number += 30
        self.writer.append("events", events(*rows))
        self.draft["events"] |= {r[0]: r[1] for r in rows}

    @rule(data=st.dictionaries(st.integers(1, 9), st.integers(1, 9) | st.none(), max_size=6))
    def map_nodes(self, data):
        data = {k: v for k, v in data.items() if not {k, v} & self.draft_erased}
        there = {k: v for k, v in data.items() if v}
        self.writer.replace_subjects("nodes", list(data), nodes(there))
        for k in data:
            self.draft["nodes"].pop(k, None)
        self.draft["nodes"] |= there

    @rule(names=st.lists(st.sampled_from("abc"), max_size=3))
    def replace_stores(self, names):
        self.writer.replace_all(
            "stores", pa.table({"id": pa.array(range(len(names)), pa.int64()), "name": pa.array(names, pa.string())})
        )
        self.draft["stores"] = names

    @rule()
    def compact(self):
        while not self.writer.draft.dirty and compact(self.writer):
            pass

    @rule(node=st.integers(1, 9))
    def hide(self, node):
        erasure.hide(self.writer, [node])
        self.draft_erased.add(node)
        self.draft["events"] = {k: n for k, n in self.draft["events"].items() if n != node}
        self.draft["nodes"] = {k: p for k, p in self.draft["nodes"].items() if node not in (k, p)}

    @rule()
    def rewrite(self):
        if erasure.rewrite(self.writer, limit=30):
            paths = [f.path for f in self.writer.draft.tables["events"].files]
            kept = {n for path in paths for n in self.writer.read(path)["node_id"].to_pylist()}
            assert not kept & self.draft_erased

    @rule()
    def commit(self):
        self.writer.commit()
        self.committed = {k: v.copy() for k, v in self.draft.items()}
        self.erased = set(self.draft_erased)

    @rule()
    def die(self):
        self.open()

    @rule()
    def keep_reading(self):
        now = Snapshot(Duck(), self.folder, newest(self.folder))
        self.readers.append((self.at, now, self.expected()))

    @rule(step=st.integers(1, 60))
    def time_passes(self, step):
        self.commit()
        self.at += step
        self.open()
        self.writer.delete_retired()
        self.erased_grace = SMALL.erased_grace_us
        self.readers = [r for r in self.readers if r[0] + SMALL.erased_grace_us > self.at]

    @rule()
    def sweep(self):
        self.commit()
        self.open()
        on_disk = {str(p.relative_to(self.folder)) for p in self.folder.glob("*/*.parquet")}
        assert on_disk == self.writer.draft.paths() | {r.path for r in self.writer.draft.retired}

    def expected(self) -> dict:
        return {
            "events": sorted(self.committed["events"].items()),
            "nodes": sorted(self.committed["nodes"].items()),
            "stores": sorted(self.committed["stores"]),
        }

    @invariant()
    def readers_see_each_row_once(self):
        if hasattr(self, "folder"):
            assert seen(self.folder) == self.expected()
            for _, now, expected in self.readers[-2:]:
                assert everything(now) == expected

    def teardown(self):
        for _, now, _ in getattr(self, "readers", []):
            now.close()
        shutil.rmtree(getattr(self, "folder", Path("/nonexistent")), ignore_errors=True)


TestLakeMachine = LakeMachine.TestCase
TestLakeMachine.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)


def test_a_changed_subject_is_read_from_the_delta_and_not_also_from_the_base(open_writer, tmp_path):
    writer = open_writer()
    writer.replace_subjects("nodes", range(1, 9), nodes({n: n for n in range(1, 9)}))
    assert compact(writer)
    writer.replace_subjects("nodes", [2, 3], nodes({2: 7}))
    state = writer.commit().tables["nodes"]
    assert state.files and state.delta
    assert seen(tmp_path)["nodes"] == [(1, 1), (2, 7), *((n, n) for n in range(4, 9))]


def test_rows_given_for_a_subject_not_listed_are_refused(open_writer):
    with pytest.raises(ValueError, match="not listed"):
        open_writer().replace_subjects("nodes", [1], nodes({2: 2}))


def test_a_random_order_of_replacements_ends_like_the_last_one(open_writer, tmp_path):
    rng, truth, writer = random.Random(4), {}, open_writer()
    for _ in range(60):
        ids = rng.sample(range(200), 12)
        there = {n: rng.randrange(200) for n in ids if rng.random() < 0.7}
        writer.replace_subjects("nodes", ids, nodes(there))
        truth = {k: v for k, v in truth.items() if k not in ids} | there
        compact(writer)
    writer.commit()
    assert seen(tmp_path)["nodes"] == sorted(truth.items())
    assert NODES.subject == "node_id"
