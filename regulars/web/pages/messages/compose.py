"""Composing a broadcast: the form, and the pages around it until it is sent."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from regulars.channels.models import Sender, Topic
from regulars.content.models import Template
from regulars.core.clock import to_us
from regulars.core.models import Business
from regulars.journeys.models import Broadcast
from regulars.segments.models import Segment
from regulars.ui.formats import local, number

LOCAL = "%Y-%m-%dT%H:%M"
TIME = {"type": "datetime-local"}


class BroadcastForm(forms.Form):
    """Everything there is to choose. `settings()` is what the action takes."""

    name = forms.CharField(label=lazy("Name"), max_length=160, help_text=lazy("Only your team sees it."))
    template_id = forms.ChoiceField(label=lazy("Message"), required=False)
    sender_id = forms.ChoiceField(label=lazy("From"), required=False)
    segments = forms.MultipleChoiceField(
        label=lazy("To people in any of these"), required=False, widget=forms.CheckboxSelectMultiple
    )
    minus = forms.MultipleChoiceField(
        label=lazy("But not to people in any of these"), required=False, widget=forms.CheckboxSelectMultiple
    )
    topic = forms.ChoiceField(
        label=lazy("Topic"), required=False, help_text=lazy("Who declined the topic does not get it.")
    )
    when = forms.ChoiceField(
        label=lazy("It begins"), widget=forms.RadioSelect, initial="now",
        choices=[("now", lazy("As soon as it is sent off")), ("at", lazy("At one moment")),
                 ("local", lazy("At a time of day where each person lives"))],
    )  # fmt: skip
    moment = forms.CharField(label=lazy("Day and time"), required=False, widget=forms.DateTimeInput(attrs=TIME))
    per_hour = forms.IntegerField(
        label=lazy("At most so many an hour"), required=False, min_value=1, max_value=10**9,
        help_text=lazy("Empty: as fast as the servers allow."),
    )  # fmt: skip
    priority = forms.IntegerField(
        label=lazy("Priority"), min_value=0, max_value=100, initial=50,
        help_text=lazy("0 to 100. When several messages want the same person and only one may go, the higher wins."),
    )  # fmt: skip
    holdout = forms.FloatField(
        label=lazy("Hold out, in percent"), min_value=0, max_value=90, initial=0,
        help_text=lazy("People drawn at random who do not get it, to see what it really brings. 10 is usual."),
    )  # fmt: skip

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["template_id"].choices = [("", "–"), *_templates()]
        self.fields["sender_id"].choices = [("", _("the first sender of the channel")), *_senders()]
        self.fields["topic"].choices = [("", _("no topic")), *_topics()]
        offered = _segments()
        for name in ("segments", "minus"):
            self.fields[name].choices = offered

    def clean(self) -> dict:
        """A time is a time; nobody is chosen and excluded at once."""
        said = super().clean()
        if said.get("when") != "now" and not self._read(said.get("moment", "")):
            self.add_error("moment", _("Give a day and a time."))
        if both := set(said.get("segments", ())) & set(said.get("minus", ())):
            names = dict(self.fields["segments"].choices)
            text = _("“%s” is both chosen and left out: that leaves nobody of it.")
            self.add_error("minus", text % names[int(next(iter(both)))])
        return said

    def _read(self, text: str) -> datetime | None:
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            return None

    def settings(self) -> dict:
        """As `create_broadcast` and `change_broadcast` take them."""
        said = self.cleaned_data
        moment = self._read(said["moment"])
        here = ZoneInfo(Business.load().timezone)
        return {
            "name": said["name"], "topic": said["topic"], "priority": said["priority"], "per_hour": said["per_hour"],
            "template_id": int(said["template_id"]) if said["template_id"] else None,
            "sender_id": int(said["sender_id"]) if said["sender_id"] else None,
            "segments": [int(one) for one in said["segments"]], "minus": [int(one) for one in said["minus"]],
            "holdout": said["holdout"] / 100,
            "when_us": to_us(moment.replace(tzinfo=here)) if said["when"] == "at" else None,
            "local_time": moment.strftime(LOCAL) if said["when"] == "local" else "",
        }  # fmt: skip


def initial(broadcast: Broadcast, zone: str) -> dict:
    """A draft as the form shows it."""
    when = "local" if broadcast.local_time else "at" if broadcast.when_us else "now"
    moment = broadcast.local_time or (local(broadcast.when_us, zone).strftime(LOCAL) if broadcast.when_us else "")
    plain = ("name", "template_id", "sender_id", "topic", "priority", "per_hour")
    return {
        **{name: getattr(broadcast, name) for name in plain},
        "segments": broadcast.segments, "minus": broadcast.minus, "holdout": round(broadcast.holdout * 100, 4),
        "when": when, "moment": moment,
    }  # fmt: skip


def _templates() -> list[tuple[int, str]]:
    found = Template.objects.filter(archived_us=None, kind="marketing").order_by("name")
    return [(one.id, one.name if one.version else _("%s (not published)") % one.name) for one in found]


def _senders() -> list[tuple[int, str]]:
    return [(one.id, str(one)) for one in Sender.objects.filter(archived_us=None).order_by("channel", "name")]


def _topics() -> list[tuple[str, str]]:
    return [(one.key, one.name) for one in Topic.objects.filter(archived_us=None).order_by("order", "name")]


def _segments() -> list[tuple[int, str]]:
    found = Segment.objects.filter(archived_us=None, owner="").order_by("name")
    return [(one.id, f"{one.name} ({number(one.people)})") for one in found]
