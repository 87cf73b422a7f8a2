"""An invitation: what it is, and the answer. A GET never answers for anybody."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from regulars.channels import links
from regulars.core.clock import now_us
from regulars.loyalty.models import Evening, Invitation
from regulars.loyalty.rewards.evenings import CannotAnswer, answer


@csrf_exempt  # the sealed token is the permission
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Look at the invitation; say yes or no by POST, and change one's mind until the deadline."""
    said = links.read_token(token, links.INVITATION)
    found = Invitation.objects.filter(id=said.message_id).first() if said else None
    if found is None:
        return render(request, "portal/gone.html", status=404)
    problem = ""
    if request.method == "POST":
        guests = request.POST.get("guests", "0")
        try:
            coming = request.POST.get("answer") == "yes"
            wanted = int(guests) if guests.isascii() and guests.isdigit() and len(guests) < 4 else 0
            answer(invitation_id=found.id, coming=coming, guests=wanted if coming else 0, at=now_us())
            return redirect("portal:invitation", token)
        except CannotAnswer as error:
            problem = str(error)
    evening = Evening.objects.get(id=found.evening_id)
    context = {
        "evening": evening,
        "invitation": found,
        "problem": problem,
        "guests": range(evening.guests + 1),
        "open": evening.cancelled_us is None and now_us() < evening.answer_by_us,
        "mine": max(found.seats, found.wanted) - 1,
    }
    return render(request, "portal/invitation.html", context, status=409 if problem else 200)
