"""Broadcasts: the list; composing; sending, pausing, stopping; what they brought."""

from __future__ import annotations

from csp.constants import SELF
from csp.decorators import csp_update
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from regulars.channels import actions as channels
from regulars.channels.models import Message, State
from regulars.core.clock import now_us
from regulars.core.models import Business
from regulars.insights.queries.outcomes import campaign_outcomes
from regulars.journeys import actions, audience
from regulars.journeys.models import Broadcast
from regulars.journeys.voicing import breaches_of, undisclosed
from regulars.segments.models import Segment
from regulars.team.permissions import allowed
from regulars.team.queries import who
from regulars.ui import toasts
from regulars.ui.formats import number
from regulars.web import directory
from regulars.web.pages.messages import before, framed, report
from regulars.web.pages.messages.compose import BroadcastForm, initial
from regulars.web.pages.messages.messages import lines
from regulars.web.pages.messages.standing import Standing, standing, standings
from regulars.web.pages.messages.words import RULES

PAGE, MOST = 50, 1_000


@allowed("messages.view")
def broadcasts(request: HttpRequest) -> HttpResponse:
    """All, the newest first, with their figures as counted last."""
    after = request.GET.get("after", "")
    rows = Broadcast.objects.order_by("-id")
    if after:
        rows = rows.filter(id__lt=_whole(after))
    found = list(rows[: PAGE + 1])
    shown = standings(found[:PAGE], at=now_us())
    heard = campaign_outcomes(one.campaign.id for one in shown if one.campaign)
    context = {
        "here": "broadcasts", "rows": [(one, heard.get(one.campaign.id) if one.campaign else None) for one in shown],
        "after": str(found[PAGE - 1].id) if len(found) > PAGE else None,
    }  # fmt: skip
    return render(request, "web/messages/broadcasts.html", context)


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Http404(_("This page's address is damaged. Start at the first page."))
    return int(text)


@allowed("messages.send")
def new(request: HttpRequest) -> HttpResponse:
    """A new draft; ?segment= and ?template= are chosen already."""
    form = BroadcastForm(request.POST or None, initial=_asked(request))
    if request.method == "POST" and form.is_valid():
        made = actions.create_broadcast(**form.settings(), by=request.user.by, at=now_us())
        return redirect("web:broadcast", made.id)
    return render(request, "web/messages/compose.html", {"here": "broadcasts", "form": form})


def _asked(request: HttpRequest) -> dict:
    given = {"segments": request.GET.getlist("segment"), "template_id": request.GET.get("template", "")}
    return {"when": "now", "priority": 50, "holdout": 0, **given}


@allowed("messages.view")
@csp_update({"frame-src": [SELF]})
def broadcast(request: HttpRequest, broadcast_id: int) -> HttpResponse:
    """A draft is composed; one that was sent off shows how it goes and what it brought."""
    found = get_object_or_404(Broadcast, id=broadcast_id)
    if not found.launched_us and request.user.may("messages.send"):
        return _compose(request, found)
    if not found.launched_us:
        return render(request, "web/messages/draft.html", {"here": "broadcasts", **_before(found)})
    return render(request, "web/messages/broadcast.html", {"here": "broadcasts", **_report(found)})


def _compose(request: HttpRequest, found: Broadcast) -> HttpResponse:
    form = BroadcastForm(request.POST or None, initial=initial(found, Business.load().timezone))
    if request.method == "POST" and form.is_valid():
        found = _save(found, form, request.user.by)
        if not request.htmx:
            toasts.say(request, _("Saved. Nothing is sent yet."))
            return redirect("web:broadcast", found.id)
    context = {"here": "broadcasts", "form": form, "subject": framed.subject_of(found), **_before(found)}
    return render(request, "web/messages/_compose.html" if request.htmx else "web/messages/compose.html", context)


def _save(found: Broadcast, form: BroadcastForm, by: str) -> Broadcast:
    settings = form.settings()
    if all(getattr(found, name) == value for name, value in settings.items()):
        return found
    return actions.change_broadcast(broadcast_id=found.id, **settings, by=by, at=now_us())


def _before(found: Broadcast) -> dict:
    now = now_us()
    gaps, count = before.missing(found, at=now), before.counted(found, at=now)
    return {
        "broadcast": found, "gaps": gaps, "stops": [gap for gap in gaps if gap.stops], "count": count,
        "skip": before.by_rule(count, "skip"), "wait": before.by_rule(count, "wait"), "now": now,
        "breaches": (said := breaches_of([found.template_id])), "undisclosed": undisclosed(said),
        "looking": not count and not audience.is_known(found),
        "segments": Segment.objects.filter(id__in=found.segments),
    }  # fmt: skip


@allowed("messages.view")
def before_sending(request: HttpRequest, broadcast_id: int) -> HttpResponse:
    """The panel "Before sending", while the audience is being counted."""
    found = get_object_or_404(Broadcast, id=broadcast_id, launched_us=None)
    return render(request, "web/messages/_before.html", _before(found))


