"""The policy: read it, say that one has, write it anew."""

from __future__ import annotations

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_POST

from regulars.core.clock import now_us
from regulars.team.actions import TeamError
from regulars.team.models import Policy
from regulars.team.permissions import allowed
from regulars.team.policy import actions, queries
from regulars.team.policy.parts import PARTS, starting_parts
from regulars.team.queries import who
from regulars.ui import toasts
from regulars.web.marked import rendered
from regulars.web.pages.policy import tabbed


class PolicyForm(forms.Form):
    """One text per part, in Markdown."""

    changed = forms.CharField(
        label=lazy("What is different now"),
        max_length=300,
        required=False,
        help_text=lazy("Colleagues who know the version before read this first."),
    )
    again = forms.BooleanField(
        label=lazy("Everybody has to read it again"), required=False, initial=True,
        help_text=lazy("Untick it for a mended typing error."),
    )  # fmt: skip

    def __init__(self, *args, **more) -> None:
        super().__init__(*args, **more)
        for key, title in PARTS.items():
            area = forms.Textarea(attrs={"rows": 6})
            self.fields[key] = forms.CharField(label=title, required=False, max_length=6000, widget=area)
        self.order_fields([*PARTS, "changed", "again"])


@allowed("staff")
def policy(request: HttpRequest) -> HttpResponse:
    """The version that counts."""
    found = queries.policy()
    return _page(request, found) if found else tabbed(request, "policy", "policy", found=None)


@allowed("staff")
def version(request: HttpRequest, number: int) -> HttpResponse:
    """An earlier version."""
    found = queries.version(number)
    if found is None:
        raise Http404(_("There is no such version."))
    return _page(request, found)


def _page(request: HttpRequest, found: Policy) -> HttpResponse:
    versions, newest = queries.versions(), queries.policy()
    names = who(one.by for one in versions)
    context = {
        "found": found,
        "newest": newest,
        "is_newest": found.number == newest.number,
        "sections": [(key, title, rendered(text)) for key, title, text in queries.sections(found)],
        "read_us": queries.acknowledged_us(request.user.id, found.number),
        "versions": [(one, names[one.by]) for one in versions],
        "readers": queries.readers(found.number),
    }
    return tabbed(request, "policy", "policy", **context)


@require_POST
@allowed("staff")
def read(request: HttpRequest) -> HttpResponse:
    """They have read it and keep to it."""
    number = request.POST.get("number", "")
    try:
        actions.acknowledge(user_id=request.user.id, number=int(number) if number.isdigit() else 0, at=now_us())
        toasts.say(request, _("Noted: you have read it and keep to it."))
    except TeamError as problem:
        toasts.say(request, str(problem))
    return redirect("web:policy")


@allowed("policy.edit")
def write(request: HttpRequest) -> HttpResponse:
    """The next version; the first one begins with a text to change."""
    found = queries.policy()
    form = PolicyForm(request.POST or None, initial=found.parts if found else starting_parts())
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        parts = {key: said[key] for key in PARTS}
        common = {"changed": said["changed"], "again": said["again"], "by": request.user.by, "at": now_us()}
        try:
            actions.publish_policy(parts=parts, **common)
        except TeamError as problem:
            form.add_error("changed" if found else None, str(problem))
            return tabbed(request, "policy_form", "policy", status=422, form=form, found=found)
        toasts.say(request, _("The policy counts from now on."))
        return redirect("web:policy")
    return tabbed(request, "policy_form", "policy", form=form, found=found)
