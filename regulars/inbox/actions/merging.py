"""Two conversations become one, and two again: every entry stays with its own thread."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.inbox.actions.entries import locked, note_event, number_of, tell
from regulars.inbox.actions.retelling import retell
from regulars.inbox.errors import CannotDo
from regulars.inbox.kinds import MERGED
from regulars.inbox.models import Case

QUIET = {"waiting_us": None, "next_due_us": None, "warn_us": None, "snoozed_us": None}


@transaction.atomic
def merge(*, kept_id: int, lost_id: int, by: str, at: int) -> None:
    """`lost` goes on in `kept`: the public and the private part of one person's matter, or one matter in two threads.
    Raises CannotDo for cases that are no conversations, and for what is merged already."""
    if kept_id == lost_id:
        raise CannotDo(_("Choose another conversation."))
    first, second = (locked(number) for number in sorted((kept_id, lost_id)))
    kept, lost = (first, second) if first.id == kept_id else (second, first)
    if kept.account_id is None or lost.account_id is None:
        raise CannotDo(_("Only conversations on networks can be merged."))
    if kept.merged_into is not None or lost.merged_into is not None:
        raise CannotDo(_("One of them goes on in another conversation already. Part them first."))
    ended = {"merged_into": kept.id, "closed_us": lost.closed_us or at, "closed_by": lost.closed_by or by}
    Case.objects.filter(id=lost.id).update(**QUIET, **ended, outcome=lost.outcome or MERGED, changed_us=at)
    Case.objects.filter(merged_into=lost.id).update(merged_into=kept.id)
    note_event(kept, "merge", by=by, at=at, other=lost.id)
    note_event(lost, "merge", by=by, at=at, into=kept.id)
    if lost.owner != kept.owner:
        tell(kept.id, number_of(lost.owner), "lost", by=by, at=at)
    retell([kept.id], at=at)


@transaction.atomic
def unmerge(*, case_id: int, by: str, at: int) -> None:
    """It goes on by itself again, with its own entries and whoever waits in it."""
    lost = locked(case_id)
    if lost.merged_into is None:
        raise CannotDo(_("This conversation is not merged with another."))
    kept = locked(lost.merged_into)
    fields = {"merged_into": None, "changed_us": at}
    if lost.outcome == MERGED:
        fields |= {"closed_us": None, "closed_by": "", "outcome": ""}
    Case.objects.filter(id=lost.id).update(**fields)
    note_event(kept, "part", by=by, at=at, other=lost.id)
    note_event(lost, "part", by=by, at=at, other=kept.id)
    retell([kept.id, lost.id], at=at)
