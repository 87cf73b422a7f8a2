"""Settings: the business. The team's pages (members, keys, audit log) are its own."""

import zoneinfo

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.core.clock import now_us
from regulars.core.models import Business
from regulars.team.actions import audit
from regulars.team.permissions import allowed, denied
from regulars.ui import toasts
from regulars.ui.formats import SYMBOLS

DAYS = [(n, gettext_lazy(day)) for n, day in enumerate(("Monday", "Tuesday", "Wednesday", "Thursday", "Friday",
                                                        "Saturday", "Sunday"))]  # fmt: skip


class BusinessForm(forms.ModelForm):
    """The one business, as its settings page asks for it."""

    timezone = forms.ChoiceField(
        label=gettext_lazy("Time zone"),
        choices=lambda: [(z, z) for z in sorted(zoneinfo.available_timezones()) if "/" in z or z == "UTC"],
        help_text=gettext_lazy("Days, weeks and months in every report begin by this clock."),
    )
    week_start = forms.TypedChoiceField(label=gettext_lazy("The week begins on"), choices=DAYS, coerce=int)
    prices = forms.ChoiceField(
        label=gettext_lazy("Prices are"),
        choices=[("gross", gettext_lazy("gross, with tax")), ("net", gettext_lazy("net, without tax"))],
        widget=forms.RadioSelect,
    )

    class Meta:
        model = Business
        fields = ("name", "timezone", "week_start", "currency", "prices", "country")
        labels = {"name": gettext_lazy("Name"), "currency": gettext_lazy("Base currency"),
                  "country": gettext_lazy("Country")}  # fmt: skip
        help_texts = {
            "name": gettext_lazy("As your customers know it."),
            "currency": gettext_lazy("Three letters, such as GBP. Totals are stated in it."),
            "country": gettext_lazy(
                "Two letters, such as GB. Phone numbers without a country code are read as from here."
            ),
        }

    def clean_currency(self) -> str:
        """Three capital letters."""
        code = self.cleaned_data["currency"].upper()
        if not (len(code) == 3 and code.isalpha()):
            raise forms.ValidationError(_("Give three letters, such as %s.") % ", ".join(list(SYMBOLS)[:4]))
        return code

    def clean_country(self) -> str:
        """Two capital letters."""
        code = self.cleaned_data["country"].upper()
        if not (len(code) == 2 and code.isalpha()):
            raise forms.ValidationError(_("Give two letters, such as GB, DE or US."))
        return code


@allowed("staff")
def business(request: HttpRequest) -> HttpResponse:
    """Name, clock, calendar and money. Who may only see the health is led there."""
    if not request.user.may("settings.edit"):
        return redirect("web:health") if request.user.may("health.view") else denied(request, "settings.edit")
    form = BusinessForm(request.POST or None, instance=Business.objects.filter(id=1).first() or Business())
    if request.method == "POST" and form.is_valid():
        form.save()
        Business._cached = None
        audit(by=request.user.by, act="business.change", details={"fields": form.changed_data}, at=now_us())
        toasts.say(request, _("The business's settings are saved."))
        return redirect("web:settings")
    return render(request, "web/settings.html", {"here": "settings", "form": form})
