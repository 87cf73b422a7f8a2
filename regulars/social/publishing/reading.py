"""What pages ask about posts: a stretch of the calendar, what waits for whom, one post with all of it. Read-only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Q

from regulars.channels.networks.models import Account, Attempt, Post
from regulars.social.models import Drive, Plan, Series, Slot, Variant
from regulars.social.publishing.agreeing import agreed, needed
from regulars.social.publishing.limits import Fit
from regulars.social.publishing.networks import fits
from regulars.social.publishing.standing import Standing, standings, worst
from regulars.social.publishing.threads import broken, keys_of, posts_of, pressing

MOST = 600


@dataclass(frozen=True)
class Entry:
    """A post at one time of the calendar: the accounts it is for then, and where it stands."""

    plan: Plan
    local: str
    variants: tuple[Variant, ...]
    accounts: tuple[Account, ...]
    standing: Standing
    fixed: bool = False

    @property
    def day(self) -> str:
        return self.local[:10]

    @property
    def clock(self) -> str:
        return self.local[11:16]

    @property
    def format(self) -> str:
        return self.variants[0].format


def entries(*, since: str, until: str, account_id: int | None = None, drive_id: int | None = None) -> list[Entry]:
    """The posts of days of the shop ("2026-03-01" to "2026-03-31", both included), by time."""
    found = Variant.objects.filter(local__gte=since, local__lt=f"{until}Z").order_by("local", "plan_id", "account_id")
    found = found.filter(account_id=account_id) if account_id else found
    if drive_id:
        found = found.filter(plan_id__in=Plan.objects.filter(drive_id=drive_id).values("id"))
    return together(found[:MOST])


def together(variants: Iterable[Variant]) -> list[Entry]:
    """Variants as entries: what one post says at one time stands together. What was withdrawn is left out unless it
    is out somewhere."""
    some = list(variants)
    plans = Plan.objects.in_bulk({one.plan_id for one in some})
    accounts = Account.objects.in_bulk({one.account_id for one in some})
    stand = standings(plans, some)
    groups: dict[tuple[str, int], list[Variant]] = {}
    for one in some:
        if stand[one.id].state != "withdrawn":
            groups.setdefault((one.local, one.plan_id), []).append(one)
    return [
        Entry(
            plans[plan_id], local, tuple(group), tuple(accounts[one.account_id] for one in group),
            worst(stand[one.id] for one in group), any(one.given_us for one in group),
        )
        for (local, plan_id), group in groups.items()
    ]  # fmt: skip


@dataclass(frozen=True)
class Waiting:
    """Posts that wait for somebody, by what they wait for."""

    agree: list[Plan] = field(default_factory=list)
    stand: list[Plan] = field(default_factory=list)
    trouble: list[Entry] = field(default_factory=list)
    returned: list[Plan] = field(default_factory=list)
    drafts: list[Plan] = field(default_factory=list)

    @property
    def urgent(self) -> int:
        return len(self.agree) + len(self.stand)


BROKEN = (6, 7)  # failed, unknown: PostState


def waiting(*, at: int, most: int = 50) -> Waiting:
    """What waits: for a yes, for a "still stands", for somebody to look, to be finished."""
    live = Plan.objects.filter(withdrawn_us=None)
    failed = (
        Post.objects.filter(key__startswith="plan:", state__in=BROKEN).order_by("-id").values_list("key", flat=True)
    )
    named = {key.partition(".")[0] for key in failed[:most]}  # parts of threads are known by their first one
    halves = Q(trouble__gt="", given_us__isnull=False, plan_id__in=live.values("id"))
    trouble = Variant.objects.filter(Q(post_key__in=named) | Q(trouble__gt="", given_us=None) | halves)
    placed = Variant.objects.exclude(due_us=None).values("plan_id")
    drafts = live.filter(wanted_us=None, returned_us=None, series_id=None).exclude(id__in=placed)
    return Waiting(
        list(live.filter(wanted_us__isnull=False).order_by("wanted_us", "id")[:most]),
        list(live.filter(asked_us__isnull=False).order_by("asked_us", "id")[:most]),
        [one for one in together(trouble.order_by("-id")[:most]) if one.standing.state in TROUBLE],
        list(live.filter(returned_us__isnull=False).order_by("-returned_us")[:most]),
        list(drafts.order_by("-changed_us")[:most]),
    )


TROUBLE = ("failed", "unknown", "trouble", "broken", "held")


def urgent_count() -> int:
    """How many posts wait for somebody: the number on the rail."""
    live = Plan.objects.filter(withdrawn_us=None)
    return live.filter(wanted_us__isnull=False).count() + live.filter(asked_us__isnull=False).count()


def overdue_count(plan_ids: Sequence[int], *, at: int) -> int:
    """How many of these posts have a time that is over, and would go out at once."""
    over = Variant.objects.filter(plan_id__in=plan_ids, given_us=None, due_us__lte=at)
    return over.values("plan_id").distinct().count()


def held_back(*, at: int) -> tuple[int, int]:
    """(posts that have a time and are not out, those of them whose time is over)."""
    waiting = Variant.objects.filter(due_us__isnull=False, given_us=None).values("plan_id")
    some = list(Plan.objects.filter(id__in=waiting, withdrawn_us=None).values_list("id", flat=True))
    return len(some), overdue_count(some, at=at)


@dataclass(frozen=True)
class OnAccount:
    """A text of a post on one account, with everything that became of it."""

    variant: Variant
    account: Account
    standing: Standing
    fit: Fit
    post: Post | None
    attempts: tuple[Attempt, ...] = ()
    broken: tuple[int, int] | None = None


@dataclass(frozen=True)
class Whole:
    """One post with all its accounts."""

    plan: Plan
    on: tuple[OnAccount, ...]
    needed: int
    agreed: tuple[str, ...]
    drive: Drive | None
    series: Series | None
    standing: Standing

    @property
    def local(self) -> str:
        """When it goes out, where all go together; else the first."""
        return min((one.variant.local for one in self.on if one.variant.local), default="")

    @property
    def is_out(self) -> bool:
        return any(one.variant.given_us for one in self.on)

    @property
    def is_open(self) -> bool:
        """Whether something of it is still to be said."""
        return any(one.variant.given_us is None for one in self.on)


def whole(plan_id: int) -> Whole | None:
    """One post; None when there is none."""
    plan = Plan.objects.filter(id=plan_id).first()
    if plan is None:
        return None
    variants = list(Variant.objects.filter(plan_id=plan_id).order_by("account_id"))
    stand, fitting = standings({plan.id: plan}, variants), fits(variants)
    accounts = Account.objects.in_bulk([one.account_id for one in variants])
    posts = posts_of(variants)
    tries: dict[int, list[Attempt]] = {}
    for one in Attempt.objects.filter(post_id__in=[post.id for post in posts.values()]).order_by("-at", "-id")[:200]:
        tries.setdefault(one.post_id, []).append(one)
    on = tuple(
        OnAccount(one, accounts[one.account_id], stand[one.id], fitting[one.account_id], pressing(one, posts),
                  tuple(line for key in keys_of(one) if key in posts for line in tries.get(posts[key].id, ())),
                  None if plan.withdrawn_us else broken(one, posts))
        for one in variants
    )  # fmt: skip
    return Whole(
        plan, on, needed([plan])[plan.id], tuple(agreed([plan])[plan.id]),
        Drive.objects.filter(id=plan.drive_id or 0).first(), Series.objects.filter(id=plan.series_id or 0).first(),
        worst(one.standing for one in on) if on else Standing("draft"),
    )  # fmt: skip


def queue_of(account_ids: Sequence[int]) -> dict[int, list[Slot]]:
    """{account: its times of the week, in order}."""
    found: dict[int, list[Slot]] = {number: [] for number in account_ids}
    for slot in Slot.objects.filter(account_id__in=account_ids).order_by("weekday", "clock"):
        found[slot.account_id].append(slot)
    return found
