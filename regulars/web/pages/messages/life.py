"""The life of a message as lines, the numbers of its decisions, and how much a person hears from us."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from regulars.channels.models import Cap, Contact, Feedback, Message, State
from regulars.core.clock import DAY
from regulars.people.queries import nodes_of
from regulars.web.pages.messages.words import CHANNELS, KINDS, MACHINES

ENDS = {
    State.SKIPPED: lazy("It was decided not to send it."),
    State.FAILED: lazy("It could not be handed over."),
    State.UNKNOWN: lazy("The line broke while it was handed over."),
}


@dataclass(frozen=True)
class Moment:
    """One thing that happened to a message; `dot` is its look on the line."""

    at: int
    text: str
    detail: str = ""
    dot: str = "sent"


def of(message: Message, feedback: list[Feedback]) -> list[Moment]:
    """What happened to it, in order; what is still to come stands last."""
    found = [Moment(message.planned_us, _("It was planned."))]
    if message.decided_us:
        found.append(Moment(message.decided_us, _("The rules were asked.")))
    if message.handed_us:
        found.append(Moment(message.handed_us, _("It was handed over."), message.reply, "buy"))
    if message.ended_us and message.state in ENDS:
        found.append(Moment(message.ended_us, str(ENDS[State(message.state)]), message.reply, "back"))
    found += [_news(one) for one in feedback]
    if message.state == State.PLANNED:
        found.append(Moment(message.due_us, _("Its turn.")))
    return sorted(found, key=lambda moment: moment.at)


def _news(one: Feedback) -> Moment:
    machine = MACHINES.get(one.verdict, "") if one.kind in ("opened", "clicked") else ""
    link = _("link %d") % (one.link % 1000) if one.link else ""
    detail = " · ".join(str(part) for part in (machine, link, one.detail) if part)
    bad = one.kind in ("bounced", "complained", "unsubscribed", "stop")
    return Moment(one.at, str(KINDS.get(one.kind, one.kind)), detail, "back" if bad else "sent" if machine else "buy")


def numbers(said: dict[str, Any] | None) -> list[tuple[str, Any]]:
    """A stored decision as it is, flat."""
    return [(name, value) for name, value in (said or {}).items() if name not in ("verdict", "rule", "at")]


@dataclass(frozen=True)
class Heard:
    """Messages in 7 and 30 days, and every cap with how full it is: (words, used, most)."""

    week: int
    month: int
    caps: list[tuple[str, int, int]]


def heard(person_id: int, *, at: int) -> Heard:
    """How much a person hears from us: one look at their contacts."""
    caps = list(Cap.objects.order_by("window_us", "id"))
    since = at - max([30 * DAY, *(cap.window_us for cap in caps)])
    nodes = nodes_of([person_id]).get(person_id, [])
    contacts = list(Contact.objects.filter(node_id__in=nodes, at__gt=since, at__lte=at).values_list("at", "channel"))

    def count(window_us: int, channel: str = "") -> int:
        return sum(when > at - window_us and channel in ("", by) for when, by in contacts)

    filled = [(words_of(cap), count(cap.window_us, cap.channel), cap.most) for cap in caps]
    return Heard(count(7 * DAY), count(30 * DAY), filled)


def words_of(cap: Cap) -> str:
    """Its window and channel: "in 7 days, over all channels"."""
    days = f"{cap.window_us / DAY:g}"
    if not cap.channel:
        return _("in %s days, over all channels") % days
    return _("in %(days)s days by %(channel)s") % {"days": days, "channel": CHANNELS.get(cap.channel, cap.channel)}
