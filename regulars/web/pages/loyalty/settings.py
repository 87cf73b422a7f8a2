"""Settings of the programme."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from regulars.core.clock import now_us
from regulars.core.models import Business
from regulars.core.money import to_major
from regulars.loyalty.actions import CannotDo, change_programme, end_programme
from regulars.loyalty.models import Member, Programme
from regulars.team.permissions import allowed
from regulars.ui import toasts
from regulars.web.pages.loyalty import running, tabbed
from regulars.web.pages.loyalty.fields import ProgrammeForm

SAME = ("name", "unit", "worth_points", "return_days", "expiry", "expiry_months", "membership", "wording")


@allowed("loyalty.edit")
@running
def settings(request: HttpRequest, programme: Programme) -> HttpResponse:
    """One form."""
    worth = to_major(programme.worth_minor, Business.load().currency)
    shown = {name: getattr(programme, name) for name in SAME} | {"worth": worth}
    form = ProgrammeForm(request.POST or None, initial=shown)
    if request.method == "POST" and form.is_valid():
        try:
            change_programme(programme_id=programme.id, by=f"user:{request.user.id}", at=now_us(), **form.said())
        except CannotDo as no:
            form.add_error(None, str(no))
        else:
            toasts.say(request, _("Saved. Points that were given before keep their dates."))
            return redirect("web:programme")
    members = Member.objects.filter(programme_id=programme.id, left_us=None).count()
    return tabbed(request, "settings", programme=programme, form=form, members=members)


@require_POST
@allowed("loyalty.edit")
@running
def end(request: HttpRequest, programme: Programme) -> HttpResponse:
    """Nothing is earned any more."""
    end_programme(programme_id=programme.id, by=f"user:{request.user.id}", at=now_us())
    toasts.say(request, _("The programme has ended. Balances stay as they are."))
    return redirect("web:loyalty")
