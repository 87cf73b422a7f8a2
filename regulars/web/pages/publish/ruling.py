"""Campaigns, and the rules of publishing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from regulars.core.clock import now_us
from regulars.core.plugs import registry
from regulars.social.actions.ruling import BOUNDS, change_rules, keep_drive
from regulars.social.errors import CannotDo
from regulars.social.measuring.results import clicks_of
from regulars.social.models import Drive, Plan
from regulars.social.publishing.agreeing import rules as rules_now
from regulars.social.publishing.networks import accounts
from regulars.team.permissions import allowed
from regulars.ui import toasts
from regulars.web.pages.publish import shown


@allowed("social.view")
def drives(request: HttpRequest) -> HttpResponse:
    """All campaigns with what followed their links."""
    return _drives(request)


def _drives(request: HttpRequest, **more: Any) -> HttpResponse:
    found = list(Drive.objects.filter(archived_us=None).order_by("-id"))
    plans: dict[int, list[int]] = {}
    for plan_id, drive_id in Plan.objects.filter(drive_id__isnull=False).values_list("id", "drive_id"):
        plans.setdefault(drive_id, []).append(plan_id)
    clicks: dict[int, int] = {}
    for (plan_id, _account), count in clicks_of([n for some in plans.values() for n in some]).items():
        clicks[plan_id] = clicks.get(plan_id, 0) + count
    rows = [(one, len(plans.get(one.id, [])), sum(clicks.get(n, 0) for n in plans.get(one.id, []))) for one in found]
    return shown(request, "drives", "drives", rows=rows, **more)


@require_POST
@allowed("social.edit")
def keep(request: HttpRequest) -> HttpResponse:
    """A campaign, new or changed."""
    post = request.POST
    try:
        keep_drive(
            name=post.get("name", ""), objective=post.get("objective", ""), begins=post.get("begins", ""),
            ends=post.get("ends", ""), by=request.user.by, at=now_us(),
        )  # fmt: skip
    except CannotDo as wrong:
        return _drives(request, said=post, wrong=str(wrong), status=422)
    toasts.say(request, _("The campaign is there. Choose it in a post."))
    return redirect("web:publish_drives")


@allowed("social.view")
def rules(request: HttpRequest) -> HttpResponse:
    """Who agrees, how long a text rests, what becomes a draft by itself."""
    found = rules_now()
    return _rules(request, {name: getattr(found, name) for name in BOUNDS}, found.by_account, found.gathering)


def _rules(
    request: HttpRequest, numbers: Mapping[str, Any], counts: Mapping[str, int], kinds: list[str], **more: Any
) -> HttpResponse:
    some = [(one, counts.get(str(one.id), 0)) for one in accounts()]
    springs = [(one.name, one.label, one.name in kinds) for one in registry.springs.values()]
    context = {"rules": rules_now(), "numbers": numbers, "accounts": some, "springs": springs}
    return shown(request, "rules", "rules", **context, **more)


@require_POST
@allowed("social.publish")
def change(request: HttpRequest) -> HttpResponse:
    """Other rules."""
    post, wrong = request.POST, ""
    typed = {name: post.get(name, "").strip() for name in BOUNDS}
    by_account = {
        one.id: int(count) for one in accounts() if (count := post.get(f"account_{one.id}", "")).isdecimal()
    }
    try:
        numbers = {name: int(text or 0) for name, text in typed.items()}
        change_rules(by=request.user.by, at=now_us(), by_account=by_account, gathering=post.getlist("gathering"),
                     **numbers)  # fmt: skip
    except CannotDo as problem:
        wrong = str(problem)
    except ValueError:
        wrong = _("Give whole numbers, such as 30.")
    if wrong:
        counts = {str(account): count for account, count in by_account.items()}
        return _rules(request, typed, counts, post.getlist("gathering"), wrong=wrong, status=422)
    toasts.say(request, _("Kept. It holds for everything that is not out yet."))
    return redirect("web:publish_rules")
