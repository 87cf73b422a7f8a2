"""Who has to agree to a post, who did, and whether it still stands after a crisis."""

from __future__ import annotations

from collections.abc import Iterable

from regulars.channels.networks.models import Brake
from regulars.social.models import Approval, Plan, PublishRules, Variant

MOST = 2


def rules() -> PublishRules:
    """How this shop publishes."""
    return PublishRules.objects.filter(id=1).first() or PublishRules()


def needed(plans: Iterable[Plan]) -> dict[int, int]:
    """{plan: how many people have to agree}: what the shop asks for, or more where one of its accounts asks so."""
    shop, wanted = rules(), [plan.id for plan in plans]
    extra = {int(account): count for account, count in shop.by_account.items()}
    found = dict.fromkeys(wanted, shop.approvals)
    if extra:
        rows = Variant.objects.filter(plan_id__in=wanted, account_id__in=list(extra))
        for plan_id, account_id in rows.values_list("plan_id", "account_id"):
            found[plan_id] = max(found[plan_id], extra[account_id])
    return found


def agreed(plans: Iterable[Plan]) -> dict[int, list[str]]:
    """{plan: who agreed to exactly what it says now}; nobody who wrote at it. What was agreed for the text of a
    series holds for its repetitions, while they say exactly the same."""
    some = list(plans)
    rows = Approval.objects.filter(digest__in={plan.digest for plan in some if plan.digest})
    said: dict[tuple[int, str], list[str]] = {}
    for plan_id, digest, by in rows.order_by("at", "id").values_list("plan_id", "digest", "by"):
        said.setdefault((plan_id, digest), []).append(by)
    return {plan.id: _agreed(plan, said) for plan in some}


def _agreed(plan: Plan, said: dict[tuple[int, str], list[str]]) -> list[str]:
    both = [by for number in (plan.id, plan.source_id) for by in said.get((number, plan.digest), [])]
    return [by for by in dict.fromkeys(both) if by not in plan.writers]


def is_agreed(plan: Plan) -> bool:
    """Whether enough people agreed to exactly this."""
    return len(agreed([plan])[plan.id]) >= needed([plan])[plan.id]


def pulled() -> Brake | None:
    """The brake, while it is pulled."""
    return Brake.objects.filter(released_us=None).order_by("-id").first()


def last_crisis() -> Brake | None:
    """The last brake that was released."""
    return Brake.objects.filter(released_us__isnull=False).order_by("-released_us").first()


def is_from_before(plan: Plan, crisis: Brake | None) -> bool:
    """Whether it was written before a brake was pulled, and nobody said since its release that it still stands."""
    return bool(crisis and plan.changed_us <= crisis.pulled_us and (plan.stood_us or 0) < (crisis.released_us or 0))
