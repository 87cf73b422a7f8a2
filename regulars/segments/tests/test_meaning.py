"""The compiled expressions mean what the definitions say: compared with the plain model, person by person."""

from __future__ import annotations

import json

import ibis
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regulars.lake import queries as lake
from regulars.segments.calendar import Calendar
from regulars.segments.compile import compile_segments, ibis_options
from regulars.segments.definition import OnList
from regulars.segments.parsing import parse
from regulars.segments.scans import CLOCK_COLUMNS
from regulars.segments.tests.naive import DAY, Happening, Someone, World, is_member
from regulars.segments.tests.random_definitions import CATEGORIES, CITIES, EVENTS, Vocabulary, definitions

NOW = 1_790_000_000_000_000
CALENDAR = Calendar("Europe/London", 0)
SCHEMAS = {
    "events": {"id": "int64", "node_id": "int64", "ts": "int64", "name": "string", "source_id": "int64",
               "p_total": "float64", "p_category": "string", "p_gift": "bool", "p_due": "int64"},
    "nodes": {"node_id": "int64", "person_id": "int64"},
    "traits": {"node_id": "int64", "name": "string", "value": "string", "at": "int64"},
    "consents": {"id": "int64", "node_id": "int64", "purpose": "string", "channel": "string", "state": "string",
                 "at": "int64"},
    "lists": {"segment_id": "int64", "person_id": "int64"},
    "clock": CLOCK_COLUMNS,
}  # fmt: skip


def tables(name: str):
    return ibis.table(SCHEMAS[name], name=name)


def arrow(name: str, rows: list[tuple]) -> pa.Table:
    columns = SCHEMAS[name]
    types = {"int64": pa.int64(), "float64": pa.float64(), "string": pa.string(), "bool": pa.bool_()}
    values = list(zip(*rows, strict=True)) or [()] * len(columns)
    return pa.table({c: pa.array(v, types[t]) for v, (c, t) in zip(values, columns.items(), strict=True)})


BIRTHDAYS = ("1985-09-22", "2000-02-29", "1990-12-31T10:00", "nonsense", "2026-09-30")
offsets = st.one_of(
    st.integers(-45 * 24, 60).map(lambda h: h * DAY // 24),  # whole hours: edges of windows are met exactly
    st.integers(-400 * DAY, 40 * DAY),
)
happenings = st.builds(
    lambda ts, name, total, category, gift, due: (
        NOW + ts, name, {"total": total, "category": category, "gift": gift, "due": due}),
    offsets, st.sampled_from(EVENTS), st.none() | st.sampled_from((0, 0.1, 0.2, 3, 7.25, -2)),
    st.none() | st.sampled_from(CATEGORIES), st.none() | st.booleans(),
    st.none() | offsets.map(lambda o: NOW + o),
)  # fmt: skip
people = st.fixed_dictionaries({
    "events": st.lists(happenings, max_size=6),
    "trait:city": st.none() | st.sampled_from(CITIES),
    "trait:birthday": st.none() | st.sampled_from(BIRTHDAYS),
    "trait:points": st.none() | st.sampled_from((0, 3, 4.5)),
    "trait:renews": st.none() | offsets.map(lambda o: NOW + o),
    "consent:marketing:email": st.none() | st.sampled_from(("granted", "pending", "withdrawn")),
    "list": st.booleans(),
})  # fmt: skip


def world_of(drawn: list[dict]) -> tuple[dict[int, Someone], dict[str, pa.Table]]:
    """The same people for the plain model and as tables; each has two nodes."""
    someone, rows = {}, {name: [] for name in SCHEMAS}
    for number, draw in enumerate(drawn, 1):
        person = number * 10
        rows["nodes"] += [(person, person), (person + 1, person)]
        facts = {k: v for k, v in draw.items() if ":" in k and v is not None}
        who = someone[person] = Someone(facts={k: v for k, v in facts.items() if v != "nonsense"})
        who.lists = {99} if draw["list"] else set()
        rows["lists"] += [(99, person)] if draw["list"] else []
        for place, (ts, name, props) in enumerate(draw["events"]):
            who.events.append(Happening(ts, person * 100 + place, name, props))
            rows["events"].append((person * 100 + place, person + place % 2, ts, name, 1, *props.values()))
        for name, value in facts.items():
            if name.startswith("trait:"):
                rows["traits"].append((person + 1, name[6:], json.dumps(value), 5))
                rows["traits"].append((person, name[6:], '"older"', 4))
            else:
                rows["consents"].append((person, person, "marketing", "email", value, 5))
                rows["consents"].append((person + 1, person + 1, "marketing", "email", "granted", 5))
    return someone, {name: arrow(name, r) for name, r in rows.items() if name != "clock"}


def computed(given_tables: dict[str, pa.Table], parsed: dict, now: int, *, literal: bool) -> dict:
    expression = compile_segments(parsed, tables, CALENDAR, now=now if literal else None, wanted=set(parsed) - {99})
    clock = {f"clock_{k}": [v] for k, v in CALENDAR.clock(now).items()}
    with ibis_options(), lake.memory({**given_tables, "clock": pa.table(clock)}) as memory:
        rows = memory.rows(expression)
    return {r["person_id"]: r for r in rows}


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(drawn=st.lists(people, min_size=1, max_size=12), data=st.data(), literal=st.booleans(),
       wait=st.integers(1, 500 * DAY))  # fmt: skip
def test_membership_is_what_the_definition_says_and_never_changes_before_its_next_instant(drawn, data, literal, wait):
    raw = {1: data.draw(definitions((99,)))}
    raw[2] = data.draw(definitions((1, 99)))
    parsed = {k: parse(v, Vocabulary()) for k, v in raw.items()} | {99: OnList(99)}
    someone, given_tables = world_of(drawn)
    world = World(parsed)
    found = computed(given_tables, parsed, NOW, literal=literal)
    for person, who in someone.items():
        row = found.get(person, {"m1": False, "n1": None, "m2": False, "n2": None})
        for segment, node in ((1, parsed[1]), (2, parsed[2])):
            member, turns = row[f"m{segment}"], row[f"n{segment}"]
            assert member == is_member(node, who, NOW, world), (raw, who)
            assert turns is None or turns > NOW
            until = min(turns or 2**62, NOW + 800 * DAY) - 1
            for instant in {until, min(until, NOW + wait), *(min(until, t) for t in interesting(who))}:
                assert is_member(node, who, instant, world) == member, (raw, who, instant, turns)


def interesting(who: Someone) -> set[int]:
    """Instants at which something may happen: events that come, and the days after all of them."""
    found = {e.ts for e in who.events} | {e.ts + d * DAY for e in who.events for d in (1, 2, 5, 10, 20, 30)}
    return {t for t in found if t > NOW}


@pytest.mark.parametrize("how", ["all", "any", "none"])
def test_people_of_whom_nothing_is_known_are_asked_too(how):
    parsed = {1: parse({how: [{"event": "Order Completed"}]}, Vocabulary())}
    _, given_tables = world_of([{"events": [], "list": False}])
    assert bool(computed(given_tables, parsed, NOW, literal=False)) == (how == "none")
