"""What Today says about posts: everything is stopped, some wait for somebody, a network changed."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regulars.core.clock import DAY
from regulars.social.models import Shift
from regulars.social.publishing.agreeing import pulled
from regulars.social.publishing.reading import urgent_count
from regulars.ui.formats import number

FRESH = 30 * DAY


def todos(now: int) -> list[dict]:
    """Lines for those who may see posts, the most urgent first."""
    found, brake, urgent = [], pulled(), urgent_count()
    if brake:
        title = _("Everything public is stopped")
        found.append(_line(title, brake.why, reverse("web:publish_waiting"), _("stopped"), "bad"))
    if urgent:
        title = ngettext("%s post waits for a yes", "%s posts wait for a yes", urgent) % number(urgent)
        text = _("Nothing goes out before somebody else has read it.")
        found.append(_line(title, text, reverse("web:publish_waiting"), _("posts"), "warn"))
    if Shift.objects.filter(seen_us=None, noticed_us__gte=now - FRESH).exists():
        text = _("Since some day our posts do better or worse there than before.")
        found.append(
            _line(_("A network treats our posts differently"), text, reverse("web:publish_formats"), _("new"))
        )
    return found


def _line(title: str, text: str, href: str, badge: str, tone: str = "warn") -> dict:
    return {"title": title, "text": text, "href": href, "action": _("Look"), "badge": badge, "tone": tone}
