"""What works: formats compete on each account, and a network that changed is said to have."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from regulars.channels.networks.models import Account
from regulars.core.clock import DAY, now_us
from regulars.social.actions.noticing import see_shift
from regulars.social.measuring.competing import Rewarded, Shown, compete, per_view
from regulars.social.measuring.results import accounts_with_posts, results
from regulars.social.models import Shift
from regulars.social.publishing.formats import FORMATS
from regulars.team.permissions import allowed
from regulars.ui.charts import Chart
from regulars.ui.formats import number
from regulars.web.pages.publish import shown

DAYS = 180
WORDS = dict(FORMATS)


@allowed("social.view")
def formats(request: HttpRequest) -> HttpResponse:
    """One panel per account, and what changed on top."""
    at = now_us()
    posts = results(at=at, since=at - DAYS * DAY)
    accounts = accounts_with_posts(posts)
    panels = [_panel(one, [post for post in posts if post.account_id == one.id], at) for one in accounts]
    names = {one.id: one.name for one in Account.objects.all()}
    shifts = [{"shift": one, "account": names.get(one.account_id, ""), "format": WORDS.get(one.format, "")}
              for one in Shift.objects.filter(noticed_us__gte=at - DAYS * DAY).order_by("-noticed_us")]  # fmt: skip
    return shown(request, "formats", "formats", panels=panels, shifts=shifts, days=DAYS)


def _panel(account: Account, posts: list[Shown], at: int) -> dict[str, Any]:
    rows = compete(posts, at=at)
    views = per_view(posts)
    unit = _("reactions per 1,000 views") if views else _("reactions per post")
    return {"account": account, "rows": [(str(WORDS[one.format]), one) for one in rows], "unit": unit,
            "chart": _chart(account, rows, unit) if len(rows) > 1 else None, "posts": len(posts)}  # fmt: skip


def _title(account: Account, rows: list[Rewarded]) -> str:
    first = rows[0]
    words = {"account": account.name, "format": str(WORDS[first.format]), "x": number(first.against_all, 1)}
    if first.says == "better":
        return _("%(account)s: a %(format)s does %(x)s times as well as a usual post") % words
    last = rows[-1]
    if last.says == "worse":
        words |= {"format": str(WORDS[last.format]), "x": number(last.against_all, 1)}
        return _("%(account)s: a %(format)s does only %(x)s times as well as a usual post") % words
    return _("%(account)s: no format is clearly better than another") % words


def _chart(account: Account, rows: list[Rewarded], unit: str) -> Chart:
    """A dot per format in its interval."""
    values = [
        {"format": str(WORDS[one.format]), "typical": one.typical, "low": one.low, "high": one.high} for one in rows
    ]
    y = {"field": "format", "type": "nominal", "sort": None, "title": None}
    spec = {
        "data": {"values": values},
        "height": {"step": 34},
        "layer": [
            {"mark": {"type": "errorbar", "ticks": True, "color": "var(--ink-3)"},
             "encoding": {"y": y, "x": {"field": "low", "type": "quantitative", "title": unit},
                          "x2": {"field": "high"}}},
            {"mark": {"type": "point"}, "encoding": {"y": y, "x": {"field": "typical", "type": "quantitative"}}},
        ],
    }  # fmt: skip
    head = (_("Format"), _("Typical"), _("Likely between"), _("Posts"))
    likely = [f"{number(one.low, 1)} – {number(one.high, 1)}" for one in rows]
    words = [str(WORDS[one.format]) for one in rows]
    table = [
        (word, number(one.typical, 1), low, one.posts) for word, one, low in zip(words, rows, likely, strict=True)
    ]
    return Chart(_title(account, rows), spec, unit, head, table)


@require_POST
@allowed("social.edit")
def seen(request: HttpRequest, shift_id: int) -> HttpResponse:
    """Somebody read that a network changed."""
    see_shift(shift_id=shift_id, by=request.user.by, at=now_us())
    return redirect("web:publish_formats")
