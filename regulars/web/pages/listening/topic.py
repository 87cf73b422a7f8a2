"""One topic: people per day, what is new in what they say, how they feel, where they say it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from regulars.channels.networks import searching
from regulars.channels.networks.models import Account
from regulars.core.clock import DAY, now_us
from regulars.core.models import Business
from regulars.social.listening import reports
from regulars.social.listening.asking import PAID, searches_on
from regulars.social.listening.feelings import feelings
from regulars.social.models import Topic
from regulars.team.permissions import allowed
from regulars.ui.charts import Chart
from regulars.ui.formats import local, number, percent
from regulars.web.pages.listening import SPANS, charts, drawn, span, topic_tabs, words


@allowed("social.view")
def topic(request: HttpRequest, topic_id: int) -> HttpResponse:
    """The page."""
    found = get_object_or_404(Topic, id=topic_id, archived_us=None)
    now, days = now_us(), span(request.GET.get("days", ""))
    loud = reports.one(found, at=now, days=days)
    context = {
        "here": "listening",
        "topic": found,
        "tabs": topic_tabs(found, edits=request.user.may("social.edit")),
        "tab": "topic",
        "kind": words.KINDS[found.kind],
        "loud": loud,
        "change": words.change(loud.people, loud.before),
        "days": days,
        "period": f"?days={days}",
        "spans": SPANS,
        "feels": feelings([loud])[0],
        "chart": _chart(loud, now, days),
        "drawing": f"{reverse('web:topic_chart', args=[found.id])}?days={days}",
        "story": story(found.id, found.story),
        "alerts": [{"alert": one.alert, "times": words.times(one.alert), "case": one.case}
                   for one in reports.alerts(topic_id=found.id, limit=5)],
        "groups": _groups(found.id, now - days * DAY, now, days),
        "matching": progress(found),
        "asked": _asked(found, now),
    }  # fmt: skip
    return render(request, "web/listening/topic.html", context)


@allowed("social.view")
def chart(request: HttpRequest, topic_id: int) -> HttpResponse:
    """People per day, drawn."""
    found = get_object_or_404(Topic, id=topic_id, archived_us=None)
    now, days = now_us(), span(request.GET.get("days", ""))
    return drawn(request, _chart(reports.one(found, at=now, days=days), now, days))


def _chart(loud: reports.Loud, now: int, days: int) -> Chart | None:
    today = local(now, Business.load().timezone).date()
    return charts.days(loud.days, today, _chart_title(loud, days)) if loud.people else None


def _asked(found: Topic, now: int) -> list[dict[str, Any]]:
    """What searching the networks for it took this month: how often, how many items, and what that cost."""
    live = Account.objects.filter(archived_us=None, reads=True).order_by("kind").values_list("kind", flat=True)
    searched = [kind for kind in dict.fromkeys(live) if "search" in words.can(kind)] if found.searched else []
    return [
        {"network": words.network(kind), "used": used, "paid": kind in PAID,
         "cost": f"${number(used.cost / 1_000_000, 2)}"}
        for kind in searched
        if (used := searching.used(searches_on(kind, found.query), kind=kind, at=now)).asked or kind in PAID
    ]  # fmt: skip


def _chart_title(loud: reports.Loud, days: int) -> str:
    most = max(loud.days)
    share = most / max(sum(loud.days) / len(loud.days), 1e-9)
    if share >= 3 and most >= 5:
        return _("%(n)s people on the loudest day, %(times)s times the average") % {
            "n": number(most),
            "times": number(share, 1),
        }
    return _("About %s people a day") % number(sum(loud.days) / len(loud.days), 0 if most >= 10 else 1)


def story(topic_id: int, told: dict[str, Any]) -> dict[str, Any] | None:
    """What was told of a topic or an alert, with its quotes as they are now."""
    if not told.get("mentions"):
        return None
    accounts = dict(Account.objects.values_list("id", "name"))
    between = {"since": told["since"], "until": told["until"]}
    listed = reverse("web:topic_mentions", args=[topic_id])
    return {
        **told,
        "words": [_word(word, listed) for word in told["words"]],
        "cards": [words.card(one) for one in reports.quoted(topic_id, told["quotes"])],
        "who_first": [words.card(one) for one in reports.quoted(topic_id, [told["first"]])] if told["first"] else [],
        "sources": [
            (accounts.get(number_, "?"), n, f"{listed}?{urlencode({**between, 'account': number_})}")
            for number_, n in told["sources"]
        ],
        "url": f"{listed}?{urlencode(between)}",
        "repeated_share": told["repeated"] / told["of"] if told["of"] else 0,
        "crowd_share": told["crowd"] / told["of"] if told["of"] else 0,
        "about_ours": _ours(told.get("ours", [])),
    }


def _word(word: dict[str, Any], listed: str) -> dict[str, Any]:
    return {
        "phrase": word["phrase"],
        "people": word["people"],
        "share": percent(word["people"] / word["of"], 0),
        "was": percent(word["before"] / word["of_before"], 1) if word["of_before"] else "–",
        "z": number(word["z"], 1),
        "ours": word.get("ours", False),
        "url": f"{listed}?{urlencode({'items': ','.join(map(str, word['items']))})}",
    }


def _ours(rows: list[list[int]]) -> list[tuple[Any, int]]:
    found = reports.Item.objects.in_bulk([item for item, _n in rows])
    return [(found[item], n) for item, n in rows if item in found]


def _groups(topic_id: int, since: int, until: int, days: int) -> list[tuple[str, list[tuple[str, int, str]]]]:
    """Where, in which language, with which wish: (label, people, address of the mentions)."""
    listed = reverse("web:topic_mentions", args=[topic_id])
    says = {
        "network": (_("Where"), words.network),
        "intent": (_("What they want"), lambda key: words.INTENTS.get(key, _("nothing in particular"))),
        "language": (_("In which language"), lambda key: key or _("unknown")),
    }
    found = []
    for column, (label, say) in says.items():
        rows = reports.breakdown(topic_id, column, since=since, until=until)[:8]
        found.append((label, [(str(say(key)), n, f"{listed}?{urlencode({'days': days, column: key})}" if key else "")
                              for key, n, _m in rows]))  # fmt: skip
    return found


def progress(found: Topic) -> dict[str, Any] | None:
    """Where matching what is stored stands; None when it is done."""
    if found.again_id is None:
        return None
    return {
        "id": "matching",
        "url": reverse("web:topic_matching", args=[found.id]),
        "done": found.again_done,
        "total": found.again_total,
        "label": _("What is stored is matched against the new query, newest first"),
        "ended": False,
    }
