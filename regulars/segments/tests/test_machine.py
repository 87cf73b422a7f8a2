"""Memberships kept tick by tick are those of a full recompute, and those that the definitions mean, whatever happens.

Late events and events dated ahead, merges and separations, erasures, traits and consents, lists, new definitions,
segments of segments, jumps of the clock, ticks of any size at any moment.
"""

from __future__ import annotations

import json
import os
from collections import defaultdict

import pytest
from django.apps import apps
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from regulars.core import bulk
from regulars.core.clock import DAY, HOUR, from_us
from regulars.core.log import current_tx
from regulars.core.models import Business, Offset
from regulars.events.models import Event, Property
from regulars.people import actions as people
from regulars.people.actions import Sighting, record_sightings, touch
from regulars.people.models import Link, Node
from regulars.segments import actions, full, standing, tick
from regulars.segments.definition import DefinitionError
from regulars.segments.models import Change, Membership, Segment
from regulars.segments.tests.naive import Happening, Someone, World, is_member
from regulars.segments.tests.random_definitions import CATEGORIES, CITIES, EVENTS, PROPERTIES, definitions

pytestmark = pytest.mark.django_db(transaction=True)
EXAMPLES = int(os.environ.get("REGULARS_EXAMPLES", 10))
NO_SHRINK = [Phase.explicit, Phase.reuse, Phase.generate]
START = 1_790_000_000_000_000
ROOMS = ("people", "events", "segments", "team")
TOTALS = (0, 0.1, 3, 7.25)
hours = st.integers(-40 * 24, 30 * 24).map(lambda h: h * HOUR)
COLUMNS = ("tx", "node_id", "shard", "source_id", "message_id", "raw_seq", "name", "ts", "received_us", "properties",
           "context")  # fmt: skip


class Machine(RuleBasedStateMachine):
    """People, what happens to them, segments and ticks."""

    @initialize(raw=st.lists(definitions(), min_size=1, max_size=2))
    def begin(self, raw):
        empty()
        Business.objects.create(name="Shop", timezone="Europe/London", week_start=0)
        for event in EVENTS:
            for name, kind in PROPERTIES.items():
                Property.objects.create(event=event, name=name, type=kind, declared_us=1)
        self.now, self.events, self.users = START, 0, 0
        self.list = actions.create_list(name="hand", by="user:1", at=self.now)
        self.segments = [self.list.id]
        for definition in raw:
            self.define(definition)

    def define(self, definition):
        made = actions.create_segment(name=f"s{len(self.segments)}", definition=definition, by="user:1", at=self.now)
        self.segments.append(made.id)

    # --- people

    def nodes(self) -> list[int]:
        return list(Node.objects.exclude(person_id=None).order_by("id").values_list("id", flat=True))

    def persons(self) -> list[int]:
        return sorted(set(Node.objects.exclude(person_id=None).values_list("person_id", flat=True)))

    @rule(city=st.none() | st.sampled_from(CITIES), points=st.none() | st.sampled_from((0, 3, 4.5)))
    def appears(self, city, points):
        traits = {k: v for k, v in (("city", city), ("points", points)) if v is not None}
        self.users += 1
        self.see(f"u{self.users}", traits)

    def see(self, user, traits):
        self.now += 1
        seen = Sighting("shop", (("user", user),), (), traits, (), self.now)
        record_sightings(sightings=[seen], source_id=1, at=self.now)

    @precondition(lambda self: self.users)
    @rule(data=st.data(), name=st.sampled_from(("city", "birthday", "renews")), ahead=hours)
    def says(self, data, name, ahead):
        born = f"1980-{data.draw(st.integers(1, 12)):02}-{data.draw(st.integers(1, 28)):02}"
        value = {"city": data.draw(st.sampled_from(CITIES)), "renews": self.now + ahead, "birthday": born}[name]
        self.see(f"u{data.draw(st.integers(1, self.users))}", {name: value})

    @precondition(lambda self: self.nodes())
    @rule(data=st.data(), state=st.sampled_from(("granted", "pending", "withdrawn")))
    def consents(self, data, state):
        self.now += 1
        people.record_consent(
            node_id=data.draw(st.sampled_from(self.nodes())), purpose="marketing", channel="email", state=state,
            evidence={}, by="user:1", at=self.now,
        )  # fmt: skip

    @precondition(lambda self: self.nodes())
    @rule(data=st.data(), name=st.sampled_from(EVENTS), offset=hours, total=st.none() | st.sampled_from(TOTALS),
          category=st.none() | st.sampled_from(CATEGORIES), gift=st.none() | st.booleans())  # fmt: skip
    def happens(self, data, name, offset, total, category, gift):
        node = data.draw(st.sampled_from(self.nodes()))
        said = {"total": total, "category": category, "gift": gift, "due": from_us(self.now + offset).isoformat()}
        self.events += 1
        row = (
            current_tx(),
            node,
            0,
            1,
            f"m{self.events}",
            0,
            name,
            self.now + offset,
            self.now,
            json.dumps(said),
            "{}",
        )
        bulk.insert(Event, COLUMNS, [row])
        touch(person_ids=[Node.objects.get(id=node).person_id], cause="event", at=self.now)

    @precondition(lambda self: len(self.persons()) > 1)
    @rule(data=st.data())
    def merges(self, data):
        a, b = data.draw(st.lists(st.sampled_from(self.persons()), min_size=2, max_size=2, unique=True))
        try:
            people.merge_people(a=a, b=b, by="user:1", at=self.now, evidence={})
        except people.CannotDo:
            return

    @precondition(lambda self: Link.objects.filter(revoked_us=None).exists())
    @rule(data=st.data())
    def separates(self, data):
        links = Link.objects.filter(revoked_us=None).order_by("id").values_list("id", flat=True)
        people.undo_link(link_id=data.draw(st.sampled_from(list(links))), by="user:1", at=self.now)

    @precondition(lambda self: hasattr(people, "erase_person") and len(self.persons()) > 2)
    @rule(data=st.data())
    def is_erased(self, data):
        people.erase_person(person_id=data.draw(st.sampled_from(self.persons())), by="user:1", at=self.now)

    # --- segments

    @precondition(lambda self: self.persons())
    @rule(data=st.data(), on=st.booleans())
    def edits_the_list(self, data, on):
        some = data.draw(st.lists(st.sampled_from(self.persons()), min_size=1, max_size=2))
        act = actions.add_people if on else actions.remove_people
        act(segment_id=self.list.id, person_ids=some, by="user:1", at=self.now)

    @precondition(lambda self: len(self.segments) < 5)
    @rule(data=st.data())
    def a_segment_of_segments(self, data):
        self.define(data.draw(definitions(tuple(self.segments))))

    @rule(data=st.data())
    def another_definition(self, data):
        which = data.draw(st.sampled_from(self.segments[1:]))
        definition = data.draw(definitions(tuple(s for s in self.segments if s != which)))
        try:
            actions.change_segment(segment_id=which, definition=definition, by="user:1", at=self.now)
        except DefinitionError as error:
            assert "circle" in error.message

    # --- time

    @rule(hours=st.integers(0, 30 * 24))
    def time_passes(self, hours):
        self.now += hours * HOUR

    @rule(size=st.integers(1, 3))
    def one_small_tick(self, size):
        tick.run(self.now, people=size)

    @rule()
    def ticks_until_quiet(self):
        for _ in range(200):
            if not actions.tick(self.now):
                break
        else:
            raise AssertionError("the tick never ends")
        self.judge()

    @rule(days=st.integers(1, 60))
    def only_time_passes(self, days):
        self.ticks_until_quiet()
        self.now += days * DAY
        self.ticks_until_quiet()

    def teardown(self):
        if hasattr(self, "list"):
            self.ticks_until_quiet()
            assert actions.check_all(at=self.now) == 0

    # --- what must hold

    def judge(self):
        now = standing.in_effect()
        assert set(now.ids) == set(self.segments)
        world = World(dict(now.definitions))
        at = max(self.now, tick.latest(now))
        known = everybody(at)
        stored = {(m.segment_id, m.person_id) for m in Membership.objects.filter(member=True)}
        meant = {(s, p) for s, node in now.definitions for p, who in known.items() if is_member(node, who, at, world)}
        assert stored == meant, (dict(now.definitions), stored ^ meant)
        evaluated = full.everybody(now, now.ids, at)
        assert {(s, p) for s in now.ids for p, found in evaluated.of(s) if found.member} == stored
        assert in_by_the_log() == stored
        for segment in Segment.objects.all():
            assert segment.people == sum(s == segment.id for s, _ in stored)


