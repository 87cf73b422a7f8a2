"""Pages of the inbox: lists of cases, one case with its person beside it, how well we answer, hours and rules."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from regulars.core.clock import now_us
from regulars.inbox.queries import open_counts
from regulars.ui.formats import number


def tabs(request: HttpRequest) -> list[tuple[str, str, str]]:
    """The tabs above the inbox, with how many wait."""
    counts = open_counts(at=now_us(), owner=request.user.by)
    base = reverse("web:inbox")
    shown = [
        ("mine", f"{_('Mine')} {number(counts.mine)}", f"{base}?box=mine"),
        ("nobody", f"{_('Unassigned')} {number(counts.unassigned)}", f"{base}?box=nobody"),
        ("overdue", f"{_('Overdue')} {number(counts.overdue)}", f"{base}?box=overdue"),
        ("open", f"{_('All open')} {number(counts.open)}", f"{base}?box=open"),
        ("snoozed", f"{_('Put aside')} {number(counts.snoozed)}", f"{base}?box=snoozed"),
        ("closed", _("Closed"), f"{base}?box=closed"),
        ("numbers", _("How well we answer"), reverse("web:inbox_numbers")),
    ]
    if request.user.may("settings.edit"):
        shown.append(("desk", _("Hours and rules"), reverse("web:inbox_desk")))
    return shown
