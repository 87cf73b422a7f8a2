"""The same done to several conversations at once; it says how many it could not be done to, and can be undone."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from regulars.core.clock import now_us
from regulars.inbox import actions
from regulars.inbox.actions import CannotDo
from regulars.inbox.models import Case
from regulars.team.permissions import allowed
from regulars.ui import toasts
from regulars.ui.formats import number
from regulars.web.pages.inbox import undoing
from regulars.web.pages.inbox.boxes import wanted
from regulars.web.pages.inbox.listing import listed, partly, varied
from regulars.web.pages.inbox.until import until

MOST = 200


@require_POST
@allowed("inbox.answer")
def bulk(request: HttpRequest) -> HttpResponse:
    """`do` is "take", "assign:user:7", "snooze:days", "label:Refund", "close:done"."""
    chosen = [int(one) for one in request.POST.getlist("case")[:MOST] if one.isdecimal()]
    cases = list(Case.objects.filter(id__in=chosen))
    do, _colon, what = request.POST.get("do", "").partition(":")
    seen, troubles = undoing.before(cases), []
    for case in cases:
        try:
            _one(do, what, {"case_id": case.id, "by": request.user.by, "at": now_us()})
        except CannotDo as problem:
            troubles.append(str(problem))
            seen.pop(str(case.id))
    _tell(request, do, seen, troubles)
    query = request.POST.get("query", "")[:500]
    if not partly(request):
        return redirect(f"{reverse('web:inbox')}?{query}")
    return varied(render(request, "web/inbox/_list.html", listed(request, wanted(QueryDict(query)))))


def _tell(request: HttpRequest, do: str, seen: dict, troubles: list[str]) -> None:
    if seen:
        said = ngettext("Done with %s.", "Done with %s of them.", len(seen)) % number(len(seen))
        toasts.say(request, said, undo=undoing.remember(request, do, seen))
    if troubles:
        count = number(len(troubles))
        toasts.warn(request, _("Not done with %(n)s: %(why)s") % {"n": count, "why": troubles[0]})
    if not seen and not troubles:
        toasts.warn(request, _("Choose some conversations first."))


def _one(do: str, what: str, common: dict) -> None:
    match do:
        case "take":
            actions.assign(owner=common["by"], **common)
        case "assign":
            actions.assign(owner=what, **common)
        case "snooze":
            actions.snooze(until_us=until(what, now=common["at"]), **common)
        case "label":
            actions.add_label(label=what, **common)
        case "close":
            actions.close(outcome=what, **common)
        case _:
            raise CannotDo(_("Choose what to do."))
