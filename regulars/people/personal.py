"""What this room holds about a person, how it is exported and erased. Merging moves nothing: rows name their node.

The first registered is erased last: nodes go when everything that names them is gone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import Model, Q

from regulars.core import bulk
from regulars.core.plugs import PersonalTable, register
from regulars.people import models
from regulars.people.linkage.keep import export_suggestions


def _rows(model: type[Model], *columns: str) -> Callable[[Sequence[int]], list[dict[str, Any]]]:
    """Rows that name one of the nodes in one of these columns, without their own number."""

    def export(node_ids: Sequence[int]) -> list[dict[str, Any]]:
        rows = model.objects.filter(_naming(columns, node_ids)).order_by("pk").values()
        return [{name: value for name, value in row.items() if value not in ("", None)} for row in rows]

    return export


def _gone(model: type[Model], *columns: str) -> Callable[[Sequence[int], int], int]:
    def erase(node_ids: Sequence[int], at: int) -> int:
        ids, params = bulk.ids(node_ids)
        where = " OR ".join(f"{column} IN {ids}" for column in columns)
        return bulk.execute(f"DELETE FROM {model._meta.db_table} WHERE {where}", params * len(columns))

    return erase


def _naming(columns: Sequence[str], node_ids: Sequence[int]) -> Q:
    return Q(*((f"{column}__in", list(node_ids)) for column in columns), _connector=Q.OR)


def _values_alone(node_ids: Sequence[int]) -> tuple[str, list[Any]]:
    """SQL condition for quarantined values that only these nodes have."""
    ids, params = bulk.ids(node_ids)
    held = (
        "EXISTS (SELECT 1 FROM people_identifier i WHERE i.type = q.type AND i.value = q.value AND i.node_id {} {})"
    )
    mine, others = held.format("IN", ids), held.format("NOT IN", ids)
    devices = f"(q.type = 'anonymous' AND q.value IN (SELECT CAST(id AS text) FROM people_node WHERE id IN {ids}))"
    return f"(({mine} AND NOT {others}) OR {devices})", params * 3


def export_quarantine(node_ids: Sequence[int]) -> list[dict[str, Any]]:
    """Values of the person that link nobody, with the reason."""
    where, params = _values_alone(node_ids)
    rows = bulk.query(f"SELECT type, value, reason, since_us FROM people_quarantine q WHERE {where}", params)
    return [dict(zip(("type", "value", "reason", "since_us"), row, strict=True)) for row in rows]


def erase_quarantine(node_ids: Sequence[int], at: int) -> int:
    """Values that nobody else has."""
    where, params = _values_alone(node_ids)
    return bulk.execute(
        f"DELETE FROM people_quarantine WHERE id IN (SELECT q.id FROM people_quarantine q WHERE {where})", params
    )


def _nothing(node_ids: Sequence[int]) -> list[dict[str, Any]]:
    """Derived from what is exported beside it."""
    return []


def _keep(node_ids: Sequence[int], at: int) -> int:
    """The log names persons by number only, and readers must still see that this one changed."""
    return 0


TABLES = (
    (models.Node, "accounts, devices and records the person is known by", ("id",)),
    (models.Person, "name, addresses and town as lists show them", ("id", "merged_into")),
    (models.Identifier, "e-mail addresses, phone numbers, cards", ("node_id",)),
    (models.Trait, "what was said about the person", ("node_id",)),
    (models.Consent, "the ledger of consents, with evidence", ("node_id",)),
    (models.ConsentState, "what the ledger says now", ("node_id",)),
    (models.Link, "why records are one person", ("a", "b")),
    (models.Separation, "records somebody said are not one person", ("a", "b")),
)
register(
    *(
        PersonalTable(
            table=model._meta.db_table,
            room="people",
            holds=holds,
            export=_rows(model, *columns),
            erase=_gone(model, *columns),
        )
        for model, holds, columns in TABLES
    ),
    PersonalTable(
        table=models.Suggestion._meta.db_table,
        room="people",
        holds="pairs that may be one person, with what was compared",
        export=export_suggestions,
        erase=_gone(models.Suggestion, "a", "b"),
    ),
    PersonalTable(
        table=models.SearchWord._meta.db_table,
        room="people",
        holds="words by which the person is found",
        export=_nothing,
        erase=_gone(models.SearchWord, "node_id"),
    ),
    PersonalTable(
        table=models.Quarantine._meta.db_table,
        room="people",
        holds="values that link nobody",
        export=export_quarantine,
        erase=erase_quarantine,
    ),
    PersonalTable(
        table=models.Touch._meta.db_table,
        room="people",
        holds="that something about the person changed, and when; numbers only",
        export=_nothing,
        erase=_keep,
    ),
)
