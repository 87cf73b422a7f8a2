"""The form of a reward."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from regulars.core.clock import from_us, to_us
from regulars.core.models import Business
from regulars.core.money import to_major, to_minor
from regulars.loyalty.models import Partner, Reward, Threshold
from regulars.loyalty.queries import current, tier_names
from regulars.loyalty.rewards.handing import SLOTS
from regulars.web.pages.loyalty.fields import ManyField
from regulars.web.pages.rewards.words import KINDS

MONEY = ("least", "full_price", "partner_pays", "we_pay")
LISTS = ("categories", "products")
DAYS = ("starts", "ends")


def _amount(label: Any, **more: Any) -> forms.DecimalField:
    return forms.DecimalField(label=label, min_value=0, max_digits=10, required=False, **more)


class RewardForm(forms.Form):
    """Terms of a reward, in the words and units of the counter."""

    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("As people read it: “Ten pounds off boots”."))
    text = forms.CharField(label=_("In a sentence or two"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    kind = forms.ChoiceField(label=_("What it is"), choices=list(KINDS.items()))
    worth = _amount(
        _("Worth"), help_text=_("Money, or per cent for “per cent off”. A free product: up to which price.")
    )
    points = forms.IntegerField(
        label=_("Costs so many points"), min_value=1, required=False, help_text=_("Empty: it is only given.")
    )
    in_texts = forms.ChoiceField(
        label=_("Mails and SMS hand it out as"),
        choices=[("", _("not at all")), *SLOTS.items()],
        required=False,
        help_text=_("A text with this block gives each person a code of their own."),
    )
    valid_days = forms.IntegerField(
        label=_("Good for so many days"), min_value=0, max_value=3650, initial=90, help_text=_("0: for ever.")
    )
    uses = forms.IntegerField(label=_("Each code can be used so often"), min_value=1, max_value=100_000, initial=1)
    least = _amount(_("Basket of at least"))
    categories = forms.CharField(
        label=_("Only these categories"), required=False, help_text=_("With commas between.")
    )
    products = forms.CharField(label=_("Only these products"), required=False, help_text=_("Their numbers."))
    tiers = ManyField(label=_("Only for these tiers"))
    threshold_id = forms.TypedChoiceField(
        label=_("Only for who crossed"),
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_(
            "When something is brought back and they are no longer across, a code nobody used is taken back."
        ),
    )
    alone = forms.BooleanField(label=_("Not together with another code"), required=False)
    most_each = forms.IntegerField(label=_("At most so many for one person"), min_value=1, required=False)
    most = forms.IntegerField(label=_("At most so many in all"), min_value=1, required=False)
    starts = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    ends = forms.DateField(
        label=_("Until the end of"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    partner = forms.TypedChoiceField(label=_("Partner"), coerce=int, empty_value=None, required=False)
    full_price = _amount(_("Full price"))
    partner_pays = _amount(_("of which the partner pays"))
    we_pay = _amount(_("and we pay"))

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        partners = Partner.objects.filter(archived_us=None).order_by("name").values_list("id", "name")
        self.fields["partner"].choices = [("", _("none")), *partners]
        limens = Threshold.objects.filter(ended_us=None).order_by("name").values_list("id", "name")
        self.fields["threshold_id"].choices = [("", _("anybody")), *limens]
        programme, kept = current(), (self.initial or {}).get("tiers", [])
        names = tier_names(programme) if programme else {}
        self.fields["tiers"].choices = [*names.items(), *((key, key) for key in kept if key not in names)]

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        if said.get("starts") and said.get("ends") and said["ends"] < said["starts"]:
            self.add_error("ends", _("It ends before it begins."))
        return said

    def terms(self) -> dict[str, Any]:
        """The cleaned form as `keeping.save_reward` wants it: minor units, microseconds, lists."""
        said, business = dict(self.cleaned_data), Business.load()
        found = {
            name: said[name] for name in ("name", "text", "kind", "points", "in_texts", "valid_days", "uses", "tiers")
        }
        found |= {name: said[name] for name in ("alone", "most_each", "most", "threshold_id")}
        found |= {name: to_minor(said[name] or 0, business.currency) for name in MONEY}
        found |= {name: [part.strip() for part in said[name].split(",") if part.strip()] for name in LISTS}
        worth = said["worth"] or Decimal(0)
        found["worth"] = int(worth * 100) if said["kind"] == "percent" else to_minor(worth, business.currency)
        found["currency"], found["partner_id"] = business.currency, said["partner"]
        return found | {
            "starts_us": _midnight(said["starts"], business.timezone),
            "ends_us": _midnight(said["ends"], business.timezone, days=1),
        }


def _midnight(day: date | None, zone: str, days: int = 0) -> int | None:
    if day is None:
        return None
    return to_us(datetime.combine(date.fromordinal(day.toordinal() + days), time(), ZoneInfo(zone)))


def initial(reward: Reward, zone: str) -> dict[str, Any]:
    """A reward as the form shows it."""
    found = {name: getattr(reward, name) for name in RewardForm.base_fields if hasattr(reward, name)}
    found |= {name: to_major(getattr(reward, name), reward.currency) for name in MONEY}
    found |= {name: ", ".join(getattr(reward, name)) for name in LISTS}
    found["worth"] = (
        Decimal(reward.worth) / 100 if reward.kind == "percent" else to_major(reward.worth, reward.currency)
    )
    found["partner"] = reward.partner_id
    for name, shift in zip(DAYS, (0, 1), strict=True):
        us = getattr(reward, f"{name}_us")
        found[name] = us and from_us(us - shift).astimezone(ZoneInfo(zone)).date()
    return found