def in_by_the_log() -> set[tuple[int, int]]:
    """Who is in by summing up the log; entering twice or leaving while out is a fault."""
    inside: set[tuple[int, int]] = set()
    for change in Change.objects.order_by("tx", "id"):
        place = (change.segment_id, change.person_id)
        assert (place in inside) != change.entered, change
        inside ^= {place}
    return inside


def everybody(now: int) -> dict[int, Someone]:
    """All people, straight from the tables of the truth."""
    person_of = dict(Node.objects.exclude(person_id=None).values_list("id", "person_id"))
    found: dict[int, Someone] = defaultdict(Someone)
    for person in person_of.values():
        found[person].facts = {}
    for e in Event.objects.filter(node_id__in=person_of):
        props = {k: v for k, v in json.loads(e.properties).items() if v is not None}
        props["due"] = round(from_iso(props["due"]))
        found[person_of[e.node_id]].events.append(Happening(e.ts, e.id, e.name, props))
    for node, name, value in bulk.query("SELECT node_id, name, value FROM people_trait ORDER BY at, node_id DESC"):
        if node in person_of:
            found[person_of[node]].facts[f"trait:{name}"] = json.loads(value)
    ranks = ("granted", "pending", "withdrawn")
    for node, state in bulk.query("SELECT node_id, state FROM people_consentstate"):
        if node in person_of:
            facts = found[person_of[node]].facts
            facts["consent:marketing:email"] = max(
                facts.get("consent:marketing:email", "granted"), state, key=ranks.index
            )
    for segment, node in bulk.query("SELECT segment_id, node_id FROM segments_listentry"):
        if node in person_of:
            found[person_of[node]].lists.add(segment)
    return found


def from_iso(text: str) -> int:
    from datetime import datetime

    from regulars.core.clock import to_us

    return to_us(datetime.fromisoformat(text))


def empty() -> None:
    """Nothing is left of the run before; ids go on counting."""
    for room in ROOMS:
        for model in apps.get_app_config(room).get_models():
            model.objects.all().delete()
    Offset.objects.all().delete()
    Business.objects.all().delete()
    Business._cached = None


def test_memberships_kept_tick_by_tick_are_what_the_definitions_mean():
    """REGULARS_EXAMPLES makes it longer."""
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=20,
            phases=NO_SHRINK,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
