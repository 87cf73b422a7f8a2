"""What bringing a friend brings, and when somebody looks first."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.core.clock import now_us
from regulars.core.models import Business
from regulars.core.money import to_major, to_minor
from regulars.loyalty.models import Reward
from regulars.loyalty.referrals.terms import CannotKeep, offered, save_terms
from regulars.team.permissions import allowed
from regulars.ui import toasts
from regulars.web.pages.referrals import tabbed

SAFE = [
    ("window", gettext_lazy("when nothing can come back any more")),
    ("second", gettext_lazy("when they bought a second time")),
]
SAME = (
    "on", "title", "text", "friend_points", "referrer_points", "safe_by", "return_days", "within_days", "most_year",
    "hold_at", "keep_days", "friend_reward_id", "referrer_reward_id",
)  # fmt: skip


def _days(label, help_text="", most=730) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=1, max_value=most, help_text=help_text)


def _reward(label) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(label=label, coerce=int, empty_value=None, required=False)


class OfferForm(forms.Form):
    """The offer, in the words of the counter."""

    on = forms.BooleanField(label=gettext_lazy("Friends are rewarded"), required=False)
    title = forms.CharField(label=gettext_lazy("What the friend reads first"), max_length=120)
    text = forms.CharField(
        label=gettext_lazy("And then"), required=False, widget=forms.Textarea(attrs={"rows": 3}), max_length=2000
    )
    referrer_reward_id = _reward(gettext_lazy("A voucher for who brings a friend"))
    referrer_points = forms.IntegerField(
        label=gettext_lazy("Points for who brings a friend"), min_value=0, max_value=1_000_000,
        help_text=gettext_lazy("0: what the rules of the programme give for a friend."),
    )  # fmt: skip
    friend_reward_id = _reward(gettext_lazy("A voucher for the friend"))
    friend_points = forms.IntegerField(label=gettext_lazy("Points for the friend"), min_value=0, max_value=1_000_000)
    safe_by = forms.ChoiceField(
        label=gettext_lazy("Both get it"), choices=SAFE, widget=forms.RadioSelect,
        help_text=gettext_lazy("Waiting for a second purchase keeps off more of those who only want the reward."),
    )  # fmt: skip
    return_days = _days(gettext_lazy("Things can come back for so many days"))
    within_days = _days(gettext_lazy("The friend buys within so many days"))
    least = forms.DecimalField(label=gettext_lazy("for at least"), min_value=0, max_digits=10)
    most_year = forms.IntegerField(
        label=gettext_lazy("At most so many rewarded friends of one person in a year"), min_value=0, required=False,
        help_text=gettext_lazy("Empty: any number. The friend is rewarded all the same."),
    )  # fmt: skip
    hold_at = forms.IntegerField(
        label=gettext_lazy("Somebody looks first from a score of"), min_value=1, max_value=101,
        help_text=gettext_lazy("100 is the same phone number; 60 the same device; 40 the same address. 101: never."),
    )  # fmt: skip
    keep_days = _days(
        gettext_lazy("Traces of devices are kept for so many days"),
        gettext_lazy("Only as digests that cannot be read back."),
    )

    def __init__(self, *args, **more) -> None:
        super().__init__(*args, **more)
        rewards = Reward.objects.filter(archived_us=None).order_by("name").values_list("id", "name")
        for name in ("referrer_reward_id", "friend_reward_id"):
            self.fields[name].choices = [("", _("none")), *rewards]


@allowed("loyalty.edit")
def offer(request: HttpRequest) -> HttpResponse:
    """One form."""
    terms, currency = offered(), Business.load().currency
    shown = {name: getattr(terms, name) for name in SAME} | {"least": to_major(terms.least, currency)}
    shown["on"] = terms.on or terms._state.adding  # who comes to write the first offer means it
    form = OfferForm(request.POST or None, initial=shown)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data | {"least": to_minor(form.cleaned_data["least"], currency)}
        try:
            save_terms(values=values, by=request.user.by, at=now_us())
        except CannotKeep as no:
            form.add_error(no.field if no.field in form.fields else None, no.message)
        else:
            toasts.say(request, _("Saved. Friends who came before keep what they were promised."))
            return redirect("web:referrals")
    return tabbed(request, "offer", form=form, terms=terms)
