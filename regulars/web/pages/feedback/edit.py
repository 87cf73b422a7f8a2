"""Making and changing a survey: its questions in languages, when it asks, whom, and what follows."""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from regulars.core.clock import now_us
from regulars.events.queries import event_names
from regulars.feedback import actions, triggers
from regulars.feedback.models import Survey
from regulars.feedback.questions import MOST_QUESTIONS
from regulars.segments.models import Segment
from regulars.team.permissions import allowed
from regulars.ui import toasts
from regulars.web.pages.feedback import tabs
from regulars.web.pages.feedback.words import KINDS, WAVES, state

QUESTIONS = {
    "nps": lazy("0 to 10: would they recommend us"),
    "csat": lazy("1 to 5: how satisfied"),
    "score": lazy("1 to 5"),
    "choice": lazy("a choice"),
    "text": lazy("a text"),
}
TRIGGERS = {
    "manual": lazy("By hand, by link or by a journey"),
    "event": lazy("Some days after an event"),
    "segment": lazy("On entering a segment"),
    "wave": lazy("In waves: everybody of a segment once a wave"),
}
NUMBERS = ("rest_days", "again_days", "change_hours", "reask_days", "smallest_group")
SWITCHES = ("open_link", "closes_loop", "anonymous")
SPARE = 2


@allowed("feedback.edit")
def new(request: HttpRequest) -> HttpResponse:
    """Choose a kind and a name; everything else can wait."""
    wrong = ""
    if request.method == "POST":
        try:
            made = actions.create_survey(
                name=request.POST.get("name", ""), kind=request.POST.get("kind", ""), by=request.user.by, at=now_us()
            )
            return redirect("web:survey_edit", made.id)
        except actions.CannotDo as problem:
            wrong = str(problem)
    context = {"here": "surveys", "kinds": KINDS.items(), "wrong": wrong, "said": request.POST}
    return render(request, "web/feedback/new.html", context, status=422 if wrong else 200)


@allowed("feedback.edit")
def edit(request: HttpRequest, survey_id: int) -> HttpResponse:
    """Questions and rules; what was asked before stays as it was asked."""
    found, wrong = get_object_or_404(Survey, id=survey_id), ""
    if request.method == "POST":
        settings, form = _settings(request, found), _form(request)
        try:
            actions.change_survey(survey_id=survey_id, by=request.user.by, at=now_us(), form=form, **settings)
            toasts.say(request, _("Saved. Whoever is asked from now on is asked like this."))
            return redirect("web:survey_edit", survey_id)
        except actions.CannotDo as problem:
            wrong = str(problem)
            for name, value in settings.items():
                setattr(found, name, value)
            found.draft = form
    languages = found.draft.get("languages") or ["en"]
    context = {
        "here": "surveys",
        "survey": found,
        "tabs": tabs(found),
        "tab": "edit",
        "state": state(found),
        "wrong": wrong,
        "languages": languages,
        "questions": _rows(found.draft, languages),
        "kinds": QUESTIONS.items(),
        "trigger": triggers.Trigger(
            **{k: v for k, v in found.trigger.items() if k in triggers.Trigger.__struct_fields__}
        ),
        "triggers": TRIGGERS.items(),
        "waves": WAVES.items(),
        "events": event_names(),
        "share": round(found.share * 100),
        "segments": Segment.objects.filter(archived_us=None, owner="").order_by("name"),
        "links": "\n".join(f"{one['label']} {one['url']}" for one in found.review_links),
        "intro": _texts(found.draft.get("intro", {}), languages),
        "thanks": _texts(found.draft.get("thanks", {}), languages),
    }
    return render(request, "web/feedback/edit.html", context, status=422 if wrong else 200)


def _texts(texts: dict[str, str], languages: list[str]) -> list[tuple[str, str]]:
    return [(language, texts.get(language, "")) for language in languages]


def _rows(draft: dict[str, Any], languages: list[str]) -> list[dict[str, Any]]:
    """Each question as the page edits it, and some empty ones."""
    stored = draft.get("questions", [])
    rows = [
        {
            "id": one["id"],
            "kind": one["kind"],
            "texts": _texts(one.get("text", {}), languages),
            "options": "\n".join(
                " | ".join(text for _l, text in _texts(option["text"], languages))
                for option in one.get("options", [])
            ),
            "when": one.get("when") or {},
            "value": _value_words(one.get("when") or {}),
            "required": one.get("required"),
            "before": [other["id"] for other in stored[:place] if other["kind"] != "text"],
        }
        for place, one in enumerate(stored)
    ]
    spare = {
        "id": "",
        "kind": "",
        "texts": _texts({}, languages),
        "options": "",
        "when": {},
        "value": "",
        "before": [one["id"] for one in stored if one["kind"] != "text"],
    }
    return [*rows, *[spare] * min(SPARE, MOST_QUESTIONS - len(rows))]


