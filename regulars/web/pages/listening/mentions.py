"""The mentions of a topic, by filters that are all in the address: every number of the other pages leads here."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.html import escape
from django.views.decorators.http import require_POST

from regulars.core.clock import now_us
from regulars.inbox.errors import CannotDo
from regulars.inbox.understanding.judging import judge
from regulars.social.listening import reports
from regulars.social.models import Topic
from regulars.team.permissions import allowed
from regulars.web.pages.listening import SPANS, topic_tabs, words

ASKED = ("days", "since", "until", "feels", "intent", "network", "language", "account", "items", "folded", "q")


@allowed("social.view")
def mentions(request: HttpRequest, topic_id: int) -> HttpResponse:
    """The list."""
    topic = get_object_or_404(Topic, id=topic_id, archived_us=None)
    asked = {name: request.GET.get(name, "")[:2_000].replace("\0", "") for name in ASKED}
    now = now_us()
    page = reports.mentions_page([topic.id], asked=asked, at=now, after=request.GET.get("after", ""))
    context = {
        "here": "listening",
        "topic": topic,
        "tabs": topic_tabs(topic, edits=request.user.may("social.edit")),
        "tab": "mentions",
        "page": page,
        "judgements": [(key, label) for key, (label, _tone) in words.FEELS.items() if key != "unsure"],
        "cards": [words.card(one) for one in page.rows],
        "asked": asked,
        "filtered": any(value for name, value in asked.items() if name != "folded"),
        "narrow": bool(asked["items"] or asked["since"] or asked["account"]),
        "spans": SPANS,
        "feels": [(key, label) for key, (label, _tone) in words.FEELS.items()],
        "intents": words.INTENTS.items(),
        "networks": [(key, words.network(key)) for key in _seen(topic, "network")],
        "languages": _seen(topic, "language"),
    }
    return render(request, "web/listening/mentions.html", context)


@require_POST
@allowed("inbox.answer")
def judge_text(request: HttpRequest, item_id: int) -> HttpResponse:
    """A colleague says how it feels: it counts at once, and the model learns from it."""
    feels = request.POST.get("feels", "")
    try:
        judge(item_id=item_id, feels=feels, how="seen", by=request.user.by, at=now_us())
    except CannotDo as problem:
        return HttpResponse(escape(str(problem)))
    return render(request, "web/listening/_judged.html", {"feels": words.FEELS[feels]})


def _seen(topic: Topic, column: str) -> list[str]:
    """What there is to choose from."""
    return [key for key, _people, _n in reports.breakdown(topic.id, column, since=-1, until=now_us()) if key]
