"""The offer that a friend's link leads to. A GET shows it and sets a cookie; joining is a POST and a yes by mail."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from regulars.channels.models import Topic
from regulars.core.clock import now_us
from regulars.loyalty.models import ReferralCode
from regulars.loyalty.referrals.linking import by_code, count_click
from regulars.loyalty.referrals.terms import offered
from regulars.portal import friends
from regulars.portal.actions import Answers, CannotJoin, join
from regulars.portal.models import Form
from regulars.portal.views.visit import ip_of, too_often, visit_of
from regulars.portal.visitors import verdict


@never_cache
@csrf_exempt  # what it does needs a yes by mail
@require_http_methods(["GET", "HEAD", "POST"])
def came(request: HttpRequest, code: str) -> HttpResponse:
    """What both get, and the form."""
    found, form, terms = by_code(code), friends.form_of(), offered()
    if found is None or form is None or not terms.on:
        return render(request, "portal/gone.html", status=404)
    topics = Topic.objects.filter(key__in=form.topics, archived_us=None).order_by("order", "id")
    context = {"form": form, "topics": topics, "said": request.POST, "chosen": request.POST.getlist("topics")}
    context |= {"club": friends.club_to_join(), "terms": terms, "theirs": friends.what_both_get(terms)[1]}
    if request.method == "POST":
        problem = _take(request, form, found)
        if problem:
            return render(request, "portal/friend.html", context | {"problem": problem}, status=422)
        return render(request, "portal/friend.html", context | {"sent": True})
    return _looked(request, found, context)


def _looked(request: HttpRequest, found: ReferralCode, context: dict) -> HttpResponse:
    response = render(request, "portal/friend.html", context)
    human = request.method == "GET" and verdict(visit_of(request), kind="opened", since_us=0) == "human"
    if human and friends.clicked(request, found) is None:
        count_click(found.id)
    friends.remember(request, response, found, now_us())
    return response


def _take(request: HttpRequest, form: Form, found: ReferralCode) -> CannotJoin | None:
    """Keeps the answers until the friend says yes, or says what to correct. A filled-in trap is thanked."""
    if too_often("join", ip_of(request), most=20, seconds=600):
        return CannotJoin("email", _("That was very often from one place. Please try again in ten minutes."))
    if request.POST.get("website"):
        return None
    brought = {
        "code": found.code,
        "clicked_us": friends.clicked(request, found),
        "device": friends.device_of(request),
        "place": friends.place_of(request),
        "take_part": bool(request.POST.get("take_part")),
    }
    answers = Answers(
        email=request.POST.get("email", "")[:254],
        topics=tuple(request.POST.getlist("topics")),
        traits={name: request.POST.get(name, "") for name in form.fields},
        language=translation.get_language() or "",
        ip=ip_of(request),
        agent=request.headers.get("User-Agent", ""),
        page=f"/r/{found.code}",
        brought=brought,
    )
    try:
        join(form_id=form.id, answers=answers, at=now_us())
    except CannotJoin as problem:
        return problem
    return None
