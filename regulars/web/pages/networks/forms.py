"""The form of an account: what its network asks for, and what we decide about it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from regulars.channels.networks.models import Account
from regulars.channels.networks.shape import Network
from regulars.channels.providers import Field


class AccountForm(forms.Form):
    """Knows which of its fields are the network's."""

    network: Network

    def values(self) -> dict[str, Any]:
        """What the network asked for."""
        return {one.name: self.cleaned_data["n_" + one.name] for one in self.network.fields}

    def ours(self) -> dict[str, Any]:
        """What we decide."""
        return {name: self.cleaned_data[name] for name in ("name", "keep_days", "reads", "writes")}


def account_form(known: Network, data: Any = None, account: Account | None = None) -> AccountForm:
    """The form for a new account of a kind, or for one that is there. Passwords are never filled in."""
    fields: dict[str, forms.Field] = {"n_" + one.name: _field(one, kept=account is not None) for one in known.fields}
    fields |= _ours(known, account)
    made = type("NetworkForm", (AccountForm,), fields | {"network": known})
    settings = account.settings if account else {}
    initial = {
        "n_" + one.name: settings.get(one.name, _default(one)) for one in known.fields if one.type != "password"
    }
    return made(data, initial=initial)


def _default(one: Field) -> Any:
    return one.default == "true" if one.type == "bool" else one.default


def _field(one: Field, *, kept: bool) -> forms.Field:
    common: dict[str, Any] = {
        "label": _(str(one.label)), "required": one.required, "help_text": _(str(one.help)) if one.help else "",
    }  # fmt: skip
    match one.type:
        case "number":
            return forms.IntegerField(**common)
        case "bool":
            return forms.BooleanField(**{**common, "required": False})
        case "choice":
            return forms.ChoiceField(**common, choices=[(value, _(str(text))) for value, text in one.choices])
        case "password":
            if kept:
                as_is = _("Kept encrypted and never shown. Empty: as it is.")
                common |= {"required": False, "help_text": as_is}
            return forms.CharField(
                **common, max_length=4000, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
            )
    return forms.CharField(**common, max_length=2000)


def _ours(known: Network, account: Account | None) -> dict[str, forms.Field]:
    label = account.name if account else ""
    found: dict[str, forms.Field] = {
        "name": forms.CharField(
            label=_("Name"), max_length=120, required=False, initial=label,
            help_text=_("As you call it. Empty: as it is called there."),
        ),
        "reads": forms.BooleanField(
            label=_("Read what is said there"), required=False, initial=account.reads if account else True
        ),
        "writes": forms.BooleanField(
            label=_("Answer and publish there"), required=False, initial=account.writes if account else True
        ),
        "keep_days": forms.IntegerField(
            label=_("Keep what strangers say, in days"), required=False, min_value=1, max_value=3650,
            initial=account.keep_days if account else None,
            help_text=_("Empty: 400 days. What known customers said, and conversations, are kept."),
        ),
    }  # fmt: skip
    if not known.can & {"post", "reply", "answer"}:
        found["writes"].widget, found["writes"].initial = forms.HiddenInput(), False
    return found
