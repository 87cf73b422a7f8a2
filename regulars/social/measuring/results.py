"""What our posts brought on the networks: reactions, views and followed links of each, as stored. Read-only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from regulars.channels.networks.models import Account, Post, PostState
from regulars.core import bulk
from regulars.core.clock import DAY, HOUR
from regulars.core.models import Business
from regulars.social.measuring.competing import Shown
from regulars.social.models import Variant
from regulars.social.publishing.clock import local_of

THERE = (PostState.HANDED_OFF, PostState.CONFIRMED)
LEAST_AGE = DAY  # younger posts are still being seen
REACTIONS = ("likes", "reposts", "replies", "quotes", "comments", "shares", "favourites", "reblogs", "saves")
VIEWS = ("views", "impressions", "reach")
MOST = 2000


def results(*, at: int, account_id: int | None = None, since: int = 0, least_age: int = LEAST_AGE) -> list[Shown]:
    """Every post of ours that is there and at least a day old, oldest first, at most the last 2,000."""
    posts = Post.objects.filter(key__startswith="plan:", state__in=THERE, handed_us__gte=since)
    posts = posts.filter(handed_us__lte=at - least_age)
    posts = posts.filter(account_id=account_id) if account_id else posts
    some = list(posts.order_by("-handed_us", "-id")[:MOST])[::-1]
    known = {one.post_key: one for one in Variant.objects.filter(post_key__in=[post.key for post in some])}
    clicks = clicks_of({one.plan_id for one in known.values()})
    zone = Business.load().timezone
    return [_shown(post, known[post.key], clicks, zone) for post in some if post.key in known]


def _shown(post: Post, one: Variant, clicks: Mapping[tuple[int, int], int], zone: str) -> Shown:
    engaged = reactions(post.metrics) + clicks.get((one.plan_id, one.account_id), 0)
    local = local_of(post.handed_us or 0, zone)
    return Shown(one.account_id, one.format, post.handed_us or 0, engaged, views(post.metrics), one.plan_id, local)


def reactions(metrics: Mapping[str, Any]) -> int:
    """How many reacted, of whatever kind the network tells."""
    return sum(int(metrics.get(name) or 0) for name in REACTIONS)


def views(metrics: Mapping[str, Any]) -> int | None:
    """How many saw it; None where the network does not say."""
    return next((int(metrics[name]) for name in VIEWS if metrics.get(name)), None)


def clicks_of(plan_ids: Iterable[int]) -> dict[tuple[int, int], int]:
    """{(plan, account): how often people followed its links}; scanners and the same device twice a day left out."""
    some, params = bulk.ids(plan_ids)
    rows = bulk.query(
        "SELECT l.plan_id, l.account_id, sum(d.people) FROM social_link l JOIN social_linkday d ON d.link_id = l.id"
        f" WHERE l.plan_id IN {some} GROUP BY l.plan_id, l.account_id",
        params,
    )
    return {(plan, account): int(count) for plan, account, count in rows}


def accounts_with_posts(shown: Iterable[Shown]) -> list[Account]:
    """The accounts these posts are of, in order."""
    return list(Account.objects.filter(id__in={one.account_id for one in shown}).order_by("id"))


def active_hours(*, at: int, days: int = 28) -> list[int]:
    """How much customers did in each hour of the week (0 = Monday 0:00): orders, and what people wrote to us."""
    zone, since = Business.load().timezone, at - days * DAY
    hours = [0] * 168
    for hour, count in _by_hour(since, at):
        local = local_of(hour * HOUR, zone)
        hours[date.fromisoformat(local[:10]).weekday() * 24 + int(local[11:13])] += count
    return hours


def _by_hour(since: int, at: int) -> list[tuple[int, int]]:
    """(hours since 1970, how many) of whole weeks, so that no weekday counts more than another."""
    orders = bulk.query(
        f"SELECT ts / {HOUR}, count(*) FROM commerce_order WHERE day >= %s AND ts >= %s AND ts < %s"
        f" AND cancelled_us IS NULL GROUP BY ts / {HOUR}",
        [since // DAY - 1, since, at],
    )
    said = bulk.query(
        f"SELECT at / {HOUR}, count(*) FROM channels_item WHERE at >= %s AND at < %s AND to_us AND NOT ours"
        f" GROUP BY at / {HOUR}",
        [since, at],
    )
    return [*orders, *said]
