"""What this room knows about one person: how likely they said they are to recommend us, and how often they answered.

Anonymous answers and those a colleague left out count nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ibis
import ibis.expr.types as ir
from django.utils.translation import gettext_lazy as _

from regulars.core import bulk
from regulars.core.plugs import Fact, register

PARTS = ("promoter", "passive", "detractor")
GATHER = ("answers", "nodes")


def _rows(person_ids: Sequence[int]) -> list[tuple]:
    """(person, score, part) of every NPS answer that counts, oldest first."""
    some, params = bulk.ids(person_ids)
    return bulk.query(
        "SELECT n.person_id, r.score, r.part FROM people_node n JOIN feedback_response r ON r.node_id = n.id"
        f" WHERE n.person_id IN {some} AND r.excluded_us IS NULL AND r.part IN (%s, %s, %s)"
        " ORDER BY r.answered_us, r.id",
        [*params, *PARTS],
    )


def last_nps(person_ids: Sequence[int]) -> dict[int, int]:
    """The score given last."""
    return {person: score for person, score, _part in _rows(person_ids)}


def last_nps_group(person_ids: Sequence[int]) -> dict[int, str]:
    """promoter, passive or detractor, by the score given last."""
    return {person: part for person, _score, part in _rows(person_ids)}


def surveys_answered(person_ids: Sequence[int]) -> dict[int, int]:
    """How many surveys of any kind."""
    some, params = bulk.ids(person_ids)
    return dict(
        bulk.query(
            "SELECT n.person_id, COUNT(*) FROM people_node n JOIN feedback_response r ON r.node_id = n.id"
            f" WHERE n.person_id IN {some} AND r.excluded_us IS NULL GROUP BY n.person_id",
            params,
        )
    )


def _in_lake(tables: Any) -> ir.Table:
    nodes = tables("nodes").select("node_id", "person_id")
    answers = tables("answers")
    return answers.filter(answers.counts & answers.node_id.notnull()).join(nodes, "node_id")


def _last_lake(column: str):
    def lake(tables: Any) -> ir.Table:
        rows = _in_lake(tables)
        rows = rows.filter(rows.part.isin(PARTS))
        order = ibis.window(group_by=rows.person_id, order_by=[rows["at"].desc(), rows.id.desc()])
        first = rows.mutate(place=ibis.row_number().over(order)).filter(lambda t: t.place == 0)
        return first.select("person_id", value=first[column], next_us=ibis.null("int64"))

    return lake


def _answered_lake(tables: Any) -> ir.Table:
    rows = _in_lake(tables)
    found = rows.group_by("person_id").aggregate(value=rows.count())
    return found.mutate(next_us=ibis.null("int64"))


register(
    Fact(name="last_nps", label="Would recommend us (0 to 10)", room="feedback", type="number", now=last_nps,
         lake=_last_lake("score"), gather=GATHER, missing="never asked or answered"),
    Fact(name="last_nps_group", label="Promoter or detractor", room="feedback", type="choice", now=last_nps_group,
         lake=_last_lake("part"), gather=GATHER, missing="never asked or answered",
         choices=(("promoter", _("promoter")), ("passive", _("passive")), ("detractor", _("detractor")))),
    Fact(name="surveys_answered", label="Surveys answered", room="feedback", type="number", now=surveys_answered,
         lake=_answered_lake, gather=GATHER, missing="0", unit="answers"),
)  # fmt: skip
