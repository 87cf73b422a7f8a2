"""Forms of the team pages."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from regulars.team.models import Role

ROLE_HELP = _(
    "Owner: everything. Marketer: people, segments, imports. Agent: people, merging, consents. "
    "Analyst: findings, segments, export. Read-only: looking."
)


class MemberForm(forms.Form):
    """Who joins the team, in which role."""

    name = forms.CharField(label=_("Name"), max_length=120)
    email = forms.EmailField(label=_("E-mail address"))
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, initial=Role.READER, help_text=ROLE_HELP)


class OwnForm(forms.Form):
    """What a member may change about themselves."""

    name = forms.CharField(label=_("Name"), max_length=120, required=False)
    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("You sign in with it. Nothing is sent there, so take care to type it right."),
    )


class KeyForm(forms.Form):
    """A new API key."""

    name = forms.CharField(label=_("Who or what uses it"), max_length=120)
    role = forms.ChoiceField(
        label=_("Role"),
        choices=Role.choices,
        initial=Role.READER,
        help_text=_("It may do what a member of staff in this role may do. Give it the least that works."),
    )


class AuditFilter(forms.Form):
    """What to show of the audit log."""

    by = forms.CharField(required=False)
    act = forms.CharField(required=False)
    object = forms.CharField(required=False)
    since = forms.DateField(required=False)
    until = forms.DateField(required=False)
