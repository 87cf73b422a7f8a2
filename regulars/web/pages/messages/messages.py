"""Messages: those planned, sent and not sent; one with its whole life, and why."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from csp.constants import SELF
from csp.decorators import csp_update
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_POST

from regulars.channels import actions, queries
from regulars.channels.listing import LOOKED_AT, Found, find_messages
from regulars.channels.models import Campaign, Message, Sender, Server, State
from regulars.core.clock import from_us, now_us
from regulars.people.models import Person
from regulars.people.queries import person_id_of, resolve
from regulars.team.permissions import allowed
from regulars.ui import toasts
from regulars.ui.tables import csv_response
from regulars.web.pages.messages import life, tabs
from regulars.web.pages.messages.words import CHANNELS, RULES, STATES, short_reason

PAGE, SHORT = 50, 8
HEAD = ("message", "person", "name", "of", "channel", "address", "state", "why not", "planned", "sent")
LEFT = (State.HANDED_OFF, State.DELIVERED, State.BOUNCED)
DONE = {
    "sent": lazy("left the house"), "opened": lazy("opened"), "clicked": lazy("clicked"), "replied": lazy("answered"),
    "unsubscribed": lazy("want no more"), "complained": lazy("marked as spam"),
}  # fmt: skip


@allowed("messages.view")
def messages(request: HttpRequest) -> HttpResponse:
    """The list, newest first; by ?campaign, ?state, ?rule, ?channel, ?person."""
    asked = {name: _number(request, name) for name in ("campaign", "state", "person")}
    rule, channel, did = (request.GET.get(name, "") for name in ("rule", "channel", "did"))
    wanted = partial(_find, asked, rule=rule, channel=channel, did=did)
    if request.GET.get("format") == "csv":
        return _csv(request, wanted)
    found = wanted(after=request.GET.get("after", ""))
    context = {
        "here": "messages", "tabs": tabs(request), "tab": "messages", "rows": lines(found.rows), "after": found.after,
        "asked": asked, "rule": rule, "channel": channel, "states": STATES.items(), "channels": CHANNELS.items(),
        "did": did, "kinds": DONE.items(),
        "rules": RULES.items(), "looked": LOOKED_AT, "filtered": any(request.GET.values()),
        "campaign": Campaign.objects.filter(id=asked["campaign"]).first() if asked["campaign"] else None,
        "person": Person.objects.filter(id=asked["person"]).first() if asked["person"] else None,
    }  # fmt: skip
    return render(request, "web/messages/messages.html", context)


@allowed("people.export")
def _csv(request: HttpRequest, wanted: Callable[..., Found]) -> HttpResponse:
    return csv_response("messages", HEAD, (line for rows in _pages(wanted) for line in map(_csv_row, lines(rows))))


def _pages(wanted: Callable[..., Found]) -> Iterator[list[Message]]:
    after: str | None = ""
    while after is not None:
        found = wanted(after=after, limit=1000)
        yield found.rows
        after = found.after


def _csv_row(line: dict) -> tuple:
    message, person = line["message"], line["person"]
    times = (
        from_us(us).isoformat(timespec="seconds") if us else "" for us in (message.planned_us, message.handed_us)
    )
    who = (person.id, person.name) if person else ("", "")
    name = line["campaign"].name if line["campaign"] else ""
    return (message.id, *who, name, message.channel, message.address, line["state"][0], line["why"], *times)


def _number(request: HttpRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Http404(_("This page's address is damaged. Start at the first page."))
    return int(text)


def _find(asked: dict[str, int | None], *, rule: str, channel: str, did: str, after: str, limit: int = PAGE) -> Found:
    try:
        states = () if asked["state"] is None else (State(asked["state"]),)
        person = None if asked["person"] is None else resolve(asked["person"])
        return find_messages(
            campaign_id=asked["campaign"], person_id=person, states=LEFT if did == "sent" and not states else states,
            rule=rule if rule in RULES else "", channel=channel, did=did if did in DONE and did != "sent" else "",
            after=after, limit=limit,
        )  # fmt: skip
    except Person.DoesNotExist:
        return Found([], None)
    except ValueError as wrong:
        raise Http404(str(wrong)) from wrong


def lines(rows: list[Message]) -> list[dict]:
    """Messages as lists show them: to whom, of what, how it stands and why."""
    people = person_id_of([row.node_id for row in rows])
    persons = Person.objects.in_bulk(set(people.values()))
    campaigns = Campaign.objects.in_bulk({row.campaign_id for row in rows})
    return [
        {
            "message": row, "person": persons.get(people.get(row.node_id)),
            "campaign": campaigns.get(row.campaign_id), "state": STATES[State(row.state)], "why": short_reason(row),
            "at": row.handed_us or row.ended_us or row.due_us,
        }
        for row in rows
    ]  # fmt: skip


@allowed("messages.view")
@csp_update({"frame-src": [SELF]})
def message(request: HttpRequest, message_id: int) -> HttpResponse:
    """One message: why it went or did not, its life, its text."""
    try:
        why = queries.why(message_id)
    except Message.DoesNotExist:
        raise Http404(_("There is no message with this number.")) from None
    found = why.message
    context = {
        "here": "messages", "why": why, "message": found, "campaign": why.campaign,
        "person": Person.objects.filter(id=why.person_id).first() if why.person_id else None,
        "state": STATES[State(found.state)], "life": life.of(found, why.feedback),
        "decision": life.numbers(found.decision), "forecast": life.numbers(found.forecast),
        "server": Server.objects.filter(id=found.server_id).first() if found.server_id else None,
        "sender": Sender.objects.filter(id=why.campaign.sender_id).first() if why.campaign.sender_id else None,
        "unknown": found.state == State.UNKNOWN, "sent": found.handed_us is not None,
    }  # fmt: skip
    return render(request, "web/messages/message.html", context)


@require_POST
@allowed("messages.send")
def settle(request: HttpRequest, message_id: int) -> HttpResponse:
    """Somebody says what became of a message that nobody knew about: act=sent or act=again."""
    get_object_or_404(Message, id=message_id)
    sent = request.POST.get("act") == "sent"
    try:
        actions.settle_unknown(message_id=message_id, sent=sent, by=request.user.by, at=now_us())
        toasts.say(request, _("Noted: it went.") if sent else _("It is planned again, and asked all rules again."))
    except actions.CannotSend as problem:
        toasts.warn(request, str(problem))
    return redirect("web:message", message_id)


@allowed("messages.view")
def of_person(request: HttpRequest, person_id: int) -> HttpResponse:
    """The panel on a person's page: the last messages with why, and how much they hear from us."""
    here = resolve_or_404(person_id)
    page = queries.of_person(here, limit=SHORT)
    rows = [line | {"told": queries.why(line["message"].id).told[:2]} for line in lines(page.rows)]
    heard = life.heard(here, at=now_us())
    context = {"rows": rows, "more": page.after, "person_id": here, "heard": heard}
    return render(request, "web/messages/_of_person.html", context)


def resolve_or_404(person_id: int) -> int:
    """Who it is now."""
    try:
        return resolve(person_id)
    except Person.DoesNotExist:
        raise Http404(_("Nobody is here under this number: they were erased, or never were.")) from None
