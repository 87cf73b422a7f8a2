"""Three years of the programme, a year at a time: what was bought is counted by its rules, what lay ready was
partly spent on rewards, and most codes were used; the club's share is settled once and open once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
from django.db import transaction

from regulars.core import bulk
from regulars.core.clock import DAY, HOUR
from regulars.core.loops import LOOPS, Loop
from regulars.core.models import QueuedJob
from regulars.demo.thank import programme as terms
from regulars.loyalty.actions import count_everybody
from regulars.loyalty.actions.counting import count
from regulars.loyalty.gathering import terms_of
from regulars.loyalty.ledger import NotEnoughPoints
from regulars.loyalty.models import Partner, Programme, Reward, Standing
from regulars.loyalty.rewards.accounts import note_payment, unsettled, write_statement
from regulars.loyalty.rewards.issuing import CannotIssue, issue_voucher
from regulars.loyalty.rewards.redeeming import redeem_voucher
from regulars.loyalty.rewards.taking import take_reward

SPENDS, USES, MOST = 0.28, 0.8, 400  # share of those who can that take a reward in a year; codes used; at most
SPAN, TOLD, STEPS, AT_ONCE = 360 * DAY, 60 * DAY, 200, 500
TO_COUNT = """SELECT n.person_id FROM commerce_order o JOIN people_node n ON n.id = o.node_id
 WHERE o.ts > %s AND o.ts <= %s AND n.person_id IS NOT NULL
 UNION SELECT person_id FROM loyalty_standing WHERE next_us <= %s"""
READY = """SELECT n.person_id, min(n.id), sum(b.active) FROM loyalty_balance b JOIN people_node n ON n.id = b.node_id
 WHERE b.programme_id = %s AND b.asset = 'points' AND n.person_id IS NOT NULL
 GROUP BY n.person_id HAVING sum(b.active) - sum(b.debt) >= %s ORDER BY n.person_id"""


def live(*, begun_us: int, end_us: int, seed: int, beat: Callable[[], None] = lambda: None) -> None:
    """Count and spend from the beginning to the end, so that the books follow in order of time."""
    past = History(terms.begin(at=begun_us, told_us=end_us - TOLD), np.random.default_rng([seed, 13]))
    counted = begun_us
    for moment, until in past.spans(begun_us, end_us):
        _count(past.programme, counted, moment)
        past.spend(moment, until)
        past.settle_with_club(until, last=until == end_us)
        counted = moment
        beat()
    _count(past.programme, counted, end_us)
    QueuedJob.objects.filter(name=count_everybody.name).delete()  # everybody was counted, to the last order


def _count(programme: Programme, since: int, at: int) -> None:
    """Whoever bought since then, or whose time has come, by the rules; then what happens when a day begins.

    In batches as large as nobody's waiting allows: the loops of a shop that is open take two or three people at once.
    """
    people = sorted({row[0] for row in bulk.query(TO_COUNT, [since, at, at])})
    for start in range(0, len(people), AT_ONCE):
        with transaction.atomic():
            count(people[start : start + AT_ONCE], terms_of(programme), at)
    while _some(LOOPS["loyalty_days"], at):
        pass


@transaction.atomic
def _some(loop: Loop, at: int) -> bool:
    """Many steps to a transaction, for the sake of the disk."""
    return all(loop.step(at) for _ in range(STEPS))


@dataclass
class History:
    """Who spends on what, drawn by chance."""

    programme: Programme
    random: np.random.Generator
    number: int = 0
    shelf: list[Reward] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.shelf = list(Reward.objects.filter(points__isnull=False).order_by("points"))
        self.card = Reward.objects.get(kind="gift_card")
        self.club = Partner.objects.get(name=terms.CLUB["name"])

    def spans(self, begun_us: int, end_us: int) -> Iterator[tuple[int, int]]:
        """(from, until) of the stretches after the first."""
        moment = begun_us + SPAN
        while moment + SPAN < end_us - SPAN // 2:
            yield moment, moment + SPAN
            moment += SPAN
        yield moment, end_us

    def spend(self, at: int, until: int) -> None:
        """Some of those who can, each at a moment of their own; in one transaction, for the sake of the disk."""
        ready = bulk.query(READY, [self.programme.id, self.shelf[0].points])
        drawn = [row for row in ready if self.random.random() < SPENDS][:MOST]
        tiers = dict(
            Standing.objects.filter(person_id__in=[row[0] for row in drawn]).values_list("person_id", "tier")
        )
        when = np.sort(self.random.integers(at + HOUR, until - DAY, len(drawn)))
        with transaction.atomic():
            for moment, (person, node, active) in zip(when, drawn, strict=True):
                self._take(int(moment), node, active, tiers.get(person, ""), until)
            for _ in range(3):
                self._sell_card(int(self.random.integers(at, until)))

    def _take(self, at: int, node: int, active: int, tier: str, until: int) -> None:
        can = [one for one in self.shelf if one.points <= active and (not one.tiers or tier in one.tiers)]
        reward = can[-1] if self.random.random() < 0.4 else can[int(self.random.integers(0, len(can)))]
        self.number += 1
        try:
            made = take_reward(
                reward_id=reward.id, programme_id=self.programme.id, node_id=node, key=f"shop-{self.number}", at=at,
                by="system",
            )  # fmt: skip
        except (CannotIssue, NotEnoughPoints):
            return  # the points were taken back with goods, or have expired meanwhile
        if self.random.random() < USES:
            later = min(at + int(self.random.exponential(9) * DAY) + HOUR, until - HOUR)
            self._use(made.voucher_id, reward.worth if reward.kind != "percent" else 8_49, node, later)

    def _use(self, voucher_id: int, amount: int, node: int | None, at: int) -> None:
        redeem_voucher(voucher_id=voucher_id, key=f"shop-{voucher_id}", amount=amount, node_id=node, at=at, by="system")  # noqa: E501  # fmt: skip

    def _sell_card(self, at: int) -> None:
        self.number += 1
        made = issue_voucher(
            reward_id=self.card.id, origin=f"sold:{self.number}", at=at, by="system", cause="sold",
            worth=int(self.random.integers(2, 9)) * 5_00,
        )  # fmt: skip
        if self.random.random() < USES:
            self._use(made.voucher_id, 5_00, None, at + 5 * DAY)

    def settle_with_club(self, until: int, *, last: bool) -> None:
        """A statement at the end of every stretch; all but the last one are paid."""
        at = until - 20 * DAY if last else until
        if not unsettled(self.club.id).uses:
            return
        made = write_statement(partner_id=self.club.id, by="system", at=at)
        if not last:
            note_payment(partner_id=self.club.id, key=f"statement-{made.number}", amount=made.closing,
                         note=f"Statement {made.number}", by="system", at=at + 9 * DAY)  # fmt: skip
