"""What happens by itself: sleeping cases wake; who owns one is warned before its time is over and told when it is;
then it goes to the next colleague, where the shop wants that, and in the end the owners of the business hear of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from regulars.core.clock import HOUR
from regulars.core.signals import send
from regulars.inbox import clocks
from regulars.inbox.actions.entries import number_of, tell_each
from regulars.inbox.actions.opening import load_of, pool_of
from regulars.inbox.models import Case, Entry
from regulars.inbox.promises import Promises, promises
from regulars.inbox.signals import PromisesBroken
from regulars.team.queries import owners

AT_ONCE = 500


@transaction.atomic
def watch(*, at: int) -> int:
    """Bring up what is due now; returns how many cases changed. Doing it twice is doing it once."""
    promised = promises()
    return _wake(at) + _warn(at, promised) + _remind(at, promised) + _escalate(at, promised)


def _open() -> QuerySet[Case]:
    return Case.objects.select_for_update(skip_locked=True).filter(closed_us=None)


def _wake(at: int) -> int:
    slept = list(_open().filter(snoozed_us__lte=at)[:AT_ONCE])
    tell_each({case.id: number_of(case.owner) for case in slept}, "awake", by="system", at=at)
    return _set(slept, at, "wake", {"snoozed_us": None})


def _warn(at: int, promised: Promises) -> int:
    """The time is nearly over: the owner hears of it, or everybody who takes turns when it is nobody's."""
    soon = list(_open().filter(warn_us__lte=at).order_by("warn_us")[:AT_ONCE])
    told = {case.id: number_of(case.owner) or pool_of(promised.rule(case.kind, case.account_id)) for case in soon}
    tell_each(told, "soon", by="system", at=at)
    return Case.objects.filter(id__in=[case.id for case in soon]).update(warn_us=None, changed_us=at)


def _remind(at: int, promised: Promises) -> int:
    """Asleep or not: who put it aside did not put aside what was promised."""
    late = list(_open().filter(next_due_us__lte=at, reminded_us=None).order_by("next_due_us")[:AT_ONCE])
    tell_each({case.id: number_of(case.owner) for case in late}, "overdue", by="system", at=at)
    _set(late, at, "overdue", {"reminded_us": at, "warn_us": None})
    rules = {case.id: promised.rule(case.kind, case.account_id) for case in late}
    _hand_on([case for case in late if rules[case.id].hand_on], rules, at)
    if late:
        send(PromisesBroken(tuple(case.id for case in late), at))
    return len(late)


def _hand_on(late: Sequence[Case], rules: Mapping[int, Any], at: int) -> None:
    """Who does not answer in time loses it to the colleague with the fewest open cases."""
    pools = {case.id: [user for user in pool_of(rules[case.id]) if f"user:{user}" != case.owner] for case in late}
    load = load_of({user for pool in pools.values() for user in pool})
    moved, lost = [], {case.id: number_of(case.owner) for case in late if pools[case.id]}
    for case in late:
        if pools[case.id]:
            least = min(pools[case.id], key=lambda user: (load[user], user))
            load[least] += 1
            case.owner = f"user:{least}"
            moved.append(case)
    Case.objects.bulk_update(moved, ["owner"])
    Entry.objects.bulk_create(
        [
            Entry(case_id=c.id, kind="event", by="system", at=at, facts={"act": "assign", "owner": c.owner})
            for c in moved
        ]
    )
    tell_each({case.id: number_of(case.owner) for case in moved}, "given", by="system", at=at)
    tell_each(lost, "lost", by="system", at=at)


def _escalate(at: int, promised: Promises) -> int:
    """Who nobody has answers at once; else after some patience."""
    told = _open().filter(next_due_us__lte=at, reminded_us__isnull=False, escalated_us=None)
    boss = [user.id for user in owners()]
    late = [case for case in told.order_by("next_due_us")[:AT_ONCE] if _patience_is_over(case, at, promised)]
    tell_each({case.id: boss for case in late}, "escalated", by="system", at=at)
    return _set(late, at, "escalate", {"escalated_us": at, "priority": 2})


def _patience_is_over(case: Case, at: int, promised: Promises) -> bool:
    patience = round(promised.rule(case.kind, case.account_id).patience_hours * HOUR)
    hours = promised.hours(case.kind, case.account_id)
    return not case.owner or at >= clocks.due(at=case.reminded_us, hours=hours, want_us=patience)


def _set(cases: list[Case], at: int, act: str, fields: dict) -> int:
    Case.objects.filter(id__in=[case.id for case in cases]).update(**fields, changed_us=at)
    Entry.objects.bulk_create(
        [Entry(case_id=case.id, kind="event", by="system", at=at, facts={"act": act}) for case in cases]
    )
    return len(cases)
