"""Count how much people hear from us, over all channels, and at which message of a month they leave. Nightly."""

from __future__ import annotations

from django.db import connection

from regulars.core import bulk
from regulars.core.clock import DAY
from regulars.core.jobs import job
from regulars.core.models import Business
from regulars.insights.calendar import day_of
from regulars.insights.models import Report

MONTH, LOOKED_AT = 30 * DAY, 90 * DAY
MOST = 10  # so many messages and more are one line
LEFT = "('unsubscribed', 'complained', 'stop')"
HEARD = (
    "SELECT n.person_id, count(*) AS c FROM channels_contact k JOIN people_node n ON n.id = k.node_id"
    " WHERE k.at > %s AND k.at <= %s AND n.person_id IS NOT NULL GROUP BY n.person_id"
)
BUCKET = (
    "CASE WHEN coalesce(h.c, 0) = 0 THEN 0 WHEN h.c <= 2 THEN 1 WHEN h.c <= 4 THEN 2 WHEN h.c <= 8 THEN 3 ELSE 4 END"
)


@job(lane="long")
def count_pressure(*, at: int) -> None:
    """Store the figures of the page "Pressure". Running it again replaces those of the day."""
    content = {"kinds": _kinds(at), "segments": _segments(at), "nth": _nth(at), "held": _held(at)}
    today = day_of(at, Business.load().timezone)
    Report.objects.update_or_create(name="pressure", day=today, defaults={"as_of_us": at, "content": content})


def _kinds(at: int) -> list[list]:
    """[place on the RFM map or "", bucket, people, contacts] over everybody."""
    return [
        list(row)
        for row in bulk.query(
            f"SELECT coalesce(p.cell, ''), {BUCKET}, count(*), CAST(sum(coalesce(h.c, 0)) AS BIGINT)"
            f" FROM people_person e LEFT JOIN ({HEARD}) h ON h.person_id = e.id"
            " LEFT JOIN insights_prediction p ON p.person_id = e.id WHERE e.merged_into IS NULL GROUP BY 1, 2",
            [at - MONTH, at],
        )
    ]


def _segments(at: int) -> list[list[int]]:
    """[segment, bucket, people, contacts] of every segment in use."""
    return [
        list(row)
        for row in bulk.query(
            f"SELECT m.segment_id, {BUCKET}, count(*), CAST(sum(coalesce(h.c, 0)) AS BIGINT)"
            " FROM segments_membership m JOIN segments_segment s ON s.id = m.segment_id"
            f" LEFT JOIN ({HEARD}) h ON h.person_id = m.person_id"
            " WHERE m.member AND s.archived_us IS NULL AND s.owner = '' GROUP BY 1, 2",
            [at - MONTH, at],
        )
    ]


def _nth(at: int) -> list[list[int]]:
    """[n, messages that were the n-th of a person within 30 days, those after which they left], of 90 days.

    Who leaves is known by the message they left from, so a person who had left before counts nowhere.
    """
    return [
        list(row)
        for row in bulk.query(
            f"SELECT CASE WHEN c.n > {MOST} THEN {MOST} ELSE c.n END, count(*), count(f.message_id) FROM"
            " (SELECT k.message_id, k.at, count(*) OVER (PARTITION BY n.person_id ORDER BY k.at"
            f" RANGE BETWEEN {MONTH} PRECEDING AND CURRENT ROW) AS n FROM channels_contact k"
            " JOIN people_node n ON n.id = k.node_id WHERE k.at > %s AND k.at <= %s AND n.person_id IS NOT NULL) c"
            f" LEFT JOIN (SELECT DISTINCT message_id FROM channels_feedback WHERE kind IN {LEFT}) f"
            " ON f.message_id = c.message_id WHERE c.at > %s GROUP BY 1 ORDER BY 1",
            [at - LOOKED_AT - MONTH, at, at - LOOKED_AT],
        )
    ]


def _held(at: int) -> dict[str, int]:
    """{rule: messages} that pressure or priority holds back or ended, of campaigns that are not stopped."""
    rule = f"coalesce({_rule('m.decision')}, {_rule('m.forecast')})"
    because = f"coalesce({_because('m.decision')}, {rule})"
    rows = bulk.query(
        f"SELECT {because}, count(*) FROM channels_message m JOIN channels_campaign c ON c.id = m.campaign_id"
        f" WHERE m.state IN (0, 7) AND m.planned_us > %s AND c.stopped_us IS NULL AND {because} IN"
        " ('pressure', 'priority') GROUP BY 1",
        [at - MONTH],
    )
    return dict(rows)


def _rule(column: str) -> str:
    return f"{column}->>'rule'" if connection.vendor == "postgresql" else f"json_extract({column}, '$.rule')"


def _because(column: str) -> str:
    return _rule(column).replace("rule", "because")
