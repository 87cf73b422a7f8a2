"""Sign-up forms, on a page of their own or inside another site's page, and the confirmation."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from regulars.channels.models import Topic
from regulars.core.clock import now_us
from regulars.portal.actions import Answers, CannotJoin, confirm, join
from regulars.portal.models import Form
from regulars.portal.views.visit import evidence_of, ip_of, too_often


@csrf_exempt  # it may stand in another site's page; what it does needs a yes by mail
@require_http_methods(["GET", "HEAD", "POST"])
def hosted(request: HttpRequest, slug: str) -> HttpResponse:
    """The form on a page of its own."""
    return _form(request, slug, "portal/join.html")


@csrf_exempt
@xframe_options_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def embedded(request: HttpRequest, slug: str) -> HttpResponse:
    """The form for a frame in the pages that the shop has named."""
    response = _form(request, slug, "portal/join_embedded.html")
    response._csp_replace = {"frame-ancestors": _may_show(slug) or ["'none'"]}
    return response


def _may_show(slug: str) -> list[str]:
    return list(Form.objects.filter(slug=slug).values_list("origins", flat=True).first() or [])


def _form(request: HttpRequest, slug: str, template: str) -> HttpResponse:
    form = get_object_or_404(Form, slug=slug, archived_us=None)
    topics = Topic.objects.filter(key__in=form.topics, archived_us=None).order_by("order", "id")
    context = {"form": form, "topics": topics, "said": request.POST, "chosen": request.POST.getlist("topics")}
    if request.method != "POST":
        return render(request, template, context)
    problem = _take(request, form)
    if problem:
        return render(request, template, context | {"problem": problem}, status=422)
    return render(request, template, context | {"sent": True})


def _take(request: HttpRequest, form: Form) -> CannotJoin | None:
    """Accepts the form, or says what to correct. A filled-in trap is thanked and forgotten."""
    if too_often("join", ip_of(request), most=20, seconds=600):
        return CannotJoin("email", _("That was very often from one place. Please try again in ten minutes."))
    if request.POST.get("website"):
        return None
    answers = Answers(
        email=request.POST.get("email", "")[:254],
        topics=tuple(request.POST.getlist("topics")),
        traits={name: request.POST.get(name, "") for name in form.fields},
        language=translation.get_language() or "",
        ip=ip_of(request),
        agent=request.headers.get("User-Agent", ""),
        page=request.headers.get("Referer", ""),
    )
    try:
        join(form_id=form.id, answers=answers, at=now_us())
    except CannotJoin as problem:
        return problem
    return None


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_page(request: HttpRequest, token: str) -> HttpResponse:
    """A button on GET; the yes on POST."""
    if request.method != "POST":
        return render(request, "portal/confirm.html")
    seen = evidence_of(request, "confirmation")
    form = confirm(token=token, ip=seen["ip"], agent=seen["agent"], at=now_us())
    if form is None:
        return render(request, "portal/gone.html", {"link_used": True}, status=410)
    return render(request, "portal/confirmed.html", {"form": form})
