"""From a definition tree to what the templates show: one line per node, with its inputs and its choices."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from regulars.web.builder import values, words
from regulars.web.builder.reading import Catalog, Tree, kind_of


@dataclass(frozen=True)
class Choices:
    """What can be picked: facts by room, events, their properties, other segments."""

    catalog: Catalog
    facts: list[tuple[str, list[tuple[str, str]]]]
    events: list[str]
    properties: dict[str, list[str]]
    segments: list[tuple[int, str]]
    units: dict[str, str] = field(default_factory=dict)
    options: dict[str, list[tuple[str, str]]] = field(default_factory=dict)


@dataclass(frozen=True)
class Drawer:
    """Makes the lines of a tree. `wrong` is where the first fault is, as the parser names it, and what it is."""

    choices: Choices
    currency: str
    wrong: tuple[str, str] = ("", "")

    def line(self, node: Tree, path: str = "n", where: str = "") -> dict[str, Any]:
        """A node for its template, children included."""
        kind = kind_of(node)
        line = {"path": path, "depth": path.count("-"), "error": self._error(where, group=kind in words.GROUPS)}
        if kind in words.GROUPS:
            here = f"{where}.{kind}" if where else kind
            children = [self.line(c, f"{path}-{n}", f"{here}[{n}]") for n, c in enumerate(node[kind])]
            return {**line, "kind": "group", "how": kind, "hows": words.GROUPS.items(), "children": children}
        return {**line, "kind": kind, **getattr(self, f"_{kind}")(node, path)}

    def _error(self, where: str, *, group: bool) -> str:
        at, message = self.wrong
        if not message:
            return ""
        inside = at.startswith(where) and (not where or at[len(where) : len(where) + 1] in ("", "."))
        below = "[" in at[len(where) :] and group
        return message if inside and not below else ""

    def _fact(self, node: Tree, path: str) -> dict:
        name = node.get("fact", "")
        type = self.choices.catalog.fact_type(name) or "text"
        compared = self._comparison(node, type, options=self.choices.options.get(name))
        return {"fact": name, "facts": self.choices.facts, "unit": self.choices.units.get(name, ""), **compared}

    def _comparison(self, node: Tree, type: str, options: Iterable[tuple[str, str]] | None = None) -> dict:
        op = words.fitting(type, node.get("op", ""))
        shown = values.shown(node.get("value"), type=type, currency=self.currency) or [""]
        kind = words.input_for(type, op)
        return {
            "op": op,
            "ops": words.OPERATORS[type].items(),
            "input": "choice" if options and kind in ("text", "choice") else kind,
            "type": type,
            "value": ", ".join(shown) if kind == "list" else shown[0],
            "value2": shown[1] if len(shown) > 1 else "",
            "options": options or [],
            "currency": self.currency if type == "money" else "",
        }

    def _event(self, node: Tree, path: str) -> dict:
        measure, _, of = node.get("measure", "count").partition(":")
        type = {"count": "number", "distinct": "number"}.get(measure) or ("time" if not of else None)
        type = type or self.choices.catalog.property_type(node.get("event", ""), of) or "number"
        return {
            **self.happening(node, path),
            "measure": measure,
            "measures": words.MEASURES.items(),
            "of": of,
            "measures_property": measure not in ("count", "first", "last") or bool(of),
            **self._comparison(node, type),
            **self._window(node),
        }

    def happening(self, node: Tree, path: str) -> dict:
        """An event with its filter, for `_happening.html`."""
        event, where = node.get("event", ""), node.get("where") or []
        known = self.choices.properties.get(event, [])
        happening = {"at": path, "event": event, "events": self.choices.events, "properties": known}
        if isinstance(where, dict):
            return {**happening, "filters": [], "where_json": json.dumps(where)}
        filters = [self._filter(event, one, f"{path}.w{n}", n) for n, one in enumerate(where)]
        return {**happening, "filters": filters, "where_json": ""}

    def _filter(self, event: str, node: Tree, path: str, number: int) -> dict:
        name = node.get("property", "")
        type = self.choices.catalog.property_type(event, name) or "text"
        return {"path": path, "number": number, "property": name, **self._comparison(node, type)}

    def _window(self, node: Tree) -> dict:
        hours = "within_hours" in node
        within, older = node.get("within_hours", node.get("within_days", "")), node.get("older_than_days", "")
        return {
            "when": _when(node), "windows": words.WINDOWS.items(), "within": within, "older": older,
            "unit_hours": hours, "from": node.get("from", ""), "to": node.get("to", ""),
            "this": node.get("this", "month"), "periods": words.PERIODS.items(),
        }  # fmt: skip

    def _sequence(self, node: Tree, path: str) -> dict:
        inner = node["sequence"]
        follow = "then" if "then" in inner else "then_not"
        return {
            "first": self.happening(inner.get("first", {}), f"{path}.a"),
            "second": self.happening(inner.get(follow, {}), f"{path}.b"),
            "follow": follow,
            "gap": inner.get("within_hours", inner.get("within_days", "")),
            "gap_hours": "within_hours" in inner,
            **self._window(node),
        }

    def _segment(self, node: Tree, path: str) -> dict:
        return {"segment": node["segment"], "segments": self.choices.segments, "inside": node.get("member", True)}


def _when(node: Tree) -> str:
    if "this" in node:
        return "this"
    if "from" in node or "to" in node:
        return "dates"
    if "older_than_days" in node:
        return "span" if "within_days" in node else "older"
    return "last" if "within_days" in node or "within_hours" in node else "ever"
