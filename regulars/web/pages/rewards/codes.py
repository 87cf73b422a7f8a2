"""Codes at the desk: what a code is good for, using it by hand, taking a use back, making it worthless."""

from decimal import Decimal

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from regulars.core.clock import now_us
from regulars.core.models import Business
from regulars.core.money import to_minor
from regulars.loyalty.models import Redemption, Reversal, Reward, Voucher
from regulars.loyalty.rewards.accounts import CannotSettle
from regulars.loyalty.rewards.codes import NotACode
from regulars.loyalty.rewards.guesses import TooManyGuesses
from regulars.loyalty.rewards.issuing import revoke_voucher
from regulars.loyalty.rewards.keeping import save_stacking, stacking_rules
from regulars.loyalty.rewards.redeeming import (
    CannotRedeem,
    Conflict,
    find_voucher,
    redeem_voucher,
    undo_redemption,
    why_not,
)
from regulars.people.queries import person_id_of
from regulars.team.permissions import allowed
from regulars.ui import toasts
from regulars.web.pages.rewards import tabbed
from regulars.web.pages.rewards.words import worth


class CodeForm(forms.Form):
    """A code as it is read out or scanned."""

    code = forms.CharField(
        label=gettext_lazy("Code"), max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )


class UseForm(forms.Form):
    """Using it here."""

    amount = forms.DecimalField(label=gettext_lazy("Amount taken off"), min_value=Decimal(0), max_digits=10)
    order = forms.CharField(label=gettext_lazy("Receipt or order"), max_length=120, required=False)
    key = forms.CharField(widget=forms.HiddenInput)


class TogetherForm(forms.Form):
    """How codes go together."""

    most_codes = forms.IntegerField(label=gettext_lazy("At most so many"), min_value=1, max_value=20)
    most_percent = forms.IntegerField(
        label=gettext_lazy("They take off at most, per cent"),
        min_value=1,
        max_value=100,
        help_text=gettext_lazy("Of the goods; gift cards pay the rest and do not count."),
    )


@allowed("loyalty.view")
def codes(request: HttpRequest) -> HttpResponse:
    """Look a code up; wrong ones are counted against the member of staff."""
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            found = find_voucher(code=form.cleaned_data["code"], who=[request.user.by], at=now_us())
            return redirect("web:voucher", found.id)
        except (CannotRedeem, NotACode, TooManyGuesses) as error:
            form.add_error("code", str(error))
    recent = Redemption.objects.order_by("-id")[:20]
    hints = dict(Voucher.objects.filter(id__in=[use.voucher_id for use in recent]).values_list("id", "hint"))
    rules = stacking_rules()
    together = TogetherForm(initial={"most_codes": rules.most_codes, "most_percent": rules.most_percent})
    shown = [(use, hints.get(use.voucher_id, "")) for use in recent]
    return tabbed(request, "codes", form=form, together=together, recent=shown)


@require_POST
@allowed("loyalty.edit")
def together(request: HttpRequest) -> HttpResponse:
    """Change how codes go together."""
    form = TogetherForm(request.POST)
    if form.is_valid():
        save_stacking(**form.cleaned_data, by=request.user.by, at=now_us())
        toasts.say(request, _("Saved: tills and checkouts go by it from now on."))
    else:
        toasts.warn(request, _("Give a number of codes from 1 to 20 and a share from 1 to 100."))
    return redirect("web:codes")


@allowed("loyalty.view")
def voucher(request: HttpRequest, voucher_id: int) -> HttpResponse:
    """One code: its terms, whose it is, what became of it."""
    return _shown(request, get_object_or_404(Voucher, id=voucher_id))


def _shown(request: HttpRequest, found: Voucher, form: UseForm | None = None) -> HttpResponse:
    now = now_us()
    uses = list(Redemption.objects.filter(voucher_id=found.id).order_by("-id")[:50])
    undone = {one.redemption_id: one for one in Reversal.objects.filter(redemption_id__in=[use.id for use in uses])}
    holder = person_id_of([found.node_id]).get(found.node_id) if found.node_id else None
    context = {
        "voucher": found,
        "text": worth(found.terms, found.currency or Business.load().currency),
        "fault": why_not(found, now),
        "uses": [(use, undone.get(use.id)) for use in uses],
        "holder": holder,
        "reward": Reward.objects.filter(id=found.reward_id).first(),
        "form": form or UseForm(initial={"key": f"desk:{found.id}:{now}"}),
    }
    return tabbed(request, "codes", "voucher", **context)


@require_POST
@allowed("loyalty.give")
def use(request: HttpRequest, voucher_id: int) -> HttpResponse:
    """Use it by hand."""
    found, form = get_object_or_404(Voucher, id=voucher_id), UseForm(request.POST)
    if not form.is_valid():
        return _shown(request, found, form)
    said, currency = form.cleaned_data, found.currency or Business.load().currency
    try:
        redeem_voucher(
            voucher_id=found.id, key=said["key"][:120], amount=to_minor(said["amount"], currency),
            order_key=said["order"], node_id=found.node_id, by=request.user.by, at=now_us(),
        )  # fmt: skip
        toasts.say(request, _("The code is used."))
        return redirect("web:voucher", found.id)
    except (CannotRedeem, CannotSettle, Conflict) as error:
        form.add_error(None, str(error))
        return _shown(request, found, form)


@require_POST
@allowed("loyalty.give")
def undo(request: HttpRequest, redemption_id: int) -> HttpResponse:
    """Take a use back."""
    found = get_object_or_404(Redemption, id=redemption_id)
    undo_redemption(redemption_id=found.id, key=f"desk:{found.id}", reason="by hand", by=request.user.by, at=now_us())
    toasts.say(request, _("The use is taken back: the code is good again."))
    return redirect("web:voucher", found.voucher_id)


@require_POST
@allowed("loyalty.give")
def revoke(request: HttpRequest, voucher_id: int) -> HttpResponse:
    """Make it worthless."""
    found = get_object_or_404(Voucher, id=voucher_id)
    revoke_voucher(voucher_id=found.id, reason=request.POST.get("reason", ""), by=request.user.by, at=now_us())
    return redirect("web:voucher", found.id)