@allowed("messages.view")
def people(request: HttpRequest, broadcast_id: int) -> HttpResponse:
    """Who gets a draft, or of whom ?rule= would say no, as of now."""
    found, rule = get_object_or_404(Broadcast, id=broadcast_id), request.GET.get("rule", "passed")
    if rule not in RULES and rule != "passed":
        raise Http404(_("There is no rule of this name."))
    if request.GET.get("format") == "csv":
        return _people_csv(request, found, rule)
    rows, after = before.people_of(found, rule, after=_whole(request.GET.get("after", "0")), at=now_us())
    context = {"here": "broadcasts", "broadcast": found, "rule": RULES.get(rule, ""), "rows": rows, "after": after}
    return render(request, "web/messages/people.html", context)


@allowed("people.export")
def _people_csv(request: HttpRequest, found: Broadcast, rule: str) -> HttpResponse:
    return directory.people_file(f"broadcast-{found.id}-{rule}", before.all_of(found, rule, at=now_us()))


@require_POST
@allowed("messages.send")
def launch(request: HttpRequest, broadcast_id: int) -> HttpResponse:
    """Send it off."""
    found = get_object_or_404(Broadcast, id=broadcast_id)
    stops = [gap for gap in before.missing(found, at=now_us()) if gap.stops]
    try:
        if stops and not found.launched_us:
            raise actions.CannotBroadcast(stops[0].text)
        overrule = request.POST.get("overrule", "")
        actions.launch(broadcast_id=found.id, overrule=overrule, by=request.user.by, at=now_us())
    except actions.CannotBroadcast as problem:
        toasts.warn(request, str(problem))
    return redirect("web:broadcast", found.id)


ACTS = {"pause": actions.pause_broadcast, "resume": actions.resume_broadcast, "stop": actions.stop_broadcast}


@require_POST
@allowed("messages.send")
def change(request: HttpRequest, broadcast_id: int) -> HttpResponse:
    """pause, resume, stop, retry (the failed), settle (all unknown: sent or again), measure."""
    found, act = get_object_or_404(Broadcast, id=broadcast_id), request.POST.get("act", "")
    by, at = request.user.by, now_us()
    try:
        if act in ACTS:
            ACTS[act](broadcast_id=found.id, by=by, at=at)
        elif act == "retry" and found.campaign_id:
            count = channels.retry_failed(campaign_id=found.campaign_id, by=by, at=at)
            text = ngettext("%s message is tried again.", "%s messages are tried again.", count)
            toasts.say(request, text % number(count))
        elif act in ("sent", "again") and found.campaign_id:
            _settle_all(request, found, sent=act == "sent")
        elif act == "measure" and found.campaign_id:
            _measure(request, found)
    except ValueError as problem:  # CannotBroadcast, CannotSend
        toasts.warn(request, str(problem))
    return redirect("web:broadcast", found.id)


def _settle_all(request: HttpRequest, found: Broadcast, *, sent: bool) -> None:
    unknown = Message.objects.filter(campaign_id=found.campaign_id, state=State.UNKNOWN).order_by("id")
    ids = list(unknown.values_list("id", flat=True)[:MOST])
    for one in ids:  # at most a hundred per worker that was killed
        channels.settle_unknown(message_id=one, sent=sent, by=request.user.by, at=now_us())
    toasts.say(request, ngettext("%s message is settled.", "%s messages are settled.", len(ids)) % number(len(ids)))


def _measure(request: HttpRequest, found: Broadcast) -> None:
    now = standing(found, at=now_us())
    if report.measure(found.campaign_id, now.planned, at=now_us()):
        toasts.say(request, _("Measured again."))
    else:
        toasts.say(request, _("It is being measured; look again in a minute."))


def _report(found: Broadcast) -> dict:
    now = now_us()
    how = standing(found, at=now)
    heard = report.outcomes(how, at=now)
    left_out = report.skipped(how, heard)
    unknown = Message.objects.filter(campaign_id=how.campaign.id, state=State.UNKNOWN).order_by("-id")[:100]
    return {
        "figures": report.figures(how, heard, left_out), "heard": heard,
        "links": report.links(how.campaign, heard, how.sent),
        "skipped": left_out, "brought": report.brought(how.campaign), "unknown": lines(list(unknown)),
        "failed": how.counts.get("failed", 0), "segments": Segment.objects.filter(id__in=found.segments),
        "minus": Segment.objects.filter(id__in=found.minus), **_progress(how),
        "overruled_by": who([found.overruled["by"]]).popitem()[1] if found.overruled else "",
    }  # fmt: skip


def _progress(how: Standing) -> dict:
    total = how.planned if how.broadcast.planned_us else max(how.planned, how.broadcast.audience.get("people", 0))
    return {
        "broadcast": how.broadcast, "how": how, "done": how.planned - how.open, "total": total,
        "moves": how.state in ("sending", "waiting"), "by_itself": how.itself,
        "list": f"{reverse('web:messages')}?campaign={how.campaign.id}",
    }  # fmt: skip


@allowed("messages.view")
def progress(request: HttpRequest, broadcast_id: int) -> HttpResponse:
    """How far it is; once it is at its end, the whole page comes anew."""
    found = get_object_or_404(Broadcast, id=broadcast_id, launched_us__isnull=False)
    shown = _progress(standing(found, at=now_us()))
    answer = render(request, "web/messages/_progress.html", shown)
    if request.htmx and not shown["moves"]:
        answer["HX-Refresh"] = "true"
    return answer
