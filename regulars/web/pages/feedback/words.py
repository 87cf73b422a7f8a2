"""Scores, parts and triggers in words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from regulars.feedback import triggers
from regulars.feedback.models import Survey
from regulars.feedback.scores import Score
from regulars.segments.models import Segment
from regulars.ui.formats import number, percent

PARTS = {
    "promoter": lazy("promoters"),
    "passive": lazy("passives"),
    "detractor": lazy("detractors"),
    "satisfied": lazy("satisfied"),
    "neutral": lazy("neither"),
    "unsatisfied": lazy("unsatisfied"),
}
KINDS = {"nps": lazy("Would they recommend us?"), "csat": lazy("Are they satisfied?"), "short": lazy("Short survey")}
WAVES = {"month": lazy("every month"), "quarter": lazy("every quarter"), "year": lazy("every year")}
SOURCES = {
    "email": lazy("e-mail"),
    "sms": lazy("SMS"),
    "link": lazy("link"),
    "till": lazy("till"),
    "hand": lazy("by hand"),
}
WHY = {
    "consent": lazy("did not agree to be written to"),
    "address": lazy("no address"),
    "expired": lazy("waited too long"),
    "stopped": lazy("the survey was stopped"),
    "suppression": lazy("suppressed address"),
    "gone": lazy("erased or stopped"),
    "bounced": lazy("came back"),
    "holdout": lazy("held out"),
    "business_holdout": lazy("held out"),
}


def state(survey: Survey) -> tuple[str, str]:
    """Its state in a word, and the tone."""
    if not survey.started_us:
        return _("draft"), ""
    return (_("stopped"), "bad") if survey.stopped_us else (_("running"), "good")


def value(score: Score) -> str:
    """The score as people say it: +30, or 82 %."""
    if score.figure is None:
        return "–"
    if score.kind == "nps":
        return points(score.figure.value)
    return percent(score.figure.value, 0)


def points(found: float) -> str:
    """A signed number of points."""
    return ("+" if round(found) > 0 else "−" if round(found) < 0 else "") + number(abs(found))


def interval(score: Score) -> str:
    """Its 95 % interval in words."""
    if score.figure is None:
        return ""
    say = points if score.kind == "nps" else lambda share: percent(share, 0)
    return _("%(low)s to %(high)s") % {"low": say(score.figure.low), "high": say(score.figure.high)}


def shown(score: Score) -> dict[str, Any]:
    """What a table row or figure needs."""
    rate = score.rate
    return {
        "score": score,
        "value": value(score),
        "interval": interval(score),
        "n": score.n,
        "rate": percent(rate.value, 0) if rate else "–",
        "parts": [(PARTS[part], n, n / score.n if score.n else 0) for part, n in score.parts.items()],
    }


def trigger(survey: Survey) -> str:
    """When people are asked."""
    found = triggers.read(survey.trigger)
    segment = Segment.objects.filter(id=found.segment or 0).values_list("name", flat=True).first()
    match found.kind:
        case "event":
            said = ngettext("a day after “%(event)s”", "%(days)s days after “%(event)s”", found.after_days)
            return said % {"days": number(found.after_days), "event": found.event}
        case "segment":
            return _("on entering “%s”") % (segment or "?")
        case "wave":
            return _("everybody in “%(name)s”, %(wave)s") % {"name": segment or "?", "wave": WAVES[survey.wave]}
    return _("by hand, by link or by a journey")
