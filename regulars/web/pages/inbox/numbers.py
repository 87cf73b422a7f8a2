"""How well we answer: how soon, how many, by whom, at which hour; every figure leads to its conversations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from regulars.channels.networks.models import Account
from regulars.core.clock import DAY, now_us
from regulars.inbox import queries
from regulars.inbox.kinds import KINDS, kind_of
from regulars.inbox.measuring import measured
from regulars.inbox.reports import Figures, Report, answering
from regulars.insights.proportions import wilson
from regulars.team.permissions import allowed
from regulars.team.queries import who
from regulars.web.pages.inbox import tabs
from regulars.web.pages.inbox.charts import hours_chart, week
from regulars.web.pages.inbox.words import kinds

SPANS = (7, 28, 90, 365)


@dataclass(frozen=True)
class Asked:
    """What the page is asked for; all of it stands in the address."""

    days: int = 28
    kind: str = ""
    account: int = 0
    by: int = 0

    def to(self, what: str, **more: Any) -> str:
        """The address of the conversations behind a figure."""
        return self._address("web:inbox_behind", {"what": what, **vars(self), **more})

    def to_chart(self) -> str:
        """The address of the chart."""
        return self._address("web:inbox_hours", vars(self))

    def _address(self, name: str, said: dict[str, Any]) -> str:
        return f"{reverse(name)}?{urlencode({key: value for key, value in said.items() if value != ''})}"


def asked_of(said: QueryDict) -> Asked:
    """What an address asks for; odd values are left aside."""
    days, account, by = (said.get(name, "") for name in ("days", "account", "by"))
    return Asked(
        int(days) if days.isdecimal() and int(days) in SPANS else 28,
        said.get("kind", "") if said.get("kind", "") in KINDS else "",
        int(account) if account.isdecimal() and len(account) < 19 else 0,
        int(by) if by.isdecimal() and len(by) < 19 else 0,
    )


@allowed("inbox.view")
def numbers(request: HttpRequest) -> HttpResponse:
    """The page."""
    now, asked = now_us(), asked_of(request.GET)
    report = report_of(asked, now)
    context = {
        "here": "inbox",
        "tabs": tabs(request),
        "tab": "numbers",
        "asked": asked,
        "spans": SPANS,
        "kinds": kinds(),
        "accounts": Account.objects.order_by("name"),
        "colleagues": queries.colleagues(),
        "report": report,
        "own": own_cases(now - asked.days * DAY, now) if not (asked.kind or asked.account or asked.by) else None,
        **_figures(report, asked),
        **_tables(report, asked),
    }
    return render(request, "web/inbox/numbers.html", context)


def report_of(asked: Asked, now: int) -> Report:
    """The figures asked for."""
    return answering(
        since=now - asked.days * DAY, until=now, at=now, kind=asked.kind, account_id=asked.account or None,
        owner=asked.by or None,
    )  # fmt: skip


@allowed("inbox.view")
def hours(request: HttpRequest) -> HttpResponse:
    """The chart of the page, which fetches it once it is shown: drawing takes longer than all figures."""
    return render(
        request, "web/inbox/_hours.html", {"chart": hours_chart(report_of(asked_of(request.GET), now_us()))}
    )


def _figures(report: Report, asked: Asked) -> dict[str, Any]:
    return {
        "in_time": wilson(report.whole.in_time, report.whole.promised),
        "answered": wilson(report.whole.answered, report.whole.answered + report.whole.unanswered),
        "to_all": asked.to("all"),
        "to_late": asked.to("late"),
        "to_unanswered": asked.to("unanswered"),
        "to_waiting": asked.to("waiting"),
        "to_first": asked.to("answered", first=1),
        "to_further": asked.to("answered", first=0),
        "outcomes": [(_outcome(key), count) for key, count in report.ends.outcomes.items()],
        "bought": wilson(report.ends.bought, report.ends.followed),
        "back": wilson(report.ends.back, report.ends.followed),
        "angry": wilson(report.ends.angry, report.ends.followed),
    }


def _outcome(key: str) -> str:
    return str(next((kind.outcomes[key] for kind in KINDS.values() if key in kind.outcomes), key))


def _tables(report: Report, asked: Asked) -> dict[str, Any]:
    accounts = dict(Account.objects.values_list("id", "name"))
    names = who(f"user:{number}" for number, _figures in report.by_owner)
    return {
        "by_account": [
            _row(accounts.get(number) or _("opened by the house"), figures, asked, account=number)
            for number, figures in report.by_account
        ],
        "by_owner": [
            _row(names[f"user:{number}"] if number else _("on the network itself"), figures, asked, by=number)
            for number, figures in report.by_owner
        ],
        "by_kind": [_row(str(kind_of(kind).label), figures, asked, kind=kind) for kind, figures in report.by_kind],
        "week": week(report, asked),
        "chart": hours_chart(report),
        "chart_url": asked.to_chart(),
    }


def _row(label: str, figures: Figures, asked: Asked, **place: Any) -> dict[str, Any]:
    return {
        "label": label,
        "figures": figures,
        "in_time": wilson(figures.in_time, figures.promised),
        "late": figures.promised - figures.in_time,
        "to_all": asked.to("all", **place),
        "to_late": asked.to("late", **place),
        "to_unanswered": asked.to("unanswered", **place),
    }


def own_cases(since: int, now: int) -> dict[str, Any] | None:
    """Cases the house opened itself: unhappy answers, tasks; and who bought again afterwards."""
    found = measured(since=since, at=now, own=True)
    if not found.opened:
        return None
    return {
        "found": found,
        "in_time": wilson(found.in_time, found.promised),
        "good": wilson(found.good, found.closed),
        "outcomes": [(_outcome(key), count) for key, count in found.outcomes.items()],
        "again": [
            ("closed", wilson(found.again_closed, found.of_closed)),
            ("open", wilson(found.again_open, found.of_open)),
        ],
    }
