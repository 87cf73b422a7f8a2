"""The drafts of a journey in a row: keeping one, going back and forth, and never over what somebody else wrote."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.journeys.models import Draft, Journey

KEPT = 100


class Overtaken(ValueError):
    """Somebody kept another draft since this one was looked at; `draft` is theirs."""

    def __init__(self, draft: Draft | None):
        super().__init__(_("Somebody else changed this journey meanwhile. Look at it, then say it again."))
        self.draft = draft


def put(journey: Journey, tree: dict[str, Any], by: str, at: int) -> None:
    """A new draft after the one that stands; those that were undone are gone. In the caller's transaction."""
    Draft.objects.filter(journey_id=journey.id, id__gt=journey.draft_id).delete()
    made = Draft.objects.create(journey_id=journey.id, tree=tree, at=at, by=by)
    _stand(journey, made, by, at)
    old = Draft.objects.filter(journey_id=journey.id).order_by("-id").values_list("id", flat=True)[KEPT : KEPT + 1]
    Draft.objects.filter(journey_id=journey.id, id__lte=max(old, default=0)).delete()


def _stand(journey: Journey, draft: Draft, by: str, at: int) -> None:
    journey.draft, journey.draft_id, journey.drafted_us, journey.drafted_by = draft.tree, draft.id, at, by
    journey.save(update_fields=["draft", "draft_id", "drafted_us", "drafted_by"])


@transaction.atomic
def save_draft(*, journey_id: int, tree: dict[str, Any], by: str, at: int, seen: int | None = None) -> Journey:
    """Keep the tree being edited, faults and all; nothing changes for anybody until it is published. The same tree
    again changes nothing. Raises Overtaken when another draft than `seen` (`Journey.draft_id`) stands by now."""
    found = _open(journey_id, seen)
    if found.draft != tree:
        put(found, tree, by, at)
    return found


@transaction.atomic
def undo_draft(*, journey_id: int, by: str, at: int, seen: int | None = None) -> bool:
    """Back to the draft before; says whether there was one. Raises Overtaken."""
    found = _open(journey_id, seen)
    return _go(found, Draft.objects.filter(id__lt=found.draft_id).order_by("-id"), by, at)


@transaction.atomic
def redo_draft(*, journey_id: int, by: str, at: int, seen: int | None = None) -> bool:
    """Forward again to what was undone; says whether there was something. Raises Overtaken."""
    found = _open(journey_id, seen)
    return _go(found, Draft.objects.filter(id__gt=found.draft_id).order_by("id"), by, at)


def _go(journey: Journey, drafts: Any, by: str, at: int) -> bool:
    to = drafts.filter(journey_id=journey.id).first()
    if to:
        _stand(journey, to, by, at)
    return to is not None


def _open(journey_id: int, seen: int | None) -> Journey:
    found = Journey.objects.select_for_update().get(id=journey_id, archived_us=None)
    if seen is not None and found.draft_id != seen:
        raise Overtaken(Draft.objects.filter(id=found.draft_id).first())
    return found
