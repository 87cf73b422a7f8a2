"""Pairs that share an e-mail address or phone, and were not joined because their first names differ.

Mostly two people of one home, so they are kept beside the suggestions, never among them. Each has the same evidence
per field; the weights are those that `fields` states, not learnt.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import log2
from typing import Any

import duckdb
import pyarrow as pa

from regulars.core import bulk
from regulars.people.components import NAMES_DIFFER
from regulars.people.linkage import truth
from regulars.people.linkage.fields import FIELDS, Field
from regulars.people.linkage.verdict import Suggestion, evidence

HOME = 0.49  # the most: names speak against it, so it is rather two people than one
COLUMNS = ("a", "b", "type", "value")


def read_held() -> list[tuple[int, int, str, str]]:
    """(person, person, type, value) of links that names hold back, smaller person first, one per pair."""
    rows = bulk.query(
        "SELECT x.person_id, y.person_id, l.rule, l.value FROM people_link l JOIN people_node x ON x.id = l.a"
        " JOIN people_node y ON y.id = l.b WHERE l.held_back = %s AND l.revoked_us IS NULL AND NOT l.quarantined",
        [NAMES_DIFFER],
    )
    found = {(min(a, b), max(a, b)): (rule.removeprefix("same_"), value) for a, b, rule, value in sorted(rows)}
    return [(*pair, *shared) for pair, shared in found.items() if pair[0] != pair[1]]


def compare_held(
    connection: duckdb.DuckDBPyConnection, held: Sequence[tuple[int, int, str, str]]
) -> list[Suggestion]:
    """The pairs with evidence per field, among the people of this connection."""
    if not held:
        return []
    columns = (pa.array(column) for column in zip(*held, strict=True))
    connection.register("held", pa.table(dict(zip(COLUMNS, columns, strict=True))))
    sides = ", ".join(f"{side}.{c} AS {c}_{side}" for side in "lr" for c in _columns(connection))
    degrees = ", ".join(f"{_degree(field)} AS gamma_{field.name}" for field in FIELDS)
    rows = connection.sql(
        f"SELECT a, b, type, value, {degrees}, shown_l, shown_r FROM (SELECT held.*, {sides}, sl AS shown_l,"
        " sr AS shown_r FROM held JOIN people l ON l.person_id = a JOIN people r ON r.person_id = b"
        " JOIN shown sl ON sl.person_id = a JOIN shown sr ON sr.person_id = b) ORDER BY a, b"
    ).to_arrow_table()
    connection.unregister("held")
    return [_suggestion(row) for row in rows.to_pylist()]


def _columns(connection: duckdb.DuckDBPyConnection) -> list[str]:
    return [row[0] for row in connection.execute("DESCRIBE people").fetchall()]


def _degree(field: Field) -> str:
    """The number of the first degree that holds, as Splink counts them: -1 missing, 0 different."""
    whens = " ".join(f"WHEN {d.when} THEN {len(field.degrees) - n}" for n, d in enumerate(field.degrees))
    return f"CASE WHEN {field.column}_l IS NULL OR {field.column}_r IS NULL THEN -1 {whens} ELSE 0 END"


def _suggestion(row: dict[str, Any]) -> Suggestion:
    left, right = ({name: row[f"shown_{side}"][name] for name in truth.SHOWN} for side in "lr")
    left[row["type"]] = right[row["type"]] = row["value"]  # the one they share, whatever was said last
    row[f"gamma_{row['type']}"] = len(next(f for f in FIELDS if f.name == row["type"]).degrees)
    weights = {f"mw_{field.name}": _weight(field, row[f"gamma_{field.name}"]) for field in FIELDS}
    odds = min(sum(weights.values()) - 20, 0)
    return Suggestion(
        row["a"], row["b"], min(2**odds / (1 + 2**odds), HOME), evidence(row | weights, left, right), "shared"
    )


def _weight(field: Field, degree: int) -> float:
    if degree == -1:
        return 0.0
    seen = field.different if degree == 0 else field.degrees[len(field.degrees) - degree]
    return log2(seen.match / seen.chance)
