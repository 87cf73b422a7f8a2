"""All topics: how many people speak of each, how they feel, what rises, who has the word."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regulars.channels.networks import budgets
from regulars.channels.networks.models import Account
from regulars.core.clock import now_us
from regulars.social.listening import reports
from regulars.social.listening.feelings import feelings
from regulars.social.listening.proposing import proposals
from regulars.team.permissions import allowed
from regulars.ui.formats import local, number
from regulars.web.pages.listening import SPANS, charts, drawn, span, tabs, words

RISING = 8


@allowed("social.view")
def listening(request: HttpRequest) -> HttpResponse:
    """The page."""
    now, days = now_us(), span(request.GET.get("days", ""))
    louds = reports.overview(at=now, days=days)
    told = reports.alerts(open_only=True, limit=5)
    context = {
        "here": "listening",
        "tabs": tabs(),
        "tab": "topics",
        "rows": [_row(one, share) for one, share in zip(louds, feelings(louds), strict=True)],
        "alerts": [_alert(one) for one in told],
        "title": _title(told, louds),
        "days": days,
        "spans": SPANS,
        "voice": charts.voice(louds),
        "drawing": f"{reverse('web:listening_voice')}?days={days}",
        "rising": _rising(louds),
        "proposals": proposals(at=now) if request.user.may("social.edit") else [],
        "asked": _asked(now) if louds else [],
        "connected": Account.objects.filter(archived_us=None).exists(),
        "help": len(reports.help_wanted(at=now, limit=20)),
    }
    return render(request, "web/listening/overview.html", context)


@allowed("social.view")
def voice(request: HttpRequest) -> HttpResponse:
    """The share of voice, drawn."""
    return drawn(request, charts.voice(reports.overview(at=now_us(), days=span(request.GET.get("days", "")))))


def _row(one: reports.Loud, share: Any) -> dict[str, Any]:
    return {
        "loud": one,
        "topic": one.topic,
        "kind": words.KINDS[one.topic.kind],
        "spark": words.spark(one.days),
        "change": words.change(one.people, one.before),
        "feels": share,
    }


def _alert(one: reports.Told) -> dict[str, Any]:
    owner = words.name_of(one.case.owner) if one.case else ""
    return {"alert": one.alert, "topic": one.topic, "owner": owner, "said": words.rose(one.alert)}


def _title(told: list[reports.Told], louds: list[reports.Loud]) -> str:
    if told:
        names = " · ".join(dict.fromkeys(f"“{one.topic.name}”" for one in told[:3]))
        return ngettext("%s rises", "%s rise", len({one.topic.id for one in told})) % names
    whole = sum(one.people for one in louds if one.topic.kind in ("brand", "product"))
    if whole:
        return _("Nothing unusual is said")
    return _("What people say about you and around you")


def _rising(louds: list[reports.Loud]) -> list[dict[str, Any]]:
    """The surest new words over all topics, as the stories told them."""
    found = [
        {**word, "topic": one.topic, "share": word["people"] / word["of"],
         "was": word["before"] / word["of_before"] if word["of_before"] else 0,
         "items": ",".join(map(str, word["items"]))}
        for one in louds
        for word in one.topic.story.get("words", ())
    ]  # fmt: skip
    best: dict[str, dict[str, Any]] = {}
    for word in sorted(found, key=lambda word: -word["z"]):
        best.setdefault(word["phrase"], word)
    return list(best.values())[:RISING]


def _asked(now: int) -> list[dict[str, Any]]:
    """Accounts whose networks are searched, and what paid ones cost this month."""
    month = local(now).strftime("%Y-%m")
    found = []
    for one in Account.objects.filter(archived_us=None, reads=True).order_by("id"):
        spent = budgets.spent(account_id=one.id, name="usd", period=month) if one.kind == "x" else 0
        found.append({"account": one, "network": words.network(one.kind), "paid": one.kind == "x",
                      "spent": f"${number(spent / 1_000_000, 2)}"})  # fmt: skip
    return found
