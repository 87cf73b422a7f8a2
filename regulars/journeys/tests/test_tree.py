"""Trees are read with errors that are sentences, and every way through one comes to its end."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.journeys.tree import TreeError, faults, parse, route, walk
from regulars.segments.tests.random_definitions import Vocabulary

pytestmark = pytest.mark.anydb
HAND = {"kind": "manual"}
WAIT = {"id": "a", "kind": "wait", "days": 1}


@st.composite
def ways(draw, names, depth: int = 0) -> list[dict]:
    """Some steps with ids never used twice."""
    steps = []
    for kind in draw(st.lists(st.sampled_from(("wait", "branch", "random", "goal")), max_size=3)):
        step = {"id": f"s{next(names)}", "kind": kind}
        if kind in ("branch", "random") and depth > 2:
            continue
        if kind == "wait":
            step["hours"] = 1
        if kind == "branch":
            step |= {"condition": {"fact": "orders", "op": ">", "value": 1}}
            step |= {way: draw(ways(names, depth + 1)) for way in ("yes", "no")}
        if kind == "random":
            step["ways"] = [{"share": share, "steps": draw(ways(names, depth + 1))} for share in (30, 70)]
        steps.append(step)
    return steps


@st.composite
def trees(draw) -> dict:
    return {"start": HAND, "steps": [WAIT, *draw(ways(itertools.count()))]}


@given(raw=trees(), data=st.data())
def test_whichever_way_one_goes_every_step_comes_at_most_once_and_then_the_end(raw, data):
    tree = parse(raw, None)
    found, step, seen = route(tree), route(tree).first, []
    while step:
        seen.append(step)
        choices = [way for way, _ in found.steps[step].ways] or [""]
        step = found.follow(step, data.draw(st.sampled_from(choices)))
    assert len(seen) == len(set(seen)) and set(seen) <= {s.id for s, _ in walk(tree.steps)}


@pytest.mark.parametrize(
    "change, path, says",
    [
        ({"start": {}}, "start", "Say who enters"),
        ({"start": {"kind": "event"}}, "start.event", "Say which event"),
        ({"start": {"kind": "event", "event": "Product Bought"}}, "start.event", "counted from orders"),
        ({"start": {**HAND, "again": "often"}}, "start.again", "none of never, always"),
        ({"start": {"kind": "threshold", "condition": {"fact": "x", "op": "="}}}, "start.condition", "no fact"),
        ({"goal": {"where": []}}, "goal.event", "Say which event"),
        ({"steps": []}, "steps", "at least one step"),
        ({"steps": [{"id": "A!", "kind": "exit"}]}, "steps[0].id", "small letters"),
        ({"steps": [WAIT, WAIT]}, "steps[1].id", "Two steps have the id"),
        ({"steps": [{"id": "a", "kind": "dance"}]}, "steps[0].kind", "no kind of step"),
        ({"steps": [{"id": "a", "kind": "wait"}]}, "steps[0]", "Say how long"),
        ({"steps": [{"id": "a", "kind": "wait", "days": 99999}]}, "steps[0].days", "Days: 0 to"),
        ({"steps": [{"id": "a", "kind": "wait_until", "time": "25:00"}]}, "steps[0].time", "like 09:00"),
        ({"steps": [{"id": "a", "kind": "send"}]}, "steps[0].template", "Choose which message"),
        ({"steps": [{"id": "a", "kind": "webhook", "url": "ftp://x"}]}, "steps[0].url", "https://"),
        ({"steps": [{"id": "a", "kind": "random", "ways": [{"share": 50}, {"share": 40}]}]}, "steps[0].ways",
         "add up to 90"),
        ({"steps": [{"id": "a", "kind": "branch", "condition": {"all": []}}]}, "steps[0].condition.all",
         "at least one condition"),
    ],
)  # fmt: skip
def test_a_fault_says_where_and_what_to_do(change, path, says):
    with pytest.raises(TreeError, match=says) as fault:
        parse({"start": HAND, "steps": [WAIT], **change}, Vocabulary())
    assert fault.value.path == path


def test_all_faults_of_a_draft_are_found_with_the_steps_they_are_at():
    branch = {
        "id": "b",
        "kind": "branch",
        "condition": {"fact": "nothing", "op": "="},
        "yes": [{"id": "c", "kind": "send"}],
    }
    found = faults({"start": HAND, "steps": [branch, {"id": "d", "kind": "ask"}]}, Vocabulary())
    assert [fault.step for fault in found] == ["c", "b", "d"]


WORDS = st.sampled_from(("start", "steps", "kind", "id", "yes", "ways", "goal"))
plain = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
anything = st.recursive(
    plain, lambda some: st.lists(some, max_size=3) | st.dictionaries(WORDS, some, max_size=4), max_leaves=12
)


@given(raw=anything)
def test_whatever_is_given_is_refused_with_a_sentence(raw):
    found = faults(raw, Vocabulary())
    assert found and all(fault.message[0].isupper() or fault.message[0] == "“" for fault in found)
