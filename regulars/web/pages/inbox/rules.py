"""Rules: what happens by itself on arrival, in silence, when something is overdue; tried on last month first."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from regulars.channels.networks.models import Account
from regulars.core.clock import now_us
from regulars.inbox import actions, queries
from regulars.inbox.actions import CannotDo
from regulars.inbox.models import Rule
from regulars.inbox.rules import OCCASIONS, TIMED
from regulars.team.permissions import allowed
from regulars.ui import toasts
from regulars.web.pages.inbox import steps, tabs
from regulars.web.pages.inbox.conditions import FEELS, INTENTS, LISTS, conditions_of, sentences
from regulars.web.pages.inbox.rehearsed import rehearsed
from regulars.web.pages.inbox.replies import quietly
from regulars.web.pages.inbox.words import kinds

DOES = {
    "pause": actions.pause_rule,
    "resume": actions.resume_rule,
    "archive": actions.archive_rule,
}


@allowed("inbox.rules")
def rules(request: HttpRequest) -> HttpResponse:
    """All of them in their order, each in a sentence."""
    context = {
        "here": "inbox",
        "tabs": tabs(request),
        "tab": "rules",
        "rules": [_line(one) for one in queries.rules()],
    }
    return render(request, "web/inbox/rules.html", context)


def _line(one: Rule) -> dict[str, Any]:
    return {
        "rule": one,
        "occasion": OCCASIONS.get(one.occasion, one.occasion),
        "conditions": sentences(one.conditions),
        "steps": steps.words(one.steps),
    }


@allowed("inbox.rules")
def edit(request: HttpRequest, rule_id: int | None = None) -> HttpResponse:
    """The form of one; `do` "try" shows what it would have done last month, anything else keeps it."""
    found = get_object_or_404(Rule, id=rule_id, archived_us=None) if rule_id else None
    if request.method != "POST":
        said = {"name": "", "occasion": "arrival", "hours": None, "conditions": {}, "steps": []}
        return _form(request, found, said if found is None else _said(found))
    said = _read(request.POST)
    try:
        if request.POST.get("do") == "try":
            return _form(request, found, said, rehearsal=rehearsed(said, rule_id=rule_id, at=now_us()))
        actions.save_rule(**said, by=request.user.by, at=now_us(), rule_id=rule_id)
    except CannotDo as problem:
        return _form(request, found, said, wrong=str(problem))
    toasts.say(request, _("“%s” is kept. It acts from now on.") % said["name"])
    return redirect("web:inbox_rules")


def _said(found: Rule) -> dict[str, Any]:
    return {name: getattr(found, name) for name in ("name", "occasion", "hours", "conditions", "steps")}


def _read(post: QueryDict) -> dict[str, Any]:
    occasion = post.get("occasion", "")
    hours = post.get("hours", "").strip().replace(",", ".")
    return {
        "name": post.get("name", "").strip()[:80],
        "occasion": occasion,
        "hours": _hours(hours) if occasion in TIMED else None,
        "conditions": conditions_of(post),
        "steps": steps.read(post),
    }


def _hours(text: str) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return None


def _form(request: HttpRequest, found: Rule | None, said: dict[str, Any], **more: Any) -> HttpResponse:
    conditions = said["conditions"]
    context = {
        "here": "inbox", "tabs": tabs(request), "tab": "rules", "found": found, "said": said,
        "occasions": OCCASIONS.items(), "timed": TIMED, "kinds": kinds(), "feels": FEELS, "intents": INTENTS,
        "accounts": Account.objects.filter(archived_us=None).order_by("name"), "labels": queries.labels(),
        "words": "\n".join(conditions.get("words", [])), "languages": ", ".join(conditions.get("languages", [])),
        "conditions": {name: conditions.get(name, [] if name in LISTS else None) for name in (*LISTS, *SINGLE)},
        "step_rows": steps.rows(said["steps"]), **steps.offered("rules"), **more,
    }  # fmt: skip
    return render(request, "web/inbox/rule.html", context, status=422 if more.get("wrong") else 200)


SINGLE = ("audience", "first", "known", "open", "stars_at_most")


@require_POST
@allowed("inbox.rules")
def act(request: HttpRequest, rule_id: int) -> HttpResponse:
    """Let it rest, run again, or take it away; move it up."""
    do = request.POST.get("do", "")
    if do == "up":
        numbers = [one.id for one in queries.rules()]
        place = numbers.index(rule_id) if rule_id in numbers else 0
        numbers[max(0, place - 1)], numbers[place] = numbers[place], numbers[max(0, place - 1)]
        return quietly(request, "web:inbox_rules", actions.order_rules, rule_ids=numbers)
    if do in DOES:
        return quietly(request, "web:inbox_rules", DOES[do], rule_id=rule_id)
    return redirect("web:inbox_rules")
