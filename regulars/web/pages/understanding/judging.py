"""One text after the other, one key each. What the reader thinks is shown afterwards: it must not lead anybody."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as lazy

from regulars.channels.networks.models import Item
from regulars.core.clock import now_us
from regulars.inbox.errors import CannotDo
from regulars.inbox.understanding import own, queries
from regulars.inbox.understanding.judging import judge, take_back
from regulars.inbox.understanding.models import Label
from regulars.team.permissions import allowed
from regulars.ui import toasts
from regulars.web.pages.listening.words import FEELS, INTENTS

KEYS = {"negative": "1", "neutral": "2", "positive": "3"}
INTENT_KEYS = {"complaint": "c", "help": "h", "question": "q", "buying": "b", "praise": "p", "none": "n"}
MOST_SKIPPED = 200


@allowed("inbox.answer")
def judging(request: HttpRequest) -> HttpResponse:
    """The next text; a POST says how the last one feels, skips it, or takes it back."""
    skipped = _numbers(request.POST.get("skipped", ""))
    last = None
    if request.method == "POST":
        last, skipped = _take(request, skipped)
        if not request.htmx:
            return redirect("web:judging")
    context = _context(skipped, last)
    return render(
        request, "web/understanding/_card.html" if request.htmx else "web/understanding/judge.html", context
    )


def _take(request: HttpRequest, skipped: list[int]) -> tuple[dict[str, Any] | None, list[int]]:
    """What was done, in words, and what was skipped so far."""
    post, item_id = request.POST, next(iter(_numbers(request.POST.get("item", ""))), 0)
    act = post.get("act", "")
    try:
        if act == "skip":
            return None, [*skipped, item_id][-MOST_SKIPPED:]
        if act == "undo":
            take_back(item_id=item_id, by=request.user.by, at=now_us())
            return None, skipped
        judge(item_id=item_id, feels=act, intent=post.get("intent", ""), how=_how(post.get("how", "")),
              by=request.user.by, at=now_us())  # fmt: skip
    except CannotDo as problem:
        toasts.warn(request, str(problem))
        return None, skipped
    return _said(item_id, act), skipped


def _how(raw: str) -> str:
    return raw if raw in ("random", "unsure") else "seen"


def _said(item_id: int, feels: str) -> dict[str, Any]:
    """What the colleague said, and what the reader had thought of it."""
    label = Label.objects.filter(item_id=item_id).first()
    predicted = label.predicted if label else "unsure"
    item = Item.objects.filter(id=item_id).first()
    why = queries.why(item_id)
    return {
        "item_id": item_id,
        "text": item.text if item else "",
        "feels": FEELS[feels],
        "thought": FEELS[predicted],
        "same": predicted == feels,
        "unsure": predicted == "unsure",
        "why": [one.word for one in why[:4]],
    }


def _context(skipped: list[int], last: dict[str, Any] | None) -> dict[str, Any]:
    found = queries.next_to_judge(but=skipped)
    judged = Label.objects.exclude(feels="").count()
    return {
        "here": "listening",
        "next": found,
        "last": last,
        "skipped": ",".join(map(str, skipped)),
        "judged": judged,
        "least": own.LEAST,
        "left": max(0, own.LEAST - judged),
        "feels": [(key, FEELS[key][0], KEYS[key]) for key in KEYS],
        "intents": [(key, INTENTS.get(key, lazy("none of these")), letter) for key, letter in INTENT_KEYS.items()],
    }


def _numbers(raw: str) -> list[int]:
    return [int(one) for one in raw.split(",")[:MOST_SKIPPED] if one.isascii() and one.isdecimal() and len(one) < 19]
