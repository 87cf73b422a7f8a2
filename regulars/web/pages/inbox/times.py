"""The clocks of a case in words: by when it is answered, who waits, when a network's window closes."""

from __future__ import annotations

from typing import NamedTuple

from django.utils import dateformat
from django.utils.translation import gettext as _

from regulars.core.clock import DAY, HOUR, MINUTE
from regulars.inbox.models import Case
from regulars.ui import formats

SOON_US, CLOSING_US = HOUR, 3 * HOUR


class Clock(NamedTuple):
    """One clock: words for people, a tone ("", warn, bad, good), the moment it is about."""

    words: str
    tone: str
    at: int


def clocks(case: Case, *, at: int, zone: str) -> list[Clock]:
    """What runs for a case just now, the most pressing first."""
    if case.closed_us is not None:
        return []
    found = [_snoozed(case, at, zone), _answer(case, at, zone), _window(case, at, zone)]
    return [clock for clock in found if clock]


def first(case: Case, *, at: int, zone: str) -> Clock | None:
    """The one a list shows."""
    return next(iter(clocks(case, at=at, zone=zone)), None)


MOMENTS = ("next_due_us", "warn_us", "window_us", "snoozed_us")


def over(case: Case, *, at: int) -> int:
    """How many of its moments are over, so that its clock looks otherwise. Reads MOMENTS alone."""
    due, window = case.next_due_us, case.window_us
    moments = (due, due and due - SOON_US, case.warn_us, window, window and window - CLOSING_US, case.snoozed_us)
    return sum(moment is not None and moment <= at for moment in moments)


def _answer(case: Case, at: int, zone: str) -> Clock | None:
    due = case.next_due_us
    if due is None:
        return _waiting(case, at)
    if due <= at:
        return Clock(_("overdue for %s") % formats.span(at - due), "bad", due)
    tone = "warn" if due - at <= SOON_US or (case.warn_us or at + 1) <= at else ""
    if due - at < 8 * HOUR:
        return Clock(_("answer within %s") % _short(due - at), tone, due)
    return Clock(_("answer by %s") % wall(due, at, zone), tone, due)


def _waiting(case: Case, at: int) -> Clock | None:
    if case.waiting_us is not None:
        return Clock(_("waits for %s") % formats.span(at - case.waiting_us), "", case.waiting_us)
    return Clock(_("answered"), "good", case.first_us) if case.first_us is not None else None


def _window(case: Case, at: int, zone: str) -> Clock | None:
    if case.window_us is None:
        return None
    if case.window_us <= at:
        return Clock(_("private window closed %s") % wall(case.window_us, at, zone), "bad", case.window_us)
    tone = "warn" if case.window_us - at <= CLOSING_US else ""
    return Clock(_("window closes at %s") % wall(case.window_us, at, zone), tone, case.window_us)


def _snoozed(case: Case, at: int, zone: str) -> Clock | None:
    if case.snoozed_us is None or case.snoozed_us <= at:
        return None
    return Clock(_("put aside until %s") % wall(case.snoozed_us, at, zone), "", case.snoozed_us)


def _short(us: int) -> str:
    """'40 min', '2 h 10 min'."""
    hours, minutes = divmod(max(1, us // MINUTE), 60)
    if not hours:
        return _("%d min") % minutes
    return _("%(h)d h %(m)d min") % {"h": hours, "m": minutes} if minutes else _("%d h") % hours


def wall(moment: int, at: int, zone: str) -> str:
    """A moment as near as it needs to be said: '14:10', 'Tue 09:40', '3 Dec 09:00'."""
    then, now = formats.local(moment, zone), formats.local(at, zone)
    if then.date() == now.date():
        return f"{then:%H:%M}"
    if abs(moment - at) < 6 * DAY:
        return dateformat.format(then, "D H:i")
    return f"{formats.day(moment, zone, year=False)} {then:%H:%M}"
