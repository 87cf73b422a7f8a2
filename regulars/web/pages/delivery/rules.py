"""When and how often people hear from us: quiet hours, caps, topics."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from regulars.channels import actions
from regulars.channels.models import Cap, Holdout, QuietHours, Topic
from regulars.core.clock import DAY, now_us
from regulars.team.permissions import allowed
from regulars.ui import toasts
from regulars.web.pages.delivery import tabbed
from regulars.web.pages.settings import DAYS

CHANNELS = [("email", gettext_lazy("E-mail")), ("sms", gettext_lazy("SMS"))]
ANY = [("", gettext_lazy("all channels together")), *CHANNELS]


class QuietForm(forms.Form):
    """When marketing waits."""

    channel = forms.CharField(widget=forms.HiddenInput)
    start = forms.TimeField(
        label=gettext_lazy("From"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    end = forms.TimeField(label=gettext_lazy("To"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    weekdays_off = forms.TypedMultipleChoiceField(
        label=gettext_lazy("And the whole of"),
        choices=DAYS,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


class CapForm(forms.Form):
    """At most so many in so many days."""

    most = forms.IntegerField(label=gettext_lazy("At most"), min_value=1, max_value=1000, initial=3)
    days = forms.IntegerField(label=gettext_lazy("in so many days"), min_value=1, max_value=366, initial=7)
    channel = forms.ChoiceField(label=gettext_lazy("over"), choices=ANY, required=False)


class HoldoutForm(forms.Form):
    """How many never hear from us."""

    percent = forms.FloatField(
        label=gettext_lazy("Per cent of people"),
        min_value=0,
        max_value=50,
        help_text=gettext_lazy("5 is usual; 0 ends it. A new share draws anew who belongs to it."),
    )


class TopicForm(forms.Form):
    """What one can choose to hear about."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=80, help_text=gettext_lazy("Such as “New arrivals”.")
    )
    description = forms.CharField(label=gettext_lazy("In a sentence"), max_length=300, required=False)


@allowed("channels.manage")
def rules(request: HttpRequest) -> HttpResponse:
    """All rules on one page."""
    return _shown(request)


def _shown(request: HttpRequest, quiet=None, cap=None, topic=None, holdout=None) -> HttpResponse:
    known = {one.channel: one for one in QuietHours.objects.all()}
    held = Holdout.objects.filter(until_us=None).order_by("-id").first()
    quiets = [
        (label, quiet if quiet and quiet.data["channel"] == key else _quiet_form(key, known.get(key)), known.get(key))
        for key, label in CHANNELS
    ]
    caps = [(one, one.window_us // DAY) for one in Cap.objects.order_by("window_us", "channel")]
    return tabbed(
        request,
        "rules",
        quiets=quiets,
        caps=caps,
        cap_form=cap or CapForm(),
        held=held,
        holdout_form=holdout or HoldoutForm(initial={"percent": held.share * 100 if held else 0}),
        topic_form=topic or TopicForm(),
        topics=Topic.objects.filter(archived_us=None).order_by("order", "id"),
        channels=dict(ANY),
    )


def _quiet_form(channel: str, known: QuietHours | None) -> QuietForm:
    start, end, off = (known.start, known.end, known.weekdays_off) if known else (21 * 60, 8 * 60, [])
    clock = [f"{minutes // 60:02}:{minutes % 60:02}" for minutes in (start, end)]
    initial = {"channel": channel, "start": clock[0], "end": clock[1], "weekdays_off": off}
    return QuietForm(initial=initial, auto_id=f"id_{channel}_%s")


@require_POST
@allowed("channels.manage")
def quiet(request: HttpRequest) -> HttpResponse:
    """Change the quiet hours of a channel."""
    form = QuietForm(request.POST)
    if form.is_valid() and form.cleaned_data["channel"] in dict(CHANNELS):
        said = form.cleaned_data
        start, end = (time.hour * 60 + time.minute for time in (said["start"], said["end"]))
        try:
            actions.set_quiet_hours(
                channel=said["channel"],
                start=start,
                end=end,
                weekdays_off=said["weekdays_off"],
                by=request.user.by,
                at=now_us(),
            )
            toasts.say(request, _("Quiet hours are changed; what waits is looked at again."))
            return redirect("web:rules")
        except ValueError as problem:
            form.add_error(None, str(problem))
    return _shown(request, quiet=form)


@require_POST
@allowed("channels.manage")
def caps(request: HttpRequest) -> HttpResponse:
    """Set or remove a cap."""
    if request.POST.get("remove", "").isdecimal():
        actions.remove_cap(cap_id=int(request.POST["remove"]), by=request.user.by, at=now_us())
        return redirect("web:rules")
    form = CapForm(request.POST)
    if not form.is_valid():
        return _shown(request, cap=form)
    actions.set_cap(**form.cleaned_data, by=request.user.by, at=now_us())
    toasts.say(request, _("The cap holds from now on."))
    return redirect("web:rules")


@require_POST
@allowed("channels.manage")
def holdout(request: HttpRequest) -> HttpResponse:
    """Change the permanent holdout."""
    form = HoldoutForm(request.POST)
    if not form.is_valid():
        return _shown(request, holdout=form)
    actions.set_holdout(share=form.cleaned_data["percent"] / 100, by=request.user.by, at=now_us())
    toasts.say(request, _("The holdout is changed; it holds for everything that leaves from now on."))
    return redirect("web:rules")


@require_POST
@allowed("channels.manage")
def topics(request: HttpRequest) -> HttpResponse:
    """Add a topic, or offer one no more."""
    if request.POST.get("archive", "").isdecimal():
        actions.archive_topic(topic_id=int(request.POST["archive"]), by=request.user.by, at=now_us())
        return redirect("web:rules")
    form = TopicForm(request.POST)
    if form.is_valid():
        try:
            actions.save_topic(**form.cleaned_data, by=request.user.by, at=now_us())
            toasts.say(request, _("Customers can choose it from now on."))
            return redirect("web:rules")
        except ValueError as problem:
            form.add_error("name", str(problem))
    return _shown(request, topic=form)
