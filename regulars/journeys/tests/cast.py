"""People, events and trees for the tests of journeys."""

from __future__ import annotations

import json
from typing import Any

from regulars.content.models import Template, TemplateVersion
from regulars.core import bulk
from regulars.core.log import current_tx
from regulars.events import consumers
from regulars.events.models import Event
from regulars.journeys import actions, reactions
from regulars.journeys.models import Enrolment, Journey, Passage
from regulars.people.actions import Sighting, record_sightings, touch
from regulars.people.queries import person_id_of
from regulars.segments import actions as segments

COLUMNS = ("tx", "node_id", "shard", "source_id", "message_id", "raw_seq", "name", "ts", "received_us", "properties",
           "context")  # fmt: skip


def someone(key: str, at: int, **traits: Any) -> int:
    """A person with one account."""
    seen = Sighting("shop", (("user", key),), (), traits, (), at)
    (node,) = record_sightings(sightings=[seen], source_id=1, at=at)
    return person_id_of([node])[node]


def did(node: int, name: str, ts: int, **properties: Any) -> None:
    """One event, as ingestion writes it."""
    number = Event.objects.count()
    row = (current_tx(), node, node % 16, 1, f"m{number}", 0, name, ts, ts, json.dumps(properties), "{}")
    bulk.insert(Event, COLUMNS, [row])
    touch(person_ids=[person_id_of([node])[node]], cause="event", at=ts)


def template(name: str = "Hello", at: int = 1) -> int:
    """A published text."""
    made = Template.objects.create(name=name, version=1, drafted_us=at, drafted_by="user:1", created_us=at)
    TemplateVersion.objects.create(template_id=made.id, number=1, variants={}, compiled={}, at=at, by="user:1")
    return made.id


def live(tree: dict[str, Any], at: int, *, name: str = "Welcome", **settings: Any) -> Journey:
    """A published journey."""
    made = actions.create_journey(name=name, tree=tree, by="user:1", at=at)
    if settings:
        actions.change_settings(journey_id=made.id, by="user:1", at=at, **settings)
    actions.publish(journey_id=made.id, by="user:1", at=at)
    made.refresh_from_db()
    return made


def settle(at: int) -> None:
    """Everything that can happen at this moment happens: consumers, segments, journeys."""
    for _ in range(500):
        if not any([consumers.step(at), segments.tick(at), reactions.follow_segments(at), actions.advance(at)]):
            return
    raise AssertionError("it never ends")


def passed(person: int | None = None) -> list[str]:
    """The steps passed, in order."""
    rows = Passage.objects.order_by("id")
    if person:
        rows = rows.filter(enrolment_id__in=Enrolment.objects.filter(person_id=person).values("id"))
    return list(rows.values_list("step", flat=True))


def outcomes() -> list[tuple]:
    """(person, outcome) of every run."""
    return list(Enrolment.objects.order_by("id").values_list("person_id", "outcome"))
