"""Who answers at Northgate, and what became of the cases: most are closed within a day or two, some wait."""

from __future__ import annotations

import numpy as np
from django.db import transaction

from regulars.core.clock import DAY, HOUR
from regulars.demo.hear.words import CALLED
from regulars.inbox.actions import change_desk, close, see_notices, watch, write_answer
from regulars.inbox.models import Case, Desk
from regulars.team.actions import add_member
from regulars.team.models import Role, User

TEAM = (
    ("priya@northgate.example", "Priya Shah", Role.AGENT),
    ("tom@northgate.example", "Tom Whitford", Role.MARKETER),
)
OUTCOMES = {"recovered": 0.5, "solved": 0.2, "explained": 0.15, "gave up": 0.15}
CLOSED, LATE = 0.94, 0.12


def open_desk(*, at: int) -> None:
    """Colleagues and their hours. Idempotent."""
    for email, name, role in TEAM:
        if not User.objects.filter(email=email).exists():
            add_member(email=email, name=name, role=role, by="system", at=at)
    if not Desk.objects.exists():
        week = [[["09:00", "18:00"]]] * 5 + [[["09:30", "16:00"]], []]
        change_desk(week=week, holidays={}, by="system", at=at)


@transaction.atomic
def close_cases(*, end_us: int, seed: int) -> None:
    """Whoever was unhappy was called, most of them in time; the last ones are still to do."""
    random = np.random.default_rng([seed, 29])
    for case in Case.objects.filter(closed_us=None, kind="detractor").order_by("opened_us", "id"):
        took = 2 * HOUR + int(random.gamma(2, 10) * HOUR) + (4 * DAY if random.random() < LATE else 0)
        if case.opened_us + took < end_us and random.random() < CLOSED:
            _call(random, case, case.opened_us + took)
    watch(at=end_us)


def catch_up(*, at: int) -> None:
    """What colleagues were told until then, they have read."""
    for user in User.objects.all():
        see_notices(user_id=user.id, at=at)


def _call(random: np.random.Generator, case: Case, at: int) -> None:
    by = case.owner or "system"
    outcome = str(random.choice(list(OUTCOMES), p=list(OUTCOMES.values())))
    words = CALLED[-1] if outcome == "gave up" else CALLED[int(random.integers(0, len(CALLED) - 1))]
    write_answer(case_id=case.id, text=words, way="phone", by=by, at=at - HOUR)
    close(case_id=case.id, outcome=outcome, by=by, at=at)
