"""The loyalty page, after signing in by a link that works once. A GET takes nothing and joins nobody."""

from __future__ import annotations

import secrets

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from regulars.core.clock import now_us
from regulars.loyalty import actions
from regulars.loyalty.ledger import NotEnoughPoints
from regulars.loyalty.models import Programme, Reward
from regulars.loyalty.queries import current, member
from regulars.loyalty.rewards.issuing import CannotIssue
from regulars.loyalty.rewards.taking import take_reward
from regulars.loyalty.wallets.apple import TYPE
from regulars.people.queries import person_id_of
from regulars.portal import friends, loyalty, wallets
from regulars.portal.actions import send_link_to
from regulars.portal.queries import preferences_of
from regulars.portal.views.preferences import signed_in
from regulars.portal.views.visit import ip_of, too_often


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """Where I stand, why, what I can have. Who is not signed in asks for a link here."""
    node = signed_in(request)
    if node is None:
        return _ask(request)
    return _shown(request, node)


def _ask(request: HttpRequest) -> HttpResponse:
    """The answer is the same whether the address is known or not."""
    sent = request.method == "POST"
    if sent and not too_often("link", ip_of(request), most=20, seconds=600):
        language = translation.get_language() or ""
        send_link_to(address=request.POST.get("email", "")[:254], to="loyalty", language=language, at=now_us())
    return render(request, "portal/loyalty_ask.html", {"sent": sent}, status=200 if sent else 401)


def _shown(request: HttpRequest, node: int, problem: str = "") -> HttpResponse:
    person, programme, at = person_id_of([node]).get(node), current(), now_us()
    choices = preferences_of(node) if person else None
    if choices is None:
        return render(request, "portal/gone.html", {"signed_out": True}, status=401)
    with translation.override(choices.language or translation.get_language()):
        if programme is None:
            return render(request, "portal/loyalty_none.html")
        context = _context(request, person, programme, at) | {"problem": problem}
        response = render(request, "portal/loyalty.html", context, status=409 if problem else 200)
    friends.remember(request, response)
    return response


def _context(request: HttpRequest, person: int, programme: Programme, at: int) -> dict:
    me = member(person, at=at)
    context = {"me": me, "programme": programme, "now": at, "key": secrets.token_hex(16)}
    if not me.is_member:
        return context
    held = actions.card_of(programme_id=programme.id, person_id=person, at=at)
    lots = loyalty.lots_of(person, programme)
    seen = {"device": friends.device_of(request), "place": friends.place_of(request)}
    return context | {
        "card": loyalty.card(held.code),
        "wallets": wallets.buttons(wallets.card_of(programme, held.code), at),
        "way": loyalty.way_to_next(me, programme),
        "endings": loyalty.endings([lot for _words, lot in lots])[:5],
        "lots": lots,
        "steps": loyalty.steps_of(person, programme),
        "offers": loyalty.offers_of(person, programme, me.have.active, at),
        "vouchers": loyalty.held_by(person, at),
        "evenings": loyalty.invitations_of(person, at),
        "friends": friends.mine(person, **seen, at=at),
    }


@never_cache
@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """A reward for points. The page's own key makes a second click the first."""
    node, programme = signed_in(request), current()
    if node is None or programme is None:
        return redirect("portal:loyalty")
    said, key = request.POST.get("reward", ""), request.POST.get("key", "")[:40]
    known = said.isascii() and said.isdigit() and Reward.objects.filter(id=int(said[:18])).exists()
    if not known or not key:
        return redirect("portal:loyalty")
    mark = {"key": f"portal:{node}:{key}", "programme_id": programme.id, "node_id": node}
    try:
        take_reward(reward_id=int(said), **mark, at=now_us(), by="person")
    except NotEnoughPoints:
        return _shown(request, node, _("You do not have enough for it yet. Nothing was taken."))
    except CannotIssue:
        return _shown(request, node, _("It cannot be had just now. Nothing was taken."))
    return redirect(reverse("portal:loyalty") + "#vouchers")


@never_cache
@require_POST
def join(request: HttpRequest) -> HttpResponse:
    """Take part from now on, by one's own wish and the wording on the page."""
    node, programme = signed_in(request), current()
    if node is not None and programme is not None and request.POST.get("agree"):
        actions.join(programme_id=programme.id, node_id=node, how="portal", by="person", at=now_us())
    return redirect("portal:loyalty")


@never_cache
@require_safe
def card(request: HttpRequest) -> HttpResponse:
    """The member's card as a file for Apple Wallet."""
    node, programme, at = signed_in(request), current(), now_us()
    person = person_id_of([node]).get(node) if node else None
    me = member(person, at=at) if person and programme else None
    made = wallets.apple_card(wallets.card_of(programme, me.code)) if me and me.is_member and me.code else None
    if made is None:
        return redirect("portal:loyalty")
    name = {"Content-Disposition": 'attachment; filename="card.pkpass"'}
    return HttpResponse(made, content_type=TYPE, headers=name)
