"""Until when something is put aside: words and moments."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from regulars.core.clock import DAY, HOUR, from_us, to_us
from regulars.core.models import Business
from regulars.inbox import queries
from regulars.inbox.actions import CannotDo
from regulars.inbox.clocks import due

AHEAD = (
    ("hours", lazy("for 3 hours")),
    ("tomorrow", lazy("until tomorrow morning")),
    ("days", lazy("for 3 days")),
    ("week", lazy("for a week")),
)


def until(word: str, *, moment: str = "", now: int) -> int:
    """The moment a word or a date and time means; mornings begin when the desk opens. Raises CannotDo."""
    if moment:
        return _moment(moment)
    ahead = {"hours": 3 * HOUR, "days": 3 * DAY, "week": 7 * DAY}
    if word in ahead:
        return now + ahead[word]
    zone = ZoneInfo(Business.load().timezone)
    tomorrow = from_us(now + DAY).astimezone(zone).replace(hour=0, minute=1, second=0, microsecond=0)
    return due(at=to_us(tomorrow), hours=queries.hours_of_desk(), want_us=0)


def _moment(text: str) -> int:
    try:
        return to_us(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(Business.load().timezone)))
    except ValueError:
        raise CannotDo(_("“%s” is no date and time.") % text[:40]) from None
