"""The honesty gate for posts: each part of each text, exactly as it goes out with its short addresses."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from regulars.content.clearing import actions as gate
from regulars.content.clearing.queries import context_for, is_cleared
from regulars.content.honesty import CHANGE, Examination, examine, whole
from regulars.social.errors import CannotDo
from regulars.social.models import Plan, Variant
from regulars.social.publishing.agreeing import is_agreed
from regulars.social.publishing.formats import parts
from regulars.social.publishing.links import tracked
from regulars.team.queries import why_not


def refuse_who_may_not_speak(by: str, *, at: int) -> None:
    """Raises CannotDo for who has not passed the training for public words, where the shop asks for it."""
    reason = why_not(by, at=at) if by != "system" else ""
    if reason:
        raise CannotDo(reason)


def parts_of(one: Variant) -> list[tuple[str, str, tuple[str, ...]]]:
    """(title, text, descriptions of pictures) of each part, as it goes out. Pictures go with the first."""
    alts = tuple(picture.get("alt", "") for picture in one.pictures)
    words = parts(tracked(one.text, plan_id=one.plan_id, account_id=one.account_id))
    return [(one.title if n == 0 else "", text, alts if n == 0 else ()) for n, text in enumerate(words)]


def is_clear(one: Variant, *, at: int) -> bool:
    """Whether the gate, or somebody against it, let exactly this pass."""
    some = parts_of(one)
    return len(one.examined) == len(some) and all(
        is_cleared(said, text=text, title=title, alts=alts, at=at)
        for said, (title, text, alts) in zip(one.examined, some, strict=True)
    )


def read_by_gate(one: Variant, *, by: str, at: int) -> list[Examination]:
    """What the gate says of each part now. Nothing is kept."""
    return [
        examine(whole(text, title=title, alts=alts), context_for(
            text, at=at, by=by, public=True, purpose="post", network=one.network, language=one.language,
        ))
        for title, text, alts in parts_of(one)
    ]  # fmt: skip


def examine_texts(variants: Iterable[Variant], plan: Plan, *, at: int) -> bool:
    """Have each text examined that is not clear; whether all of them are now. In the caller's transaction."""
    by, clear = writer_of(plan), True
    for one in variants:
        if not is_clear(one, at=at):
            origin = f"plan:{plan.id}"
            one.examined = [gate.clear(examination=said, origin=origin, by=by, at=at)
                            for said in read_by_gate(one, by=by, at=at)]  # fmt: skip
            Variant.objects.filter(id=one.id).update(examined=one.examined)
            clear = clear and is_clear(one, at=at)
    return clear


def second_texts(plan: Plan, *, by: str, at: int) -> None:
    """A second person read every text: what the gate wanted looked at may pass. Raises CannotDo where it wants a
    change."""
    for one in Variant.objects.filter(plan_id=plan.id, given_us=None):
        if any(said["verdict"] == CHANGE and not said.get("overruled_by") for said in one.examined):
            raise CannotDo(_("The gate asks for a change. Send it back, or overrule the gate and say why."))
        _renew(one, [_second(said, by, at) for said in one.examined])


def overrule_gate(*, plan_id: int, reason: str, by: str, at: int) -> None:
    """Let every text of the plan pass as it is, with a reason that is kept. Raises CannotDo."""
    for one in Variant.objects.filter(plan_id=plan_id, given_us=None):
        try:
            _renew(one, [
                gate.overrule(clearance_id=said["clearance"], reason=reason, by=by, at=at)
                if said["verdict"] != "clear" else said
                for said in one.examined
            ])  # fmt: skip
        except gate.CannotClear as wrong:
            raise CannotDo(str(wrong)) from None
    plan = Plan.objects.get(id=plan_id)
    if is_agreed(plan):
        Plan.objects.filter(id=plan_id).update(wanted_us=None)


def _second(said: dict[str, Any], by: str, at: int) -> dict[str, Any]:
    if said["verdict"] == "clear" or said.get("overruled_by"):
        return said
    try:
        return gate.second(clearance_id=said["clearance"], by=by, at=at)
    except gate.CannotClear as wrong:
        raise CannotDo(str(wrong)) from None


def _renew(one: Variant, examined: list[dict[str, Any]]) -> None:
    Variant.objects.filter(id=one.id).update(examined=examined)


def writer_of(plan: Plan) -> str:
    """Who wrote at it last."""
    return plan.writers[-1] if plan.writers else plan.by
