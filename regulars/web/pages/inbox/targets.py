"""What is promised for each kind of conversation, everywhere or on one account, and who gets it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from regulars.channels.networks.models import Account
from regulars.core.clock import now_us
from regulars.inbox import actions
from regulars.inbox.kinds import KINDS, Kind, kind_of
from regulars.inbox.models import Routing
from regulars.team.permissions import allowed
from regulars.ui import toasts
from regulars.ui.formats import number


def targets() -> dict[str, Any]:
    """Every kind, and what was decided for single accounts."""
    known = {(rule.kind, rule.account_id): rule for rule in Routing.objects.all()}
    names = dict(Account.objects.filter(archived_us=None).values_list("id", "name"))
    places = [(kind.key, 0) for kind in KINDS.values()]
    places += sorted(place for place in known if place not in places and (place[1] in names or not place[1]))
    return {"targets": [_line(place, known.get(place), names) for place in places], "accounts": sorted(names.items()),
            "kinds": [(kind.key, kind.label) for kind in KINDS.values()]}  # fmt: skip


def _line(place: tuple[str, int], rule: Routing | None, names: dict[int, str]) -> dict[str, Any]:
    kind, shown = kind_of(place[0]), rule or Routing(kind=place[0], account_id=place[1])
    title = str(kind.label) if place[0] else _("Everything")
    return {
        "kind": place[0],
        "account": place[1],
        "title": _("%(kind)s on %(account)s") % {"kind": title, "account": names[place[1]]} if place[1] else title,
        "rule": shown,
        "decided": rule is not None,
        "usual": kind.hours,
        "days": kind.days,
        "words": _promise(shown, kind),
    }


def _promise(rule: Routing, kind: Kind) -> str:
    """'first answer in 4 business hours, further ones in 8'."""
    hours = rule.hours if rule.hours is not None else kind.hours
    if hours is None and kind.days is None:
        return _("nothing promised")
    if hours is None:
        return ngettext("answered within %d working day", "answered within %d working days", kind.days) % kind.days
    first = _("first answer within %s business hours") % _hours(hours)
    further = rule.next_hours
    return first if further is None else first + _(", further ones within %s") % _hours(further)


def _hours(hours: float) -> str:
    return number(hours, 0 if float(hours).is_integer() else 1)


@require_POST
@allowed("inbox.rules")
def change(request: HttpRequest) -> HttpResponse:
    """Keep one promise; `do` "remove" goes back to the next one above."""
    post, common = request.POST, {"by": request.user.by, "at": now_us()}
    account = int(post["account"]) if post.get("account", "").isdecimal() else 0
    try:
        if post.get("do") == "remove":
            actions.remove_routing(kind=post.get("kind", "")[:20], account_id=account, **common)
        else:
            actions.change_routing(kind=post.get("kind", "")[:20], account_id=account, **_read(post), **common)
        toasts.say(request, _("New conversations go by this."))
    except actions.CannotDo as problem:
        toasts.warn(request, str(problem))
    return redirect("web:inbox_desk")


def _read(post: QueryDict) -> dict[str, Any]:
    patience = _number(post.get("patience_hours", ""))
    return {
        "hours": _number(post.get("hours", "")),
        "next_hours": _number(post.get("next_hours", "")),
        "warn_hours": _number(post.get("warn_hours", "")),
        "patience_hours": 4 if patience is None else patience,
        "hand_on": "hand_on" in post,
        "desk_id": int(post["desk_id"]) if post.get("desk_id", "").isdecimal() else 1,
        "share": post.get("share", "turn"),
        "owners": [int(one) for one in post.getlist("owners") if one.isdecimal()],
    }


def _number(text: str) -> float | None:
    text = text.strip().replace(",", ".")
    try:
        return float(text) if text else None
    except ValueError:
        raise actions.CannotDo(_("Hours are a number, for example 8 or 0.5.")) from None
