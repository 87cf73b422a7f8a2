"""Settings: the business, the team, API keys, the audit log."""

import zoneinfo

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from regulars.core.clock import from_us, now_us
from regulars.core.models import Business
from regulars.team import actions, links, queries
from regulars.team.models import ApiKey, AuditEntry, Role, User
from regulars.team.permissions import PERMISSIONS, ROLES, allowed
from regulars.ui import toasts
from regulars.ui.formats import SYMBOLS
from regulars.ui.tables import csv_response
from regulars.web import cursors

DAYS = [(n, gettext_lazy(day)) for n, day in enumerate(("Monday", "Tuesday", "Wednesday", "Thursday", "Friday",
                                                        "Saturday", "Sunday"))]  # fmt: skip
ENTRIES = 100


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
            "country": gettext_lazy("Two letters, such as GB. Phone numbers without a country code are read as from here."),
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


class MemberForm(forms.Form):
    """Somebody new on the team."""

    email = forms.EmailField(label=gettext_lazy("E-mail address"), help_text=gettext_lazy("They sign in with it."))
    name = forms.CharField(label=gettext_lazy("Name"), required=False, max_length=120)
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=Role.choices, initial=Role.READER)


class KeyForm(forms.Form):
    """A new API key."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120,
                           help_text=gettext_lazy("Who uses it, such as “Till in the High Street”."))  # fmt: skip
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=Role.choices, initial=Role.READER,
                             help_text=gettext_lazy("What the key may do, as for a person."))  # fmt: skip


def _page(request: HttpRequest, tab: str, **context) -> HttpResponse:
    may = request.user.may
    tabs = [(key, label, reverse(url)) for key, label, url, needs in (
        ("business", _("Business"), "web:settings", "settings.edit"),
        ("team", _("Team"), "web:team", "team.manage"),
        ("keys", _("API keys"), "web:keys", "keys.manage"),
        ("audit", _("Audit log"), "web:audit", "audit.view"),
    ) if may(needs)]  # fmt: skip
    return render(request, f"web/settings_{tab}.html", {"here": "settings", "tabs": tabs, "tab": tab, **context})


@allowed("settings.edit")
def business(request: HttpRequest) -> HttpResponse:
    """Name, clock, calendar and money."""
    form = BusinessForm(request.POST or None, instance=Business.objects.filter(id=1).first() or Business())
    if request.method == "POST" and form.is_valid():
        form.save()
        Business._cached = None
        actions.audit(by=request.user.by, act="business.change", details={"fields": form.changed_data}, at=now_us())
        toasts.say(request, _("The business's settings are saved."))
        return redirect("web:settings")
    return _page(request, "business", form=form)


@allowed("team.manage")
def team(request: HttpRequest) -> HttpResponse:
    """Who is on the team; adding somebody shows the link with which they choose a password."""
    form = MemberForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            member = actions.add_member(**form.cleaned_data, by=request.user.by, at=now_us())
        except actions.TeamError as error:
            form.add_error(None, str(error))
        else:
            return _team(request, MemberForm(), invited=member)
    return _team(request, form)


def _team(request: HttpRequest, form: MemberForm, invited: User | None = None) -> HttpResponse:
    factors = queries.second_factors()
    matrix = [(text, [permission in ROLES[role] for role in Role.values]) for permission, text in PERMISSIONS.items()]
    return _page(
        request,
        "team",
        form=form,
        members=[(member, factors.get(member.id, [])) for member in queries.members()],
        roles=Role.choices,
        matrix=matrix,
        invited=invited,
        link=invited and _link(request, invited),
    )


def _link(request: HttpRequest, member: User) -> str:
    path = links.password_link(user_id=member.id, by=request.user.by, at=now_us())
    return request.build_absolute_uri(path)


@require_POST
@allowed("team.manage")
def member(request: HttpRequest, user_id: int) -> HttpResponse:
    """Change a member's role, make them a password link, let them go, take them back."""
    who = get_object_or_404(User, id=user_id)
    act, by, at = request.POST.get("act", ""), request.user.by, now_us()
    try:
        if act == "link":
            return _team(request, MemberForm(), invited=who)
        if act == "leave":
            actions.deactivate_member(user_id=user_id, by=by, at=at)
            toasts.say(request, _("%s was let go and is signed out everywhere.") % who)
        elif act == "return":
            actions.reactivate_member(user_id=user_id, by=by, at=at)
            toasts.say(request, _("%s is back on the team.") % who)
        else:
            actions.change_role(user_id=user_id, role=request.POST.get("role", ""), by=by, at=at)
            toasts.say(request, _("%s has a new role.") % who)
    except actions.TeamError as error:
        toasts.warn(request, str(error))
    return redirect("web:team")


@allowed("keys.manage")
def keys(request: HttpRequest) -> HttpResponse:
    """API keys. A new one's secret is shown once, on the page that made it."""
    form, secret = KeyForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        _key, secret = actions.make_key(**form.cleaned_data, by=request.user.by, at=now_us())
        form = KeyForm()
    return _page(request, "keys", form=form, secret=secret, keys=queries.keys())


@require_POST
@allowed("keys.manage")
def revoke_key(request: HttpRequest, key_id: int) -> HttpResponse:
    """End a key at once."""
    key = get_object_or_404(ApiKey, id=key_id)
    actions.revoke_key(key_id=key_id, by=request.user.by, at=now_us())
    toasts.say(request, _("The key “%s” no longer works.") % key.name)
    return redirect("web:keys")


@allowed("audit.view")
def audit(request: HttpRequest) -> HttpResponse:
    """Who did what, newest first."""
    entries = queries.audit_entries(act=request.GET.get("act", ""))
    if request.GET.get("format") == "csv":
        return csv_response("audit-log", ("at", "by", "act", "object", "details"), map(_audit_line, entries.iterator()))
    if after := request.GET.get("after"):
        entries = entries.filter(id__lt=cursors.unpack(after)[1])
    found: list[AuditEntry] = list(entries[: ENTRIES + 1])
    names = queries.who(entry.by for entry in found)
    lines = [(entry, names[entry.by]) for entry in found[:ENTRIES]]
    after = cursors.pack(None, found[ENTRIES - 1].id) if len(found) > ENTRIES else None
    return _page(request, "audit", lines=lines, acts=queries.acts(), after=after, act=request.GET.get("act", ""))


def _audit_line(entry: AuditEntry) -> tuple:
    return from_us(entry.at).isoformat(timespec="seconds"), entry.by, entry.act, entry.object, entry.details
