"""What Today says about listening: what rises and is not closed, and who asks for help."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from regulars.social.listening import reports
from regulars.web.pages.listening import words

MOST = 3


def todos(now: int) -> list[dict]:
    """A line for each alert that is open."""
    return [_line(one) for one in reports.alerts(open_only=True, limit=MOST)]


def _line(one: reports.Told) -> dict:
    phrases = ", ".join(f"“{word['phrase']}”" for word in one.alert.why.get("words", ())[:3])
    owner = words.name_of(one.case.owner) if one.case else ""
    said = [_("New words: %s.") % phrases if phrases else "", owner or _("Nobody has it.")]
    return {
        "title": _("“%(name)s” rose: %(said)s") % {"name": one.topic.name, "said": words.rose(one.alert)},
        "text": " ".join(filter(None, said)),
        "href": reverse("web:alert", args=[one.alert.id]),
        "action": _("See why"),
        "badge": _("rising"),
        "tone": "bad",
    }
