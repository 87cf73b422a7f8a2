"""Keys for the wallets of Apple and Google. They are never shown again."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from regulars.core.clock import now_us
from regulars.loyalty.models import WalletKeys
from regulars.loyalty.wallets.apple import BadKeys
from regulars.loyalty.wallets.keeping import forget_keys, save_apple, save_google
from regulars.team.permissions import allowed
from regulars.ui import toasts
from regulars.web.pages.loyalty import tabbed


def _text(label, help_text="") -> forms.CharField:
    area = forms.Textarea(attrs={"rows": 4, "autocomplete": "off", "spellcheck": "false"})
    return forms.CharField(label=label, widget=area, help_text=help_text, max_length=20_000)


class AppleForm(forms.Form):
    """What Apple's developer pages give out."""

    prefix = "apple"
    certificate = _text(gettext_lazy("Certificate of the Pass Type ID"), gettext_lazy("PEM."))
    key = _text(gettext_lazy("Its private key"), gettext_lazy("PEM, without a password."))
    between = _text(gettext_lazy("Apple's intermediate certificate (WWDR)"), gettext_lazy("PEM."))


class GoogleForm(forms.Form):
    """What Google's consoles give out."""

    prefix = "google"
    issuer = forms.CharField(label=gettext_lazy("Number of the issuer"), max_length=40)
    logo = forms.CharField(label=gettext_lazy("Address of a picture"), max_length=500)
    account_file = _text(gettext_lazy("The service account's JSON file"))


SAVES = {"apple": save_apple, "google": save_google}


@allowed("loyalty.edit")
def wallets(request: HttpRequest) -> HttpResponse:
    """Both, with what is kept; the secrets themselves are not shown."""
    kind = request.POST.get("kind", "")
    made = {
        "apple": AppleForm(request.POST if kind == "apple" else None),
        "google": GoogleForm(request.POST if kind == "google" else None),
    }
    if kind in made and made[kind].is_valid():
        try:
            SAVES[kind](**made[kind].cleaned_data, by=request.user.by, at=now_us())
        except BadKeys as no:
            made[kind].add_error(None, str(no))
        else:
            toasts.say(request, _("Kept, encrypted."))
            return redirect("web:wallets")
    kept = {one.kind: one for one in WalletKeys.objects.all()}
    labels = {"apple": "Apple Wallet", "google": "Google Wallet"}
    rows = [(key, labels[key], made[key], kept.get(key)) for key in made]
    return tabbed(request, "settings", "wallets", rows=rows)


@require_POST
@allowed("loyalty.edit")
def forget(request: HttpRequest, kind: str) -> HttpResponse:
    """No more cards of this kind."""
    forget_keys(kind=kind, by=request.user.by, at=now_us())
    return redirect("web:wallets")
