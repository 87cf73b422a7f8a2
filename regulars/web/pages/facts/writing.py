"""Writing a statement, or the next version of one."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from regulars.content.factbase import actions, queries
from regulars.content.factbase.actions import CannotState, Wording
from regulars.content.factbase.models import Statement, StatementVersion
from regulars.core.clock import now_us, to_us
from regulars.core.models import Business
from regulars.team.models import User
from regulars.team.permissions import allowed
from regulars.ui import toasts
from regulars.ui.formats import local
from regulars.web.pages.facts import tabbed
from regulars.web.pages.facts.words import ABOUT, AUDIENCES, KINDS

SAYS = ("title", "text", "source", "link", "language", "about", "subject", "audience", "maker", "where")
LANGUAGES = [("en", lazy("English")), ("de", lazy("German"))]


class StatementForm(forms.Form):
    """What is so, how we know, who stands for it, and until when."""

    kind = forms.ChoiceField(
        label=lazy("What it is"),
        choices=list(KINDS.items()),
        help_text=lazy("A fact is a sentence or two. An option is a way to meet a need, ours or a competitor's."),
    )
    title = forms.CharField(label=lazy("Title"), max_length=200, required=False, help_text=lazy("Not for facts."))
    text = forms.CharField(
        label=lazy("What is so"),
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=lazy("As you would tell it, with its “usually” and “only if”: answers may not leave these out."),
    )
    source = forms.CharField(
        label=lazy("How we know"),
        max_length=300,
        help_text=lazy("A document, a test, a colleague who knows at first hand."),
    )
    link = forms.CharField(label=lazy("Where that can be read"), max_length=500, required=False)
    about = forms.ChoiceField(label=lazy("It is about"), choices=list(ABOUT.items()), required=False)
    subject = forms.CharField(label=lazy("namely"), max_length=200, required=False)
    audience = forms.ChoiceField(label=lazy("It may be told to"), choices=list(AUDIENCES.items()))
    language = forms.ChoiceField(label=lazy("Language"), choices=LANGUAGES)
    expires = forms.DateField(
        label=lazy("Good until the end of"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=lazy("Its owner is reminded two weeks before. Empty: until somebody takes it out."),
    )
    maker = forms.CharField(
        label=lazy("Of an option: whose it is"), max_length=120, required=False, help_text=lazy("Empty: ours.")
    )
    where = forms.CharField(label=lazy("Of an option: where to get it"), max_length=500, required=False)
    owner = forms.ChoiceField(label=lazy("Who stands for it"))

    def __init__(self, *args, **more) -> None:
        super().__init__(*args, **more)
        users = User.objects.filter(is_active=True).order_by("name", "email")
        self.fields["owner"].choices = [(user.by, str(user)) for user in users]

    def wording(self) -> Wording:
        """The cleaned form as a version says it."""
        said = {name: self.cleaned_data[name] for name in SAYS}
        return Wording(**said, expires_us=_end_of(self.cleaned_data["expires"]))


def _end_of(day: date | None) -> int | None:
    if day is None:
        return None
    return to_us(datetime.combine(day + timedelta(days=1), time(), ZoneInfo(Business.load().timezone)))


@allowed("facts.edit")
def new(request: HttpRequest) -> HttpResponse:
    """A new statement."""
    initial = {"owner": request.user.by, "kind": request.GET.get("kind", "fact"), "text": request.GET.get("text", "")}
    form = StatementForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        kind, owner = form.cleaned_data["kind"], form.cleaned_data["owner"]
        try:
            made = actions.write(kind=kind, wording=form.wording(), owner=owner, by=request.user.by, at=now_us())
        except CannotState as missing:
            return _again(request, form, missing, None)
        toasts.say(request, _written(request))
        return redirect("web:fact", made.id)
    return tabbed(request, "form", "", form=form, one=None)


def _written(request: HttpRequest) -> str:
    if queries.is_alone(request.user.by):
        return _("Written. Nobody else here may approve it: look at its source once more, then approve it yourself.")
    return _("Written. It counts once somebody else has approved it.")


@allowed("facts.edit")
def edit(request: HttpRequest, statement_id: int) -> HttpResponse:
    """Another wording, or a later end: the next version."""
    one = Statement.objects.filter(id=statement_id).first()
    if one is None:
        raise Http404(_("There is no such statement."))
    newest = next(version for version in queries.versions(one.id) if version.number == one.newest)
    form = StatementForm(request.POST or None, initial=_initial(one, newest))
    form.fields["kind"].disabled = True
    if request.method == "POST" and form.is_valid():
        owner = form.cleaned_data["owner"]
        try:
            actions.revise(statement_id=one.id, wording=form.wording(), owner=owner, by=request.user.by, at=now_us())
        except CannotState as missing:
            return _again(request, form, missing, one)
        toasts.say(request, _("Written. Until somebody else approves it, the version before stays in force."))
        return redirect("web:fact", one.id)
    return tabbed(request, "form", "", form=form, one=one)


def _initial(one: Statement, version: StatementVersion) -> dict:
    said = {name: getattr(version, name) for name in SAYS} | {"kind": one.kind, "owner": one.owner}
    if version.expires_us is not None:
        said["expires"] = local(version.expires_us - 1, Business.load().timezone).date()
    return said


def _again(request: HttpRequest, form: StatementForm, missing: CannotState, one: Statement | None) -> HttpResponse:
    form.add_error(missing.field if missing.field in form.fields else None, str(missing))
    return tabbed(request, "form", "", status=422, form=form, one=one)
