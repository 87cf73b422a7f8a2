"""The editor: the draft as a tree, and a panel for what is open in it: a step, the start, the goal, or a new step.

Every button sends a form; with script the answer is swapped in, without it the page is loaded anew.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from regulars.core.clock import now_us
from regulars.core.models import Business
from regulars.journeys import actions, queries
from regulars.journeys.actions.publishing import faults_now
from regulars.journeys.models import Journey
from regulars.journeys.steps import KINDS
from regulars.team.permissions import allowed
from regulars.team.queries import who
from regulars.web.builder.choices import choices_now
from regulars.web.builder.lines import Drawer
from regulars.web.builder.reading import Reader
from regulars.web.builder.steps import change
from regulars.web.pages.journeys import editing
from regulars.web.pages.journeys.drawing import ICONS, Drawing
from regulars.web.pages.journeys.fields import PANELS, Panel, StartPanel, keep_ways
from regulars.web.pages.journeys.overtaking import keeps, touches_the_same
from regulars.web.pages.journeys.words import Words

Raw = dict[str, Any]
NO_EVENT: Raw = {"event": "Order Completed"}
SOME: Raw = {"all": [{"fact": "orders", "op": ">=", "value": 1}]}


@allowed("journeys.edit")
def edit(request: HttpRequest, journey_id: int) -> HttpResponse:
    """Look at the draft and change it. ?step=<id>, start or goal is open in the panel; ?add=<place> offers steps."""
    journey = get_object_or_404(Journey, id=journey_id, archived_us=None)
    open_at, act = request.GET.get("step", ""), request.POST.get("act", "")
    said, news = None, None
    if request.method == "POST":
        said, open_at, news = _posted(request, journey, open_at, act)
    tree = journey.draft
    context = {
        "here": "journeys",
        "journey": journey,
        "news": news,
        "can": queries.steps_back_and_forth(journey),
        "drawing": Drawing(Words.now(), faults=faults_now(tree), chosen=open_at).tree(tree),
        "panel": _panel(tree, open_at, said),
        "add": request.GET.get("add", "") if request.method == "GET" else "",
        "kinds": [(kind, module.LABEL, module.SAYS, ICONS[kind]) for kind, module in KINDS.items()],
        "saved": act == "save" and said is None and not news,
    }
    context["faults"] = faults_now(tree)
    template = "web/journeys/_editor.html" if request.htmx else "web/journeys/edit.html"
    return render(request, template, context, status=409 if news else 200)


Posted = tuple[Raw | None, str, dict[str, Any] | None]


def _posted(request: HttpRequest, journey: Journey, open_at: str, act: str) -> Posted:
    """(what stands in the panel unsaved, what is open, what somebody else changed meanwhile)."""
    seen = request.POST.get("seen", "")
    seen = int(seen) if seen.isdecimal() else journey.draft_id
    for _again in range(5):  # somebody may keep something between looking and keeping
        old = queries.draft(seen) if seen != journey.draft_id else journey.draft
        if keeps(act) and (old is None or touches_the_same(old, journey.draft, open_at, act)):
            return _overtaken(request, journey, open_at, act)
        try:
            said, to = _kept_or_shown(request, journey, open_at, act)
            return said, to, None
        except actions.Overtaken:
            journey.refresh_from_db()
    return _overtaken(request, journey, open_at, act)


def _kept_or_shown(request: HttpRequest, journey: Journey, open_at: str, act: str) -> tuple[Raw | None, str]:
    how = {"journey_id": journey.id, "by": request.user.by, "at": now_us(), "seen": journey.draft_id}
    if act in ("undo", "redo"):
        (actions.undo_draft if act == "undo" else actions.redo_draft)(**how)
        said, to = None, open_at
    else:
        tree, said, to = _acted(request.POST, journey.draft, open_at, act)
        if said is None:
            actions.save_draft(tree=tree, **how)
    journey.refresh_from_db()
    return said, to


def _overtaken(request: HttpRequest, journey: Journey, open_at: str, act: str) -> Posted:
    """Who changed what; what the panel says stays in it, and is kept when Keep is pressed again."""
    said = None
    if act == "save" and (open_at in ("start", "goal") or editing.find(journey.draft, open_at)):
        said = _read(request.POST, journey.draft, open_at)
    words, theirs = Words.now(), journey.draft.get(open_at) or editing.find(journey.draft, open_at)
    news = {
        "who": who([journey.drafted_by])[journey.drafted_by], "at": journey.drafted_us, "mine": said is not None,
        "theirs": words.piece(open_at, theirs), "yours": words.piece(open_at, said) if said else "",
    }  # fmt: skip
    return said, open_at, news


def _acted(form: QueryDict, tree: Raw, open_at: str, act: str) -> tuple[Raw, Raw | None, str]:
    """(the tree to keep, what stands in the panel unsaved, what is open)."""
    match act.split():
        case ["insert", kind, place]:
            tree, made = editing.put_in(tree, place, kind)
            return tree, None, made
        case ["remove"]:
            return editing.take_out(tree, open_at), None, ""
        case ["earlier" | "later" as way]:
            return editing.shift(tree, open_at, -1 if way == "earlier" else 1), None, open_at
        case ["nogoal"]:
            return {**tree, "goal": None}, None, ""
    said = _read(form, tree, open_at)
    if said is None:
        return tree, None, ""
    if act == "save":
        return _saved(form, tree, open_at, said)
    return tree, _changed(said, act), open_at  # a step of the builder: shown, not kept


def _saved(form: QueryDict, tree: Raw, open_at: str, said: Raw) -> tuple[Raw, Raw | None, str]:
    """Kept; unless ways of a random split would go, and nobody said what becomes of the steps on them."""
    step = editing.find(tree, open_at) if said.get("kind") == "random" else None
    lost = editing.lost_ways(step, said) if step else []
    if not lost:
        return _kept(tree, open_at, said), None, open_at
    fates = {n: form.get(f"fate.{n}", "") for n, _ in lost}
    if not all(fates.values()):
        return tree, said, open_at
    return editing.settle_ways(tree, open_at, said, fates), None, open_at


def _kept(tree: Raw, open_at: str, said: Raw) -> Raw:
    return {**tree, open_at: said} if open_at in ("start", "goal") else editing.replace(tree, open_at, said)


def _changed(said: Raw, act: str) -> Raw:
    if "condition" in said:
        return {**said, "condition": change(said["condition"], act)}
    return change(said, act) if "event" in said else said


def _read(form: QueryDict, tree: Raw, open_at: str) -> Raw | None:
    """What the panel says."""
    reader = Reader(form, choices_now().catalog, Business.load().currency)
    if open_at == "goal":
        return _read_goal(form, reader)
    if open_at == "start":
        return _read_start(form, reader)
    step = editing.find(tree, open_at)
    if step is None:
        return None
    panel = PANELS[step["kind"]](form)
    panel.is_valid()
    said = keep_ways(step, panel.said())
    if step["kind"] == "branch":
        said["condition"] = reader.tree() if "n.is" in form else step.get("condition", SOME)
    if step["kind"] == "wait_event":
        said |= _happening(form, reader)
    return {"id": open_at, "kind": step["kind"], **said}


def _happening(form: QueryDict, reader: Reader) -> Raw:
    """An event with its filter; one that was never seen is typed."""
    typed = " ".join(form.get("n.typed", "").split())[:120]
    return {"event": typed} if typed else reader.happening("n")


def _read_goal(form: QueryDict, reader: Reader) -> Raw:
    if form.get("goal_kind") != "condition":
        return _happening(form, reader) if "n.event" in form else NO_EVENT
    return {"condition": reader.tree() if "n.is" in form else SOME}


def _read_start(form: QueryDict, reader: Reader) -> Raw:
    kind = form.get("kind", "manual")
    panel = StartPanel(form, kind=kind)
    panel.is_valid()
    said = panel.said()
    if kind == "event":
        said |= _happening(form, reader) if "n.event" in form else NO_EVENT
    if kind == "threshold":
        said["condition"] = reader.tree() if "n.is" in form else SOME
    return said


def _panel(tree: Raw, open_at: str, said: Raw | None) -> dict[str, Any] | None:
    """What the panel shows: the form, and the condition or event in it."""
    stored = {"start": tree.get("start"), "goal": tree.get("goal") or NO_EVENT}.get(open_at) if open_at in (
        "start", "goal") else editing.find(tree, open_at)  # fmt: skip
    raw = said or stored
    if raw is None:
        return None
    kind = "goal_event" if open_at == "goal" else open_at if open_at == "start" else raw["kind"]
    shown = {"at": open_at, "kind": kind, "form": _form(kind, raw), "unsaved": said is not None}
    shown["has_goal"] = open_at == "goal" and bool(tree.get("goal"))
    shown["label"] = KINDS[kind].LABEL if kind in KINDS else ""
    shown["below"] = sum(1 for _ in editing.steps([raw])) - 1 if kind in KINDS else 0
    shown["fates"] = _fates(tree, open_at, raw) if said else []
    shown["goal_kind"] = "condition" if "condition" in raw else "event"
    drawer = Drawer(choices_now(), Business.load().currency)
    asks = kind == "goal_event" and "condition" in raw
    if asks or kind == "branch" or (kind == "start" and raw.get("kind") == "threshold"):
        condition = raw.get("condition") or SOME
        condition = condition if any(k in condition for k in ("all", "any", "none")) else {"all": [condition]}
        shown["node"] = drawer.line(condition)
    if (not asks and kind in ("wait_event", "goal_event")) or (kind == "start" and raw.get("kind") == "event"):
        shown["happening"] = drawer.happening(raw, "n")
    return shown


def _fates(tree: Raw, open_at: str, raw: Raw) -> list[dict[str, Any]]:
    """Ways of a random split that go, with what can become of the steps on them."""
    step = editing.find(tree, open_at)
    if not step or raw.get("kind") != "random":
        return []
    left = [(f"way:{n}", _("to way %(n)d (%(share)s %%)") % {"n": n + 1, "share": way["share"]})
            for n, way in enumerate(raw["ways"])]  # fmt: skip
    choices = [*left, ("after", _("behind the split, for everybody")), ("drop", _("throw them away"))]
    return [
        {"n": n, "name": n + 1, "share": step["ways"][n].get("share"), "steps": sum(1 for _ in editing.steps(below)),
         "choices": choices}
        for n, below in editing.lost_ways(step, raw)
    ]  # fmt: skip


def _form(kind: str, raw: Raw) -> Panel | StartPanel | None:
    if kind == "goal_event":
        return None
    if kind == "start":
        return StartPanel(initial=StartPanel.shown(raw), kind=raw.get("kind", "manual"))
    panel = PANELS[kind]
    return panel(initial=panel.shown(raw))
