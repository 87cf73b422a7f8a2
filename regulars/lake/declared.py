"""From what the rooms declare (`replica.py`) to the tables of the lake."""

from __future__ import annotations

import hashlib
import json

from regulars.core.plugs import ReplicaTable, registry
from regulars.lake.properties import columns_of, origins_of
from regulars.lake.tables import Table


def copied() -> list[ReplicaTable]:
    """The declarations that become tables."""
    return [r for r in registry.replica.values() if r.kind in ("log", "keyed")]


def lake_table(replica: ReplicaTable) -> Table:
    """The lake's table of a declaration, with the properties declared now."""
    columns, origins = {name: kind for name, (_, kind) in replica.columns.items()}, {}
    if replica.properties:
        declared = replica.properties()
        columns |= columns_of(declared)
        origins = origins_of(declared)
    people = [c for c in (replica.node_column, replica.person_column) if c]
    by_subject = replica.kind == "keyed" and replica.changed != "all"
    return Table(
        name=replica.name,
        columns=columns,
        origins=origins,
        month_of=replica.partition_by_month if replica.kind == "log" else "",
        subject=people[0] if by_subject else "",
        sort=replica.sort,
        personal=tuple(people),
    )


def layout() -> str:
    """A fingerprint of everything declared but the properties: when it changes, the lake is built anew."""
    shape = [
        [
            r.name,
            r.kind,
            r.changed,
            r.sql_table,
            r.node_column,
            r.person_column,
            r.partition_by_month,
            r.sort,
            r.columns,
        ]
        for r in sorted(copied(), key=lambda r: r.name)
    ]
    return hashlib.sha256(json.dumps(shape).encode()).hexdigest()[:16]
