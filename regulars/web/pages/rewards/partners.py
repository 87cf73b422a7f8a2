"""Partners: who stands behind offers, what they owe, and settling it."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from regulars.core.clock import from_us, now_us
from regulars.core.models import Business
from regulars.core.money import to_minor
from regulars.loyalty.models import Partner, PartnerEntry, Reward, Statement
from regulars.loyalty.rewards import accounts
from regulars.loyalty.rewards.keeping import CannotKeep, save_partner
from regulars.team.permissions import allowed
from regulars.ui import toasts
from regulars.ui.tables import csv_response
from regulars.web.pages.rewards import tabbed

TERMS = [
    ("postpaid", gettext_lazy("afterwards, what the statement says")),
    ("prepaid", gettext_lazy("in advance: offers stop when it is used up")),
]
KINDS = {
    "deposit": gettext_lazy("paid in advance"),
    "used": gettext_lazy("their share of a use"),
    "reversed": gettext_lazy("a use taken back"),
    "paid": gettext_lazy("paid"),
    "corrected": gettext_lazy("corrected"),
}


class PartnerForm(forms.Form):
    """Who it is and how they pay."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    contact = forms.CharField(label=gettext_lazy("Whom to ask"), max_length=200, required=False)
    terms = forms.ChoiceField(
        label=gettext_lazy("They pay"), choices=TERMS, widget=forms.RadioSelect, initial="postpaid"
    )


class PaymentForm(forms.Form):
    """Money that came in."""

    amount = forms.DecimalField(label=gettext_lazy("Amount"), min_value=0, max_digits=12)
    note = forms.CharField(label=gettext_lazy("Reference"), max_length=200, required=False)
    key = forms.CharField(widget=forms.HiddenInput)


@allowed("loyalty.view")
def partners(request: HttpRequest) -> HttpResponse:
    """All of them, with what each owes."""
    form = PartnerForm(request.POST or None)
    if request.method == "POST" and request.user.may("loyalty.edit") and form.is_valid():
        try:
            made = save_partner(
                **form.cleaned_data, currency=Business.load().currency, by=request.user.by, at=now_us()
            )
            return redirect("web:partner", made.id)
        except CannotKeep as error:
            form.add_error(error.field, error.message)
    found = [(one, accounts.unsettled(one.id)) for one in Partner.objects.filter(archived_us=None).order_by("name")]
    return tabbed(request, "partners", rows=found, form=form)


@allowed("loyalty.view")
def partner(request: HttpRequest, partner_id: int) -> HttpResponse:
    """One partner: offers, account, statements."""
    return _shown(request, get_object_or_404(Partner, id=partner_id))


def _shown(request: HttpRequest, found: Partner, form: PaymentForm | None = None) -> HttpResponse:
    now, open_ = accounts.unsettled(found.id), PartnerEntry.objects.filter(partner_id=found.id)
    context = {
        "partner": found,
        "now": now,
        "terms": dict(TERMS)[found.terms],
        "offers": Reward.objects.filter(partner_id=found.id, archived_us=None).order_by("name"),
        "entries": [(one, KINDS[one.kind]) for one in open_.filter(id__gt=now.after_entry).order_by("-id")[:50]],
        "statements": Statement.objects.filter(partner_id=found.id).order_by("-number")[:24],
        "form": form or PaymentForm(initial={"key": str(now_us())}),
    }
    return tabbed(request, "partners", "partner", **context)


@require_POST
@allowed("loyalty.edit")
def pay(request: HttpRequest, partner_id: int) -> HttpResponse:
    """Note a payment; the same form sent twice is one payment."""
    found, form = get_object_or_404(Partner, id=partner_id), PaymentForm(request.POST)
    if not form.is_valid():
        return _shown(request, found, form)
    said = form.cleaned_data
    try:
        accounts.note_payment(
            partner_id=found.id, key=said["key"][:60], amount=to_minor(said["amount"], found.currency),
            note=said["note"], by=request.user.by, at=now_us(),
        )  # fmt: skip
    except accounts.CannotSettle as error:
        form.add_error("amount", str(error))
        return _shown(request, found, form)
    toasts.say(request, _("The payment is noted."))
    return redirect("web:partner", found.id)


@require_POST
@allowed("loyalty.edit")
def settle(request: HttpRequest, partner_id: int) -> HttpResponse:
    """Write the next statement."""
    found = get_object_or_404(Partner, id=partner_id)
    try:
        made = accounts.write_statement(partner_id=found.id, by=request.user.by, at=now_us())
        toasts.say(request, _("Statement %s is written.") % made.number)
    except accounts.CannotSettle as error:
        toasts.warn(request, str(error))
    return redirect("web:partner", found.id)


@allowed("loyalty.view")
def statement(request: HttpRequest, statement_id: int) -> HttpResponse:
    """One settlement with every entry behind it, as a page to print or a file."""
    found = get_object_or_404(Statement, id=statement_id)
    whose = Partner.objects.get(id=found.partner_id)
    entries = accounts.entries_of(found)
    offers = dict(Reward.objects.filter(partner_id=whose.id).values_list("id", "name"))
    if request.GET.get("format") == "csv":
        lines = ((e.id, from_us(e.at).isoformat(timespec="seconds"), e.kind, offers.get(e.reward_id, ""), e.amount, whose.currency, e.note) for e in entries.iterator())  # noqa: E501  # fmt: skip
        head = ("entry", "at", "kind", "offer", "amount_minor", "currency", "reference")
        return csv_response(f"statement-{whose.id}-{found.number}", head, lines)
    rows = [(one, KINDS[one.kind], offers.get(one.reward_id, "")) for one in entries[:500]]
    return tabbed(request, "partners", "statement", statement=found, partner=whose, rows=rows)
