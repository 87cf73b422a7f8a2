"""The conversation something is done in, and whether somebody else was faster."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from regulars.core.models import Business
from regulars.inbox.actions.entries import locked
from regulars.inbox.errors import AnsweredAlready
from regulars.inbox.models import Case, Entry
from regulars.team.queries import who
from regulars.ui import formats


def root_of(case_id: int) -> Case:
    """The conversation it goes on in, held until commit."""
    case = locked(case_id)
    return locked(case.merged_into) if case.merged_into is not None else case


def group_of(case: Case) -> QuerySet[Case]:
    """The conversation and those merged into it."""
    return Case.objects.filter(Q(id=case.id) | Q(merged_into=case.id))


def answered_since(case: Case, seen_entry: int | None) -> QuerySet[Entry]:
    """What was answered, by people, after this entry."""
    group = group_of(case).values("id")
    found = Entry.objects.filter(case_id__in=group, kind="answer", automatic=False, gone_us=None)
    return found.filter(id__gt=seen_entry or 0)


def nobody_else_answered(case: Case, seen_entry: int | None, by: str) -> None:
    """Raises AnsweredAlready when somebody else has answered what this person had not seen. The case is locked, so of
    two people at the same moment one comes second."""
    if seen_entry is None:
        return
    other = answered_since(case, seen_entry).exclude(by=by).order_by("-id").first()
    if other is None:
        return
    name = _("Somebody, on the network itself,") if other.by == "elsewhere" else who([other.by])[other.by]
    when = formats.moment(other.at, Business.load().timezone)
    sentence = _("%(name)s answered on %(when)s. Read that first; your text is kept, and was not sent.")
    raise AnsweredAlready(sentence % {"name": name, "when": when}, other.id)
