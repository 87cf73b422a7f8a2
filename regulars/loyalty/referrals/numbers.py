"""What came of people bringing people, in numbers. Set-based; reads only."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Sum

from regulars.core import bulk
from regulars.core.clock import DAY
from regulars.loyalty.gathering import current
from regulars.loyalty.models import Referral, ReferralCode
from regulars.loyalty.referrals.rewarding import KINDS


@dataclass(frozen=True)
class Tally:
    """Links shared, clicks on them, friends who came, of those with a first order, rewarded, held and void; what it
    cost and what these people bought since, in minor units; and the share of new customers of 365 days."""

    links: int
    clicks: int
    friends: int
    ordered: int
    rewarded: int
    held: int
    void: int
    points: int
    cost: int
    bought: int
    newcomers: int
    newcomers_brought: int

    @property
    def share(self) -> float | None:
        """Of the new customers of a year, how many came by a friend; None when there are none."""
        return self.newcomers_brought / self.newcomers if self.newcomers else None


BOUGHT = """SELECT coalesce(sum(o.base_total - coalesce(o.base_refunded, 0)), 0) FROM loyalty_referral r
 JOIN people_node f ON f.id = r.friend_node_id JOIN people_node n ON n.person_id = f.person_id
 JOIN commerce_order o ON o.node_id = n.id
 WHERE r.state IN ('pending', 'held', 'rewarded') AND o.ts >= r.joined_us - 43200000000 AND o.cancelled_us IS NULL"""
NEW = "SELECT count(*) FROM commerce_customer WHERE first_us >= %s"
BROUGHT = """SELECT count(DISTINCT c.person_id) FROM loyalty_referral r JOIN people_node n ON n.id = r.friend_node_id
 JOIN commerce_customer c ON c.person_id = n.person_id
 WHERE r.state IN ('pending', 'held', 'rewarded') AND c.first_us >= %s"""
USED = """SELECT coalesce(sum(x.amount), 0) - coalesce(sum(b.amount), 0) FROM loyalty_voucher v
 JOIN loyalty_redemption x ON x.voucher_id = v.id LEFT JOIN loyalty_reversal b ON b.redemption_id = x.id
 WHERE v.cause = 'referral'"""


def tally(at: int) -> Tally:
    """Everything since the first link."""
    links = ReferralCode.objects.aggregate(n=Count("id"), clicks=Sum("clicks"))
    states = dict(Referral.objects.values_list("state").annotate(n=Count("id")))
    year, points = at - 365 * DAY, _points()
    return Tally(
        links=links["n"],
        clicks=links["clicks"] or 0,
        friends=sum(states.values()),
        ordered=Referral.objects.filter(order_us__isnull=False).count(),
        rewarded=states.get("rewarded", 0),
        held=states.get("held", 0),
        void=states.get("void", 0),
        points=points,
        cost=_worth(points) + int(bulk.query(USED)[0][0]),
        bought=int(bulk.query(BOUGHT)[0][0]),
        newcomers=bulk.query(NEW, [year])[0][0],
        newcomers_brought=bulk.query(BROUGHT, [year])[0][0],
    )


def _points() -> int:
    """Points that were given for friends, less what was taken back."""
    like = " OR ".join("what LIKE %s" for _kind in KINDS)
    said = [f"{kind}:%" for kind in KINDS.values()]
    return int(bulk.query(f"SELECT coalesce(sum(points), 0) FROM loyalty_earned WHERE {like}", said)[0][0])


def _worth(points: int) -> int:
    programme = current()
    return points * programme.worth_minor // programme.worth_points if programme and programme.worth_points else 0
