"""Contact forms and chat boxes: pages of their own and frames inside the shop's pages. They work without scripts.

A GET keeps nothing; what is written is posted from our own page only. The conversation belongs to the browser: its
secret is in a cookie and, where a frame gets no cookies, in the page itself.
"""

from __future__ import annotations

import secrets
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from regulars.channels.networks.models import Account
from regulars.core.clock import now_us
from regulars.portal.actions.talking import KEPT_US, CannotWrite, Words, confirm_talk, look, talk_of, write
from regulars.portal.models import Talk
from regulars.portal.queries import lines_of
from regulars.portal.views.visit import ip_of, too_often

PLACES = {"form": "contact", "box": "chat"}


@csrf_exempt  # whoever writes is told apart by the secret; posts from other sites are refused by their origin
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: HttpRequest, slug: str) -> HttpResponse:
    """A contact form on a page of its own."""
    return _page(request, "form", slug, framed=False)


@csrf_exempt
@never_cache
@xframe_options_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def contact_embedded(request: HttpRequest, slug: str) -> HttpResponse:
    """A contact form for a frame."""
    return _page(request, "form", slug, framed=True)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def chat(request: HttpRequest, slug: str) -> HttpResponse:
    """A chat box on a page of its own."""
    return _page(request, "box", slug, framed=False)


@csrf_exempt
@never_cache
@xframe_options_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def chat_embedded(request: HttpRequest, slug: str) -> HttpResponse:
    """A chat box for a frame."""
    return _page(request, "box", slug, framed=True)


@csrf_exempt
@never_cache
@require_POST
def lines(request: HttpRequest, account_id: int) -> HttpResponse:
    """What was said so far, asked for every few seconds by an open page; 204 while nothing is new."""
    talk = talk_of(account_id=account_id, secret=request.POST.get("talk", ""))
    if talk is None or _is_foreign(request):
        return HttpResponse(status=404)
    look(talk_id=talk.id, at=now_us())
    shown = lines_of(talk)
    if request.POST.get("mark") == _mark(shown):
        return HttpResponse(status=204)
    return render(request, "portal/_talk_lines.html", {"lines": shown, "mark": _mark(shown)})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """A button on GET; on POST the address is theirs. The link works once."""
    if request.method != "POST":
        return render(request, "portal/talk_confirm.html")
    if confirm_talk(token=token, at=now_us()) is None:
        return render(request, "portal/gone.html", {"link_used": True}, status=410)
    return render(request, "portal/talk_confirmed.html")


def _page(request: HttpRequest, kind: str, slug: str, *, framed: bool) -> HttpResponse:
    account = get_object_or_404(Account, kind=kind, external=slug, archived_us=None)
    secret = request.POST.get("talk") or request.COOKIES.get(_cookie(account), "")
    talk = talk_of(account_id=account.id, secret=secret)
    if request.method == "POST":
        response = _posted(request, account, talk, secret if talk else "", framed)
    else:
        response = _show(request, account, talk, secret, framed)
    if framed:
        response._csp_replace = {"frame-ancestors": origins_of(account) or ["'none'"]}
    return response


def _posted(request: HttpRequest, account: Account, talk: Talk | None, secret: str, framed: bool) -> HttpResponse:
    if _is_foreign(request):
        return HttpResponse("Please write from our own page.", status=403, content_type="text/plain")
    if request.POST.get("website"):  # a trap for programs: thanked and forgotten
        return redirect(request.path)
    wrong = None
    if too_often("talk", ip_of(request), most=20, seconds=600):
        wrong = CannotWrite("text", _("That was very often from one place. Please try again in ten minutes."))
    elif account.kind == "form" and talk is None and not request.POST.get("email", "").strip():
        wrong = CannotWrite("email", _("Please leave an address, so that our answer reaches you."))
    else:
        try:
            words = _words(request)
            talk, secret = write(account_id=account.id, secret=secret, words=words, at=now_us())
        except CannotWrite as problem:
            wrong = problem
    if wrong is not None:
        return _show(request, account, talk, secret, framed, problem=wrong)
    response = _show(request, account, talk, secret, framed) if framed else redirect(f"{request.path}#write")
    _remember(response, account, secret, framed)
    return response


def _words(request: HttpRequest) -> Words:
    said = request.POST
    return Words(
        text=said.get("text", "")[:20_000], once=said.get("once", "")[:100] or secrets.token_urlsafe(24),
        name=said.get("name", "")[:200], email=said.get("email", "")[:254], subject=said.get("subject", "")[:200],
        language=translation.get_language() or "", page=request.headers.get("Referer", ""),
    )  # fmt: skip


def _show(
    request: HttpRequest, account: Account, talk: Talk | None, secret: str, framed: bool,
    problem: CannotWrite | None = None,
) -> HttpResponse:  # fmt: skip
    shown = lines_of(talk) if talk else []
    context: dict[str, Any] = {
        "account": account, "talk": talk, "secret": secret if talk else "", "lines": shown, "mark": _mark(shown),
        "once": secrets.token_urlsafe(24), "problem": problem, "said": request.POST if problem else {},
        "subjects": [one.strip() for one in str(account.settings.get("subjects") or "").split(",") if one.strip()],
        "is_form": account.kind == "form", "framed": framed,
    }  # fmt: skip
    page = "portal/talk_embedded.html" if framed else "portal/talk.html"
    return render(request, page, context, status=422 if problem else 200)


def _remember(response: HttpResponse, account: Account, secret: str, framed: bool) -> None:
    """Only this browser has the secret. Inside other sites' pages it needs SameSite=None, which needs HTTPS."""
    response.set_cookie(
        _cookie(account), secret, max_age=KEPT_US // 1_000_000, httponly=True, secure=settings.HTTPS,
        path=f"/{PLACES[account.kind]}/{account.external}", samesite="None" if framed and settings.HTTPS else "Lax",
    )  # fmt: skip


def _cookie(account: Account) -> str:
    return f"talk_{account.id}"


def _is_foreign(request: HttpRequest) -> bool:
    """Sent from another site's page: browsers say so with every POST."""
    origin = request.headers.get("Origin", "")
    return bool(origin) and urlsplit(origin).netloc.lower() != request.get_host().lower()


def _mark(shown: list) -> str:
    return f"{len(shown)}:{max((line.changed_us for line in shown), default=0)}"


def origins_of(account: Account) -> list[str]:
    """The websites that may show it."""
    found = [urlsplit(one) for one in str(account.settings.get("origins") or "").split()]
    good = [one for one in found if one.scheme in ("https", "http") and one.hostname]
    return [f"{one.scheme}://{one.netloc}" for one in good if not set(one.netloc) & set("'\";,@")][:20]
