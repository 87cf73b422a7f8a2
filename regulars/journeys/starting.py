"""The event that let a run in, as its texts can read it: `{{ event.product_name | default: "it" }}`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from regulars.channels.models import Campaign
from regulars.content.models import TemplateVersion
from regulars.core import bulk
from regulars.events.item import decode_any
from regulars.journeys.models import Journey, JourneyVersion

EVENT = "e:"  # how the occasion of a run begins that an event started


def contexts(campaign_id: int, run_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """{run: {"event": {property: value}}} of what the campaign's text reads of the event that started each run.

    Runs that no event started, and whose event was erased, are absent. Two questions for the batch, none when the
    text reads nothing of it.
    """
    wanted = _wanted(campaign_id)
    if not wanted or not run_ids:
        return {}
    some, params = bulk.ids(run_ids)
    rows = bulk.query(
        f"SELECT id, occasion FROM journeys_enrolment WHERE occasion LIKE 'e:%%' AND id IN {some}", params
    )
    events = {run: int(occasion.removeprefix(EVENT)) for run, occasion in rows}
    said = _properties(events.values())
    read = {number: _read(properties, wanted) for number, properties in said.items()}
    return {run: {"event": read[number]} for run, number in events.items() if read.get(number)}


def _read(properties: dict[str, Any], wanted: set[str]) -> dict[str, Any]:
    return {name: value for name, value in properties.items() if name in wanted or "" in wanted}


def _wanted(campaign_id: int) -> set[str]:
    """The properties its text reads, in any language; "" means all of them."""
    version = Campaign.objects.values_list("version_id", flat=True).get(id=campaign_id)
    compiled = TemplateVersion.objects.filter(id=version).values_list("compiled", flat=True).first()
    return {name for one in (compiled or {}).values() for name in one.get("event", ())}


def _properties(event_ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    some, params = bulk.ids(sorted(set(event_ids)))
    rows = bulk.query(f"SELECT id, properties FROM events_event WHERE id IN {some}", params)
    return {number: decode_any(properties) for number, properties in rows}


def events_that_start(template_id: int) -> list[str]:
    """The events that start the journeys which send this text, as drafted or live: what `event` can be in it."""
    live = JourneyVersion.objects.filter(
        journey_id__in=Journey.objects.filter(archived_us=None).values("id")
    ).values_list("tree", flat=True)
    drafts = Journey.objects.filter(archived_us=None).values_list("draft", flat=True)
    trees = [tree for tree in (*live, *drafts) if (tree.get("start") or {}).get("kind") == "event"]
    sending = (tree["start"].get("event", "") for tree in trees if _sends(tree.get("steps", []), template_id))
    return sorted(set(sending) - {""})


def _sends(steps: list[dict[str, Any]], template_id: int) -> bool:
    return any(
        step.get("template") == template_id
        or any(_sends(step.get(way, []), template_id) for way in ("yes", "no"))
        or any(_sends(way.get("steps", []), template_id) for way in step.get("ways", []))
        for step in steps
    )
