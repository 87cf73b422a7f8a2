"""The side panel of the editor: each kind of step as a form, and back to JSON.

Forms are lenient: a draft may be unfinished. What is wrong is said by the tree's own reader, beside the step.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from regulars.content.models import Template
from regulars.core.plugs import registry
from regulars.feedback.models import Survey
from regulars.segments.models import Segment
from regulars.web.pages.journeys.words import weekdays

Raw = dict[str, Any]


class Panel(forms.Form):
    """The settings of one step; nothing is required."""

    title = forms.CharField(label=_("What you call it"), max_length=200, required=False)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, auto_id="panel_%s", **more)

    @classmethod
    def shown(cls, raw: Raw) -> Raw:
        """The step as initial values."""
        return raw

    def said(self) -> Raw:
        """The form as a step, without id, kind and ways."""
        return {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}


def _whole(label: str, **more: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, required=False, min_value=0, max_value=3650, **more)


class SendPanel(Panel):
    """Which message."""

    template = forms.TypedChoiceField(label=_("Message"), coerce=int, required=False)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        known = Template.objects.filter(archived_us=None).order_by("name")
        names = [(t.id, t.name if t.version else f"{t.name} ({_('not published')})") for t in known]
        self.fields["template"].choices = [("", _("choose a message")), *names]


class WaitPanel(Panel):
    """How long."""

    days, hours, minutes = _whole(_("Days")), _whole(_("Hours")), _whole(_("Minutes"))


class WaitUntilPanel(Panel):
    """What time of day."""

    time = forms.CharField(label=_("Time of day"), required=False, widget=forms.TimeInput(attrs={"type": "time"}),
                           help_text=_("Where each person lives."))  # fmt: skip
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Only on"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None: any day."),
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["weekdays"].choices = list(enumerate(weekdays()))


class WithinPanel(Panel):
    """How long to wait for the event."""

    within_days, within_hours, within_minutes = _whole(_("Days")), _whole(_("Hours")), _whole(_("Minutes"))


class RandomPanel(Panel):
    """The shares of two to five ways."""

    shares = forms.CharField(label=_("Shares in percent"), required=False, help_text=_("Like 50, 50 or 20, 40, 40."))

    @classmethod
    def shown(cls, raw: Raw) -> Raw:
        return {**raw, "shares": ", ".join(str(way.get("share", "")) for way in raw.get("ways", []))}

    def said(self) -> Raw:
        """`ways` carries shares alone; the steps on the ways are put back by `keep_ways`."""
        parts = [part.strip() for part in self.cleaned_data.pop("shares", "").split(",") if part.strip()]
        return {**super().said(), "ways": [{"share": int(p) if p.isdecimal() else p, "steps": []} for p in parts]}


class FactPanel(Panel):
    """A name and a value."""

    name = forms.CharField(label=_("Name of the fact"), max_length=80, required=False)
    value = forms.CharField(
        label=_("Value"), max_length=200, required=False, help_text=_("yes, no, a number or a text")
    )

    @classmethod
    def shown(cls, raw: Raw) -> Raw:
        value = raw.get("value", "")
        return {**raw, "value": {True: "yes", False: "no"}[value] if isinstance(value, bool) else value}

    def said(self) -> Raw:
        found = super().said()
        if "value" in found:
            found["value"] = _plain(found["value"])
        return found


def _plain(text: str) -> Any:
    if text.lower() in ("yes", "no", "true", "false"):
        return text.lower() in ("yes", "true")
    try:
        return int(text)
    except ValueError:
        return text


class ListPanel(Panel):
    """Which list."""

    list = forms.TypedChoiceField(label=_("List"), coerce=int, required=False)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        known = Segment.objects.filter(kind="list", archived_us=None, owner="").order_by("name")
        self.fields["list"].choices = [("", _("choose a list")), *known.values_list("id", "name")]


class PointsPanel(Panel):
    """How many."""

    points = forms.IntegerField(label=_("Points"), required=False, min_value=1, max_value=1_000_000)


class SurveyPanel(Panel):
    """Which survey."""

    survey = forms.TypedChoiceField(label=_("Survey"), coerce=int, required=False)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        known = Survey.objects.filter(stopped_us=None).order_by("name")
        self.fields["survey"].choices = [("", _("choose a survey")), *known.values_list("id", "name")]


class WebhookPanel(Panel):
    """Which address."""

    url = forms.CharField(label=_("Address"), max_length=500, required=False, help_text=_("https://..."))


class AskPanel(Panel):
    """What to do."""

    text = forms.CharField(
        label=_("What to do"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    wait_days = _whole(
        _("Wait until it is done, at most so many days"), help_text=_("Empty: the journey goes on at once.")
    )


PANELS: dict[str, type[Panel]] = {
    "send": SendPanel, "wait": WaitPanel, "wait_until": WaitUntilPanel, "wait_event": WithinPanel, "branch": Panel,
    "random": RandomPanel, "fact": FactPanel, "list": ListPanel, "points": PointsPanel, "webhook": WebhookPanel,
    "ask": AskPanel, "survey": SurveyPanel, "goal": Panel, "exit": Panel,
}  # fmt: skip

STARTS = (
    ("event", _("they did something")),
    ("segment", _("they enter or leave a segment")),
    ("threshold", _("they come to meet a condition")),
    ("date", _("a date comes, such as the birthday")),
    ("manual", _("you put them in by hand")),
)
AGAIN = (("never", _("no, once in a lifetime")), ("always", _("every time")), ("after", _("after some days")))


class StartPanel(forms.Form):
    """Who enters, and whether again."""

    kind = forms.ChoiceField(label=_("People enter when"), choices=STARTS, required=False)
    segment = forms.TypedChoiceField(label=_("Segment"), coerce=int, required=False)
    on = forms.ChoiceField(
        label=_("When they"), choices=(("enter", _("enter it")), ("leave", _("leave it"))), required=False
    )
    fact = forms.ChoiceField(label=_("Date"), required=False)
    days_before = _whole(_("Days before"))
    yearly = forms.BooleanField(
        label=_("Every year"), required=False, initial=True,
        help_text=_("By your business's day; 29 February is 1 March in other years. A step that waits until a time of"
                    " day reaches people at theirs."),
    )  # fmt: skip
    existing = forms.BooleanField(label=_("Also those who are in already"), required=False)
    again = forms.ChoiceField(label=_("May they come again?"), choices=AGAIN, required=False)
    after_days = _whole(_("Days"))

    OWN = {
        "segment": ("segment", "on", "existing"),
        "date": ("fact", "days_before", "yearly"),
        "threshold": ("existing",),
    }

    def __init__(self, *args: Any, kind: str, **more: Any) -> None:
        super().__init__(*args, auto_id="panel_%s", **more)
        known = Segment.objects.filter(archived_us=None, owner="").order_by("name")
        self.fields["segment"].choices = [("", _("choose a segment")), *known.values_list("id", "name")]
        dates = [(f.name, f.label) for f in registry.facts.values() if f.type in ("date", "time") and f.lake]
        self.fields["fact"].choices = dates
        for name in {"segment", "on", "fact", "days_before", "yearly", "existing"} - set(self.OWN.get(kind, ())):
            del self.fields[name]
        if self["again"].value() != "after":
            del self.fields["after_days"]

    @classmethod
    def shown(cls, raw: Raw) -> Raw:
        """The start as initial values."""
        again = raw.get("again", {"after_days": 300} if raw.get("kind") == "date" else "never")
        after = again.get("after_days") if isinstance(again, dict) else None
        return {**raw, "again": "after" if after else again, "after_days": after}

    def said(self) -> Raw:
        """The form as a start."""
        found = {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}
        days = found.pop("after_days", 30)
        if found.get("again") == "after":
            found["again"] = {"after_days": days}
        return found


def keep_ways(step: Raw, said: Raw) -> Raw:
    """A random split with new shares keeps the steps on its ways, as far as there are ways."""
    if step.get("kind") == "random":
        old = step.get("ways", [])
        for n, way in enumerate(said.get("ways", [])):
            way["steps"] = old[n].get("steps", []) if n < len(old) else []
    return said
