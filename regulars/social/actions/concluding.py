"""What engaging goes with: people who engaged beside people who were alike. Told once a night."""

from __future__ import annotations

from dataclasses import asdict
from itertools import pairwise
from zoneinfo import ZoneInfo

from regulars.commerce.alike import AFTER_DAYS, compare, seen_in
from regulars.core.clock import DAY
from regulars.core.models import Business
from regulars.social.measuring.engagement import begin_of, months_back
from regulars.social.models import Finding

MONTHS = 12
CAME = (
    "SELECT n.person_id, min(e.at) AS us FROM social_engaged e JOIN people_node n ON n.id = e.node_id"
    " WHERE e.at <= %s AND n.person_id IS NOT NULL GROUP BY n.person_id"
)


def conclude(*, at: int) -> None:
    """Buyers who first engaged in a month beside buyers alike who had not; running it again replaces it."""
    zone = ZoneInfo(Business.load().timezone)
    begins = sorted(begin_of(month) for month in months_back(at, MONTHS + 4))
    whole = [us for us in begins if us <= at - AFTER_DAYS * DAY][-MONTHS:]
    seen = [one for begin, end in pairwise(whole)
            for one in seen_in(came=CAME, params=[at], begin=begin, end=end, zone=zone)]  # fmt: skip
    found = {name: compare(seen, name) for name in ("bought_after", "spent_after")}
    content = {name: asdict(one) if one else None for name, one in found.items()}
    Finding.objects.update_or_create(name="beside", defaults={"as_of_us": at, "content": content})