def _value_words(when: dict[str, Any]) -> str:
    value = when.get("value", "")
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _form(request: HttpRequest) -> dict[str, Any]:
    """The form out of what was sent; what is wrong with it says the room."""
    post = request.POST
    languages = [one.strip().lower() for one in post.get("languages", "en").split(",") if one.strip()] or ["en"]
    questions = []
    for place in range(MOST_QUESTIONS + SPARE):
        kind = post.get(f"kind{place}", "")
        if kind:
            questions.append(_question(post, place, kind, languages, questions))
    said = {name: _said(post, name, languages) for name in ("intro", "thanks")}
    return {"languages": languages, **said, "questions": questions}


def _said(post: Any, name: str, languages: list[str]) -> dict[str, str]:
    found = {language: post.get(f"{name}_{language}", "").strip() for language in languages}
    return {language: text for language, text in found.items() if text}


def _question(post: Any, place: int, kind: str, languages: list[str], before: list[dict]) -> dict[str, Any]:
    known = post.get(f"id{place}", "")
    number = next(f"q{n}" for n in range(1, 99) if f"q{n}" not in {one["id"] for one in before})
    made: dict[str, Any] = {"id": known or number, "kind": kind, "text": _said(post, f"text{place}", languages)}
    if kind == "choice":
        lines = [line for line in post.get(f"options{place}", "").splitlines() if line.strip()]
        made["options"] = [
            {"id": f"o{n}", "text": dict(zip(languages, (part.strip() for part in line.split("|")), strict=False))}
            for n, line in enumerate(lines, 1)
        ]
    if post.get(f"required{place}"):
        made["required"] = True
    if post.get(f"after{place}"):
        made["when"] = _when(post, place, before)
    return made


def _when(post: Any, place: int, before: list[dict]) -> dict[str, Any]:
    """A condition; of choices, the answers are given as they stand on the page."""
    other = next((one for one in before if one["id"] == post[f"after{place}"]), {})
    said = [part.strip() for part in post.get(f"value{place}", "").split(",") if part.strip()]
    if other.get("kind") == "choice":
        named = {
            text.casefold(): one["id"] for one in other["options"] for text in [*one["text"].values(), one["id"]]
        }
        return {"question": other["id"], "op": "in", "value": [named.get(part.casefold(), part) for part in said]}
    number = int(said[0]) if said and re.fullmatch(r"\d{1,2}", said[0]) else ""
    return {"question": post[f"after{place}"], "op": post.get(f"op{place}", "<="), "value": number}


def _settings(request: HttpRequest, found: Survey) -> dict[str, Any]:
    post = request.POST
    settings: dict[str, Any] = {
        "name": post.get("name", ""),
        "wave": post.get("wave", found.wave),
        "channel": post.get("channel", found.channel),
        "share": _number(post.get("share"), round(found.share * 100)) / 100,
        "trigger": _trigger(post),
        "review_links": _links(post.get("links", "")),
    }
    settings |= {name: _number(post.get(name), getattr(found, name)) for name in NUMBERS}
    settings |= {name: bool(post.get(name)) for name in SWITCHES}
    if found.started_us:
        settings["anonymous"] = found.anonymous
    return settings


def _number(text: str | None, usual: int) -> int:
    return int(text) if text and re.fullmatch(r"\d{1,5}", text) else usual


def _trigger(post: Any) -> dict[str, Any]:
    kind = post.get("trigger", "manual")
    made: dict[str, Any] = {"kind": kind}
    if kind == "event":
        made |= {"event": post.get("event", ""), "after_days": _number(post.get("after_days"), 0)}
    if kind in ("segment", "wave"):
        made["segment"] = _number(post.get("segment"), 0) or None
    return made


def _links(text: str) -> list[dict[str, str]]:
    rows = (line.strip().rpartition(" ") for line in text.splitlines() if line.strip())
    return [{"label": label.strip()[:80], "url": url} for label, _space, url in rows]
