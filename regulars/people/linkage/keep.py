"""Suggestions in the truth: open ones are refreshed, decided ones stay decided, outdated ones go stale."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q

from regulars.core import bulk
from regulars.people import models
from regulars.people.linkage.verdict import Suggestion

BATCH = 300  # rows per transaction: the write lock is held for milliseconds
REFRESH = (
    "(a, b) DO UPDATE SET score = excluded.score, evidence = excluded.evidence, made_us = excluded.made_us,"
    " kind = excluded.kind, state = 'open' WHERE people_suggestion.state IN ('open', 'stale')"
)
COLUMNS = ("a", "b", "score", "evidence", "made_us", "state", "decided_by", "kind")


def keep(suggestions: Sequence[Suggestion], *, at: int, touched: Sequence[int] | None = None) -> int:
    """Store what a run found; returns how many. `touched` limits what goes stale to suggestions about them."""
    decided = decided_pairs()
    fresh = [s for s in suggestions if (s.a, s.b) not in decided]
    stored = sum(_write(fresh[i : i + BATCH], at) for i in range(0, len(fresh), BATCH))
    _outdate(at, touched)
    return stored


def decided_pairs() -> set[tuple[int, int]]:
    """Pairs of persons that somebody rejected or separated, as persons are now: (smaller id, larger id)."""
    rows = bulk.query(
        "SELECT x.person_id, y.person_id FROM people_suggestion s JOIN people_node x ON x.id = s.a"
        " JOIN people_node y ON y.id = s.b WHERE s.state = 'rejected'"
        " UNION SELECT x.person_id, y.person_id FROM people_separation s JOIN people_node x ON x.id = s.a"
        " JOIN people_node y ON y.id = s.b"
    )
    return {(min(pair), max(pair)) for pair in rows if None not in pair}


def forget_split(person_ids: Sequence[int]) -> int:
    """Drop the evidence about persons who came apart: it may quote what belongs to another of the parts.

    A suggestion of one part with another was made before they were joined, and stays.
    """
    sql, params = bulk.ids(person_ids)
    return bulk.execute(
        "UPDATE people_suggestion SET evidence = '[]', state = CASE state WHEN 'open' THEN 'stale' ELSE state END"
        f" WHERE (a IN {sql}) <> (b IN {sql})",
        [*params, *params],
    )


def export_suggestions(node_ids: Sequence[int]) -> list[dict[str, Any]]:
    """Suggestions about a person with what they themselves said: the other side may be somebody else."""
    nodes = set(node_ids)
    found = models.Suggestion.objects.filter(Q(a__in=nodes) | Q(b__in=nodes)).order_by("id")
    return [
        {
            "suggested": one.made_us,
            "score": one.score,
            "state": one.state,
            "compared": [
                {"field": e["field"], "said": e["left" if one.a in nodes else "right"], "verdict": e["verdict"]}
                for e in one.evidence
            ],
        }
        for one in found
    ]


@transaction.atomic
def _write(piece: Sequence[Suggestion], at: int) -> int:
    """Only of persons that are still there: the lock waits for an erasure under way, which deletes the node."""
    ids = sorted({node for s in piece for node in (s.a, s.b)})
    there = dict(
        models.Node.objects.select_for_update().filter(id__in=ids).order_by("id").values_list("id", "person_id")
    )
    rows = [
        (s.a, s.b, s.score, json.dumps(s.evidence), at, "open", "", s.kind)
        for s in piece
        if there.get(s.a) == s.a and there.get(s.b) == s.b
    ]
    bulk.insert(models.Suggestion, COLUMNS, rows, conflict=REFRESH)
    return len(rows)


def _outdate(at: int, touched: Sequence[int] | None) -> None:
    """What was not found again: values of it are dropped, so that nothing personal stays behind."""
    which, params = "", []
    if touched is not None:
        sql, ids = bulk.ids(touched)
        which, params = f" AND (a IN {sql} OR b IN {sql})", [*ids, *ids]
    bulk.execute(
        "UPDATE people_suggestion SET state = 'stale', evidence = '[]' WHERE state = 'open' AND made_us < %s" + which,
        [at, *params],
    )
