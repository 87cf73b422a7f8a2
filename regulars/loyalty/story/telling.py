"""The whole story of a programme, told once a night and when somebody asks."""

from __future__ import annotations

from dataclasses import asdict
from itertools import pairwise
from zoneinfo import ZoneInfo

from regulars.commerce.alike import AFTER_DAYS, Seen, compare, seen_in
from regulars.core import bulk
from regulars.core.clock import DAY
from regulars.core.jobs import job
from regulars.core.models import Business
from regulars.loyalty import days
from regulars.loyalty.gathering import current
from regulars.loyalty.models import Finding, Programme

MONTHS = 12


@job(lane="long")
def tell_story(*, at: int) -> None:
    """Tell it of the programme that runs, if any. Running it again replaces it."""
    programme = current()
    if programme is None:
        return
    content = {"sums": sums(programme), "months": by_month(programme, at), **_beside(programme, at)}
    Finding.objects.update_or_create(
        programme_id=programme.id,
        name="story",
        defaults={"asked_us": at, "as_of_us": at, "content": content},
    )


def sums(programme: Programme) -> dict[str, int]:
    """Points by what became of them, members, and the members who spent any. `outstanding` is active, pending and
    held."""
    names = ("granted", "pending", "active", "held", "spent", "expired", "clawed")
    row = bulk.query(
        f"SELECT {', '.join(f'coalesce(sum({name}), 0)' for name in names)} FROM loyalty_lot"
        " WHERE programme_id = %s AND asset = 'points' AND of_lot_id IS NULL",
        [programme.id],
    )[0]
    found = {name: int(value) for name, value in zip(names, row, strict=True)}
    found["outstanding"] = found["active"] + found["pending"] + found["held"]
    found["members"] = _count(
        "SELECT count(DISTINCT n.person_id) FROM loyalty_member m JOIN people_node n ON n.id = m.node_id"
        " WHERE m.programme_id = %s AND m.left_us IS NULL",
        programme,
    )
    found["spenders"] = _count(
        "SELECT count(DISTINCT n.person_id) FROM loyalty_lot l JOIN people_node n ON n.id = l.node_id"
        " WHERE l.programme_id = %s AND l.spent > 0",
        programme,
    )
    found["tiers"] = dict(
        bulk.query(
            "SELECT tier, count(*) FROM loyalty_standing WHERE programme_id = %s AND tier <> '' GROUP BY tier",
            [programme.id],
        )
    )
    return found


def _count(sql: str, programme: Programme) -> int:
    return bulk.query(sql, [programme.id])[0][0]


FLOW = """SELECT coalesce(sum(CASE WHEN kind = 'earn' THEN amount WHEN kind = 'claw' THEN -amount END), 0),
 coalesce(sum(CASE WHEN kind IN ('spend', 'capture') THEN amount WHEN kind = 'giveback' THEN -amount END), 0)
 FROM loyalty_txn WHERE programme_id = %s AND occurred_us >= %s AND occurred_us < %s"""


def by_month(programme: Programme, at: int) -> list[list]:
    """[first day of the month, points earned, points spent] of the last twelve months, oldest first."""
    zone = ZoneInfo(Business.load().timezone)
    bounds = _months(at, zone, MONTHS)
    rows = []
    for first, last in pairwise(bounds):
        earned, spent = bulk.query(FLOW, [programme.id, first, last])[0]
        rows.append([days.day_of(first, zone).isoformat(), int(earned), int(spent)])
    return rows


def _months(at: int, zone: ZoneInfo, count: int) -> list[int]:
    """The beginnings of the last so many months, this one among them, and of the next one."""
    this = days.day_of(at, zone).replace(day=1)
    return [days.begins(days.months_later(this, n), zone) for n in range(1 - count, 2)]


OF_NODES = " JOIN people_node n ON n.id = x.node_id WHERE x.programme_id = %s AND n.person_id IS NOT NULL"
CAME = {
    "joined": f"SELECT n.person_id, min(x.joined_us) AS us FROM loyalty_member x{OF_NODES} GROUP BY n.person_id",
    "spent": f"SELECT n.person_id, min(x.occurred_us) AS us FROM loyalty_txn x{OF_NODES}"
    " AND x.kind IN ('spend', 'capture') GROUP BY n.person_id",
}


def _beside(programme: Programme, at: int) -> dict:
    """Members beside people alike; where everybody takes part, those who first spent points beside those who had
    not."""
    way = "joined" if programme.membership == Programme.Membership.JOINED else "spent"
    zone = ZoneInfo(Business.load().timezone)
    months = [m for m in _months(at, zone, MONTHS + 4) if m <= at - AFTER_DAYS * DAY][-MONTHS:]
    seen: list[Seen] = []
    for begin, end in pairwise(months):
        seen += seen_in(came=CAME[way], params=[programme.id], begin=begin, end=end, zone=zone)
    found = {name: compare(seen, name) for name in ("bought_after", "spent_after")}
    return {"way": way} | {name: asdict(one) if one else None for name, one in found.items()}
