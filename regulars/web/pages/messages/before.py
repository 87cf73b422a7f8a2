"""Before sending: what is missing, with the way to mend it; how many people, who not and why; who they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from regulars.channels import queries
from regulars.channels.actions.planning import forecast
from regulars.channels.models import Sender, Server
from regulars.content.supplying import brought_by_nobody
from regulars.core.clock import MINUTE, SECOND
from regulars.journeys import audience
from regulars.journeys.actions import count_audience
from regulars.journeys.messages import draft_campaign, published
from regulars.journeys.models import Broadcast
from regulars.segments.models import Segment
from regulars.web import directory
from regulars.web.pages.messages.words import RULES

AT_ONCE, LOOKED_AT = 1_000, 4_000
SMALL = 3_000  # people up to whom the rules are asked while somebody waits
FRESH, QUICK = 10 * MINUTE, 5 * SECOND


@dataclass(frozen=True)
class Missing:
    """One thing to mend: a sentence, where to mend it, and whether nothing can be sent before."""

    text: str
    href: str = ""
    action: str = ""
    stops: bool = True


def missing(broadcast: Broadcast, *, at: int) -> list[Missing]:
    """Everything between this draft and its people, the most important first."""
    channel = draft_campaign(broadcast).channel
    return [*_text(broadcast), *_people(broadcast), *_sender(broadcast, channel), *_server(channel), *_gate(),
            *_time(broadcast, at)]  # fmt: skip


def _text(broadcast: Broadcast) -> list[Missing]:
    if not broadcast.template_id:
        return [Missing(_("Choose the message."), "#what", _("Choose"))]
    ready, href = published(broadcast.template_id), reverse("web:template", args=[broadcast.template_id])
    if ready is None:
        return [Missing(_("The message is not published, or was archived."), href, _("Publish it"))]
    text = _("The message shows “%s”, which nothing here brings: it is left out for everybody.")
    return [Missing(text % name, href, _("Look"), stops=False) for name in brought_by_nobody(ready[1].compiled)]


def _people(broadcast: Broadcast) -> list[Missing]:
    if not broadcast.segments:
        return [Missing(_("Choose at least one segment: nobody is chosen yet."), "#whom", _("Choose"))]
    named = set(broadcast.segments) | set(broadcast.minus)
    gone = Segment.objects.filter(id__in=named).exclude(archived_us=None)
    found = [Missing(_("The segment “%s” is archived.") % one.name, "#whom", _("Choose another")) for one in gone]
    if not audience.is_known(broadcast):
        text = _("A segment that was just made still looks for its people. Sent off now, the broadcast waits for it.")
        found.append(Missing(text, "#whom", _("Look"), stops=False))
    return found


def _sender(broadcast: Broadcast, channel: str) -> list[Missing]:
    known = Sender.objects.filter(channel=channel, archived_us=None)
    if broadcast.sender_id and not known.filter(id=broadcast.sender_id).exists():
        return [Missing(_("The sender is archived, or is for another channel."), "#what", _("Choose another"))]
    if not known.exists():
        return [Missing(_("There is no sender: say who messages are from."), reverse("web:senders"), _("Add one"))]
    return []


def _server(channel: str) -> list[Missing]:
    ways = [one for one in Server.objects.filter(channel=channel) if "bulk" in one.lanes.split(",")]
    href = reverse("web:delivery")
    if not ways:
        return [Missing(_("No server carries such messages yet."), href, _("Set one up"))]
    if all(one.paused_us for one in ways):
        text = _("Every server is paused. Messages wait until one is open again.")
        return [Missing(text, href, _("Look"), stops=False)]
    return []


def _gate() -> list[Missing]:
    gate = queries.gate()
    if gate.closed_us is None:
        return []
    text = _("Nothing leaves the house just now: %s Messages wait until somebody says yes.") % gate.why
    return [Missing(text, reverse("web:delivery"), _("Look"), stops=False)]


def _time(broadcast: Broadcast, at: int) -> list[Missing]:
    begun = audience.begins(broadcast)
    if begun and begun + (audience.EAST if broadcast.local_time else 0) < at:
        text = _("The time you chose has passed already: it begins as soon as you send it.")
        return [Missing(text, "#when", _("Change"), stops=False)]
    return []


def counted(broadcast: Broadcast, *, at: int) -> dict:
    """The last count of the audience; counted now where that is quick, else by the queue ({} until it is done, and
    while a segment still looks for its people)."""
    known = broadcast.audience
    if broadcast.segments and not audience.is_known(broadcast):
        return {}
    small = sum(Segment.objects.filter(id__in=broadcast.segments).values_list("people", flat=True)) <= SMALL
    if not broadcast.segments or (known and at - known["at"] < (QUICK if small else FRESH)):
        return known
    if small:
        count_audience(broadcast_id=broadcast.id, at=at)
        broadcast.refresh_from_db()
    else:
        once = f"audience:{broadcast.id}:{broadcast.drafted_us}:{at // FRESH}"  # the page asks every second
        count_audience.later(broadcast_id=broadcast.id, at=at, once=once)
    return broadcast.audience


def by_rule(found: dict, kind: str) -> list[tuple[str, str, int]]:
    """(rule, its words, people) of those skipped ("skip") or waiting ("wait"), most first."""
    rules = sorted(found.get(kind, {}).items(), key=lambda rule: -rule[1])
    return [(rule, str(RULES.get(rule, rule)), people) for rule, people in rules]


def people_of(broadcast: Broadcast, rule: str, *, after: int, at: int) -> tuple[list[directory.Row], int | None]:
    """A page of the people of whom a rule would say this now ("" or "passed": who gets it), and where to look on.

    At most 4,000 people are looked at for one page.
    """
    campaign, found, looked = draft_campaign(broadcast), [], 0
    while looked < LOOKED_AT:
        persons = audience.next_people(broadcast, after, AT_ONCE)
        said = forecast(campaign, audience.planned(broadcast, persons, at), at)
        for person, decision in zip(persons, said, strict=True):
            after = person
            if decision.rule == rule:
                found.append(person)
            if len(found) == directory.PAGE:
                return directory.rows_of(found), after
        looked += len(persons)
        if len(persons) < AT_ONCE:
            return directory.rows_of(found), None
    return directory.rows_of(found), after


def all_of(broadcast: Broadcast, rule: str, *, at: int) -> Iterator[directory.Row]:
    """All pages of `people_of`, one after the other, for a file."""
    after: int | None = 0
    while after is not None:
        rows, after = people_of(broadcast, rule, after=after, at=at)
        yield from rows
