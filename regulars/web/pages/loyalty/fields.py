"""Forms of the programme: rules, tiers, thresholds, settings, points by hand."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from regulars.commerce.queries import categories, stores
from regulars.core.models import Business
from regulars.core.money import to_major, to_minor
from regulars.loyalty.models import Programme, Threshold
from regulars.web.pages.settings import DAYS

Raw = dict[str, Any]
KINDS = {
    "amount": (_("For an amount"), _("So many points for so much money, of everything or of some of it")),
    "piece": (_("For pieces"), _("So many points for every piece of a product or category")),
    "order": (_("For an order"), _("A bonus for every order, or every large one")),
    "first": (_("For the first purchase"), _("A welcome for new customers")),
    "times": (_("More points"), _("Twice the points at certain hours, for some goods or some tiers")),
    "signup": (_("For joining"), _("Once, when somebody joins the programme")),
    "profile": (_("For a complete profile"), _("Name, e-mail, telephone and birthday are known")),
    "birthday": (_("On the birthday"), _("When the day begins")),
    "review": (_("For a review"), _("Once for each product")),
    "referral": (_("For a friend"), _("When the friend's order is safe")),
    "event": (_("For something else"), _("Any event your shop or site sends")),
}
OF_LINES = ("categories", "products", "stores", "but_categories")
TIMES = ("weekdays", "begin", "end", "first", "last")
FIELDS = {
    "amount": ("points", "per", *OF_LINES, *TIMES, "least", "tiers", "order", "day", "member"),
    "piece": ("points", *OF_LINES, *TIMES, "least", "tiers", "order", "day", "member"),
    "order": ("points", *OF_LINES, *TIMES, "least", "tiers", "day", "member"),
    "first": ("points", *OF_LINES, *TIMES, "least"),
    "times": ("factor", *OF_LINES, *TIMES, "least", "tiers"),
    "signup": ("points",),
    "profile": ("points",),
    "birthday": ("points", "tiers"),
    "review": ("points", "tiers", "day", "member"),
    "referral": ("points", "tiers", "day", "member"),
    "event": ("event", "points", *TIMES, "tiers", "day", "member"),
}
MORE = ("order", "day", "member", "tiers", "but_categories", "first", "last")


def _whole(label: Any, **more: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=1, required=False, **more)


class NamesField(forms.CharField):
    """Names with commas between, as a list."""

    def __init__(self, **more: Any) -> None:
        super().__init__(required=False, **more)

    def clean(self, value: Any) -> list[str]:
        return [part.strip() for part in re.split(r"[,\n]", super().clean(value) or "") if part.strip()]

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list | tuple) else value


class ManyField(forms.MultipleChoiceField):
    """Some of many, ticked; nothing ticked means any."""

    def __init__(self, **more: Any) -> None:
        super().__init__(required=False, widget=forms.CheckboxSelectMultiple, **more)


def _categories(kept: Any = ()) -> list[tuple[str, str]]:
    return [(name, name) for name in sorted({*categories(), *kept})]


class RuleForm(forms.Form):
    """One rule; only the fields that its kind has."""

    name = forms.CharField(label=_("What you call it"), max_length=60, required=False)
    points = _whole(_("Points"))
    per = forms.DecimalField(label=_("for every"), min_value=0, required=False, max_digits=9, initial=1)
    factor = forms.DecimalField(label=_("Times the points"), min_value=0, max_value=100, required=False, initial=2)
    event = forms.CharField(label=_("Event"), max_length=120, required=False, help_text=_("Its name, as it is sent."))
    categories = ManyField(label=_("Only these categories"))
    products = NamesField(label=_("Only these products"), help_text=_("Their numbers, with commas between."))
    stores = ManyField(label=_("Only in"))
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Only on"), choices=DAYS, coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    begin = forms.CharField(label=_("From"), required=False, widget=forms.TimeInput(attrs={"type": "time"}))
    end = forms.CharField(label=_("To"), required=False, widget=forms.TimeInput(attrs={"type": "time"}))
    least = forms.DecimalField(label=_("Only orders of at least"), min_value=0, required=False, max_digits=9)
    but_categories = ManyField(label=_("Except these categories"))
    first = forms.CharField(label=_("First day"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    last = forms.CharField(label=_("Last day"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    tiers = ManyField(label=_("Only for these tiers"))
    order = _whole(_("At most so many points per order"))
    day = _whole(_("At most so many points per day"))
    member = _whole(_("At most so many points per member in all"))

    def __init__(self, kind: str, tiers: list[tuple[str, str]], *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.kind = kind
        kept = (more.get("initial") or {}).get("categories", ())
        for name in ("categories", "but_categories"):
            self.fields[name].choices = _categories(kept)
        self.fields["stores"].choices = [(name, name) for _id, name in stores()]
        self.fields["tiers"].choices = tiers
        for name in set(self.fields) - {"name", *FIELDS[kind]}:
            del self.fields[name]
        for name in ("categories", "but_categories", "stores", "tiers"):
            if name in self.fields and not self.fields[name].choices:
                del self.fields[name]

    def plain(self) -> list[Any]:
        """The fields one always sees."""
        return [field for field in self if field.name not in MORE]

    def finer(self) -> list[Any]:
        """Those behind "More"."""
        return [field for field in self if field.name in MORE]

    def said(self, key: str) -> Raw:
        """The rule as JSON."""
        got, currency = self.cleaned_data, Business.load().currency
        only = {name: got[name] for name in ("categories", "products", "stores") if got.get(name)}
        but = {"categories": got["but_categories"]} if got.get("but_categories") else {}
        raw: Raw = {"key": key, "kind": self.kind, "name": got["name"].strip(), "only": only, "but": but}
        raw["when"] = {name: got[name] for name in TIMES if got.get(name)}
        raw["most"] = {name: got[name] for name in ("order", "day", "member") if got.get(name)}
        raw |= {name: got[name] for name in ("points", "event", "tiers") if got.get(name)}
        raw |= {name: to_minor(got[name], currency) for name in ("per", "least") if got.get(name)}
        return raw | ({"factor": float(got["factor"])} if got.get("factor") is not None else {})

    @staticmethod
    def shown(raw: Raw) -> Raw:
        """A rule as initial values."""
        currency = Business.load().currency
        found = {**raw, **raw.get("only", {}), **raw.get("when", {}), **raw.get("most", {})}
        found["but_categories"] = raw.get("but", {}).get("categories", ())
        return found | {name: to_major(raw[name], currency) for name in ("per", "least") if raw.get(name)}


class StackForm(forms.Form):
    """How several factors come together, and limits over all rules."""

    stacking = forms.ChoiceField(
        label=_("When several rules give more points at once"),
        choices=(
            ("multiply", _("multiply them: 2 × and 1.5 × make 3 ×")),
            ("add", _("add what they give on top: 2 × and 1.5 × make 2.5 ×")),
            ("best", _("the best one counts: 2 ×")),
        ),
    )
    order = _whole(_("At most so many points per order, over all rules"))
    day = _whole(_("At most so many points per member and day, over all rules"))


class TiersForm(forms.Form):
    """How tiers are reached and kept."""

    basis = forms.ChoiceField(
        label=_("One reaches a tier by"),
        choices=(("spend", _("money spent")), ("points", _("points earned")), ("orders", _("orders"))),
    )
    months = forms.TypedChoiceField(
        label=_("within"),
        coerce=int,
        choices=((0, _("a calendar year")), (3, _("the last 3 months")), (6, _("the last 6 months")),
                 (12, _("the last 12 months")), (24, _("the last 24 months"))),
    )  # fmt: skip
    grace_days = forms.IntegerField(
        label=_("Grace in days"), min_value=0, max_value=366, initial=30,
        help_text=_("So long after its window a tier still lasts."),
    )  # fmt: skip
    fall = forms.ChoiceField(
        label=_("Who does not reach it again goes down"),
        choices=(("one", _("by one tier")), ("balance", _("to the tier that was reached"))),
    )
    warn_days = forms.IntegerField(
        label=_("Warned so many days before"), min_value=0, max_value=366, initial=30,
        help_text=_("An event, “Tier Ending”, on which a journey can begin."),
    )  # fmt: skip


class LevelForm(forms.Form):
    """One tier; without a name it is none."""

    key = forms.CharField(required=False, widget=forms.HiddenInput)
    name = forms.CharField(label=_("Name"), max_length=40, required=False)
    least = forms.DecimalField(label=_("From"), min_value=0, required=False, max_digits=10)
    factor = forms.DecimalField(label=_("Times the points"), required=False, initial=1, max_digits=5)
    benefits = forms.CharField(
        label=_("What it brings"), required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One thing per line, as people read it."),
    )  # fmt: skip


class ThresholdForm(forms.Form):
    """Spent over so much on something within some months."""

    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("Such as “Soccer friend”."))
    measure = forms.ChoiceField(label=_("Counts"), choices=Threshold.Measure.choices)
    amount = forms.DecimalField(label=_("At least"), min_value=0, max_digits=10)
    months = forms.IntegerField(
        label=_("within so many months"), min_value=0, max_value=120, initial=12, help_text=_("0: ever")
    )
    categories = ManyField(label=_("Only these categories"))
    products = NamesField(label=_("Only these products"), help_text=_("Their numbers, with commas between."))
    stores = ManyField(label=_("Only in"))
    points = forms.IntegerField(label=_("Gives points, once"), min_value=0, required=False)
    tier = forms.ChoiceField(label=_("Gives at least the tier"), required=False)

    def __init__(self, tiers: list[tuple[str, str]], *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["categories"].choices = _categories()
        self.fields["stores"].choices = [(name, name) for _id, name in stores()]
        self.fields["tier"].choices = [("", _("none")), *tiers]

    def said(self) -> Raw:
        """The settings of `create_threshold`."""
        got = self.cleaned_data
        only = {name: got[name] for name in ("categories", "products", "stores") if got[name]}
        spent = got["measure"] == "spent"
        amount = to_minor(got["amount"], Business.load().currency) if spent else int(got["amount"])
        same = {name: got[name] for name in ("name", "measure", "months", "tier")}
        return {**same, "amount": amount, "only": only, "points": got["points"] or 0}


class ProgrammeForm(forms.Form):
    """What it is called, what points are worth, how long they wait and live, who takes part."""

    name = forms.CharField(label=_("Name"), max_length=80)
    unit = forms.CharField(label=_("What points are called"), max_length=30, help_text=_("points, goals, beans ..."))
    worth_points = forms.IntegerField(label=_("So many points"), min_value=1)
    worth = forms.DecimalField(label=_("are worth"), min_value=0, max_digits=9)
    return_days = forms.IntegerField(
        label=_("Days in which goods can be returned"), min_value=0, max_value=366,
        help_text=_("Points of a purchase are pending for so long, and become active when the day after begins."),
    )  # fmt: skip
    expiry = forms.ChoiceField(label=_("Points expire"), choices=Programme.Expiry.choices)
    expiry_months = forms.IntegerField(label=_("Months"), min_value=1, max_value=120)
    membership = forms.ChoiceField(label=_("Who takes part"), choices=Programme.Membership.choices)
    wording = forms.CharField(
        label=_("What people agree to when they join"), required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Kept with every consent."),
    )  # fmt: skip

    def said(self) -> Raw:
        """The settings of `change_programme`."""
        got = dict(self.cleaned_data)
        got["worth_minor"] = to_minor(got.pop("worth"), Business.load().currency)
        return got


class GiveForm(forms.Form):
    """Points by hand."""

    way = forms.ChoiceField(label=_("What to do"), choices=(("give", _("give")), ("take", _("take"))))
    amount = forms.IntegerField(label=_("Points"), min_value=1, max_value=1_000_000)
    reason = forms.CharField(
        label=_("Why"), max_length=300, help_text=_("Stands in the person's history, with your name.")
    )
    key = forms.CharField(widget=forms.HiddenInput, max_length=60)
