"""The library: every template, and what one can do with a whole one."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from regulars.content import actions, queries
from regulars.content.models import Template
from regulars.content.rendering import ContentError
from regulars.core.clock import now_us
from regulars.core.models import Business
from regulars.team.permissions import allowed
from regulars.team.queries import who
from regulars.ui import toasts
from regulars.web.pages.content.starts import starts
from regulars.web.pages.content.tabs import tabbed


@allowed("content.view")
def library(request: HttpRequest) -> HttpResponse:
    """Templates, those worked on last first; ?q= searches names, ?channel= email or sms, ?archived=1."""
    said = {"query": request.GET.get("q", ""), "channel": request.GET.get("channel", "")}
    archived = bool(request.GET.get("archived"))
    page = queries.templates_page(**said, archived=archived, page=_number(request.GET.get("page", "")))
    names = who(one.drafted_by for one in page)
    rows = [(one, names[one.drafted_by], ", ".join(one.variants)) for one in page]
    return tabbed(
        request, "library", rows=rows, page=page, archived=archived, q=said["query"], channel=said["channel"]
    )


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 1


class NewForm(forms.Form):
    """A name, and what to begin with."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=120,
        help_text=gettext_lazy("For you and your colleagues; customers never see it."),
    )
    start = forms.ChoiceField(label=gettext_lazy("Begin with"), widget=forms.RadioSelect)
    language = forms.CharField(
        label=gettext_lazy("Language"), max_length=12, initial="en", help_text=gettext_lazy("en, de, pt-BR, ...")
    )

    def __init__(self, *args, **more):
        super().__init__(*args, **more)
        self.offers = {one.key: one for one in starts(Business.load().name)}
        self.fields["start"].choices = [(one.key, f"{one.name}: {one.about}") for one in self.offers.values()]
        self.fields["start"].initial = "welcome"


@allowed("content.edit")
def new(request: HttpRequest) -> HttpResponse:
    """Make a template from one of the starts."""
    form = NewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        start = form.offers[said["start"]]
        try:
            made = actions.create_template(
                name=said["name"], channel=start.channel, kind=start.kind,
                draft={said["language"]: start.variant}, by=request.user.by, at=now_us(),
            )  # fmt: skip
            return redirect("web:template_edit", made.id)
        except ContentError as error:
            form.add_error("name" if error.path == "name" else None, error.message)
    return render(request, "web/content/new.html", {"here": "library", "form": form})


@require_POST
@allowed("content.edit")
def change(request: HttpRequest, template_id: int) -> HttpResponse:
    """Rename, copy or archive a template."""
    found = get_object_or_404(Template, id=template_id)
    act, said = request.POST.get("act"), {"by": request.user.by, "at": now_us()}
    try:
        match act:
            case "rename":
                actions.rename_template(template_id=found.id, name=request.POST.get("name", ""), **said)
            case "copy":
                name = _("%s, copy") % found.name[:100]
                made = actions.copy_template(template_id=found.id, name=_free(name), **said)
                toasts.say(request, _("This is “%s” now.") % made.name)
                return redirect("web:template_edit", made.id)
            case "archive":
                actions.archive_template(template_id=found.id, **said)
                toasts.say(request, _("“%s” is archived. What was sent with it can still be shown.") % found.name)
                return redirect("web:library")
    except ContentError as error:
        toasts.warn(request, error.message)
    return redirect("web:template", found.id)


def _free(name: str) -> str:
    """A name that is not taken."""
    number, tried = 1, name
    while Template.objects.filter(name=tried).exists():
        number += 1
        tried = f"{name} {number}"
    return tried
