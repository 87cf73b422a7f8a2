"""Questions to the lake. The only place that speaks Ibis to an engine and opens DuckDB.

Expressions are written on tables without an engine (`table("events", columns)`), so the same expression runs on
any snapshot, on Arrow tables in memory, and on Spark.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import ibis
import pyarrow as pa

from regulars.core.plugs import registry
from regulars.lake import snapshot as snapshots
from regulars.lake.declared import lake_table
from regulars.lake.engines import Duck, Spark
from regulars.lake.manifest import Manifest, newest
from regulars.lake.place import folder
from regulars.lake.properties import property_column
from regulars.lake.snapshot import Snapshot, SnapshotGone
from regulars.lake.truth import erased_after, of_kind, waiting

__all__ = ["Snapshot", "SnapshotGone", "folder", "memory", "property_column", "read", "snapshot", "spark", "table"]

T = TypeVar("T")


def table(name: str) -> ibis.Table:
    """A declared table without an engine, with the properties declared now: build an expression once, run it on
    any snapshot. A property declared a moment ago may still be missing in the lake."""
    return snapshots.table(name, lake_table(registry.replica[name]).columns)


def snapshot() -> Snapshot:
    """The lake as of now: immutable, consistent over all tables, without erased people. Close it (`with`)."""
    manifest = newest(folder())
    return Snapshot(Duck(), folder(), manifest, erased=pending_erasures(manifest))


def memory(tables: dict[str, pa.Table]) -> Snapshot:
    """The same interface over Arrow tables."""
    return Snapshot(Duck(), folder(), Manifest(), given=tables)


def spark(session: Any) -> Snapshot:
    """The same interface, answered by a Spark session that can reach the lake's files."""
    manifest = newest(folder())
    return Snapshot(Spark(session), folder(), manifest, erased=pending_erasures(manifest))


def read(question: Callable[[Snapshot], T]) -> T:
    """The answer to a question asked of one snapshot. If a file vanishes below a slow question, it is asked
    again of the newest snapshot; three times at most, then SnapshotGone is raised."""
    for _ in range(2):
        try:
            with snapshot() as now:
                return question(now)
        except SnapshotGone:
            continue
    with snapshot() as now:
        return question(now)


def pending_erasures(manifest: Manifest) -> list[int]:
    """Nodes erased in the truth that the manifest does not know of yet."""
    log = of_kind("erased")
    return erased_after(manifest.offsets.get(log.name, (0, 0))) if log else []


@dataclass(frozen=True)
class Status:
    """The lake in numbers. `behind` counts events of the truth that are not in yet; `age_us` is the time since
    the newest version, which is only old when nothing happened or `behind` grows."""

    version: int
    age_us: int
    behind: int
    rows: dict[str, int]
    files: int
    size: int
    filling: tuple[str, ...]
    dropped: dict[str, int]


def status(at: int) -> Status:
    """How the lake is: for the health page and `regulars doctor`. Counts rows from the manifest, reads no file."""
    now = newest(folder())
    files = [f for t in now.tables.values() for f in t.all_files]
    return Status(
        version=now.version,
        age_us=at - now.at if now.version else 0,
        behind=waiting(registry.replica["events"], now.watermark),
        rows={name: t.rows for name, t in now.tables.items()},
        files=len(files),
        size=sum(f.size for f in files),
        filling=tuple(sorted(c for t in now.tables.values() for c in t.filling)),
        dropped=now.dropped,
    )


def dropped() -> dict[str, int]:
    """How many texts were left out because they look personal, by "table.column: shape"."""
    return newest(folder()).dropped
