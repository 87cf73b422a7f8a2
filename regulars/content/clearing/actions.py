"""Letting a text pass: by the gate, by a second person, or against the gate with a reason."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.content.factbase.models import StatementUse
from regulars.content.honesty import CHANGE, SECOND, Examination
from regulars.content.models import Clearance
from regulars.team.actions import PERSONAL, audit
from regulars.team.queries import others_who_may

KEPT = ("kind", "weight", "start", "end", "facts")


class CannotClear(ValueError):
    """A sentence: why this text may not pass so."""


@transaction.atomic
def clear(*, examination: Examination, origin: str, by: str, at: int) -> dict[str, Any]:
    """Keep what the gate said; what comes back goes into `Post.examined`. It clears the text only when nothing was
    found: else `second` or `overrule` has to follow (they give the same dict, then clearing it)."""
    found = Clearance.objects.create(
        origin=origin,
        digest=examination.digest,
        verdict=examination.verdict,
        findings=[{key: getattr(finding, key) for key in KEPT} for finding in examination.findings],
        leans_on=[list(pair) for pair in examination.leans_on],
        language=examination.language,
        until_us=examination.until_us,
        by=by,
        at=at,
    )
    uses = [
        StatementUse(statement_id=statement, number=number, origin=origin, by=by, at=at)
        for statement, number in examination.leans_on
        if origin
    ]
    StatementUse.objects.bulk_create(uses, ignore_conflicts=True)
    return as_examined(found)


@transaction.atomic
def second(*, clearance_id: int, by: str, at: int) -> dict[str, Any]:
    """A second person has read it and lets it pass. Raises CannotClear for the writer, and for a text that must be
    changed: that can only be overruled, with a reason. Idempotent."""
    found = Clearance.objects.select_for_update().get(id=clearance_id)
    if found.by == by:
        raise CannotClear(_("You wrote it: somebody else has to read it."))
    if found.verdict == CHANGE:
        raise CannotClear(_("The gate asks for a change. Change the text, or overrule the gate and say why."))
    if found.verdict == SECOND and not found.seconded_by:
        found.seconded_by, found.seconded_us = by, at
        found.save(update_fields=["seconded_by", "seconded_us"])
        audit(by=by, act="clearance.second", object=f"clearance:{found.id}", details={"for": found.origin}, at=at)
    return as_examined(found)


@transaction.atomic
def overrule(*, clearance_id: int, reason: str, by: str, at: int) -> dict[str, Any]:
    """Let it pass against the gate. The reason, who and when are kept and audited. Who wrote it can do so only when
    nobody else on the team may; that is kept too (`alone`). Raises CannotClear."""
    found = Clearance.objects.select_for_update().get(id=clearance_id)
    reason = " ".join(reason.split())[:300]
    if len(reason) < 10:
        raise CannotClear(_("Say in a sentence why it is right to publish this as it is."))
    if PERSONAL.search(reason):
        raise CannotClear(_("The reason is kept for ever: leave addresses and phone numbers out of it."))
    alone = found.by == by
    if alone and others_who_may("social.publish", than=by):
        raise CannotClear(_("You wrote it: somebody else who may publish has to decide this."))
    found.overruled_by, found.overruled_us, found.reason, found.alone = by, at, reason, alone
    found.save(update_fields=["overruled_by", "overruled_us", "reason", "alone"])
    kinds = sorted({finding["kind"] for finding in found.findings})
    details = {"for": found.origin, "found": ", ".join(kinds), "reason": reason, "alone": alone}
    audit(by=by, act="clearance.overrule", object=f"clearance:{found.id}", details=details, at=at)
    return as_examined(found)


def as_examined(found: Clearance) -> dict[str, Any]:
    """What `Post.examined` holds: `queries.is_cleared` reads it."""
    who = {"seconded_by": found.seconded_by, "overruled_by": found.overruled_by, "reason": found.reason}
    kept = {"clearance": found.id, "verdict": found.verdict, "digest": found.digest, "until_us": found.until_us}
    kept["leans_on"] = found.leans_on
    return kept | {name: value for name, value in who.items() if value}
