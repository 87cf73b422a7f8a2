"""The segment builder's page: shows the tree, changes its shape, counts, saves."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect

from regulars.core.clock import now_us
from regulars.core.models import Business
from regulars.people.models import Person
from regulars.segments import actions, queries
from regulars.segments.definition import DefinitionError
from regulars.segments.models import Segment
from regulars.segments.parsing import parse
from regulars.team.permissions import allowed
from regulars.ui import toasts
from regulars.web import directory
from regulars.web.builder.choices import Choices, choices_now
from regulars.web.builder.lines import Drawer
from regulars.web.builder.reading import Reader, Tree
from regulars.web.builder.steps import change

START: Tree = {"all": [{"fact": "orders", "op": ">=", "value": 2}]}


class NameForm(forms.Form):
    """What a segment is called."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120, required=False)
    description = forms.CharField(label=gettext_lazy("What it is for"), required=False,
                                  widget=forms.Textarea(attrs={"rows": 2}))  # fmt: skip


@allowed("segments.edit")
def new(request: HttpRequest) -> HttpResponse:
    """Make a segment."""
    return _form(request, None)


@allowed("segments.edit")
def edit(request: HttpRequest, segment_id: int) -> HttpResponse:
    """Change a segment's definition or name."""
    return _form(request, get_object_or_404(Segment, id=segment_id, archived_us=None, kind="live"))


def _form(request: HttpRequest, segment: Segment | None) -> HttpResponse:
    choices = choices_now(leave_out=segment.id if segment else 0)
    if request.method != "POST":
        start = segment or _offered(request.GET.get("like", ""))
        named = NameForm(initial={"name": start.name, "description": start.description} if start else None)
        return _show(request, segment, start.definition if start else START, named, choices)
    tree, act = _sent(request, choices), request.POST.get("act", "")
    named = NameForm(request.POST)
    if act != "save":
        return _show(request, segment, change(tree, act), NameForm(initial=request.POST.dict()), choices)
    try:
        return _saved(request, segment, tree, named)
    except DefinitionError as error:
        return _show(request, segment, tree, named, choices, wrong=error)


def _offered(name: str):
    """The ready-made segment of this name, to begin with."""
    return next((offer for offer in queries.ready_made() if offer.name == name), None)


def _sent(request: HttpRequest, choices: Choices) -> Tree:
    return Reader(request.POST, choices.catalog, Business.load().currency).tree()


def _saved(request: HttpRequest, segment: Segment | None, tree: Tree, named: NameForm) -> HttpResponse:
    named.is_valid()
    said = {"name": named.cleaned_data.get("name", ""), "description": named.cleaned_data.get("description", "")}
    by, at = request.user.by, now_us()
    if segment:
        actions.change_segment(segment_id=segment.id, definition=tree, by=by, at=at, **said)
    else:
        segment = actions.create_segment(definition=tree, by=by, at=at, **said)
    toasts.say(request, _("“%s” is saved. It fills within moments.") % said["name"])
    to = reverse("web:segment", args=[segment.id])
    return HttpResponseClientRedirect(to) if request.htmx else redirect(to)


def _show(
    request: HttpRequest, segment: Segment | None, tree: Tree, form: NameForm, choices: Choices, wrong=None
) -> HttpResponse:
    if not any(kind in tree for kind in ("all", "any", "none")):
        tree = {"all": [tree]}  # a definition made over the API may be one bare condition
    if wrong and wrong.path == "name":
        form.add_error("name", wrong.message)
        wrong = None
    fault = (wrong.path, wrong.message) if wrong and wrong.path else ("", "")
    node = Drawer(choices, Business.load().currency, fault).line(tree)
    context = {"here": "segments", "segment": segment, "form": form, "node": node}
    context["wrong"] = wrong.message if wrong and not wrong.path else ""
    return render(request, "web/_segment_form.html" if request.htmx else "web/segment_form.html", context)


@require_POST
@allowed("segments.view")
def preview(request: HttpRequest) -> HttpResponse:
    """How many people match what stands in the builder, and some of them."""
    choices = choices_now()
    try:
        definition = parse(_sent(request, choices), choices.catalog)
    except DefinitionError as error:
        context = {"unfinished": _("Not finished: %s") % error.message}
        return render(request, "web/_segment_preview.html", context)
    found = queries.preview(definition, at=now_us())
    total = directory.count()
    context = {
        "preview": found,
        "total": total,
        "share": found.count / total if total else None,
        "sample": Person.objects.filter(id__in=found.sample[:8]),
    }
    return render(request, "web/_segment_preview.html", context)
