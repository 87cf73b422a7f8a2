"""Broadcasts: which there are, how far they are, and pausing, resuming and stopping them."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema

from regulars.channels import queries
from regulars.core import clock
from regulars.insights.queries.outcomes import campaign_outcomes
from regulars.journeys import actions
from regulars.journeys.models import Broadcast
from regulars.web.api.frame import LARGEST, Key, Limit, PathId, Problem, by, responses
from regulars.web.pages.messages.standing import standing, standings

router = Router(tags=["Broadcasts"])
Below = Annotated[int | None, Query(ge=1, le=LARGEST, description="`after` of the page before")]


class BroadcastOut(Schema):
    """A broadcast. state: draft, waiting (for its time), sending, paused, stopped or done; `campaign` groups its
    messages: GET /messages?campaign=."""

    id: int
    name: str
    state: str
    campaign: int | None
    template: int | None
    segments: list[int]
    minus: list[int]
    topic: str
    when_us: int | None
    local_time: str
    launched_us: int | None
    paused_us: int | None
    ended_us: int | None


class BroadcastWhole(BroadcastOut):
    """`counts`: messages by state as of now; `skipped`: those that did not go, by rule; `heard`: people who opened,
    clicked, unsubscribed, complained, as of `heard_us` (null: not measured yet), without scanners and proxies."""

    counts: dict[str, int]
    skipped: dict[str, int]
    heard: dict[str, int]
    heard_us: int | None


class BroadcastsPage(Schema):
    items: list[BroadcastOut]
    after: int | None


@router.get("", response=responses(BroadcastsPage), auth=Key("messages.view"), summary="Broadcasts")
def list_broadcasts(request: HttpRequest, after: Below = None, limit: Limit = 100):
    """Newest first."""
    rows = Broadcast.objects.order_by("-id")
    found = list((rows.filter(id__lt=after) if after else rows)[: limit + 1])
    shown = standings(found[:limit], at=clock.now_us())
    more = found[limit - 1].id if len(found) > limit else None
    return {"items": [_out(one.broadcast, one.state) for one in shown], "after": more}


@router.get("/{broadcast_id}", response=responses(BroadcastWhole), auth=Key("messages.view"), summary="A broadcast")
def read_broadcast(request: HttpRequest, broadcast_id: PathId):
    """With what became of its messages."""
    return _whole(Broadcast.objects.get(id=broadcast_id))


@router.post("/{broadcast_id}/pause", response=responses(BroadcastWhole), auth=Key("messages.send"), summary="Pause")
def pause(request: HttpRequest, broadcast_id: PathId):
    """Nothing more is handed over until it is resumed. Doing it again changes nothing. Audited."""
    return _changed(request, broadcast_id, actions.pause_broadcast)


@router.post(
    "/{broadcast_id}/resume", response=responses(BroadcastWhole), auth=Key("messages.send"), summary="Resume"
)
def resume(request: HttpRequest, broadcast_id: PathId):
    """Go on where it was paused. Audited."""
    return _changed(request, broadcast_id, actions.resume_broadcast)


@router.post("/{broadcast_id}/stop", response=responses(BroadcastWhole), auth=Key("messages.send"), summary="Stop")
def stop(request: HttpRequest, broadcast_id: PathId):
    """For good: what was not handed over never is. Audited."""
    return _changed(request, broadcast_id, actions.stop_broadcast)


def _changed(request: HttpRequest, broadcast_id: int, act: Any) -> dict[str, Any]:
    if not Broadcast.objects.get(id=broadcast_id).launched_us:
        raise Problem(409, "not_sent_off", "This broadcast was not sent off yet; a person does that on its page.")
    act(broadcast_id=broadcast_id, by=by(request), at=clock.now_us())
    return _whole(Broadcast.objects.get(id=broadcast_id))


HEARD = ("opened", "clicked", "unsubscribed", "complained")


def _whole(found: Broadcast) -> dict[str, Any]:
    how = standing(found, at=clock.now_us())
    heard = campaign_outcomes([found.campaign_id]).get(found.campaign_id) if found.campaign_id else None
    return _out(found, how.state) | {
        "counts": how.counts, "skipped": queries.skipped(found.campaign_id) if found.campaign_id else {},
        "heard": {kind: heard.people(kind) for kind in HEARD} if heard else {},
        "heard_us": heard.as_of_us if heard else None,
    }  # fmt: skip


def _out(one: Broadcast, state: str) -> dict[str, Any]:
    names = (
        "id",
        "name",
        "segments",
        "minus",
        "topic",
        "when_us",
        "local_time",
        "launched_us",
        "paused_us",
        "ended_us",
    )
    same = {name: getattr(one, name) for name in names}
    return same | {"state": state, "campaign": one.campaign_id, "template": one.template_id}
