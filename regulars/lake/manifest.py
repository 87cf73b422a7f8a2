"""The manifest: one small JSON file that says which Parquet files are the lake, for all tables at once.

A version becomes visible by one atomic rename, so a reader sees all of a copy or nothing of it, whatever
happens to the writer. Files are immutable: a newer manifest lists other files, never changed ones.
"""

import os
from pathlib import Path

import msgspec

from regulars.core.failpoints import declare, failpoint

KEEP_VERSIONS = 5
declare("lake.manifest_written", "lake.manifest_visible")
PREFIX, SUFFIX = "manifest-", ".json"


class DataFile(msgspec.Struct, frozen=True, omit_defaults=True):
    """One Parquet file. `low` is the first subject in it (keyed tables), `schema` numbers its columns."""

    path: str
    rows: int
    size: int
    month: str = ""
    schema: int = 0
    low: int = 0


class Columns(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a file has: column -> type, and for properties a fingerprint of the events they are taken from."""

    types: dict[str, str]
    origins: dict[str, str] = {}


class TableState(msgspec.Struct, frozen=True, omit_defaults=True):
    """The files of one table.

    `schemas` are the columns files may have, `visible` is the number of the one that readers see.
    `empty` is a file without rows that has all columns, so that there is always something to read. A keyed
    table is its `files` without the subjects named in `delta`, and the rows of `delta` that are not `_gone`.
    """

    empty: str
    schemas: tuple[Columns, ...]
    visible: int = 0
    subject: str = ""
    personal: tuple[str, ...] = ()
    files: tuple[DataFile, ...] = ()
    delta: DataFile | None = None

    @property
    def columns(self) -> dict[str, str]:
        return self.schemas[self.visible].types

    @property
    def filling(self) -> set[str]:
        """Columns whose older values may be missing yet."""
        newest, shown = self.schemas[-1], self.schemas[self.visible]
        return {c for c in newest.origins if newest.origins[c] != shown.origins.get(c)}

    @property
    def rows(self) -> int:
        """Rows stored, those hidden by the delta or by an erasure included."""
        return sum(f.rows for f in self.all_files)

    @property
    def all_files(self) -> tuple[DataFile, ...]:
        return (*self.files, self.delta) if self.delta else self.files


class Retired(msgspec.Struct, frozen=True):
    """A file no newer reader needs; it may be deleted from `delete_at` (us) on."""

    path: str
    delete_at: int


class Manifest(msgspec.Struct, frozen=True, omit_defaults=True):
    """One version of the lake.

    `offsets` says for each table how far it is in the log it follows, `stamps` of which content it is; `erased`
    holds the nodes (and so persons) that readers must not see though the `dirty` files still hold them; `dropped`
    counts the values left out, by "table.column: shape"; `layout` names the declarations it was built for.
    """

    version: int = 0
    at: int = 0
    layout: str = ""
    offsets: dict[str, tuple[int, int]] = {}
    tables: dict[str, TableState] = {}
    erased: tuple[int, ...] = ()
    dirty: tuple[str, ...] = ()
    retired: tuple[Retired, ...] = ()
    dropped: dict[str, int] = {}
    stamps: dict[str, str] = {}

    @property
    def watermark(self) -> tuple[int, int]:
        """The position (tx, id) in the event log up to which everything is in."""
        return self.offsets.get("events", (0, 0))

    def paths(self) -> set[str]:
        """Every file this version needs, relative to the folder."""
        live = {f.path for t in self.tables.values() for f in t.all_files}
        return live | {t.empty for t in self.tables.values()}


def newest(folder: Path) -> Manifest:
    """The newest visible manifest, or an empty version 0. Safe beside a writer: it retries when one vanishes.

    One written by a program that knew other fields is as good as empty: the lake is built anew.
    """
    while found := versions(folder):
        try:
            return msgspec.json.decode(path_of(folder, found[-1]).read_bytes(), type=Manifest)
        except FileNotFoundError:
            continue
        except msgspec.DecodeError:
            return Manifest(version=found[-1])
    return Manifest()


def publish(folder: Path, manifest: Manifest) -> None:
    """Make this version the newest, durably: when this returns it survives a power cut.

    Only for the holder of the writer's lock. Raises FileExistsError if the version is already there.
    """
    final = path_of(folder, manifest.version)
    if final.exists():
        raise FileExistsError(f"{final} exists: two writers work on this lake; stop one of them.")
    draft = final.with_suffix(".draft")
    draft.write_bytes(msgspec.json.encode(manifest))
    sync(draft)
    failpoint("lake.manifest_written")
    os.rename(draft, final)
    sync(folder)
    failpoint("lake.manifest_visible")
    for version in versions(folder)[:-KEEP_VERSIONS]:
        path_of(folder, version).unlink(missing_ok=True)


def versions(folder: Path) -> list[int]:
    """The visible versions, oldest first."""
    try:
        names = os.listdir(folder)
    except FileNotFoundError:
        return []
    return sorted(int(n[len(PREFIX) : -len(SUFFIX)]) for n in names if n.startswith(PREFIX) and n.endswith(SUFFIX))


def path_of(folder: Path, version: int) -> Path:
    return folder / f"{PREFIX}{version}{SUFFIX}"


def sync(path: Path) -> None:
    """Flush a file, or the names in a folder, to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
