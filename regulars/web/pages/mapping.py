"""What the fields of a sender's bodies mean: from a sample to paths, with the events that would result, tried on the
last deliveries before anything is taken in."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from regulars.core.clock import now_us
from regulars.core.models import Business
from regulars.events import actions
from regulars.events.models import DeadLetter, Source
from regulars.events.sources import accounts, connections, deliveries
from regulars.events.sources.models import Connection, FieldMap
from regulars.events.sources.opening import read
from regulars.events.sources.webhook import mapping as maps
from regulars.events.sources.webhook import paths
from regulars.team.permissions import allowed
from regulars.ui import toasts

TRIED = 20  # deliveries
LONGEST = 100_000  # characters of a pasted sample


@allowed("sources.manage")
def mapping(request: HttpRequest, source_id: int) -> HttpResponse:
    """Say what the fields mean, see what would result, save, replay what waits."""
    source = get_object_or_404(Source, id=source_id, kind="webhook", revoked_us=None)
    row = get_object_or_404(Connection, source_id=source_id)
    versions = list(FieldMap.objects.filter(source_id=source_id).order_by("-version")[:20])
    lately = deliveries.lately(source_id, TRIED)
    sample, problem = _sample(request, lately)
    said = _said(request, versions, sample)
    if request.method == "POST" and not problem and request.POST.get("act") == "save":
        try:
            return _save(request, source_id, said)
        except maps.MappingError as why:
            problem = str(why)
    context = {
        "here": "sources",
        "source": source,
        "versions": versions,
        "sample": _pretty(sample) if sample is not None else request.POST.get("sample", ""),
        "problem": problem,
        "said": said,
        "kinds": _kinds(said),
        "paths": sorted({path for path, _value in paths.all_in(sample)}) if sample is not None else [],
        **_tried(row, said, sample, lately),
    }
    return render(request, "web/mapping.html", context)


def _sample(request: HttpRequest, lately: list[deliveries.Late]) -> tuple[Any, str]:
    """The body to look at: the pasted one, else the newest delivery."""
    text = request.POST.get("sample", "").strip()[:LONGEST] or _latest(lately)
    if not text:
        return None, ""
    try:
        return json.loads(text), ""
    except ValueError as why:
        return None, _("The sample is no JSON: %s") % why


def _latest(lately: list[deliveries.Late]) -> str:
    """The last delivery that has fields; a test that a sender sent may have none."""
    return next(
        (each.body for each in lately if each.body.lstrip().startswith("{")), lately[0].body if lately else ""
    )


def _said(request: HttpRequest, versions: list[FieldMap], sample: Any) -> dict[str, Any]:
    """The mapping that the form holds; before that the newest version, else a guess from the sample."""
    if request.method == "POST" and request.POST.get("act") != "guess":
        return _from_form(request)
    if versions and request.method != "POST":
        return versions[0].mapping
    found = maps.guess(sample) if sample is not None else {"amounts": "major", "rules": []}
    return found | {"timezone": Business.load().timezone}


def _from_form(request: HttpRequest) -> dict[str, Any]:
    get = lambda name: request.POST.get(name, "").strip()[:300]  # noqa: E731
    rules = []
    for kind, fields in maps.FIELDS.items():
        given = {name: path for name, _label in fields if (path := get(f"{kind}.{name}"))}
        if not given:
            continue
        rule = {"object": kind, "fields": given, **{name: get(f"{kind}:{name}") for name in ("when", "is", "each")}}
        if kind in ("order", "refund"):
            rule["lines"] = get(f"{kind}:lines")
            rule["line"] = {name: path for name, _label in maps.LINE if (path := get(f"{kind}.line.{name}"))}
        rules.append(rule)
    return {"amounts": get("amounts") or "major", "timezone": get("timezone") or "UTC", "rules": rules}


def _kinds(said: dict[str, Any]) -> list[dict[str, Any]]:
    """The form, kind by kind: (name of the input, label, path)."""
    rules = {rule["object"]: rule for rule in said["rules"]}
    found = []
    for kind, fields in maps.FIELDS.items():
        rule = rules.get(kind, {})
        given, line = rule.get("fields", {}), rule.get("line", {})
        found.append(
            {
                "key": kind,
                "label": maps.LABELS[kind],
                "open": kind in rules or kind == "order",
                "rule": rule,
                "fields": [(f"{kind}.{n}", label, given.get(n, ""), n in maps.NEEDED[kind]) for n, label in fields],
                "line": [(f"{kind}.line.{n}", label, line.get(n, "")) for n, label in maps.LINE]
                if kind in ("order", "refund")
                else [],
            }
        )
    return found


def _tried(row: Connection, said: dict[str, Any], sample: Any, lately: list[deliveries.Late]) -> dict[str, Any]:
    """The events of the sample, and what would become of the last deliveries."""
    try:
        maps.check(said)
    except maps.MappingError as why:
        return {"incomplete": str(why) if said["rules"] else "", "events": [], "tried": []}
    account = accounts.account_of(row, "webhook", said)
    events, wrong = [], ""
    if sample is not None:
        delivery = deliveries.Delivery(json.dumps(sample).encode(), {}, now_us())
        events, wrong = _events(delivery, account)
    tried = []
    for one in lately:
        found, why = _events(one.delivery, account)
        tried.append((one.at, one.what, ", ".join(event.get("event", _("who it is")) for event in found), why))
    return {"incomplete": wrong, "events": [_shown(event) for event in events], "tried": tried}


def _events(delivery: deliveries.Delivery, account: deliveries.Account) -> tuple[list[dict[str, Any]], str]:
    try:
        return read(delivery, account), ""
    except ValueError as why:
        return [], str(why)


def _shown(event: dict[str, Any]) -> tuple[str, str]:
    """(name, what it says)."""
    said = event.get("properties") or event.get("traits") or event.get("context")
    return event.get("event", _("Who it is")), _pretty(said)


def _pretty(said: Any) -> str:
    return json.dumps(said, indent=2, ensure_ascii=False)


def _save(request: HttpRequest, source_id: int, said: dict[str, Any]) -> HttpResponse:
    made = connections.save_mapping(source_id=source_id, mapping=said, by=request.user.by, at=now_us())
    waiting = DeadLetter.objects.filter(source_id=source_id, code__in=("unmapped", "unreadable"), replayed_us=None)
    went_in, still = actions.replay_dead_letters(
        ids=waiting.values_list("id", flat=True), by=request.user.by, at=now_us()
    )
    toasts.say(request, _("Version %(version)d counts from now on.") % {"version": made.version})
    if went_in or still:
        say = toasts.warn if still else toasts.say
        say(request, _("%(in)d waiting deliveries are in now, %(out)d still wait.") % {"in": went_in, "out": still})
    return redirect("web:mapping", source_id)
