"""Notes on days of the content calendar."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.content.models import CalendarNote
from regulars.content.rendering import ContentError


@transaction.atomic
def add_note(*, day: str, text: str, by: str, at: int) -> CalendarNote:
    """A note on a day (YYYY-MM-DD). Raises ContentError."""
    try:
        day = date.fromisoformat(day).isoformat()
    except ValueError:
        raise ContentError("day", _("“%s” is not a day such as 2026-03-31.") % day[:20]) from None
    text = " ".join(text.split())
    if not 0 < len(text) <= 300:
        raise ContentError("text", _("Write a note of 300 characters at most."))
    return CalendarNote.objects.create(day=day, text=text, at=at, by=by)


@transaction.atomic
def remove_note(*, note_id: int, by: str, at: int) -> None:
    """Take a note off the calendar. Idempotent."""
    CalendarNote.objects.filter(id=note_id).delete()
