"""Labels: words that conversations are sorted by."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.core import bulk
from regulars.core.signals import send
from regulars.inbox.actions.entries import locked, note_event, save
from regulars.inbox.errors import CannotDo
from regulars.inbox.models import Case, CaseLabel, Labelled
from regulars.inbox.signals import LabelAdded
from regulars.team.actions import audit

MOST = 20


@transaction.atomic
def save_label(*, name: str, by: str, at: int, colour: str = "", label_id: int | None = None) -> CaseLabel:
    """A new label, or another name or colour for one. Raises CannotDo."""
    name = " ".join(name.split())[:40]
    if not name:
        raise CannotDo(_("Give the label a name."))
    if CaseLabel.objects.filter(name=name).exclude(id=label_id).exists():
        raise CannotDo(_("There is a label “%s” already.") % name)
    if label_id is None:
        found = CaseLabel.objects.create(name=name, colour=colour[:20], created_us=at)
    else:
        found = CaseLabel.objects.get(id=label_id)
        found.name, found.colour, found.archived_us = name, colour[:20], None
        found.save()
        _rewrite(list(Labelled.objects.filter(label_id=label_id).values_list("case_id", flat=True)))
    audit(by=by, act="label.save", object=f"label:{found.id}", at=at)
    return found


@transaction.atomic
def archive_label(*, label_id: int, by: str, at: int) -> None:
    """It is no longer offered; conversations keep it."""
    CaseLabel.objects.filter(id=label_id).update(archived_us=at)
    audit(by=by, act="label.archive", object=f"label:{label_id}", at=at)


@transaction.atomic
def add_label(*, case_id: int, label: str, by: str, at: int) -> bool:
    """Put a label on a conversation; False when it has it. Raises CannotDo for a label that does not exist."""
    case, found = locked(case_id), _label(label)
    if found.name in case.labels:
        return False
    if len(case.labels) >= MOST:
        raise CannotDo(_("A conversation has %d labels at most.") % MOST)
    bulk.insert(Labelled, ("case_id", "label_id"), [(case.id, found.id)], conflict="(case_id, label_id) DO NOTHING")
    save(case, at, {"labels": sorted([*case.labels, found.name])})
    note_event(case, "label", by=by, at=at, label=found.name)
    send(LabelAdded(case.id, found.name, by, at))
    return True


@transaction.atomic
def remove_label(*, case_id: int, label: str, by: str, at: int) -> bool:
    """Take it off; False when it is not there."""
    case = locked(case_id)
    if label not in case.labels:
        return False
    Labelled.objects.filter(case_id=case.id, label_id__in=CaseLabel.objects.filter(name=label).values("id")).delete()
    save(case, at, {"labels": [name for name in case.labels if name != label]})
    note_event(case, "unlabel", by=by, at=at, label=label)
    return True


def _label(name: str) -> CaseLabel:
    found = CaseLabel.objects.filter(name=name, archived_us=None).first()
    if found is None:
        raise CannotDo(_("There is no label “%s”. Make it under Rules and replies.") % name)
    return found


def _rewrite(case_ids: list[int]) -> None:
    """The names on conversations, after a label was renamed."""
    some, params = bulk.ids(case_ids)
    names: dict[int, list[str]] = {number: [] for number in case_ids}
    for number, name in bulk.query(
        "SELECT l.case_id, n.name FROM inbox_labelled l JOIN inbox_caselabel n ON n.id = l.label_id"
        f" WHERE l.case_id IN {some} ORDER BY n.name",
        params,
    ):
        names[number].append(name)
    Case.objects.bulk_update([Case(id=number, labels=found) for number, found in names.items()], ["labels"], 500)
