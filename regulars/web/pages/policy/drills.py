"""Practice: conversations with people who do not exist. What is answered is scored and kept, and never leaves."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from regulars.content.clearing.queries import context_for
from regulars.content.honesty import Examination, Fact, Turn, examine
from regulars.core.clock import now_us
from regulars.team.actions import TeamError
from regulars.team.drills import actions, queries
from regulars.team.drills.scenarios import SCENARIOS, Line, Scenario
from regulars.team.models import Drill
from regulars.team.permissions import allowed
from regulars.team.queries import who
from regulars.ui import toasts
from regulars.web.pages.facts.words import VERDICTS, WEIGHTS
from regulars.web.pages.policy import tabbed


@allowed("staff")
def drills(request: HttpRequest) -> HttpResponse:
    """What can be practised, what one has, and what colleagues wait to be told."""
    mine, others = queries.drills_of(request.user.id), queries.to_judge(request.user.id)
    names = who(
        {f"user:{one.user_id}" for one in others} | {f"user:{one.colleague_id}" for one in mine if one.colleague_id}
    )
    context = {
        "scenarios": SCENARIOS.values(),
        "mine": [(one, SCENARIOS[one.scenario], names.get(f"user:{one.colleague_id}", "")) for one in _known(mine)],
        "others": [(one, SCENARIOS[one.scenario], names[f"user:{one.user_id}"]) for one in _known(others)],
    }
    return tabbed(request, "drills", "drills", **context)


def _known(rows: list[Drill]) -> list[Drill]:
    return [one for one in rows if one.scenario in SCENARIOS]


@require_POST
@allowed("staff")
def begin(request: HttpRequest) -> HttpResponse:
    """Begin one, or go on with it."""
    try:
        made = actions.begin_drill(scenario=request.POST.get("scenario", ""), user_id=request.user.id, at=now_us())
    except TeamError as problem:
        toasts.say(request, str(problem))
        return redirect("web:drills")
    return redirect("web:drill", made.id)


def _one(drill_id: int) -> tuple[Drill, Scenario]:
    found = queries.drill(drill_id)
    if found is None or found.scenario not in SCENARIOS:
        raise Http404(_("There is no such practice."))
    return found, SCENARIOS[found.scenario]


@allowed("staff")
def drill(request: HttpRequest, drill_id: int) -> HttpResponse:
    """The conversation so far, and the next message; afterwards what was found and what a colleague says."""
    return _page(request, drill_id)


def _page(
    request: HttpRequest, drill_id: int, *, wrong: str = "", draft: str = "", status: int = 200
) -> HttpResponse:
    found, scenario = _one(drill_id)
    mine = found.user_id == request.user.id
    if not mine and found.ended_us is None:
        raise Http404(_("It is not over yet."))
    said = queries.answers(found.id)
    names = who({f"user:{found.user_id}"} | ({f"user:{found.colleague_id}"} if found.colleague_id else set()))
    context = {
        "one": found,
        "scenario": scenario,
        "told": [
            (line, each, VERDICTS[each.verdict], _findings(each), -(-each.seconds // 60))
            for line, each in zip(scenario.lines, said, strict=False)
        ],
        "next": scenario.lines[found.turn] if found.ended_us is None else None,
        "left": len(scenario.lines) - found.turn,
        "mine": mine,
        "player": names[f"user:{found.user_id}"],
        "colleague": names.get(f"user:{found.colleague_id}", ""),
        "wrong": wrong,
        "draft": draft,
    }
    return tabbed(request, "drill", "drills", status=status, **context)


def _findings(answer) -> list[tuple[dict, tuple]]:
    """With their weights in words; the place is cut out of the answer that was given."""
    return [
        (one | {"cut": answer.text[one["start"] : one["end"]]}, WEIGHTS[one["weight"]]) for one in answer.findings
    ]


@require_POST
@allowed("staff")
def answer(request: HttpRequest, drill_id: int) -> HttpResponse:
    """Answer the message of this turn: the gate looks at it, and nothing of it goes anywhere."""
    found, scenario = _one(drill_id)
    if found.user_id != request.user.id:
        raise Http404(_("This is somebody else's practice."))
    text, turn = request.POST.get("text", ""), request.POST.get("turn", "")
    if found.ended_us is not None or not turn.isdigit() or int(turn) != found.turn:
        return redirect("web:drill", found.id)
    seen = _look(text, scenario, found, by=request.user.by)
    kept = [{name: getattr(one, name) for name in ("weight", "says", "do", "start", "end")} for one in seen.findings]
    try:
        actions.answer_drill(
            drill_id=found.id, turn=found.turn, text=text, verdict=seen.verdict, findings=kept, at=now_us()
        )
    except TeamError as problem:
        return _page(request, found.id, wrong=str(problem), draft=text, status=422)
    return redirect("web:drill", found.id)


def _look(text: str, scenario: Scenario, found: Drill, *, by: str) -> Examination:
    """The same gate as outside, with the facts of the scenario."""
    line, at = scenario.lines[found.turn], now_us()
    before = [Turn(answer.text, ours=True) for answer in queries.answers(found.id)]
    facts = tuple(Fact(number, str(known), source=_("practice")) for number, known in enumerate(scenario.known, 1))
    context = context_for(
        text, at=at, by=by, asked=str(line.says), thread=tuple(before), facts=facts, rumour=str(line.rumour),
        admitted=tuple(str(fault) for fault in line.admitted), purpose=_purpose(line),
    )  # fmt: skip
    return examine(text.strip(), context)


def _purpose(line: Line) -> str:
    return "correction" if line.rumour else "reply"


@require_POST
@allowed("staff")
def judge(request: HttpRequest, drill_id: int) -> HttpResponse:
    """Tell a colleague how it was."""
    post = request.POST
    points = post.get("points", "")
    try:
        actions.judge_drill(
            drill_id=_one(drill_id)[0].id,
            points=int(points) if points.isdigit() else 0,
            said=post.get("said", "").strip()[:2000],
            user_id=request.user.id,
            at=now_us(),
        )
    except TeamError as problem:
        return _page(request, drill_id, wrong=str(problem), status=422)
    toasts.say(request, _("Told. They see it with their practice."))
    return redirect("web:drills")
