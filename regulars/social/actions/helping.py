"""Posts that ask for help and were not said to us: a colleague takes one over as a conversation, or puts it aside.

Nothing is ever taken over, or answered, by the program.
"""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.inbox.actions import CannotDo as Refused
from regulars.inbox.actions.taking import take_over as begin
from regulars.social.errors import CannotDo
from regulars.social.models import Mention
from regulars.team.actions import audit


@transaction.atomic
def take_over(*, item_id: int, by: str, at: int) -> int:
    """The conversation it becomes, owned by whoever asks if by nobody else. Idempotent."""
    _by_a_person(by)
    if not Mention.objects.filter(item_id=item_id).exists():
        raise CannotDo(_("No topic means this any more."))
    try:
        case = begin(item_id=item_id, by=by, at=at)
    except Refused as why:
        raise CannotDo(str(why)) from why
    Mention.objects.filter(item_id=item_id).update(helped_us=at, helped_by=by, case_id=case)
    audit(by=by, act="mention.take_over", object=f"item:{item_id}", details={"case": case}, at=at)
    return case


@transaction.atomic
def put_aside(*, item_id: int, by: str, at: int) -> None:
    """It needs nothing of us: it leaves the list. Idempotent."""
    _by_a_person(by)
    Mention.objects.filter(item_id=item_id, helped_us=None).update(helped_us=at, helped_by=by)


def _by_a_person(by: str) -> None:
    if not by.startswith("user:"):
        raise CannotDo(_("Only a person takes somebody's words over."))
