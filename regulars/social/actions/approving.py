"""Agreeing to a post. Who wrote at it never does, and agreement belongs to exactly that text."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from regulars.social.actions.clearing import examine_texts, refuse_who_may_not_speak, second_texts
from regulars.social.actions.writing import locked
from regulars.social.errors import CannotDo
from regulars.social.models import Approval, Plan, Variant
from regulars.social.publishing.agreeing import is_agreed
from regulars.team.actions import audit


@transaction.atomic
def ask_for_approval(*, plan_id: int, by: str, at: int) -> None:
    """Put it before whoever may agree. Idempotent. Raises CannotDo."""
    plan = locked(plan_id)
    clear = examine_texts(Variant.objects.filter(plan_id=plan.id, given_us=None), plan, at=at)
    if not clear or not is_agreed(plan):
        plan.wanted_us = plan.wanted_us or at
        plan.returned_us, plan.returned_by, plan.returned_why = None, "", ""
        plan.save()


@transaction.atomic
def approve(*, plan_id: int, digest: str, by: str, at: int, note: str = "") -> bool:
    """Agree to what it says: `digest` is that of the text they read. True when that was the last yes it needed.

    Idempotent. Raises CannotDo: they wrote at it, or it changed since they read it.
    """
    plan = locked(plan_id)
    if by in plan.writers:
        raise CannotDo(_("You wrote at this yourself: somebody else has to agree to it."))
    if digest != plan.digest:
        raise CannotDo(_("It was changed while you read it. Read it again."))
    refuse_who_may_not_speak(by, at=at)
    examine_texts(Variant.objects.filter(plan_id=plan.id, given_us=None), plan, at=at)
    second_texts(plan, by=by, at=at)
    kept = {"note": note[:300], "at": at}
    said, _new = Approval.objects.get_or_create(plan_id=plan.id, digest=digest, by=by, defaults=kept)
    audit(by=by, act="plan.approve", object=f"plan:{plan.id}", details={"approval": said.id}, at=at)
    enough = is_agreed(plan)
    if enough:
        Plan.objects.filter(id=plan.id).update(wanted_us=None)
    return enough


@transaction.atomic
def send_back(*, plan_id: int, why: str, by: str, at: int) -> None:
    """Not like this: back to whoever wrote it, with a sentence. What was agreed so far no longer counts."""
    plan = locked(plan_id)
    if not why.strip():
        raise CannotDo(_("Say what should be different."))
    Approval.objects.filter(plan_id=plan.id, digest=plan.digest).delete()
    plan.wanted_us = None
    plan.returned_us, plan.returned_by, plan.returned_why = at, by, why.strip()[:300]
    plan.save()
    audit(by=by, act="plan.send_back", object=f"plan:{plan.id}", at=at)


@transaction.atomic
def say_it_stands(*, plan_id: int, by: str, at: int) -> None:
    """What was written before a crisis, or missed its time, may go out after all: at its time, or now when that is
    over. Idempotent."""
    plan = locked(plan_id)
    waiting = Variant.objects.filter(plan_id=plan_id, given_us=None, due_us__isnull=False)
    waiting.update(next_us=Greatest("due_us", Value(at)))
    plan.asked_us, plan.asked_why, plan.stood_us, plan.stood_by = None, "", at, by
    plan.save()
    audit(by=by, act="plan.stand", object=f"plan:{plan.id}", at=at)


@transaction.atomic
def all_stand(*, plan_ids: Iterable[int], by: str, at: int) -> int:
    """Every one of these that is asked about stands as it is; how many. Each is noted as if said one by one."""
    asked = Plan.objects.filter(id__in=list(plan_ids), asked_us__isnull=False, withdrawn_us=None)
    some = sorted(asked.values_list("id", flat=True))
    for number in some:
        say_it_stands(plan_id=number, by=by, at=at)
    return len(some)
