"""Invitations with limited places: whom we asked, who comes, who waits."""

from zoneinfo import ZoneInfo

from django import forms
from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from regulars.core.clock import from_us, now_us, to_us
from regulars.core.models import Business
from regulars.loyalty.models import Evening, Invitation
from regulars.loyalty.rewards.evenings import CannotAnswer, answer, change_places, invite_people, note_who_came
from regulars.loyalty.rewards.keeping import CannotKeep, cancel_evening, save_evening
from regulars.people.models import Person
from regulars.people.queries import person_id_of
from regulars.segments.models import Segment
from regulars.segments.queries import people_in
from regulars.team.permissions import allowed
from regulars.ui import toasts
from regulars.ui.formats import number
from regulars.ui.tables import csv_response
from regulars.web.pages.rewards import tabbed

ANSWERS = {
    "yes": gettext_lazy("coming"),
    "waiting": gettext_lazy("waiting for a place"),
    "": gettext_lazy("not answered"),
    "no": gettext_lazy("not coming"),
}
MOST = 500
_WHEN = {"type": "datetime-local"}


def _moment(label) -> forms.DateTimeField:
    return forms.DateTimeField(label=label, widget=forms.DateTimeInput(attrs=_WHEN, format="%Y-%m-%dT%H:%M"))


class EveningForm(forms.Form):
    """What people are invited to."""

    title = forms.CharField(label=gettext_lazy("What it is"), max_length=120)
    text = forms.CharField(
        label=gettext_lazy("What people read"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    place = forms.CharField(label=gettext_lazy("Where"), max_length=200, required=False)
    starts = _moment(gettext_lazy("When"))
    answer_by = _moment(gettext_lazy("Answers until"))
    places = forms.IntegerField(label=gettext_lazy("Places"), min_value=1, max_value=100_000, initial=20)
    guests = forms.IntegerField(label=gettext_lazy("Each may bring so many"), min_value=0, max_value=20, initial=0)
    segment = forms.TypedChoiceField(
        label=gettext_lazy("Who is invited"), coerce=int, empty_value=None, required=False
    )

    def __init__(self, *args, **more) -> None:
        super().__init__(*args, **more)
        found = Segment.objects.filter(archived_us=None, owner="").order_by("name").values_list("id", "name")
        self.fields["segment"].choices = [("", _("people I add later")), *found]

    def terms(self) -> dict:
        """As `save_evening` wants it."""
        said, zone = self.cleaned_data, ZoneInfo(Business.load().timezone)
        found = {name: said[name] for name in ("title", "text", "place", "places", "guests")}
        moments = {f"{name}_us": to_us(said[name].replace(tzinfo=zone)) for name in ("starts", "answer_by")}
        return found | moments | {"segment_id": said["segment"]}


@allowed("loyalty.view")
def evenings(request: HttpRequest) -> HttpResponse:
    """All of them, the next first."""
    rows = list(Evening.objects.order_by("-starts_us")[:100])
    return tabbed(request, "evenings", rows=rows, now=now_us())


@allowed("loyalty.edit")
def new(request: HttpRequest) -> HttpResponse:
    """Plan one."""
    form = EveningForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = save_evening(terms=form.terms(), by=request.user.by, at=now_us())
            return redirect("web:evening", made.id)
        except CannotKeep as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
    return tabbed(request, "evenings", "evening_new", form=form)


@allowed("loyalty.view")
def evening(request: HttpRequest, evening_id: int) -> HttpResponse:
    """One evening with its list."""
    found = get_object_or_404(Evening, id=evening_id)
    theirs = Invitation.objects.filter(evening_id=found.id)
    counted = {row["answer"]: row for row in theirs.values("answer").annotate(n=Count("id"), seats=Sum("seats"))}
    tally = [(key, label, counted.get(key, {"n": 0})["n"]) for key, label in ANSWERS.items()]
    chosen = request.GET.get("answer", "yes" if counted.get("yes") else "")
    invited = list(theirs.filter(answer=chosen).order_by("answered_us", "id")[:MOST])
    of = person_id_of([one.node_id for one in invited])
    people = Person.objects.in_bulk(of.values())
    rows = [(one, people.get(of.get(one.node_id))) for one in invited]
    if request.GET.get("format") == "csv":
        return _csv(request, found, rows)
    segment = Segment.objects.filter(id=found.segment_id or 0).first()
    came = theirs.filter(came_us__isnull=False).count()
    context = {"evening": found, "tally": tally, "chosen": chosen, "rows": rows, "segment": segment, "came": came}
    return tabbed(request, "evenings", "evening", **context, now=now_us(), most=MOST)


@allowed("people.export")
def _csv(request: HttpRequest, found: Evening, rows: list) -> HttpResponse:
    lines = ((person and person.name, one.answer, one.seats, one.answered_us and from_us(one.answered_us).isoformat(timespec="seconds"), bool(one.came_us)) for one, person in rows)  # noqa: E501  # fmt: skip
    return csv_response(f"list-{found.id}", ("name", "answer", "seats", "answered", "came"), lines)


@require_POST
@allowed("loyalty.edit")
def change(request: HttpRequest, evening_id: int) -> HttpResponse:
    """Invite the segment, change the places, or call it off."""
    found, by, at = get_object_or_404(Evening, id=evening_id), request.user.by, now_us()
    match request.POST.get("act"):
        case "invite" if found.segment_id:
            made = invite_people(evening_id=found.id, node_ids=people_in(found.segment_id), at=at)
            said = ngettext("%s person is on the list now.", "%s people are on the list now.", made)
            toasts.say(request, said % number(made))
        case "places" if request.POST.get("places", "").isdecimal():
            try:
                change_places(evening_id=found.id, places=min(int(request.POST["places"]), 100_000), by=by, at=at)
            except CannotAnswer as error:
                toasts.warn(request, str(error))
        case "cancel":
            cancel_evening(evening_id=found.id, by=by, at=at)
            toasts.say(request, _("It is called off. Tell the people who said yes."))
    return redirect("web:evening", found.id)


@require_POST
@allowed("loyalty.give")
def guest(request: HttpRequest, invitation_id: int) -> HttpResponse:
    """At the door and on the phone: somebody came, or answers through us."""
    found, at = get_object_or_404(Invitation, id=invitation_id), now_us()
    act = request.POST.get("act")
    try:
        if act in ("yes", "no"):
            answer(invitation_id=found.id, coming=act == "yes", at=at)
        else:
            note_who_came(invitation_id=found.id, came=act == "came", at=at)
    except CannotAnswer as error:
        toasts.warn(request, str(error))
    return redirect("web:evening", found.evening_id)
