"""Writing the policy anew, and saying that one has read it."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.team.actions import TeamError, audit
from regulars.team.models import Acknowledgement, Policy
from regulars.team.policy.parts import PARTS


@transaction.atomic
def publish_policy(*, parts: dict[str, str], changed: str, again: bool, by: str, at: int) -> Policy:
    """The policy from now on: a new version; the ones before stay readable. `again`: everybody has to read it anew
    before they speak in public (where the shop asks for training). Raises TeamError."""
    said = {key: parts.get(key, "").strip() for key in PARTS}
    if not any(said.values()):
        raise TeamError(_("A policy says something: fill in one part at least."))
    last = Policy.objects.select_for_update().order_by("-number").first()
    if last is not None and not changed.strip():
        raise TeamError(_("Say in a sentence what is different: colleagues read that first."))
    number = last.number + 1 if last else 1
    made = Policy.objects.create(
        number=number, parts=said, changed=changed.strip()[:300], again=again or number == 1, by=by, at=at
    )
    audit(by=by, act="policy.publish", object=f"policy:{number}", details={"again": made.again}, at=at)
    return made


@transaction.atomic
def acknowledge(*, user_id: int, number: int, at: int) -> bool:
    """They have read this version and keep to it. Idempotent. Raises TeamError for one that is not the newest."""
    newest = Policy.objects.order_by("-number").first()
    if newest is None or newest.number != number:
        raise TeamError(_("There is a newer version: read that one."))
    _row, made = Acknowledgement.objects.get_or_create(user_id=user_id, number=number, defaults={"at": at})
    if made:
        audit(by=f"user:{user_id}", act="policy.acknowledge", object=f"policy:{number}", at=at)
    return made
