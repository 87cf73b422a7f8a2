"""Addresses nothing is sent to: why, since when; adding, lifting, and taking over a list from elsewhere."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from regulars.channels import actions, queries
from regulars.channels.models import Suppression
from regulars.core.clock import from_us, now_us
from regulars.team.permissions import allowed
from regulars.ui import toasts
from regulars.ui.tables import csv_response
from regulars.web.pages.delivery import tabbed

PAGE = 50
MOST = 100_000
REASONS = {
    "hard_bounce": gettext_lazy("the address is dead"),
    "soft_bounces": gettext_lazy("bounced again and again"),
    "complaint": gettext_lazy("marked as spam"),
    "stop": gettext_lazy("answered STOP"),
    "manual": gettext_lazy("by hand"),
}
SCOPES = [("all", gettext_lazy("Everything")), ("marketing", gettext_lazy("Marketing only; receipts still go"))]


class AddForm(forms.Form):
    """Addresses to suppress: a few, or a list."""

    addresses = forms.CharField(
        label=gettext_lazy("Addresses"),
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
        help_text=gettext_lazy("E-mail addresses or phone numbers, one per line."),
    )
    file = forms.FileField(
        label=gettext_lazy("Or a file"),
        required=False,
        help_text=gettext_lazy(
            "A text or CSV file whose first column is the address, such as your last system's list."
        ),
    )
    scope = forms.ChoiceField(
        label=gettext_lazy("What is not sent"), choices=SCOPES, widget=forms.RadioSelect, initial="all"
    )


@allowed("channels.manage")
def suppressions(request: HttpRequest) -> HttpResponse:
    """The list, newest first."""
    return _shown(request, AddForm())


def _shown(request: HttpRequest, form: AddForm) -> HttpResponse:
    reason, query = request.GET.get("reason", ""), request.GET.get("q", "").strip()
    wanted = {"reason": reason if reason in REASONS else "", "query": query}
    if request.GET.get("format") == "csv":
        rows = queries.suppressions_page(**wanted, after="", limit=MOST).rows
        lines = ((r.channel, r.address, r.reason, r.scope, from_us(r.at).isoformat(timespec="seconds")) for r in rows)
        return csv_response("suppressed", ("channel", "address", "reason", "scope", "since"), lines)
    page = queries.suppressions_page(**wanted, after=request.GET.get("after", ""), limit=PAGE)
    counts = queries.suppression_counts()
    reasons = [(key, label, counts.get(key, 0)) for key, label in REASONS.items()]
    return tabbed(
        request,
        "suppressions",
        page=page,
        reasons=reasons,
        names=REASONS,
        chosen=reason,
        query=query,
        total=sum(counts.values()),
        form=form,
    )


@require_POST
@allowed("channels.manage")
def add(request: HttpRequest) -> HttpResponse:
    """Suppress what was given; what is no address is counted and said."""
    form = AddForm(request.POST, request.FILES)
    if not form.is_valid():
        return _shown(request, form)
    text = form.cleaned_data["addresses"]
    if form.cleaned_data["file"]:
        text += "\n" + form.cleaned_data["file"].read(20_000_000).decode("utf-8-sig", "replace")
    given = [line.replace(";", ",").split(",")[0].strip().strip('"') for line in text.splitlines()][:MOST]
    taken, bad = actions.import_suppressions(
        addresses=[one for one in given if one], scope=form.cleaned_data["scope"], by=request.user.by, at=now_us()
    )
    say = toasts.warn if bad else toasts.say
    say(
        request,
        _("%(taken)d addresses get nothing from now on; %(bad)d lines were no address.")
        % {"taken": taken, "bad": bad},
    )
    return redirect("web:suppressions")


@require_POST
@allowed("channels.manage")
def lift(request: HttpRequest, suppression_id: int) -> HttpResponse:
    """The address may be written to again."""
    found = get_object_or_404(Suppression, id=suppression_id)
    actions.lift_suppression(channel=found.channel, suppression_id=found.id, by=request.user.by, at=now_us())
    toasts.say(request, _("%s may be written to again.") % (found.address or _("The address")))
    return redirect("web:suppressions")
