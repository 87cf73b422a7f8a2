"""Count what became of a campaign's messages: what people and machines did with them, and who was skipped."""

from __future__ import annotations

from typing import Any

from django.db import connection

from regulars.core import bulk

STEP = 1_000  # a link within a loop is n, n + 1000, n + 2000, ...: one link to whoever reads the report


def outcomes(campaign_id: int) -> dict[str, Any]:
    """{"heard": {kind: {verdict: messages}}, "links": {number: messages}, "skipped": {rule: messages}}.

    A message counts once per kind and verdict, however often it was opened; links count what people clicked.
    """
    return {"heard": _heard(campaign_id), "links": _links(campaign_id), "skipped": _skipped(campaign_id)}


def _heard(campaign_id: int) -> dict[str, dict[str, int]]:
    rows = bulk.query(
        "SELECT f.kind, f.verdict, count(DISTINCT f.message_id) FROM channels_feedback f"
        " JOIN channels_message m ON m.id = f.message_id WHERE m.campaign_id = %s GROUP BY f.kind, f.verdict",
        [campaign_id],
    )
    found: dict[str, dict[str, int]] = {}
    for kind, verdict, messages in rows:
        found.setdefault(kind, {})[verdict] = messages
    return found


def _links(campaign_id: int) -> dict[str, int]:
    rows = bulk.query(
        f"SELECT f.link %% {STEP}, count(DISTINCT f.message_id) FROM channels_feedback f"
        " JOIN channels_message m ON m.id = f.message_id"
        " WHERE m.campaign_id = %s AND f.kind = 'clicked' AND f.verdict = 'human' AND f.link IS NOT NULL"
        " GROUP BY 1 ORDER BY 1",
        [campaign_id],
    )
    return {str(link): messages for link, messages in rows}


def _skipped(campaign_id: int) -> dict[str, int]:
    rule = "decision->>'rule'" if connection.vendor == "postgresql" else "json_extract(decision, '$.rule')"
    rows = bulk.query(
        f"SELECT {rule}, count(*) FROM channels_message WHERE campaign_id = %s AND state = 7"
        " GROUP BY 1 ORDER BY 2 DESC",
        [campaign_id],
    )
    return {rule: messages for rule, messages in rows if rule}
