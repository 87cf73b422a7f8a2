"""Today: who needs attention, what waits to be done, what changed since last week."""

from collections.abc import Callable, Iterator
from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regulars.core.clock import HOUR, now_us
from regulars.core.models import Business
from regulars.events.models import DeadLetter, Import
from regulars.events.queries import ingest_lag
from regulars.insights import queries
from regulars.journeys.queries import asked_of_colleagues
from regulars.people.models import Suggestion
from regulars.segments.models import Segment
from regulars.team.permissions import allowed
from regulars.ui import formats
from regulars.ui.formats import number
from regulars.ui.tables import csv_response
from regulars.web import directory
from regulars.web.pages.connections import todos as connections
from regulars.web.pages.facts.todos import todos as statements
from regulars.web.pages.inbox.todos import todos as cases
from regulars.web.pages.listening.todos import todos as risen
from regulars.web.pages.messages.todos import todos as messages
from regulars.web.pages.networks.todos import todos as accounts
from regulars.web.pages.publish.todos import todos as posts

SURE = 0.95


@allowed("people.view")
def today(request: HttpRequest) -> HttpResponse:
    """The first page. Without anybody in, it teaches the first step; without a fit, it shows what is there."""
    now = now_us()
    found = queries.today(at=now)
    context = {
        "here": "today",
        "found": found,
        "people": directory.count(),
        "todos": _todos(request, now),
        "changes": [_change(change) for change in found.changes] if found else [],
    }
    return render(request, "web/today.html", context)


def _todos(request: HttpRequest, now: int) -> list[dict]:
    """What waits for somebody who may do it."""
    may = request.user.may
    steps = (
        ("social.view", risen),
        ("social.view", posts),
        ("inbox.view", cases),
        ("networks.manage", accounts),
        ("messages.view", messages),
        ("facts.edit", statements),
        ("people.merge", _duplicates),
        ("sources.view", _refused),
        ("sources.view", _imports),
        ("sources.view", _late),
        ("sources.view", connections),
        ("segments.view", _mismatches),
        ("journeys.view", _tasks),
    )
    return [todo for needs, step in steps if may(needs) for todo in step(now)]


def _duplicates(now: int) -> list[dict]:
    waiting = Suggestion.objects.filter(state="open", kind="alike")
    count, sure = waiting.count(), waiting.filter(score__gte=SURE).count()
    if not count:
        return []
    title = ngettext("%s pair of profiles looks like one person", "%s pairs of profiles look like one person", count)
    text = _("%s are almost certain. Merging can be undone.") % number(sure)
    return [{"title": title % number(count), "text": text, "href": reverse("web:duplicates"), "action": _("Review")}]


def _refused(now: int) -> list[dict]:
    count = DeadLetter.objects.filter(replayed_us=None).count()
    if not count:
        return []
    title = ngettext("%s event was refused", "%s events were refused", count) % number(count)
    return [
        {
            "title": title,
            "text": _("The reason stands beside each; after mending it they can be tried again."),
            "href": reverse("web:refused"),
            "action": _("See why"),
            "badge": _("refused"),
        }
    ]


def _imports(now: int) -> list[dict]:
    found = Import.objects.filter(state__in=("running", "stopped", "failed")).order_by("-id")[:3]
    said = {"running": _("is coming in"), "stopped": _("was stopped half-way"), "failed": _("could not go on")}
    return [
        {
            "title": f"{one.file_name} {said[one.state]}",
            "text": one.error or _("%s lines so far.") % number(one.lines),
            "href": reverse("web:import", args=[one.id]),
            "action": _("Open"),
            "badge": _("import"),
            "tone": "bad" if one.state == "failed" else "warn",
        }
        for one in found
    ]


def _late(now: int) -> list[dict]:
    lag = ingest_lag(now)
    if lag.age_us < HOUR:
        return []
    title = _("%(n)s deliveries wait, the oldest for %(age)s") % {
        "n": number(lag.requests),
        "age": formats.span(lag.age_us),
    }
    return [
        {
            "title": title,
            "text": _("Is the worker running? “regulars doctor” on the server says what to do."),
            "href": reverse("web:sources"),
            "action": _("Look"),
            "badge": _("late"),
            "tone": "bad",
        }
    ]


