"""The shop's rules about recommendations: what never, what rather, what is durable, stock, variety."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from regulars.commerce import actions, advising, queries
from regulars.commerce.models import Product
from regulars.core.clock import now_us
from regulars.insights import queries as insights
from regulars.team.actions import audit
from regulars.team.permissions import allowed
from regulars.ui import toasts
from regulars.web.pages.advice import tabbed

KINDS = [
    ("never", gettext_lazy("Never recommend it")),
    ("boost", gettext_lazy("Recommend it rather (or less)")),
    ("durable", gettext_lazy("Durable: nothing more of this category right after one was bought")),
]


class SettingsForm(forms.Form):
    """What holds for every product."""

    hide_sold_out = forms.BooleanField(label=gettext_lazy("Leave out what is sold out"), required=False)
    most_of_category = forms.IntegerField(
        label=gettext_lazy("At most so many of one category in a list"),
        min_value=0,
        max_value=50,
        help_text=gettext_lazy("0 = any number."),
    )
    unsold_days = forms.IntegerField(
        label=gettext_lazy("Leave out what nobody bought for so many days"),
        min_value=0,
        max_value=3650,
        help_text=gettext_lazy("It is probably discontinued. 0 = recommend it all the same."),
    )


class RuleForm(forms.Form):
    """One rule about a category or a product."""

    kind = forms.ChoiceField(label=gettext_lazy("What"), choices=KINDS)
    category = forms.ChoiceField(label=gettext_lazy("Category"), required=False)
    product = forms.CharField(
        label=gettext_lazy("or one product"),
        required=False,
        max_length=255,
        help_text=gettext_lazy("Its number or its whole name."),
    )
    factor = forms.FloatField(
        label=gettext_lazy("How much rather"),
        initial=1.5,
        min_value=0.1,
        max_value=10,
        help_text=gettext_lazy("Multiplies the score: 1.5 rather, 0.5 less. Only for “rather”."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = [("", "–"), *((name, name) for name in queries.categories())]

    def clean_product(self) -> int | None:
        """The product that was named."""
        said = self.cleaned_data["product"].strip()
        if not said:
            return None
        found = Product.objects.filter(key=said).first() or Product.objects.filter(name__iexact=said).first()
        if found is None:
            raise forms.ValidationError(
                _("No product has this number or name: look it up under “What sells with what”.")
            )
        return found.id


@allowed("insights.view")
def rules(request: HttpRequest) -> HttpResponse:
    """All rules on one page."""
    return _page(request)


def _page(request: HttpRequest, settings_form=None, rule_form=None) -> HttpResponse:
    held, found = advising.settings(), insights.advice()
    initial = {name: getattr(held, name) for name in SettingsForm.base_fields}
    said = advising.rules()
    goods = Product.objects.in_bulk([rule.product_id for rule in said if rule.product_id])
    context = {
        "rules": [(rule, rule.category or str(goods.get(rule.product_id, "?")), rule.kind) for rule in said],
        "settings_form": settings_form or SettingsForm(initial=initial),
        "rule_form": rule_form or RuleForm(),
        "categories": found.categories if found else [],
        "kinds": dict(KINDS),
    }
    return tabbed(request, "rules", **context)


@require_POST
@allowed("advice.edit")
def settings(request: HttpRequest) -> HttpResponse:
    """Change what holds for every product."""
    form = SettingsForm(request.POST)
    if not form.is_valid():
        return _page(request, settings_form=form)
    actions.change_advice(**form.cleaned_data)
    _note(request, "advice.settings", "advice", form.cleaned_data)
    return redirect("web:advice_rules")


@require_POST
@allowed("advice.edit")
def add(request: HttpRequest) -> HttpResponse:
    """Add a rule, or change the one there is."""
    form = RuleForm(request.POST)
    if not form.is_valid():
        return _page(request, rule_form=form)
    said = form.cleaned_data
    told = {"kind": said["kind"], "category": said["category"], "product_id": said["product"]}
    factor = said["factor"] if said["kind"] == "boost" else 1.0
    try:
        rule = actions.set_rule(**told, factor=factor, by=request.user.by, at=now_us())
    except actions.RuleError as error:
        form.add_error(None, str(error))
        return _page(request, rule_form=form)
    _note(request, "advice.rule", f"rule:{rule.id}", told | {"factor": factor})
    return redirect("web:advice_rules")


@require_POST
@allowed("advice.edit")
def remove(request: HttpRequest, rule_id: int) -> HttpResponse:
    """Take a rule away."""
    if actions.remove_rule(rule_id=rule_id):
        _note(request, "advice.unrule", f"rule:{rule_id}", {})
    return redirect("web:advice_rules")


def _note(request: HttpRequest, act: str, object_: str, details: dict) -> None:
    audit(by=request.user.by, act=act, object=object_, details=details, at=now_us())
    toasts.say(request, _("Changed. Exclusions hold at once, the rest from the next night on."))
