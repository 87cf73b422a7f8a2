"""One journey: its live tree with figures, who is inside, its versions, its settings."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from regulars.channels.models import Topic
from regulars.channels.queries import counts
from regulars.core.clock import now_us
from regulars.journeys import actions, queries
from regulars.journeys.models import Enrolment, Journey, JourneyVersion
from regulars.journeys.reading import TreeError
from regulars.people.models import Person
from regulars.segments.models import Segment
from regulars.segments.queries import people_in
from regulars.team.permissions import allowed
from regulars.team.queries import who
from regulars.ui import toasts
from regulars.ui.formats import number
from regulars.web.pages.journeys.drawing import Drawing
from regulars.web.pages.journeys.editing import steps
from regulars.web.pages.journeys.words import Words

PAGE, AT_ONCE = 50, 2000


@allowed("journeys.view")
def journey(request: HttpRequest, journey_id: int) -> HttpResponse:
    """?tab=people who is inside (&step=<id> at one step, &outcome=done who is out), ?tab=versions, ?tab=settings."""
    found = get_object_or_404(Journey, id=journey_id)
    tab = request.GET.get("tab", "tree")
    show = {"people": _people, "versions": _versions, "settings": _settings}.get(tab, _tree)
    numbers = queries.numbers(found.id)
    tabs = [("tree", _("The journey"), "?"), ("people", _("Who is inside"), "?tab=people"),
            ("versions", _("Versions"), "?tab=versions"), ("settings", _("Settings"), "?tab=settings")]  # fmt: skip
    context = {"here": "journeys", "journey": found, "numbers": numbers, "tab": tab, "tabs": tabs}
    context["changed"] = found.live_version and found.draft != _live(found).tree
    return render(request, "web/journeys/journey.html", {**context, **show(request, found, numbers)})


def _live(found: Journey) -> JourneyVersion:
    return JourneyVersion.objects.get(journey_id=found.id, number=found.live_version)


def _tree(request: HttpRequest, found: Journey, numbers: queries.Numbers) -> dict:
    tree = _live(found).tree if found.live_version else found.draft
    gone = {
        step: n for step, n in numbers.here.items() if step not in {s["id"] for s in steps(tree.get("steps", []))}
    }
    tasks, waiting = queries.open_tasks(journey_id=found.id, limit=5)
    lists = Segment.objects.filter(archived_us=None, owner="").order_by("name")
    return {
        "drawing": Drawing(Words.now(), numbers=numbers if found.live_version else None, mail=_mail(found)).tree(
            tree
        ),
        "elsewhere": sum(gone.values()),
        "segments": lists if request.user.may("journeys.edit") else [],
        "tasks": tasks,
        "tasks_note": waiting,
    }


WENT = ("handed_off", "delivered", "bounced")


def _mail(found: Journey) -> dict[str, dict[str, int]]:
    """Of each step of the live version that sends: its campaign, how many left the house, wait, did not go."""
    said = {}
    for step, campaign in (_live(found).campaigns if found.live_version else {}).items():
        states = counts(campaign, at=now_us())
        said[step] = {
            "campaign": campaign,
            "went": sum(states.get(state, 0) for state in WENT),
            "waits": sum(states.get(state, 0) for state in ("planned", "claimed", "handing_off")),
            "skipped": states.get("skipped", 0) + states.get("failed", 0),
        }
    return said


def _people(request: HttpRequest, found: Journey, numbers: queries.Numbers) -> dict:
    step, outcome = request.GET.get("step", ""), request.GET.get("outcome", "")
    page = queries.runs_page(
        journey_id=found.id, step=step, outcome=outcome, after=request.GET.get("after", ""), limit=PAGE
    )
    people = Person.objects.filter(merged_into=None).in_bulk({run.person_id for run in page.rows})
    words, labels = Words.now(), {}
    for version in JourneyVersion.objects.filter(journey_id=found.id).order_by("number"):
        labels |= {raw["id"]: raw.get("title") or words.step(raw) for raw in steps(version.tree.get("steps", []))}
    rows = [(run, people.get(run.person_id), labels.get(run.step, run.step)) for run in page.rows]
    places = [(name, labels.get(name, name), n) for name, n in sorted(numbers.here.items(), key=lambda i: -i[1])]
    return {"rows": rows, "after": page.next, "step": step, "outcome": outcome, "places": places}


def _versions(request: HttpRequest, found: Journey, numbers: queries.Numbers) -> dict:
    versions = list(JourneyVersion.objects.filter(journey_id=found.id).order_by("-number"))
    names, words = who(version.by for version in versions), Words.now()
    rows = [(v, names[v.by], words.start(v.tree["start"]), sum(1 for _ in steps(v.tree["steps"]))) for v in versions]
    return {"versions": rows}


def _settings(request: HttpRequest, found: Journey, numbers: queries.Numbers) -> dict:
    return {
        "topics": Topic.objects.filter(archived_us=None).order_by("order", "name"),
        "percent": found.holdout * 100,
    }


@require_POST
@allowed("journeys.edit")
def settings(request: HttpRequest, journey_id: int) -> HttpResponse:
    """Name, what it is for, holdout in percent, priority, topic."""
    form = request.POST
    try:
        said = {
            "name": form.get("name", ""),
            "description": form.get("description", "").strip(),
            "holdout": float(form.get("holdout") or 0) / 100,
            "priority": int(form.get("priority") or 50),
            "topic": form.get("topic", ""),
        }
        actions.change_settings(journey_id=journey_id, by=request.user.by, at=now_us(), **said)
        toasts.say(request, _("Saved."))
    except TreeError as error:
        toasts.warn(request, error.message)
    except ValueError:
        toasts.warn(request, _("Holdout and priority are numbers."))
    return redirect(f"{request.path.removesuffix('/settings')}?tab=settings")


@require_POST
@allowed("journeys.edit")
def act(request: HttpRequest, journey_id: int) -> HttpResponse:
    """Pause, resume, archive, put people in, take one out: `do` says which."""
    found = get_object_or_404(Journey, id=journey_id, archived_us=None)
    by, at, do = request.user.by, now_us(), request.POST.get("do")
    if do == "pause":
        actions.pause_journey(journey_id=found.id, by=by, at=at)
        toasts.say(request, _("Paused: nothing happens until you resume it. People still enter, and wait."))
    elif do == "resume":
        actions.resume_journey(journey_id=found.id, by=by, at=at)
        toasts.say(request, _("It goes on."))
    elif do == "archive":
        actions.archive_journey(journey_id=found.id, by=by, at=at)
        toasts.say(request, _("“%s” is archived.") % found.name)
        return redirect("web:journeys")
    elif do == "enrol":
        _enrol(request, found, by, at)
    elif do == "take_out":
        run = get_object_or_404(Enrolment, id=request.POST.get("run"), journey_id=found.id)
        actions.stop_enrolment(enrolment_id=run.id, by=by, at=at)
        toasts.say(request, _("Taken out."))
        return redirect(f"{request.path.removesuffix('/act')}?tab=people")
    return redirect("web:journey", found.id)


def _enrol(request: HttpRequest, found: Journey, by: str, at: int) -> None:
    segment = Segment.objects.filter(id=request.POST.get("segment") or 0, archived_us=None).first()
    if segment is None or not found.live_version:
        toasts.warn(request, _("Choose a segment; the journey must be published."))
        return
    if segment.people > AT_ONCE:
        said = {"journey_id": found.id, "segment_id": segment.id, "occasion": f"hand:{at}", "at": at}
        actions.enrol_segment.later(**said)
        toasts.say(request, _("%s people are put in, in the background.") % number(segment.people))
        return
    made = actions.enrol_people(journey_id=found.id, person_ids=people_in(segment.id), by=by, at=at)
    toasts.say(request, _("%s people entered. Those who are inside, or were and may not come again, did not.") % made)
