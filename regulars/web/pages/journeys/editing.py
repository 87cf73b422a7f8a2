"""Changing a draft: find, put in, take out and move steps of the tree as JSON. Every function gives a new tree.

A place is where a step can be put: "root:0" before the first step, "ab12.yes:1" second on the way `yes` of a step.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

Raw = dict[str, Any]
FRESH: dict[str, Raw] = {
    "send": {"template": 0},
    "wait": {"days": 1},
    "wait_until": {"time": "10:00", "weekdays": []},
    "wait_event": {"event": "Order Completed", "within_days": 3, "yes": [], "no": []},
    "branch": {"condition": {"all": [{"fact": "orders", "op": ">=", "value": 1}]}, "yes": [], "no": []},
    "random": {"ways": [{"share": 50, "steps": []}, {"share": 50, "steps": []}]},
    "fact": {"name": "", "value": True},
    "list": {"list": 0},
    "points": {"points": 100},
    "webhook": {"url": ""},
    "ask": {"text": ""},
    "survey": {"survey": 0},
    "goal": {},
    "exit": {},
}


def ways_of(step: Raw) -> list[tuple[str, list[Raw]]]:
    """(name, steps) of each way of a step."""
    if step.get("kind") == "random":
        return [(str(n), way.setdefault("steps", [])) for n, way in enumerate(step.get("ways", []))]
    return [(way, step.setdefault(way, [])) for way in ("yes", "no") if step.get("kind") in ("branch", "wait_event")]


def lists(tree: Raw) -> Iterator[tuple[str, list[Raw]]]:
    """Every list of steps with its name: "root", or "<step>.<way>"."""
    yield "root", tree.setdefault("steps", [])
    for step in list(steps(tree["steps"])):
        for way, below in ways_of(step):
            yield f"{step['id']}.{way}", below


def steps(some: list[Raw]) -> Iterator[Raw]:
    """Every step, in reading order."""
    for step in some:
        yield step
        for _, below in ways_of(step):
            yield from steps(below)


def find(tree: Raw, name: str) -> Raw | None:
    """The step of that id."""
    return next((step for step in steps(tree.setdefault("steps", [])) if step.get("id") == name), None)


def put_in(tree: Raw, place: str, kind: str) -> tuple[Raw, str]:
    """A new step of a kind at a place, and its id. A place that is no more: nothing changes, and the id is empty."""
    tree = deepcopy(tree)
    where, _, number = place.partition(":")
    below = dict(lists(tree)).get(where)
    if below is None or kind not in FRESH or not number.isdecimal():
        return tree, ""
    taken = {step["id"] for step in steps(tree["steps"])}
    name = next(n for n in iter(lambda: secrets.token_hex(3), "") if n not in taken)
    below.insert(min(int(number), len(below)), {"id": name, "kind": kind, **deepcopy(FRESH[kind])})
    return tree, name


def take_out(tree: Raw, name: str) -> Raw:
    """Without a step, and all that is on its ways."""
    tree = deepcopy(tree)
    for _, below in lists(tree):
        below[:] = [step for step in below if step.get("id") != name]
    return tree


def shift(tree: Raw, name: str, by: int) -> Raw:
    """A step one place earlier (-1) or later (1) on its way."""
    tree = deepcopy(tree)
    for _, below in lists(tree):
        place = next((n for n, step in enumerate(below) if step.get("id") == name), None)
        if place is not None and 0 <= place + by < len(below):
            below[place], below[place + by] = below[place + by], below[place]
            break
    return tree


def lost_ways(step: Raw, said: Raw) -> list[tuple[int, list[Raw]]]:
    """(number, steps) of each way of a random split that new settings no longer have, where there are steps on it."""
    old, left = step.get("ways", []), len(said.get("ways", []))
    return [(n, way["steps"]) for n, way in enumerate(old) if n >= left and way.get("steps")]


def settle_ways(tree: Raw, name: str, said: Raw, fates: dict[int, str]) -> Raw:
    """A random split with fewer ways: what stood on those that go moves to a way ("way:0"), behind the split
    ("after"), or is thrown away ("drop")."""
    tree, step = deepcopy(tree), deepcopy(find(tree, name) or {})
    ways, behind = said["ways"], []
    for n, below in lost_ways(step, said):
        fate, _, to = fates.get(n, "").partition(":")
        if fate == "way" and to.isdecimal() and int(to) < len(ways):
            ways[int(to)]["steps"] += below
        elif fate == "after":
            behind += below
    tree = replace(tree, name, said)
    for _, below in lists(tree):
        place = next((n for n, one in enumerate(below) if one.get("id") == name), None)
        if place is not None:
            below[place + 1 : place + 1] = behind
            break
    return tree


def replace(tree: Raw, name: str, said: Raw) -> Raw:
    """A step with new settings; its id, kind and ways stay."""
    tree = deepcopy(tree)
    step = find(tree, name)
    if step is not None:
        kept = {key: step[key] for key in ("id", "kind", "yes", "no", "ways") if key in step}
        step.clear()
        step.update({**said, **{k: v for k, v in kept.items() if not (k == "ways" and "ways" in said)}})
    return tree
