"""Who asks for help without asking us: a colleague may take the conversation over, or put it aside."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from regulars.content.factbase.queries import suggest
from regulars.core.clock import now_us
from regulars.social.actions import helping
from regulars.social.errors import CannotDo
from regulars.social.listening import reports
from regulars.social.models import Topic
from regulars.team.permissions import allowed
from regulars.ui import toasts
from regulars.web.pages.listening import tabs, words

SUGGESTED = 3


@allowed("social.view")
def wanted(request: HttpRequest) -> HttpResponse:
    """The list, with what the fact base could say."""
    now, intent = now_us(), request.GET.get("intent", "")
    topics = Topic.objects.in_bulk()
    rows = [_row(one, topics, now) for one in reports.help_wanted(at=now, intent=intent)]
    context = {
        "here": "listening",
        "tabs": tabs(),
        "tab": "help",
        "rows": rows,
        "intent": intent,
        "intents": [(key, words.INTENTS[key]) for key in reports.HELP],
        "days": reports.OPEN_DAYS,
    }
    return render(request, "web/listening/help.html", context)


def _row(one: reports.Shown, topics: dict[int, Topic], now: int) -> dict[str, Any]:
    topic = topics.get(one.mention.topic_id)
    facts = suggest(one.item.text, about=topic.name if topic else "", limit=SUGGESTED, at=now)
    return {**words.card(one, topics), "facts": facts}


@require_POST
@allowed("inbox.answer")
def take(request: HttpRequest, item_id: int) -> HttpResponse:
    """One click makes it a conversation, or takes it off the list. Nothing is said to anybody by that."""
    common = {"item_id": item_id, "by": request.user.by, "at": now_us()}
    try:
        if request.POST.get("do") == "aside":
            helping.put_aside(**common)
            toasts.say(request, _("It is off the list."))
            return redirect("web:listening_help")
        case = helping.take_over(**common)
    except CannotDo as problem:
        toasts.warn(request, str(problem))
        return redirect("web:listening_help")
    toasts.say(request, _("The conversation is yours. Nothing has been said yet."))
    return redirect("web:case", case)
