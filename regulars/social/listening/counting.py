"""How many people spoke of a topic in each quarter of an hour and each hour; touched slots are counted anew.

Distinct people do not add up, so a slot is never added to: it is counted from its mentions, which an index brings.
"""

from __future__ import annotations

from collections.abc import Iterable

from regulars.core import bulk
from regulars.core.clock import MINUTE
from regulars.social.models import Loudness

GRAINS = (15, 60)
COLUMNS = ("topic_id", "minutes", "slot", "people", "mentions", "folded", "negative", "positive")
ANEW = "(topic_id, minutes, slot) DO UPDATE SET " + ", ".join(f"{name} = excluded.{name}" for name in COLUMNS[3:])


def recount(touched: Iterable[tuple[int, int]]) -> None:
    """Count the slots of these (topic, moment) anew, in the caller's transaction; empty slots go."""
    moments = set(touched)
    slots = sorted({(topic, m, at // (m * MINUTE)) for topic, at in moments for m in GRAINS})
    if not slots:
        return
    spans = [(topic, m, slot, slot * m * MINUTE, (slot + 1) * m * MINUTE) for topic, m, slot in slots]
    columns = {name: "bigint" for name in ("topic", "minutes", "slot", "since", "until")}
    some, params = bulk.table(columns, spans)
    found = bulk.query(
        "SELECT v.topic, v.minutes, v.slot, COUNT(DISTINCT CASE WHEN m.fold = '' THEN m.voice END),"
        " SUM(CASE WHEN m.fold = '' THEN 1 ELSE 0 END), SUM(CASE WHEN m.fold <> '' THEN 1 ELSE 0 END),"
        " SUM(CASE WHEN m.fold = '' AND m.feels = 'negative' THEN 1 ELSE 0 END),"
        " SUM(CASE WHEN m.fold = '' AND m.feels = 'positive' THEN 1 ELSE 0 END)"
        # CROSS JOIN: for SQLite the slots come first, each an index range; the other way round is a product
        f" FROM {some} CROSS JOIN social_mention m WHERE m.topic_id = v.topic AND m.at >= v.since AND m.at < v.until"
        " GROUP BY v.topic, v.minutes, v.slot",
        params,
    )
    bulk.insert(Loudness, COLUMNS, found, conflict=ANEW)
    _empty(sorted(set(slots) - {row[:3] for row in found}))


def _empty(slots: list[tuple[int, int, int]]) -> None:
    if slots:
        some, params = bulk.table({"topic": "bigint", "minutes": "bigint", "slot": "bigint"}, slots)
        bulk.execute(
            "DELETE FROM social_loudness WHERE (topic_id, minutes, slot) IN"
            f" (SELECT v.topic, v.minutes, v.slot FROM {some})",
            params,
        )
