"""One run: read the people, find the pairs, keep the suggestions."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
from django.conf import settings

from regulars.core.locks import exclusive
from regulars.core.models import Business
from regulars.people.linkage import held, keep, model, truth
from regulars.people.linkage.verdict import Suggestion, certainty, evidence, veto

THRESHOLD = 0.5  # more likely one person than two
MOST = 100_000  # suggestions kept, the surest first: nobody reviews more


def refresh(*, at: int, person_ids: list[int] | None = None) -> int:
    """See `suggest_duplicates`, the job that calls it."""
    with exclusive("linkage") as alone:
        if not alone:
            return 0
        with workspace() as connection:
            truth.read(connection, country=Business.load().country)
            found = find(connection, person_ids=person_ids)
            found += _held(connection, found, person_ids)
        return keep.keep(found, at=at, touched=person_ids)


def _held(connection, found: Sequence[Suggestion], person_ids: Sequence[int] | None) -> list[Suggestion]:
    """Pairs held back by their names, unless they look like one person all the same."""
    alike, touched = {(s.a, s.b) for s in found}, set(person_ids or ())
    pairs = [pair for pair in held.read_held() if pair[:2] not in alike]
    if person_ids is not None:
        pairs = [pair for pair in pairs if touched & {*pair[:2]}]
    return held.compare_held(connection, pairs)


def find(connection: duckdb.DuckDBPyConnection, *, person_ids: Sequence[int] | None = None) -> list[Suggestion]:
    """Suggestions among the people of this connection (`truth.read` or `truth.prepare` filled it), surest first."""
    if person_ids is not None:
        connection.execute("CREATE OR REPLACE TABLE touched AS SELECT unnest(?::BIGINT[]) AS person_id", [person_ids])
    pairs = model.find_pairs(connection, threshold=THRESHOLD, touched=person_ids is not None).pairs
    kept = [pair for pair in pairs.to_pylist() if not veto(pair)]
    kept.sort(key=lambda pair: (-certainty(pair), -pair["match_weight"], pair["person_id_l"], pair["person_id_r"]))
    return _with_evidence(connection, kept[:MOST])


def _with_evidence(connection: duckdb.DuckDBPyConnection, pairs: list[dict]) -> list[Suggestion]:
    ids = sorted({pair[f"person_id_{side}"] for pair in pairs for side in "lr"})
    columns = ", ".join(truth.SHOWN)
    rows = connection.execute(
        f"SELECT person_id, {columns} FROM shown WHERE person_id IN (SELECT unnest(?::BIGINT[]))", [ids]
    ).fetchall()
    shown = {person: dict(zip(truth.SHOWN, values, strict=True)) for person, *values in rows}
    found = []
    for pair in pairs:
        a, b = pair["person_id_l"], pair["person_id_r"]
        found.append(Suggestion(a, b, certainty(pair), evidence(pair, shown[a], shown[b])))
    return found


@contextmanager
def workspace() -> Iterator[duckdb.DuckDBPyConnection]:
    """An own DuckDB in memory, bounded, spilling into an own folder that is gone afterwards."""
    (settings.REGULARS_HOME / "tmp").mkdir(mode=0o700, parents=True, exist_ok=True)
    spill = Path(tempfile.mkdtemp(prefix="linkage-", dir=settings.REGULARS_HOME / "tmp"))
    bounds = {"memory_limit": settings.LAKE_MEMORY, "threads": settings.LAKE_THREADS, "temp_directory": str(spill)}
    connection = duckdb.connect(":memory:", config=bounds)
    try:
        yield connection
    finally:
        connection.close()
        shutil.rmtree(spill, ignore_errors=True)
