"""The journeys there are, and making one: from nothing or from a ready-made one."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from regulars.content.rendering import ContentError
from regulars.core.clock import now_us
from regulars.journeys import actions, queries, ready
from regulars.journeys.reading import TreeError
from regulars.team.permissions import allowed
from regulars.ui import toasts


@allowed("journeys.view")
def journeys(request: HttpRequest) -> HttpResponse:
    """All that are in use, with who is inside; ready-made ones to start from."""
    rows = queries.journeys()
    tasks, waiting = queries.open_tasks(limit=5) if request.user.may("people.view") else ([], 0)
    context = {
        "here": "journeys",
        "rows": rows,
        "live": sum(row.state == "live" for row in rows),
        "inside": sum(row.inside for row in rows),
        "offers": ready.OFFERS,
        "tasks": tasks,
        "tasks_note": waiting,
    }
    return render(request, "web/journeys/list.html", context)


@require_POST
@allowed("journeys.edit")
def new(request: HttpRequest) -> HttpResponse:
    """Make a draft: `ready` names a ready-made one, else `name` is what it is called."""
    by, at = request.user.by, now_us()
    try:
        if key := request.POST.get("ready"):
            made = ready.take(key=key, by=by, at=at)
        else:
            made = actions.create_journey(name=request.POST.get("name", ""), by=by, at=at)
    except (TreeError, ContentError, KeyError) as error:
        toasts.warn(request, getattr(error, "message", _("There is no such ready-made journey.")))
        return redirect("web:journeys")
    toasts.say(request, _("“%s” is a draft: nobody enters before you publish it.") % made.name)
    return redirect("web:journey_edit", made.id)


@require_POST
@allowed("people.edit")
def task_done(request: HttpRequest, task_id: int) -> HttpResponse:
    """A colleague did what a journey asked for."""
    note = request.POST.get("note", "")
    if actions.finish_task(task_id=task_id, by=request.user.by, at=now_us(), note=note):
        toasts.say(request, _("Done. Whoever waited for it goes on."))
    else:
        toasts.warn(request, _("Somebody else did it already."))
    return redirect("web:journeys")
