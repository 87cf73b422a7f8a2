"""The crisis brake: one click stops everything public, and after its release each older post is asked about."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from regulars.core.clock import now_us
from regulars.social.actions.approving import all_stand
from regulars.social.actions.handing import let_go_on, stop_everything
from regulars.social.errors import CannotDo
from regulars.team.permissions import allowed
from regulars.ui import toasts

MOST = 500


@require_POST
@allowed("social.edit")
def stop(request: HttpRequest) -> HttpResponse:
    """Stop everything that would go out in public."""
    why = request.POST.get("why", "").strip() or _("Stopped at once; the reason follows.")
    try:
        stop_everything(why=why, by=request.user.by, at=now_us())
        toasts.say(request, _("Stopped: nothing public goes out until somebody lets it."))
    except CannotDo as wrong:
        toasts.warn(request, str(wrong))
    return redirect("web:publish_waiting")


@require_POST
@allowed("social.publish")
def stand(request: HttpRequest) -> HttpResponse:
    """All those on the page stand as they are."""
    shown = [int(one) for one in request.POST.getlist("plan")[:MOST] if one.isdecimal() and len(one) < 18]
    count = all_stand(plan_ids=shown, by=request.user.by, at=now_us())
    text = ngettext("%d post stands as it is.", "%d posts stand as they are.", count)
    toasts.say(request, text % count)
    return redirect("web:publish_waiting")


@require_POST
@allowed("social.publish")
def release(request: HttpRequest) -> HttpResponse:
    """Let posts go out again."""
    stand = request.POST.get("all") == "stand"
    count = let_go_on(by=request.user.by, at=now_us(), stand=stand)
    if count and stand:
        text = ngettext(
            "Posts go out again; %d that was written before stands as it is.",
            "Posts go out again; %d that were written before stand as they are.",
            count,
        )
        toasts.say(request, text % count)
    elif count:
        text = ngettext(
            "Posts go out again. %d was written before and asks whether it still stands.",
            "Posts go out again. %d were written before and ask whether they still stand.",
            count,
        )
        toasts.say(request, text % count)
    else:
        toasts.say(request, _("Posts go out again."))
    return redirect("web:publish_waiting")
