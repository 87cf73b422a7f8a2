"""Lists of cases: mine, unassigned, overdue, all open, put aside, closed."""

from __future__ import annotations

import re

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_POST

from regulars.core.clock import now_us
from regulars.inbox import actions, queries
from regulars.inbox.models import Case
from regulars.team.permissions import allowed
from regulars.web.pages.inbox import tabs
from regulars.web.pages.inbox.words import kinds, lines

BOXES = ("mine", "nobody", "overdue", "open", "snoozed", "closed")
TITLES = {
    "mine": lazy("Your cases"),
    "nobody": lazy("Cases nobody has taken"),
    "overdue": lazy("Overdue cases"),
    "open": lazy("Open cases"),
    "snoozed": lazy("Put aside"),
    "closed": lazy("Closed cases"),
}


@allowed("inbox.view")
def inbox(request: HttpRequest) -> HttpResponse:
    """One box; what is due first stands first."""
    now, box = now_us(), request.GET.get("box", "mine")
    after, kind = request.GET.get("after", ""), request.GET.get("kind", "")
    if box not in BOXES or (after and not re.fullmatch(r"\d{1,19}\.\d{1,18}", after)):
        raise Http404(_("This page's address is damaged. Start at the first page."))
    owner = {"mine": request.user.by, "nobody": ""}.get(box)
    state = box if box in ("snoozed", "closed", "overdue") else "open"
    text = request.GET.get("q", "").strip()[:100]
    page = queries.cases_page(at=now, state=state, owner=owner, kind=kind, after=after, text=text)
    context = {
        "here": "inbox",
        "tabs": tabs(request),
        "tab": box,
        "rows": lines(page.rows, at=now),
        "after": page.after,
        "kinds": kinds(),
        "kind": kind,
        "sought": text,
        "box": box,
        "title": TITLES[box],
        "notices": notices(request.user.id),
    }
    return render(request, "web/inbox/list.html", context)


WHAT = {
    "mention": lazy("mentioned you"),
    "given": lazy("is yours now"),
    "overdue": lazy("is overdue"),
    "awake": lazy("is back"),
    "escalated": lazy("is overdue for long"),
    "reopened": lazy("was opened again"),
    "soon": lazy("is due soon"),
    "lost": lazy("went to a colleague"),
    "failed": lazy("holds an answer that could not be sent"),
    "agree": lazy("asks for a second person"),
}


def notices(user_id: int) -> list[dict]:
    """What a colleague was told and has not seen."""
    found = queries.notices_of(user_id, limit=5)
    cases = {case.id: case for case in Case.objects.filter(id__in=[one.case_id for one in found])}
    return [
        {"notice": one, "case": cases[one.case_id], "what": WHAT[one.what]} for one in found if one.case_id in cases
    ]


@require_POST
@allowed("inbox.view")
def seen(request: HttpRequest) -> HttpResponse:
    """All notices are seen."""
    actions.see_notices(user_id=request.user.id, at=now_us())
    return redirect("web:inbox")
