"""Forms made of what a provider declares about its settings, and limits every server has."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.channels.models import Server
from regulars.channels.providers import Field, provider

LANES = [
    ("bulk", gettext_lazy("Campaigns and journeys")),
    ("transactional", gettext_lazy("Single messages, such as receipts")),
]


def settings_form(kind: str, data=None, server: Server | None = None) -> forms.Form:
    """The form of a kind of server: its name, what its provider asks, its limits. Secrets are never filled in."""
    fields: dict[str, forms.Field] = {
        "name": forms.CharField(label=_("Name"), max_length=80, help_text=_("As you call it."))
    }
    declared = provider(kind).FIELDS
    for one in declared:
        fields["s_" + one.name] = _field(one, kept=server is not None)
    fields |= _limits()
    form = type("ServerForm", (ServerForm,), fields)(data, initial=_initial(declared, server))
    form.declared = declared
    return form


class ServerForm(forms.Form):
    """Knows which of its fields are settings, secrets and limits."""

    declared: tuple[Field, ...] = ()

    def settings(self) -> dict:
        """What is kept in clear."""
        return {one.name: self.cleaned_data["s_" + one.name] for one in self.declared if one.type != "password"}

    def secrets(self) -> dict:
        """What is kept encrypted; what is empty stays as it was."""
        said = {one.name: self.cleaned_data["s_" + one.name] for one in self.declared if one.type == "password"}
        return {name: value for name, value in said.items() if value}

    def limits(self) -> dict:
        """Lanes, weight and speed, as the model has them."""
        said = self.cleaned_data
        return {
            "lanes": ",".join(said["lanes"]),
            "weight": said["weight"],
            "per_second": said["per_second"],
            "domain_limits": said["domain_limits"],
        }

    def clean_domain_limits(self) -> dict[str, float]:
        """“gmail.com 20” per line."""
        found = {}
        for line in filter(None, map(str.strip, self.cleaned_data["domain_limits"].splitlines())):
            domain, _space, number = line.replace(":", " ").replace("=", " ").partition(" ")
            try:
                found[domain.lower()] = float(number)
            except ValueError:
                raise forms.ValidationError(_("“%s” is not a domain and a number.") % line[:80]) from None
            if not found[domain.lower()] > 0:
                raise forms.ValidationError(_("Give %s a number above zero.") % domain[:80])
        return found


def _field(one: Field, *, kept: bool) -> forms.Field:
    label, required = _(one.label), one.required
    common = {"label": label, "required": required, "help_text": _(one.help) if one.help else ""}
    match one.type:
        case "number":
            return forms.IntegerField(**common)
        case "bool":
            return forms.BooleanField(**{**common, "required": False})
        case "choice":
            return forms.ChoiceField(**common, choices=[(value, _(text)) for value, text in one.choices])
        case "password":
            if kept:
                kept_as_is = _("Kept encrypted and never shown. Empty: as it is.")
                common |= {"required": False, "help_text": f"{common['help_text']} {kept_as_is}".strip()}
            return forms.CharField(**common, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}))
        case _:
            return forms.CharField(**common, max_length=2000)


def _limits() -> dict[str, forms.Field]:
    return {
        "lanes": forms.MultipleChoiceField(
            label=_("Carries"), choices=LANES, widget=forms.CheckboxSelectMultiple, initial=["bulk", "transactional"]
        ),
        "weight": forms.IntegerField(
            label=_("Weight"),
            min_value=0,
            max_value=1000,
            initial=1,
            help_text=_(
                "Its share among several servers: one of weight 3 gets three times as much as one of weight 1."
            ),
        ),
        "per_second": forms.FloatField(
            label=_("At most per second"),
            required=False,
            min_value=0.01,
            help_text=_("Empty: as fast as it goes. Hosted services say what they allow."),
        ),
        "domain_limits": forms.CharField(
            label=_("At most per second, by the recipient's domain"),
            required=False,
            widget=forms.Textarea(attrs={"rows": 3}),
            help_text=_("One per line, such as: gmail.com 20"),
        ),
    }


def _initial(declared: tuple[Field, ...], server: Server | None) -> dict:
    initial = {"s_" + one.name: one.default == "true" if one.type == "bool" else one.default for one in declared}
    if server is None:
        return initial
    known = {"s_" + name: value for name, value in server.settings.items()}
    limits = "\n".join(f"{domain} {number:g}" for domain, number in server.domain_limits.items())
    own = {"name": server.name, "lanes": server.lanes.split(","), "weight": server.weight}
    return {**initial, **known, **own, "per_second": server.per_second, "domain_limits": limits}
