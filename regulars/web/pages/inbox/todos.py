"""What Today says about the inbox: cases that are overdue, and what colleagues were told."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regulars.inbox.queries import cases_page, open_counts
from regulars.ui.formats import number


def todos(now: int) -> list[dict]:
    """A line for what is overdue, and one for what nobody has taken."""
    counts = open_counts(at=now)
    found = []
    if counts.overdue:
        first = cases_page(at=now, state="overdue", limit=1).rows[0]
        title = ngettext("%s case is overdue", "%s cases are overdue", counts.overdue) % number(counts.overdue)
        found.append(_line(title, _("The oldest: %s") % first.title, "overdue", _("overdue"), "bad"))
    if counts.unassigned:
        title = ngettext("Nobody has taken %s case", "Nobody has taken %s cases", counts.unassigned)
        text = _("Cases without an owner are answered by nobody.")
        found.append(_line(title % number(counts.unassigned), text, "nobody", _("unassigned"), "warn"))
    return found


def _line(title: str, text: str, box: str, badge: str, tone: str) -> dict:
    href = f"{reverse('web:inbox')}?box={box}"
    return {"title": title, "text": text, "href": href, "action": _("Open"), "badge": badge, "tone": tone}
