"""The preference page, after signing in by a link that works once."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from regulars.channels import links
from regulars.core.clock import DAY, now_us
from regulars.portal.actions import Choices, choose, send_sign_in_link, sign_in
from regulars.portal.queries import about_message, masked, offered, preferences_of
from regulars.portal.views.visit import evidence_of, ip_of, too_often

STAY_US = DAY
KEY = "portal"
TO = {"loyalty": "portal:loyalty"}  # where a link leads once it was confirmed, by `?to=`


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask_for_link(request: HttpRequest, token: str) -> HttpResponse:
    """From a message: sends a link to the address the message went to, and to no other."""
    said = links.read_token(token, links.PREFERENCES)
    about = about_message(said.message_id) if said else None
    if said is None or about is None or about.channel != "email":
        return render(request, "portal/gone.html", status=404)
    context = {"about": about, "address": masked(about.address), "sent": False}
    if request.method == "POST":
        if not too_often("link", ip_of(request), most=20, seconds=600):
            send_sign_in_link(
                node_id=about.node_id, address=about.address, to=_to(request), language=about.language, at=now_us()
            )
        context["sent"] = True
    return render(request, "portal/ask_for_link.html", context)


def _to(request: HttpRequest) -> str:
    said = request.GET.get("to", "")
    return said if said in TO else ""


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """A scanner that follows the link only sees a button."""
    if request.method != "POST":
        return render(request, "portal/enter.html")
    node = sign_in(token=token, at=now_us())
    if node is None:
        return render(request, "portal/gone.html", {"link_used": True}, status=410)
    request.session.cycle_key()
    request.session[KEY] = {"node": node, "until": now_us() + STAY_US}
    return redirect(TO.get(request.GET.get("to", ""), "portal:preferences"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """Topics, channels, frequency, language, tracking: shown as they are, saved as chosen."""
    node = signed_in(request)
    if node is None:
        return render(request, "portal/gone.html", {"signed_out": True}, status=401)
    saved = request.method == "POST"
    if saved:
        choose(node_id=node, choices=_choices(request), evidence=evidence_of(request, "preference page"), at=now_us())
    shown = preferences_of(node)
    if shown is None:
        return leave(request)
    with translation.override(shown.language or translation.get_language()):
        return render(request, "portal/preferences.html", {"shown": shown, "saved": saved})


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Sign out of the customer's pages; a member of staff stays signed in to theirs."""
    request.session.pop(KEY, None)
    return render(request, "portal/left.html")


def signed_in(request: HttpRequest) -> int | None:
    """The node of the customer who came in by a link, for a day."""
    said = request.session.get(KEY)
    return said["node"] if said and said["until"] > now_us() else None


def _choices(request: HttpRequest) -> Choices:
    on = set(request.POST.getlist("on"))
    wanted = {(line.purpose, line.channel): f"{line.purpose}:{line.channel}" in on for line in offered()}
    if request.POST.get("nothing"):
        wanted = {mark: yes and mark[0] == "tracking" for mark, yes in wanted.items()}
    return Choices(
        purposes=wanted, language=request.POST.get("language", "")[:12], frequency=request.POST.get("frequency", "")
    )
