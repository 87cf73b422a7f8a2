"""What is owed in points, for the accounts: monthly cohorts, journal lines, estimates; and whether the books hold."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from regulars.core.clock import now_us
from regulars.core.models import Business
from regulars.loyalty.ledger import CannotPost, liability
from regulars.loyalty.ledger.checking import check_books
from regulars.loyalty.models import BooksCheck, Estimate, LiabilityReport, Programme
from regulars.team.permissions import allowed
from regulars.ui import toasts
from regulars.ui.tables import csv_response
from regulars.web.pages.loyalty import running, tabbed

COLUMNS = ("month", "funder", "kind", "issued", "used", "expired", "clawed", "pending", "active", "held",
           "outstanding", "sales", "allocated", "per_point", "first_rate", "rate", "to_date", "deferred")  # fmt: skip


class EstimateForm(forms.Form):
    """How many of a hundred points will be used, and what that rests on."""

    percent = forms.IntegerField(label=gettext_lazy("Of 100 points, used in the end"), min_value=1, max_value=100)
    why = forms.CharField(label=gettext_lazy("What it rests on"), max_length=300)


@allowed("loyalty.view")
@running
def accounts(request: HttpRequest, programme: Programme) -> HttpResponse:
    """As counted last night."""
    form = EstimateForm(request.POST or None)
    if request.method == "POST" and request.user.may("loyalty.edit") and form.is_valid():
        try:
            liability.estimate(programme_id=programme.id, by=request.user.by, at=now_us(), **form.cleaned_data)
            _count(now_us())
            toasts.say(request, _("The estimate holds from now on; revenue caught up."))
            return redirect("web:liability")
        except CannotPost as no:
            form.add_error(None, str(no))
    return tabbed(request, "liability", form=form, programme=programme, **_shown(programme))


def _shown(programme: Programme) -> dict[str, Any]:
    report = LiabilityReport.objects.filter(programme_id=programme.id).order_by("-id").first()
    rows = report.rows if report else []
    ours = [row for row in rows if not row["funder"]]
    return {
        "report": report,
        "rows": rows[::-1],
        "owed": sum(row["deferred"] for row in ours),
        "sale": sum(row["deferred"] for row in ours if row["kind"] == "sale"),
        "gift": sum(row["deferred"] for row in ours if row["kind"] == "gift"),
        "partners": sum(row["deferred"] for row in rows if row["funder"]),
        "points": sum(row["outstanding"] for row in rows),
        "estimates": Estimate.objects.filter(programme_id=programme.id).order_by("-id"),
        "months": [month.name for month in _months(programme)][::-1],
        "check": BooksCheck.objects.order_by("-id").first(),
        "currency": Business.load().currency,
    }


def _months(programme: Programme) -> list[liability.Month]:
    return liability.months_of(programme.id, until=now_us())


@require_POST
@allowed("loyalty.view")
def count(request: HttpRequest) -> HttpResponse:
    """Count again, and look through the books, in the background."""
    _count(now_us())
    toasts.say(request, _("It is being counted. Come back in a moment."))
    return redirect("web:liability")


def _count(at: int) -> None:
    liability.report_liability.later(at=at)
    check_books.later(at=at)


@allowed("loyalty.view")
@running
def cohorts_csv(request: HttpRequest, programme: Programme) -> HttpResponse:
    """Cohorts by month as of the end of a month (?month=2026-03) or of now; money in minor units."""
    until = now_us()
    if month := request.GET.get("month", ""):
        until = {one.name: one.ends for one in _months(programme)}.get(month) or _no_month()
    found = liability.cohorts(programme, until=until)
    rows = [liability.shown(one) for one in found]
    return csv_response(f"points-{month or 'now'}", COLUMNS, ([row[name] for name in COLUMNS] for row in rows))


@allowed("loyalty.view")
@running
def journal_csv(request: HttpRequest, programme: Programme) -> HttpResponse:
    """The bookings of a month (?month=2026-03); money in minor units of the business's currency."""
    month = request.GET.get("month", "")
    if month not in {one.name for one in _months(programme)}:
        _no_month()
    lines = liability.journal_of(programme, month)
    head = ("month", "debit", "credit", "amount (minor units)", "funder", "text")
    return csv_response(
        f"journal-{month}",
        head,
        ((line.month, line.debit, line.credit, line.amount, line.funder, line.text) for line in lines),
    )


def _no_month() -> int:
    raise Http404(_("There is no such month: choose one of the list."))
