"""What the lake's tables look like, and Arrow tables that fit them."""

from __future__ import annotations

from dataclasses import dataclass, field

import pyarrow as pa

TYPES = {
    "int64": pa.int64(),
    "int32": pa.int32(),
    "float64": pa.float64(),
    "string": pa.string(),
    "bool": pa.bool_(),
}
GONE = "_gone"


@dataclass(frozen=True, kw_only=True)
class Table:
    """One table of the lake.

    A *log* table (`month_of` names its time in us) only grows: one set of files per month, sorted by `sort`.
    A *keyed* table is replaced subject by subject: `subject` is the int64 column of its node or person.
    A table with neither is small and replaced as a whole. Rows are hidden and removed when one of the
    `personal` columns (int64) names an erased node or person. `origins`: property column -> fingerprint of the
    events it is taken from.
    """

    name: str
    columns: dict[str, str]
    origins: dict[str, str] = field(default_factory=dict)
    month_of: str = ""
    subject: str = ""
    sort: tuple[str, ...] = ()
    personal: tuple[str, ...] = ()

    @property
    def order(self) -> list[str]:
        """How rows are sorted in a file."""
        first = [self.subject] if self.subject else []
        return first + [c for c in self.sort if c != self.subject]

    def schema(self) -> pa.Schema:
        return pa.schema([(name, TYPES[kind]) for name, kind in self.columns.items()])

    def fit(self, rows: pa.Table) -> pa.Table:
        """The rows with exactly our columns and types. Raises KeyError naming a column that is missing."""
        return rows.select(list(self.columns)).cast(self.schema()).combine_chunks()
