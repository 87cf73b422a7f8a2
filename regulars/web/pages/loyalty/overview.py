"""The whole story of the programme on one page."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.dateformat import format as date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from regulars.core.clock import now_us
from regulars.core.models import Business
from regulars.insights.queries.lift import campaign_lift
from regulars.journeys.models import Journey, JourneyVersion
from regulars.loyalty.actions import tell_story
from regulars.loyalty.actions.rules import live_book
from regulars.loyalty.models import Due, Finding, Programme
from regulars.loyalty.queries import current
from regulars.loyalty.story.telling import sums
from regulars.team.permissions import allowed
from regulars.ui import toasts
from regulars.ui.charts import Chart
from regulars.web.pages.loyalty import tabbed
from regulars.web.pages.loyalty.begin import proposal
from regulars.web.pages.loyalty.words import Words

OURS = ("Tier Changed", "Tier Ending", "Threshold Crossed", "Joined Programme")


@allowed("loyalty.view")
def overview(request: HttpRequest) -> HttpResponse:
    """The story as of last night; without a programme, how to begin one."""
    programme, at = current(), now_us()
    if programme is None:
        found = proposal(at)
        return tabbed(request, "overview", "begin", found=found, currency=Business.load().currency, tabs=[])
    kept = Finding.objects.filter(programme_id=programme.id, name="story").first()
    content = kept.content if kept and kept.content else {"sums": sums(programme), "months": [], "way": ""}
    words = Words(programme)
    return tabbed(
        request, "overview", programme=programme, as_of=kept.as_of_us if kept else at,
        currency=Business.load().currency,
        untold=kept is None, waiting=Due.objects.values("node_id").distinct().count(), lifts=_lifts(),
        chart=_chart(content["months"], programme),
        **_figures(programme, content["sums"]), beside=_beside(content), way=content["way"],
        spent_worth=words.worth(content["sums"]["spent"]),
        outstanding_worth=words.worth(content["sums"]["outstanding"]),
    )  # fmt: skip


@require_POST
@allowed("loyalty.view")
def again(request: HttpRequest) -> HttpResponse:
    """Tell the story again, now."""
    tell_story.later(at=now_us())
    toasts.say(request, _("It is being counted again. Look once more in a moment."))
    return redirect("web:loyalty")


def _figures(programme: Programme, sums: dict[str, Any]) -> dict[str, Any]:
    """The sums, and what share of the points that were not taken back has been spent."""
    kept = sums["granted"] - sums["clawed"]
    scheme = live_book(programme).tiers
    tiers = [(level, sums["tiers"].get(level.key, 0)) for level in scheme.levels] if scheme else []
    return {"sums": sums, "kept": kept, "redeemed": sums["spent"] / kept if kept else None, "tiers": tiers}


def _chart(months: list[list], programme: Programme) -> Chart | None:
    rows = [(date_format(date.fromisoformat(day), "M Y"), earned, spent) for day, earned, spent in months]
    if not any(earned or spent for _, earned, spent in rows):
        return None
    return bars(rows, programme.unit)


def bars(rows: list[tuple[str, int, int]], unit: str) -> Chart:
    """Earned and spent by month."""
    names = (_("earned"), _("spent"))
    values = [
        {"month": month, "points": value, "what": name, "order": n}
        for n, (month, *both) in enumerate(rows)
        for name, value in zip(names, both, strict=True)
    ]
    last = rows[-1]
    title = _("%(earned)s earned and %(spent)s spent this month") % {
        "earned": f"{last[1]:,}",
        "spent": f"{last[2]:,}",
    }
    spec = {
        "data": {"values": values},
        "mark": {"type": "bar", "cornerRadiusEnd": 2},
        "encoding": {
            "x": {"field": "month", "type": "nominal", "sort": [row[0] for row in rows], "title": None},
            "y": {"field": "points", "type": "quantitative", "title": unit},
            "xOffset": {"field": "what", "sort": list(names)},
            "color": {"field": "what", "type": "nominal", "sort": list(names), "title": None},
        },
    }
    return Chart(title=title, spec=spec, head=(_("Month"), *names), rows=rows)


def _beside(content: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """(kind, what, difference) that are known."""
    found = [("money", _("spent in 91 days"), content.get("spent_after"))]
    found += [("share", _("bought in 91 days"), content.get("bought_after"))]
    return [row for row in found if row[2]]


def _lifts() -> list[tuple[str, Any]]:
    """(journey, lift) of journeys that begin with the programme's events or give points, and hold people out."""
    found, seen = [], set()
    for version in JourneyVersion.objects.order_by("-number"):
        if version.journey_id in seen or not _is_ours(version.tree):
            continue
        seen.add(version.journey_id)
        name = Journey.objects.values_list("name", flat=True).get(id=version.journey_id)
        lifts = [campaign_lift(campaign) for campaign in version.campaigns.values()]
        found += [(name, one) for one in lifts if one and one.lift]
    return found


def _is_ours(tree: dict[str, Any]) -> bool:
    said = json.dumps(tree)
    return any(f'"{name}"' in said for name in OURS) or '"kind": "points"' in said