def _mismatches(now: int) -> list[dict]:
    wrong = Segment.objects.filter(archived_us=None, mismatches__gt=0)
    return [
        {
            "title": _("Segment “%s” did not agree with its full recount") % one.name,
            "badge": _("check"),
            "tone": "bad",
            "text": _("%s people differed; the recount has put it right.") % number(one.mismatches),
            "href": reverse("web:segment", args=[one.id]),
            "action": _("Look"),
        }
        for one in wrong
    ]


def _tasks(now: int) -> list[dict]:
    """What journeys ask colleagues to do: one line for each thing, however many people it is for."""
    return [
        {
            "title": text,
            "text": ngettext("For %s person.", "For %s people.", people) % number(people),
            "href": reverse("web:journey", args=[journey]) + "#tasks",
            "action": _("Open"),
            "badge": _("asked"),
        }
        for journey, text, people in asked_of_colleagues()
    ]


LEADS_TO = {
    "orders": "web:people", "turnover": "web:people", "buyers": "web:people", "new_customers": "web:people",
    "drifting": "web:drifting", "began_to_drift": "web:drifting",
}  # fmt: skip
AT = {"new_customers": "?sort=-first", "orders": "?sort=-last", "turnover": "?sort=-last", "buyers": "?sort=-last"}
GROUPS = ("regulars", "came_back")


def _href(name: str) -> str:
    """Where the people behind a figure are."""
    if name in GROUPS:
        return f"{reverse('web:value_people')}?group={name}"
    return reverse(LEADS_TO[name]) + AT.get(name, "") if name in LEADS_TO else ""


def _change(change) -> dict:
    """A line of 'what changed', in words, with a tone where it is good or bad news."""
    currency = Business.load().currency

    def say(value: int | None) -> str:
        return formats.money(value, currency, brief=True) if change.unit == "money" else number(value)

    step = change.difference
    tone = "" if not step else "up" if (step > 0) == change.more_is_good else "down"
    by = "" if step is None else _("no change") if not step else ("+" if step > 0 else "−") + say(abs(step))
    return {
        "href": _href(change.name),
        "label": change.label,
        "now": say(change.now),
        "before": say(change.before),
        "year": say(change.year_ago),
        "step": by,
        "tone": tone,
    }


@allowed("people.view")
def drifting(request: HttpRequest) -> HttpResponse:
    """Everybody who is drifting away, by what is at stake."""
    now = now_us()
    if request.GET.get("format") == "csv":
        return attention_csv(request, "drifting-away", partial(queries.drifting_page, at=now))
    page = queries.drifting_page(at=now, after=request.GET.get("after", ""), limit=directory.PAGE)
    found = queries.today(at=now, limit=0)
    context = {"here": "today", "rows": page.rows, "after": page.after, "found": found}
    return render(request, "web/drifting.html", context)


def _all_pages(page_of: Callable[..., queries.Listed]) -> Iterator[queries.Attention]:
    page = page_of(limit=1_000)
    yield from page.rows
    while page.after:
        page = page_of(limit=1_000, after=page.after)
        yield from page.rows


@allowed("people.export")
def attention_csv(request: HttpRequest, name: str, page_of: Callable[..., queries.Listed]) -> HttpResponse:
    """A list of people with what is expected of them, as a file, page by page. Only for those who may export."""
    head = (
        "person",
        "name",
        "purchase days",
        "silent days",
        "usual gap in days",
        "chance within 13 weeks",
        "value 12 months (minor units)",
        "at stake (minor units)",
        "place on the map",
        "why",
    )
    lines = (
        (
            r.person_id,
            r.name,
            r.purchase_days,
            r.silent_days,
            r.rhythm_days,
            round(r.chance_13w, 4),
            r.value_12m,
            r.at_stake,
            r.cell,
            r.why,
        )
        for r in _all_pages(page_of)
    )
    return csv_response(name, head, lines)
