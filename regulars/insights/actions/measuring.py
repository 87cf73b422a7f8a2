"""Count what people did and bought after a message, and what those bought who were held out at the same moment."""

from __future__ import annotations

from dataclasses import asdict

from django.db import connection

from regulars.channels.models import Campaign
from regulars.core import bulk
from regulars.core.clock import DAY
from regulars.core.jobs import job
from regulars.insights.actions.outcomes import outcomes
from regulars.insights.lift import Arm
from regulars.insights.models import Measured

WINDOW_DAYS = 14
LOOKED_AT_US = 60 * DAY
HELD_OUT = ("holdout", "business_holdout")


@job(lane="long")
def measure_campaign(*, campaign_id: int, at: int, window_days: int = WINDOW_DAYS) -> None:
    """Store both arms of a campaign and what became of its messages. Running it again replaces the figures.

    A person counts from the moment the decision fell: handed off, or held out though every other rule said yes.
    Orders of the next `window_days` count at their value after refunds, in the base currency.
    """
    found = {arm: Arm(*numbers) for arm, *numbers in bulk.query(_sql(), _params(campaign_id, window_days * DAY))}
    nobody = Arm(0, 0, 0, 0.0, 0.0)
    content = {name: asdict(found.get(arm, nobody)) for arm, name in ((1, "treated"), (0, "held_out"))}
    content |= outcomes(campaign_id)
    Measured.objects.update_or_create(
        campaign_id=campaign_id, defaults={"as_of_us": at, "window_days": window_days, "content": content}
    )


@job(lane="long")
def measure_recent(*, at: int) -> None:
    """Measure every campaign of the last weeks again; nightly."""
    for campaign in Campaign.objects.filter(created_us__gt=at - LOOKED_AT_US).exclude(purpose="transactional"):
        measure_campaign(campaign_id=campaign.id, at=at)


def _sql() -> str:
    """One row per arm: arm, people, buyers, orders, spend, sum of squares. Each person counts once per campaign."""
    rule = "m.decision->>'rule'" if connection.vendor == "postgresql" else "json_extract(m.decision, '$.rule')"
    return f"""
        WITH people AS (
            SELECT n.person_id, max(CASE WHEN m.handed_us IS NULL THEN 0 ELSE 1 END) AS arm,
                   min(coalesce(m.handed_us, m.decided_us)) AS since
            FROM channels_message m JOIN people_node n ON n.id = m.node_id
            WHERE m.campaign_id = %s AND (m.handed_us IS NOT NULL OR (m.state = 7 AND {rule} IN (%s, %s)))
            GROUP BY n.person_id
        ), bought AS (
            SELECT p.person_id, p.arm, count(o.id) AS orders,
                   coalesce(sum(o.base_total - coalesce(o.base_refunded, 0)), 0) AS spent
            FROM people p
            LEFT JOIN people_node n ON n.person_id = p.person_id
            LEFT JOIN commerce_order o ON o.node_id = n.id AND o.cancelled_us IS NULL
                 AND o.ts >= p.since AND o.ts < p.since + %s
            GROUP BY p.person_id, p.arm
        )
        SELECT arm, count(*), sum(CASE WHEN orders > 0 THEN 1 ELSE 0 END), CAST(sum(orders) AS BIGINT),
               CAST(sum(spent) AS DOUBLE PRECISION),
               sum(CAST(spent AS DOUBLE PRECISION) * CAST(spent AS DOUBLE PRECISION))
        FROM bought GROUP BY arm"""


def _params(campaign_id: int, window_us: int) -> list:
    return [campaign_id, *HELD_OUT, window_us]
