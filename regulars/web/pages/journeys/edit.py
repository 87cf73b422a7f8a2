"""The editor: the draft as a tree, and a panel for what is open in it: a step, the start, the goal, or a new step.

Every button sends a form; with script the answer is swapped in, without it the page is loaded anew.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render

from regulars.core.clock import now_us
from regulars.core.models import Business
from regulars.journeys import actions
from regulars.journeys.actions.publishing import faults_now
from regulars.journeys.models import Journey
from regulars.journeys.steps import KINDS
from regulars.team.permissions import allowed
from regulars.web.builder.choices import choices_now
from regulars.web.builder.lines import Drawer
from regulars.web.builder.reading import Reader
from regulars.web.builder.steps import change
from regulars.web.pages.journeys import editing
from regulars.web.pages.journeys.drawing import ICONS, Drawing
from regulars.web.pages.journeys.fields import PANELS, Panel, StartPanel, keep_ways
from regulars.web.pages.journeys.words import Words

Raw = dict[str, Any]
NO_EVENT: Raw = {"event": "Order Completed"}
SOME: Raw = {"all": [{"fact": "orders", "op": ">=", "value": 1}]}


@allowed("journeys.edit")
def edit(request: HttpRequest, journey_id: int) -> HttpResponse:
    """Look at the draft and change it. ?step=<id>, start or goal is open in the panel; ?add=<place> offers steps."""
    journey = get_object_or_404(Journey, id=journey_id, archived_us=None)
    open_at, act = request.GET.get("step", ""), request.POST.get("act", "")
    tree, said = journey.draft, None
    if request.method == "POST":
        tree, said, open_at = _acted(request.POST, tree, open_at, act)
        if said is None and tree != journey.draft:
            actions.save_draft(journey_id=journey.id, tree=tree, by=request.user.by, at=now_us())
    context = {
        "here": "journeys",
        "journey": journey,
        "drawing": Drawing(Words.now(), faults=faults_now(tree), chosen=open_at).tree(tree),
        "panel": _panel(tree, open_at, said),
        "add": request.GET.get("add", "") if request.method == "GET" else "",
        "kinds": [(kind, module.LABEL, module.SAYS, ICONS[kind]) for kind, module in KINDS.items()],
        "saved": act == "save",
    }
    context["faults"] = faults_now(tree)
    return render(request, "web/journeys/_editor.html" if request.htmx else "web/journeys/edit.html", context)


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
        return _kept(tree, open_at, said), None, open_at
    return tree, _changed(said, act), open_at  # a step of the builder: shown, not kept


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
        return reader.happening("n")
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
        said |= reader.happening("n")
    return {"id": open_at, "kind": step["kind"], **said}


def _read_start(form: QueryDict, reader: Reader) -> Raw:
    kind = form.get("kind", "manual")
    panel = StartPanel(form, kind=kind)
    panel.is_valid()
    said = panel.said()
    if kind == "event":
        said |= reader.happening("n") if "n.event" in form else NO_EVENT
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
    drawer = Drawer(choices_now(), Business.load().currency)
    if kind == "branch" or (kind == "start" and raw.get("kind") == "threshold"):
        condition = raw.get("condition") or SOME
        condition = condition if any(k in condition for k in ("all", "any", "none")) else {"all": [condition]}
        shown["node"] = drawer.line(condition)
    if kind in ("wait_event", "goal_event") or (kind == "start" and raw.get("kind") == "event"):
        shown["happening"] = drawer.happening(raw, "n")
    return shown


def _form(kind: str, raw: Raw) -> Panel | StartPanel | None:
    if kind == "goal_event":
        return None
    if kind == "start":
        return StartPanel(initial=StartPanel.shown(raw), kind=raw.get("kind", "manual"))
    panel = PANELS[kind]
    return panel(initial=panel.shown(raw))
