"""One case: what was said and done, what can be done, and the person beside it."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_POST

from regulars.commerce import queries as commerce
from regulars.commerce.models import Customer
from regulars.core.clock import DAY, HOUR, now_us, to_us
from regulars.core.models import Business
from regulars.inbox import actions, queries
from regulars.inbox.clocks import due
from regulars.inbox.kinds import kind_of
from regulars.inbox.models import Case
from regulars.people.models import Person
from regulars.people.queries import person_id_of, profile
from regulars.team.permissions import allowed
from regulars.team.queries import who
from regulars.ui import toasts
from regulars.web import portrait
from regulars.web.pages.inbox.words import PRIORITIES, WAYS, lines, outcome_words, told

BESIDE = ("spent", "orders", "tier", "points", "last_nps", "days_since_order")
AHEAD = (
    ("hours", lazy("in 3 hours")),
    ("tomorrow", lazy("tomorrow morning")),
    ("days", lazy("in 3 days")),
    ("week", lazy("in a week")),
)


@allowed("inbox.view")
def case(request: HttpRequest, case_id: int) -> HttpResponse:
    """The page."""
    return _page(request, _case(case_id))


def _page(request: HttpRequest, found: Case, *, wrong: str = "", text: str = "", status: int = 200) -> HttpResponse:
    now = now_us()
    person = _person(found)
    context = {
        "here": "inbox",
        "case": found,
        "line": lines([found], at=now)[0],
        "told": told(queries.entries(found.id), found),
        "person": person,
        "beside": _beside(person, now) if person and request.user.may("people.view") else None,
        "others": queries.others_looking(found.id, user_id=request.user.id, at=now),
        "ways": WAYS.items(),
        "colleagues": queries.colleagues(),
        "outcomes": kind_of(found.kind).outcomes.items(),
        "ahead": AHEAD,
        "priorities": [(key, words or _("normal")) for key, (words, _tone) in PRIORITIES.items()],
        "outcome": outcome_words(found),
        "wrong": wrong,
        "draft": text,
        "closer": who([found.closed_by]).get(found.closed_by),
        "facts": [(str(key), value) for key, value in found.facts.items() if key == "score"],
    }
    return render(request, "web/inbox/case.html", context, status=status)


def _case(case_id: int) -> Case:
    found = queries.case(case_id)
    if found is None:
        raise Http404(_("There is no case with this number."))
    return found


def _person(found: Case) -> Person | None:
    number = person_id_of([found.node_id]).get(found.node_id) if found.node_id else None
    return Person.objects.filter(id=number).first() if number else None


def _beside(person: Person, now: int) -> dict:
    """The person's history, as far as it helps to answer them."""
    business = Business.load()
    facts = portrait.facts(person, currency=business.currency, zone=business.timezone, now=now)
    known = [entry for _room, entries in facts for entry in entries]
    return {
        "facts": known,
        "orders": commerce.orders_of(person.id, limit=5),
        "bought": Customer.objects.filter(person_id=person.id).first(),
        "consents": portrait.consents(profile(person.id)),
        "cases": [line for line in lines(queries.of_person(person.id, limit=6), at=now)],
    }


@require_POST
@allowed("inbox.answer")
def act(request: HttpRequest, case_id: int) -> HttpResponse:
    """Whatever is done with a case: ?do= says what."""
    found, now = _case(case_id), now_us()
    try:
        said = _do(request, found, request.POST.get("do", ""), now)
    except actions.CannotDo as problem:
        found.refresh_from_db()
        return _page(request, found, wrong=str(problem), text=request.POST.get("text", ""), status=422)
    toasts.say(request, said)
    return redirect("web:case", case_id)


def _do(request: HttpRequest, found: Case, do: str, now: int) -> str:
    common = {"case_id": found.id, "by": request.user.by, "at": now}
    post = request.POST
    match do:
        case "note":
            actions.write_note(text=post.get("text", ""), **common)
            return _("The note is kept.")
        case "answer":
            actions.write_answer(text=post.get("text", ""), way=post.get("way", ""), **common)
            return _("Noted: the person was answered.")
        case "take":
            actions.assign(owner=request.user.by, **common)
            return _("It is yours now.")
        case "assign":
            actions.assign(owner=post.get("owner", ""), **common)
            return _("It has another owner now.") if post.get("owner") else _("It is nobody's now.")
        case "snooze":
            actions.snooze(until_us=_until(post.get("until", ""), now), **common)
            return _("It comes back by itself.")
        case "wake":
            actions.wake(**common)
            return _("It is back in the list.")
        case "priority":
            priority = post.get("priority", "")
            actions.set_priority(priority=int(priority) if priority in ("0", "1", "2") else -1, **common)
            return _("Its priority is changed.")
        case "close":
            actions.close(outcome=post.get("outcome", ""), **common)
            return _("The case is closed.")
        case "reopen":
            actions.reopen(**common)
            return _("The case is open again.")
    raise actions.CannotDo(_("Choose what to do."))


def _until(word: str, now: int) -> int:
    """The moment a word means; mornings begin when the desk opens."""
    hours = queries.hours_of_desk()
    ahead = {"hours": now + 3 * HOUR, "days": now + 3 * DAY, "week": now + 7 * DAY}
    if word in ahead:
        return ahead[word]
    zone = ZoneInfo(Business.load().timezone)
    tomorrow = datetime.fromtimestamp(now / 1e6 + DAY / 1e6, tz=zone).replace(
        hour=0, minute=1, second=0, microsecond=0
    )
    return due(at=to_us(tomorrow), hours=hours, want_us=0)


@require_POST
@allowed("inbox.view")
def looking(request: HttpRequest, case_id: int) -> HttpResponse:
    """Who has it open: the page says so by itself, again and again; the answer says who else does."""
    found, now = _case(case_id), now_us()
    actions.look(case_id=found.id, user_id=request.user.id, typing="typing" in request.GET, at=now)
    actions.see_notices(user_id=request.user.id, case_id=found.id, at=now)
    others = queries.others_looking(found.id, user_id=request.user.id, at=now)
    return render(request, "web/inbox/_others.html", {"others": others, "case": found})


@allowed("inbox.view")
def of_person(request: HttpRequest, person_id: int) -> HttpResponse:
    """The panel on a person's page."""
    rows = lines(queries.of_person(person_id, limit=8), at=now_us())
    return render(request, "web/inbox/_of_person.html", {"rows": rows})
