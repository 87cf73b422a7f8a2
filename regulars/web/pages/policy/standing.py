"""Where the team stands, whether speaking in public needs the training, and leave for the first days."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from regulars.core.clock import now_us
from regulars.team.actions import TeamError
from regulars.team.permissions import allowed
from regulars.team.policy.queries import policy
from regulars.team.queries import who
from regulars.team.training import actions, queries
from regulars.ui import toasts
from regulars.web.pages.policy import tabbed


@allowed("staff")
def standing(request: HttpRequest) -> HttpResponse:
    """A line for everybody on the team."""
    return _page(request)


def _page(request: HttpRequest, *, wrong: str = "", status: int = 200) -> HttpResponse:
    at = now_us()
    rows, lessons, grants = queries.standings(at=at), queries.lessons(), queries.grants(at=at)
    names = who({one.by for one in grants} | {f"user:{one.user_id}" for one in grants})
    context = {
        "rows": [(user, stands, [passed.get(lesson.id) for lesson in lessons]) for user, stands, passed in rows],
        "lessons": lessons,
        "rule": queries.rule(),
        "grants": [(one, names[f"user:{one.user_id}"], names[one.by]) for one in grants],
        "may": sum(stands.may_speak for _user, stands, _passed in rows),
        "written": policy() is not None,
        "wrong": wrong,
    }
    return tabbed(request, "standing", "standing", status=status, **context)


@require_POST
@allowed("settings.edit")
def rule(request: HttpRequest) -> HttpResponse:
    """Ask for the training, or no longer."""
    needed = request.POST.get("needed") == "yes"
    actions.ask_for_training(needed=needed, by=request.user.by, at=now_us())
    said = _("From now on only who passed speaks in public.") if needed else _("Everybody may speak in public again.")
    toasts.say(request, said)
    return redirect("web:standing")


@require_POST
@allowed("team.manage")
def grant(request: HttpRequest) -> HttpResponse:
    """Let somebody speak for their first days."""
    post = request.POST
    user, days = post.get("user", ""), post.get("days", "")
    try:
        actions.grant(
            user_id=int(user) if user.isdigit() else 0,
            days=int(days) if days.isdigit() else 0,
            why=post.get("why", ""),
            by=request.user.by,
            at=now_us(),
        )
    except TeamError as problem:
        return _page(request, wrong=str(problem), status=422)
    toasts.say(request, _("They may speak in public until then."))
    return redirect("web:standing")


@require_POST
@allowed("team.manage")
def end(request: HttpRequest, grant_id: int) -> HttpResponse:
    """Take it back."""
    actions.end_grant(grant_id=grant_id, by=request.user.by, at=now_us())
    toasts.say(request, _("It ends at once."))
    return redirect("web:standing")
