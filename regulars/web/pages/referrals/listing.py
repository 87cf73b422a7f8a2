"""Friends who came: in numbers, one by one, and those to look at."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from regulars.commerce.models import Order
from regulars.core.clock import now_us
from regulars.loyalty.models import Referral, Voucher
from regulars.loyalty.referrals.deciding import CannotDecide, approve, void
from regulars.loyalty.referrals.numbers import tally
from regulars.loyalty.referrals.terms import offered
from regulars.people.models import Person
from regulars.people.queries import person_id_of
from regulars.team.permissions import allowed
from regulars.ui import toasts
from regulars.ui.tables import csv_response
from regulars.web.pages.referrals import tabbed
from regulars.web.pages.referrals.words import STATES, evidence, reason

PAGE = 50


@allowed("loyalty.view")
def referrals(request: HttpRequest) -> HttpResponse:
    """The numbers, and everybody who came; those to look at first, unless asked otherwise."""
    now = tally(now_us())
    chosen = request.GET.get("state", "held" if now.held else "")
    found = Referral.objects.order_by("-id")
    found = found.filter(state=chosen) if chosen in STATES else found
    if request.GET.get("format") == "csv":
        lines = found.values_list("id", "how", "state", "score", "why").iterator()
        return csv_response("friends", ("id", "how", "state", "score", "why"), lines)
    after = request.GET.get("after", "")
    page = list((found.filter(id__lt=int(after)) if after.isdecimal() else found)[: PAGE + 1])
    more = str(page[PAGE - 1].id) if len(page) > PAGE else None
    states = [(key, label) for key, (label, _tone) in STATES.items()]
    shown = {"rows": _rows(page[:PAGE]), "more": more, "states": states, "chosen": chosen}
    return tabbed(request, "referrals", **shown, tally=now, terms=offered())


def _rows(page: list[Referral]) -> list[tuple]:
    """(referral, who brought, who came, state in words, tone, why)."""
    nodes = [node for one in page for node in (one.node_id, one.friend_node_id) if node > 0]
    of = person_id_of(nodes)
    people = Person.objects.in_bulk(set(of.values()))
    return [
        (one, people.get(of.get(one.node_id)), people.get(of.get(one.friend_node_id)), *STATES[one.state],
         reason(one.why))
        for one in page
    ]  # fmt: skip


@allowed("loyalty.view")
def referral(request: HttpRequest, referral_id: int) -> HttpResponse:
    """One of them: who, when, what speaks against it."""
    return _one(request, get_object_or_404(Referral, id=referral_id))


def _one(request: HttpRequest, found: Referral, problem: str = "") -> HttpResponse:
    row, origins = _rows([found])[0], [f"referral:{found.id}:{side}" for side in ("friend", "referrer")]
    context = {
        "found": found,
        "row": row,
        "evidence": evidence(found.signals),
        "order": Order.objects.filter(id=found.order_id or 0).first(),
        "vouchers": Voucher.objects.filter(origin__in=origins),
        "open": found.state not in ("void", "over"),
        "problem": problem,
    }
    return tabbed(request, "referrals", "referral", **context)


@require_POST
@allowed("loyalty.give")
def decide(request: HttpRequest, referral_id: int) -> HttpResponse:
    """Yes or no, with a reason that is kept."""
    found = get_object_or_404(Referral, id=referral_id)
    act = approve if request.POST.get("act") == "approve" else void
    try:
        act(referral_id=found.id, reason=request.POST.get("reason", ""), by=request.user.by, at=now_us())
    except CannotDecide as no:
        return _one(request, found, str(no))
    toasts.say(request, _("Noted, with your reason."))
    return redirect("web:referrals")
