"""Lists edited by hand: make one, find people and put them on it, paste addresses, take people off, undo."""

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from regulars.core.clock import now_us
from regulars.core.models import Business
from regulars.people import queries as people
from regulars.people.pasted import Named, people_named, texts_in
from regulars.segments import actions, queries
from regulars.segments.definition import DefinitionError
from regulars.segments.models import Segment
from regulars.team.permissions import allowed
from regulars.ui import toasts
from regulars.ui.formats import number
from regulars.web import directory

FOUND = 50


class PasteForm(forms.Form):
    """Addresses and numbers in a heap."""

    pasted = forms.CharField(
        label=gettext_lazy("E-mail addresses, phone, card or customer numbers"),
        help_text=gettext_lazy("One a line, or with commas between. Whoever is not known here is not put on."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class ListForm(PasteForm):
    """A new list, perhaps filled from the start."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    description = forms.CharField(label=gettext_lazy("What it is for"), required=False, max_length=500)
    field_order = ("name", "description", "pasted")


@allowed("segments.edit")
def new(request: HttpRequest) -> HttpResponse:
    """Make a list."""
    form = ListForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = {name: form.cleaned_data[name] for name in ("name", "description")}
        try:
            made = actions.create_list(**said, by=request.user.by, at=now_us())
        except DefinitionError as error:
            form.add_error("name", error.message)
        else:
            toasts.say(request, _("The list “%s” is made.") % made.name)
            return _put_on(request, made, form.cleaned_data["pasted"]) if form.cleaned_data["pasted"] else _to(made)
    return render(request, "web/list_new.html", {"here": "segments", "form": form})


@allowed("segments.edit")
def edit(request: HttpRequest, segment_id: int) -> HttpResponse:
    """Find people by ?q= and put them on, or paste who shall be on it."""
    found = _list(segment_id)
    if request.method != "POST":
        return _page(request, found, PasteForm())
    if request.POST.get("person"):
        return _put_on_one(request, found)
    return _put_on(request, found, request.POST.get("pasted", ""))


@require_POST
@allowed("segments.edit")
def rename(request: HttpRequest, segment_id: int) -> HttpResponse:
    """Give a list another name or purpose."""
    found = _list(segment_id)
    said = {name: request.POST.get(name, "")[:500] for name in ("name", "description")}
    try:
        actions.change_segment(segment_id=found.id, **said, by=request.user.by, at=now_us())
    except DefinitionError as error:
        toasts.warn(request, error.message)
    return redirect("web:list_edit", found.id)


def _list(segment_id: int) -> Segment:
    return get_object_or_404(Segment, id=segment_id, kind="list", archived_us=None)


def _to(segment: Segment) -> HttpResponse:
    return redirect("web:segment", segment.id)


def _page(request: HttpRequest, segment: Segment, form: PasteForm, left: Named | None = None) -> HttpResponse:
    text = request.GET.get("q", "").strip()
    rows = directory.rows_of([person.id for person in people.search(text, limit=FOUND)]) if text else []
    known = queries.on_list(segment_id=segment.id, person_ids=[row.person.id for row in rows])
    context = {"here": "segments", "segment": segment, "asked": text, "rows": rows, "known": known, "form": form,
               "left": left, "most": FOUND}  # fmt: skip
    return render(request, "web/list_edit.html", context)


def _put_on_one(request: HttpRequest, segment: Segment) -> HttpResponse:
    persons = _numbers(request.POST.get("person", ""))
    _add(request, segment, [people.resolve(person) for person in persons])
    back = QueryDict(mutable=True)
    back["q"] = request.POST.get("q", "")
    return redirect(f"{reverse('web:list_edit', args=[segment.id])}?{back.urlencode()}")


def _put_on(request: HttpRequest, segment: Segment, pasted: str) -> HttpResponse:
    """What names one person is put on; the rest stays in the box, for mending."""
    named = people_named(texts_in(pasted), country=Business.load().country)
    _add(request, segment, named.person_ids)
    rest = [*named.nobody, *named.several]
    return _page(request, segment, PasteForm(initial={"pasted": "\n".join(rest)}), named) if rest else _to(segment)


def _add(request: HttpRequest, segment: Segment, persons: list[int]) -> None:
    at = now_us()
    added = actions.add_people(segment_id=segment.id, person_ids=persons, by=request.user.by, at=at)
    undo = f"{reverse('web:list_change', args=[segment.id])}?added={at}"
    said = ngettext("%s person was put on the list.", "%s people were put on the list.", added) % number(added)
    if known := len(persons) - added:
        said += " " + ngettext("%s was on it already.", "%s were on it already.", known) % number(known)
    toasts.say(request, said, undo=undo if added else "")


@require_POST
@allowed("segments.edit")
def change(request: HttpRequest, segment_id: int) -> HttpResponse:
    """Take somebody off (the form's person), or undo: ?added= when they were put on, ?removed= who was taken off."""
    found, by, at = _list(segment_id), request.user.by, now_us()
    if added := _numbers(request.GET.get("added", "")):
        gone = queries.put_on(segment_id=found.id, at=added[0])
        actions.remove_people(segment_id=found.id, person_ids=gone, by=by, at=at)
        toasts.say(request, _("Taken back: they are not on the list any more."))
    elif removed := _numbers(request.GET.get("removed", "")):
        back = [person for person in removed if people.nodes_of([person])]
        actions.add_people(segment_id=found.id, person_ids=back, by=by, at=at)
        toasts.say(request, _("Taken back: on the list again."))
    else:
        _take_off(request, found, by, at)
    return _to(found)


def _take_off(request: HttpRequest, segment: Segment, by: str, at: int) -> None:
    persons = _numbers(request.POST.get("person", ""))
    if not persons:
        raise Http404(_("Choose somebody from the list."))
    actions.remove_people(segment_id=segment.id, person_ids=persons, by=by, at=at)
    undo = f"{reverse('web:list_change', args=[segment.id])}?removed={','.join(map(str, persons))}"
    toasts.say(request, _("Taken off the list."), undo=undo)


def _numbers(text: str) -> list[int]:
    return [int(part) for part in text.split(",") if part.isascii() and part.isdigit() and len(part) < 19]
