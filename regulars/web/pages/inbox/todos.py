"""What Today says about the inbox: overdue, who waits longest, what nobody has, what asks for a second person."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regulars.inbox.models import Moderation
from regulars.inbox.queries import Counts, cases_page, open_counts
from regulars.inbox.reports import oldest_unanswered
from regulars.ui import formats
from regulars.ui.formats import number


def todos(now: int) -> list[dict]:
    """A line for each, where there is any."""
    counts = open_counts(at=now)
    return [*_overdue(counts, now), *_waiting(counts, now), *_nobodys(counts), *_second(counts)]


def _overdue(counts: Counts, now: int) -> list[dict]:
    if not counts.overdue:
        return []
    first = cases_page(at=now, state="overdue", limit=1).rows[0]
    title = ngettext("%s case is overdue", "%s cases are overdue", counts.overdue) % number(counts.overdue)
    text = _("The oldest: %s") % (first.preview or first.title)
    return [_line(title, text, f"{reverse('web:inbox')}?box=overdue", _("overdue"), "bad")]


def _waiting(counts: Counts, now: int) -> list[dict]:
    since = oldest_unanswered()
    if not counts.waiting or since is None:
        return []
    title = ngettext("%s person waits for our answer", "%s wait for our answer", counts.waiting)
    text = _("The longest for %s.") % formats.span(now - since)
    return [_line(title % number(counts.waiting), text, f"{reverse('web:inbox')}?box=waiting", _("inbox"), "warn")]


def _nobodys(counts: Counts) -> list[dict]:
    if not counts.unassigned:
        return []
    title = ngettext("Nobody has taken %s case", "Nobody has taken %s cases", counts.unassigned)
    text = _("Cases without an owner are answered by nobody.")
    href = f"{reverse('web:inbox')}?box=nobody"
    return [_line(title % number(counts.unassigned), text, href, _("unassigned"), "warn")]


def _second(counts: Counts) -> list[dict]:
    """Answers that are held, and what somebody wants to hide."""
    found, asked = [], Moderation.objects.filter(state="asked").count()
    if counts.held:
        title = ngettext("%s answer waits for a second person", "%s answers wait for a second person", counts.held)
        text = _("The honesty gate asks for one before they go out.")
        href = f"{reverse('web:inbox')}?box=held"
        found.append(_line(title % number(counts.held), text, href, _("second person"), "warn"))
    if asked:
        title = ngettext("%s wish to hide something waits", "%s wishes to hide something wait", asked)
        text = _("Until a second person decides, it stays visible.")
        found.append(_line(title % number(asked), text, reverse("web:inbox_hidden"), _("second person"), "warn"))
    return found


def _line(title: str, text: str, href: str, badge: str, tone: str) -> dict:
    return {"title": title, "text": text, "href": href, "action": _("Open"), "badge": badge, "tone": tone}
