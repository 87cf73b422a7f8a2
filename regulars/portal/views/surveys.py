"""Survey pages. A GET stores nothing, whatever number its address holds: link scanners follow every link of a mail.

Whoever holds a sealed link may answer once; open links are for anybody, as often as the limits allow.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from regulars.core.clock import HOUR, now_us
from regulars.feedback import links
from regulars.feedback.actions import Answered, CannotAnswer, answer, answer_openly
from regulars.feedback.actions.answering import FILLING_US
from regulars.feedback.models import Survey
from regulars.feedback.queries import Asked, asked, filling, open_survey
from regulars.feedback.questions import AnswerError, Form
from regulars.portal.surveys import answers_of, page_of
from regulars.portal.views.visit import ip_of, too_often

COOKIE, YEAR_S = "survey_device", 365 * 24 * 3600
METHODS = ["GET", "HEAD", "POST"]


@never_cache
@csrf_exempt  # the sealed link is the permission, and mail programs open pages without cookies
@require_http_methods(METHODS)
def invited(request: HttpRequest, token: str, value: int | None = None) -> HttpResponse:
    """The page of an invitation; with a value, that one is chosen already and waits for the button."""
    now = now_us()
    number = links.read_token(token, links.INVITATION, at=now)
    found = asked(number, at=now) if number is not None else None
    if found is None:
        return _gone(request)
    if request.method == "POST":
        return _store_invited(request, token, number, found)
    known = found.response is not None
    may_change = known and now <= found.response.answered_us + found.survey.change_hours * HOUR
    if found.invitation.answered_us is not None and found.survey.anonymous:
        return _say(request, found.survey, _("You have answered already. Thank you!"))
    answers = {} if may_change and "again" in request.GET else answers_of(found.response)
    chosen = _chosen(found.form, value)
    if chosen and may_change:
        answers = {}
    return _page(request, found.survey, found.form, answers, chosen=chosen, may_change=may_change)


def _chosen(form: Form, value: int | None) -> dict[str, str]:
    return {form.main.id: str(value)} if value is not None and form.main and value in form.main.scale else {}


def _store_invited(request: HttpRequest, token: str, number: int, found: Asked) -> HttpResponse:
    said = _said(request, found.form)
    try:
        kept = answer(invitation_id=number, said=said, language=get_language() or "", at=now_us())
    except CannotAnswer as problem:
        return _say(request, found.survey, str(problem), status=409)
    except AnswerError as problem:
        return _page(
            request, found.survey, found.form, answers_of(found.response), chosen=said, wrong=_wrong(problem)
        )
    if kept.survey.anonymous:
        return _go_on(kept)
    return redirect("portal:survey", token)


@never_cache
@csrf_exempt  # anybody may answer: there is no permission to borrow
@require_http_methods(METHODS)
def opened(request: HttpRequest, slug: str, place: str = "") -> HttpResponse:
    """An open link or QR code: anybody answers."""
    survey = open_survey(slug)
    if survey is None or not survey.open_link:
        return _gone(request)
    return _openly(request, survey, source="link", place=place, most=10)


@never_cache
@csrf_exempt  # as above; the till is one of our own pages
@xframe_options_sameorigin
@require_http_methods(METHODS)
def at_till(request: HttpRequest, slug: str) -> HttpResponse:
    """The page on the device at the till, one customer after the other. It may stand in a frame of our own pages."""
    survey = open_survey(slug)
    if survey is None:
        return _framed(_gone(request))
    return _framed(_openly(request, survey, source="till", place=request.GET.get("store", ""), most=120))


def _framed(response: HttpResponse) -> HttpResponse:
    response._csp_replace = {"frame-ancestors": ["'self'"]}
    return response


def _openly(request: HttpRequest, survey: Survey, *, source: str, place: str, most: int) -> HttpResponse:
    form, till = open_form(survey), source == "till"
    if request.method != "POST":
        return _page(request, survey, form, {}, chosen=_chosen(form, _number(request.GET.get("v"))), till=till)
    if request.POST.get("website"):  # a trap: people do not see it
        return _say(request, survey, _("Thank you!"))
    if too_often(f"survey:{source}", ip_of(request), most=most, seconds=600):
        return _say(request, survey, _("That was very often from one place. Please try again in ten minutes."), 429)
    said, device = _said(request, form), request.COOKIES.get(COOKIE, "")[:64]
    new = "" if till or device else secrets.token_urlsafe(16)
    try:
        kept = answer_openly(
            survey_id=survey.id, said=said, source=source, device="" if till else device or new, place=place,
            language=get_language() or "", at=now_us(),
        )  # fmt: skip
    except CannotAnswer as problem:
        return _say(request, survey, str(problem), 409)
    except AnswerError as problem:
        return _page(request, survey, form, {}, chosen=said, wrong=_wrong(problem), till=till)
    response = _go_on(kept)
    if new:
        response.set_cookie(
            COOKIE, new, max_age=YEAR_S, path="/s/", httponly=True, samesite="Lax", secure=request.is_secure()
        )
    return response


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 3 else None


@never_cache
@csrf_exempt  # the sealed link is the permission
@xframe_options_sameorigin
@require_http_methods(METHODS)
def going_on(request: HttpRequest, token: str) -> HttpResponse:
    """The next questions to somebody who began to answer, for as long as the link says."""
    now = now_us()
    number = links.read_token(token, links.RESPONSE, at=now)
    found = filling(number) if number is not None else None
    if found is None:
        return _framed(_gone(request))
    till, wrong, said = found.response.source == "till", "", {}
    if request.method == "POST":
        said = _said(request, found.form)
        try:
            answer_openly(
                survey_id=found.survey.id, said=said, source=found.response.source, response_id=number, at=now
            )
            return _framed(redirect("portal:survey_going_on", token))
        except CannotAnswer as problem:
            return _framed(_say(request, found.survey, str(problem), 409))
        except AnswerError as problem:
            wrong = _wrong(problem)
    return _framed(
        _page(request, found.survey, found.form, answers_of(found.response), chosen=said, wrong=wrong, till=till)
    )


def _go_on(kept: Answered) -> HttpResponse:
    token = links.make_token(links.RESPONSE, kept.response_id, until_us=now_us() + FILLING_US)
    return redirect("portal:survey_going_on", token)


def open_form(survey: Survey) -> Form:
    """The questions as they are asked now."""
    from regulars.feedback.actions.answering import form_of

    return form_of(survey.id, survey.version)


def _said(request: HttpRequest, form: Form) -> dict[str, str]:
    """What was sent, for the questions that were on the page."""
    shown = set(request.POST.getlist("asked"))
    return {one.id: request.POST.get(f"q_{one.id}", "")[:5000] for one in form.questions if one.id in shown}


def _wrong(problem: AnswerError) -> str:
    return _(str(problem))


def _page(
    request: HttpRequest, survey: Survey, form: Form, answers: Mapping, *, chosen: Mapping[str, str], wrong: str = "",
    may_change: bool = False, till: bool = False,
) -> HttpResponse:  # fmt: skip
    shown = page_of(
        survey, form, answers, get_language() or "", chosen=chosen, wrong=wrong, may_change=may_change, till=till
    )
    return render(request, "portal/survey.html", {"shown": shown, "survey": survey}, status=422 if wrong else 200)


def _say(request: HttpRequest, survey: Survey, text: str, status: int = 200) -> HttpResponse:
    return render(request, "portal/survey_said.html", {"survey": survey, "text": text}, status=status)


def _gone(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/gone.html", status=404)
