"""Tiers: how they are reached and kept, and what they bring. Kept in the same draft as the rules."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.forms import formset_factory
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.text import slugify
from django.utils.translation import gettext as _

from regulars.core.clock import now_us
from regulars.core.models import Business
from regulars.core.money import to_major, to_minor
from regulars.loyalty.actions import save_draft
from regulars.loyalty.actions.rules import draft_book, live_book
from regulars.loyalty.earning.rules import RuleError, written
from regulars.loyalty.models import Programme, Standing
from regulars.loyalty.tiers.scheme import Scheme
from regulars.team.permissions import allowed
from regulars.ui import toasts
from regulars.web.pages.loyalty import running, tabbed
from regulars.web.pages.loyalty.fields import LevelForm, TiersForm
from regulars.web.pages.loyalty.words import Words

MOST = 5


@allowed("loyalty.view")
@running
def tiers(request: HttpRequest, programme: Programme) -> HttpResponse:
    """The live tiers with their people, and the form of the draft."""
    scheme = draft_book(programme).tiers
    posted = request.POST or None
    form = TiersForm(posted, initial=_settings(scheme))
    levels = _Levels(posted, initial=_levels(scheme), prefix="level")
    asked = posted is not None and request.user.may("loyalty.edit")
    if asked and form.is_valid() and levels.is_valid() and _keep(request, programme, form, levels):
        return redirect("web:earning")
    live, words = live_book(programme).tiers, Words(programme)
    return tabbed(
        request, "tiers", programme=programme, form=form, levels=levels, words=words, live=live,
        said=words.scheme(live) if live else "", standing=_standing(programme, live, words),
    )  # fmt: skip


_Levels = formset_factory(LevelForm, extra=0)


def _settings(scheme: Scheme | None) -> dict[str, Any]:
    names = ("basis", "months", "grace_days", "fall", "warn_days")
    return {name: getattr(scheme, name) for name in names} if scheme else {"months": 12, "basis": "spend"}


def _levels(scheme: Scheme | None) -> list[dict[str, Any]]:
    """The tiers and empty places for more."""
    found = []
    for level in scheme.levels if scheme else ():
        least = to_major(level.least, Business.load().currency) if scheme.basis == "spend" else level.least
        found.append(
            {"key": level.key, "name": level.name, "least": least, "factor": level.factor,
             "benefits": "\n".join(level.benefits)}
        )  # fmt: skip
    return found + [{}] * max(1, min(MOST - len(found), 3 - len(found)))


def _keep(request: HttpRequest, programme: Programme, form: TiersForm, levels: Any) -> bool:
    spend = form.cleaned_data["basis"] == "spend"
    made = [_level(each.cleaned_data, spend) for each in levels if (each.cleaned_data.get("name") or "").strip()]
    raw = written(draft_book(programme)) | {"tiers": {**form.cleaned_data, "levels": made} if made else None}
    try:
        save_draft(programme_id=programme.id, book=raw, by=f"user:{request.user.id}", at=now_us())
    except RuleError as wrong:
        form.add_error(None, wrong.message)
        return False
    toasts.say(request, _("Kept as a draft, with the rules. Test and publish it here."))
    return True


def _level(got: dict[str, Any], spend: bool) -> dict[str, Any]:
    least = got["least"] or Decimal(0)
    return {
        "key": got["key"] or slugify(got["name"])[:40] or "tier",
        "name": got["name"].strip(),
        "least": to_minor(least, Business.load().currency) if spend else int(least),
        "factor": float(got["factor"] or 1),
        "benefits": [line.strip() for line in got["benefits"].splitlines() if line.strip()],
    }


def _standing(programme: Programme, live: Scheme | None, words: Words) -> list[tuple[Any, str, int]]:
    if live is None:
        return []
    rows = Standing.objects.filter(programme_id=programme.id)
    return [(level, words.level(level, live), rows.filter(tier=level.key).count()) for level in live.levels]
