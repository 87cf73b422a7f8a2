"""Thresholds: spent over so much on something within some months."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from regulars.core.clock import now_us
from regulars.loyalty.actions import CannotDo, create_threshold, end_threshold
from regulars.loyalty.actions.rules import live_book
from regulars.loyalty.models import Crossing, Programme, Threshold
from regulars.team.permissions import allowed
from regulars.ui import toasts
from regulars.web.pages.loyalty import running, tabbed
from regulars.web.pages.loyalty.fields import ThresholdForm
from regulars.web.pages.loyalty.words import Words


@allowed("loyalty.view")
@running
def thresholds(request: HttpRequest, programme: Programme) -> HttpResponse:
    """All of them in words, with who is across, and the form of a new one."""
    scheme, words, at = live_book(programme).tiers, Words(programme), now_us()
    names = {level.key: level.name for level in scheme.levels} if scheme else {}
    form = ThresholdForm(list(names.items()), request.POST or None)
    if request.method == "POST" and request.user.may("loyalty.edit") and form.is_valid():
        try:
            create_threshold(programme_id=programme.id, by=f"user:{request.user.id}", at=at, **form.said())
        except CannotDo as no:
            form.add_error(None, str(no))
        else:
            toasts.say(request, _("It holds from now on. Who is across already crosses it in the next minutes."))
            return redirect("web:thresholds")
    rows = Threshold.objects.filter(programme_id=programme.id).order_by("ended_us", "-id")
    said = [(one, words.threshold(one), names.get(one.tier, one.tier), across(one, at).count()) for one in rows]
    return tabbed(request, "thresholds", programme=programme, said=said, form=form, words=words)


def across(one: Threshold, at: int):
    """Who is across now."""
    found = Crossing.objects.filter(threshold_id=one.id, undone_us=None)
    return found.exclude(until_us__lte=at)


@require_POST
@allowed("loyalty.edit")
def end(request: HttpRequest, threshold_id: int) -> HttpResponse:
    """Nobody crosses it any more."""
    one = get_object_or_404(Threshold, id=threshold_id)
    end_threshold(threshold_id=one.id, by=f"user:{request.user.id}", at=now_us())
    toasts.say(request, _("“%s” has ended. Who is across stays so for as long as their purchases count.") % one.name)
    return redirect("web:thresholds")
