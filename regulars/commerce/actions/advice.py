"""Recommendations as data: a night's run replaces the last one in a single write; the shop's rules about them.

A run is written in short transactions that nobody sees, and published by one update. What a killed run left behind
is removed by the next one. Call `recommend` from one place at a time (the job holds the lock).
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from itertools import islice

from django.db import connection, transaction

from regulars.commerce.models import AdviceRule, AdviceRun, AdviceSettings, Product, Recommendation, SoldTogether
from regulars.core import bulk
from regulars.core.failpoints import declare, failpoint
from regulars.core.sqlite import repeatable
from regulars.events.pace import Pace

COLUMNS = ("run_id", "node_id", "kind", "rank", "product_id", "score", "why_id")
PAIRS = ("run_id", "product_id", "rank", "other_id", "people", "score")
EVERYBODY = 0
KINDS = ("never", "boost", "durable")
declare("commerce.advice.written", "commerce.advice.published")

Row = tuple[int, str, int, int, float, int | None]


class RuleError(ValueError):
    """Why a rule about recommendations cannot be, as a sentence."""


def recommend(*, rows: Iterable[Row], together: Iterable[Sequence], as_of_us: int, at: int) -> int:
    """Replace all recommendations; returns how many there are now.

    `rows`: (node, kind, rank, product, score, why product or None); node 0 is everybody. `together`: (product, rank,
    other product, people who bought both, score). Rows of people who were erased meanwhile are left out.
    """
    _sweep(keep=_published())
    run = AdviceRun.objects.create(as_of_us=as_of_us)
    written = _write(run.id, rows)
    _write_pairs(run.id, together)
    failpoint("commerce.advice.written")
    AdviceRun.objects.filter(id=run.id).update(published_us=at)
    failpoint("commerce.advice.published")
    _sweep(keep=run.id)
    return written


def set_rule(
    *, kind: str, by: str, at: int, category: str = "", product_id: int | None = None, factor: float = 1.0
) -> AdviceRule:
    """A rule for one category or one product; setting it again changes it. Raises RuleError."""
    if kind not in KINDS:
        raise RuleError(f"“{kind}” is no kind of rule: take one of {', '.join(KINDS)}.")
    if bool(category) == (product_id is not None):
        raise RuleError("A rule is about one category or one product: choose one of them.")
    if product_id is not None and not Product.objects.filter(id=product_id).exists():
        raise RuleError("There is no such product: choose one from the list.")
    if not 0.1 <= factor <= 10:
        raise RuleError("A boost multiplies the score by something from 0.1 to 10.")
    key = {"kind": kind, "category": category, "product_id": product_id}
    told = {"factor": factor, "by": by, "at_us": at}
    return AdviceRule.objects.update_or_create(**key, defaults=told)[0]


def remove_rule(*, rule_id: int) -> AdviceRule | None:
    """Take a rule away; None when it was gone already."""
    found = AdviceRule.objects.filter(id=rule_id).first()
    AdviceRule.objects.filter(id=rule_id).delete()
    return found


def change_advice(*, most_of_category: int, hide_sold_out: bool, unsold_days: int) -> AdviceSettings:
    """The rules that hold for every product."""
    told = {"most_of_category": most_of_category, "hide_sold_out": hide_sold_out, "unsold_days": unsold_days}
    return AdviceSettings.objects.update_or_create(id=1, defaults=told)[0]


def _published() -> int:
    newest = AdviceRun.objects.filter(published_us__isnull=False).order_by("-id").first()
    return newest.id if newest else 0


def _write(run: int, rows: Iterable[Row]) -> int:
    rows, written = iter(rows), 0
    while batch := list(islice(rows, _size())):
        began = time.monotonic()
        with repeatable(), transaction.atomic():
            here = _still_here({row[0] for row in batch})
            batch = [(run, *row) for row in batch if row[0] in here]
            bulk.insert(Recommendation, COLUMNS, batch)
            took = time.monotonic() - began
        _pace.learn(len(batch), took)
        written += len(batch)
    return written


_pace = Pace(1_000, least=200, most=5_000)


def _size() -> int:
    return 50_000 if connection.vendor == "postgresql" else _pace.size


def _still_here(nodes: set[int]) -> set[int]:
    """Those of the nodes that are somebody's, held until we commit against being erased meanwhile."""
    ids, params = bulk.ids(sorted(nodes - {EVERYBODY}))
    lock = " FOR KEY SHARE" if connection.vendor == "postgresql" else ""
    rows = bulk.query(f"SELECT id FROM people_node WHERE person_id IS NOT NULL AND id IN {ids}{lock}", params)
    return {node for (node,) in rows} | {EVERYBODY}


def _write_pairs(run: int, pairs: Iterable[Sequence]) -> None:
    pairs = iter(pairs)
    while batch := list(islice(pairs, _size())):
        with repeatable(), transaction.atomic():
            bulk.insert(SoldTogether, PAIRS, [(run, *pair) for pair in batch])


def _sweep(*, keep: int) -> None:
    """Remove every run but one, in short transactions."""
    for table in ("commerce_recommendation", "commerce_soldtogether"):
        for (run,) in bulk.query("SELECT id FROM commerce_advicerun WHERE id <> %s", [keep]):
            _drain(table, run)
    AdviceRun.objects.exclude(id=keep).delete()


def _drain(table: str, run: int) -> None:
    some = f"SELECT id FROM {table} WHERE run_id = %s LIMIT %s"
    while True:
        began, size = time.monotonic(), _size()
        with repeatable(), transaction.atomic():
            gone = bulk.execute(f"DELETE FROM {table} WHERE id IN ({some})", [run, size])
            took = time.monotonic() - began
        _pace.learn(gone, took)
        if gone < size:
            return
