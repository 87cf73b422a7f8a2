"""From form fields to a definition tree."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from regulars.web.builder import values
from regulars.web.builder.words import GROUPS, PERIODS, fitting

Tree = dict[str, Any]
MOST = 100


class Catalog(Protocol):
    """The types of facts and of events' properties."""

    def fact_type(self, name: str) -> str | None: ...
    def property_type(self, event: str, name: str) -> str | None: ...


@dataclass(frozen=True)
class Reader:
    """Reads the tree of a form. What is missing reads as empty."""

    form: Mapping[str, str]
    catalog: Catalog
    currency: str

    def tree(self, path: str = "n") -> Tree:
        """The node at a path and all below it."""
        kind = self.get(path, "is", "all")
        if kind in GROUPS:
            return {kind: [self.tree(f"{path}-{n}") for n in range(self.count(path, "size"))]}
        return getattr(self, f"_{kind}", self._fact)(path)

    def get(self, path: str, name: str, default: str = "") -> str:
        """One field."""
        return self.form.get(f"{path}.{name}", default)

    def count(self, path: str, name: str) -> int:
        """How many there are of something, 0 to MOST."""
        text = self.get(path, name, "0")
        return min(MOST, int(text)) if text.isdecimal() else 0

    def _fact(self, path: str) -> Tree:
        name = self.get(path, "fact")
        return {"fact": name, **self._comparison(path, self.catalog.fact_type(name) or "text")}

    def _comparison(self, path: str, type: str) -> Tree:
        op = fitting(type, self.get(path, "op"))
        if op in ("known", "unknown"):
            return {"op": op}
        texts = [self.get(path, name) for name in ("value", "value2") if f"{path}.{name}" in self.form]
        return {"op": op, "value": values.typed(texts, type=type, op=op, currency=self.currency)}

    def _event(self, path: str) -> Tree:
        measure, of, type = self._measure(path)
        return {
            **self.happening(path),
            "measure": f"{measure}:{of}" if of else measure,
            **self._comparison(path, type),
            **self._window(path),
        }

    def _measure(self, path: str) -> tuple[str, str, str]:
        measure, of = self.get(path, "measure", "count"), self.get(path, "of")
        if measure in ("count", "first", "last"):
            return measure, "", "number" if measure == "count" else "time"
        known = self.catalog.property_type(self.get(path, "event"), of) or "number"
        return measure, of, "number" if measure == "distinct" else known

    def happening(self, path: str) -> Tree:
        """An event with its filter."""
        event = self.get(path, "event")
        if kept := self.get(path, "where_json"):
            return {"event": event, "where": json.loads(kept)}
        filters = [self._filter(event, f"{path}.w{n}") for n in range(self.count(path, "where"))]
        return {"event": event, "where": filters} if filters else {"event": event}

    def _filter(self, event: str, path: str) -> Tree:
        name = self.get(path, "property")
        return {"property": name, **self._comparison(path, self.catalog.property_type(event, name) or "text")}

    def _window(self, path: str) -> Tree:
        get, number = self.get, lambda name: values.number(self.get(path, name))
        match get(path, "when", "ever"):
            case "last":
                return {"within_hours" if get(path, "unit") == "hours" else "within_days": number("within")}
            case "older":
                return {"older_than_days": number("older")}
            case "span":
                return {"within_days": number("within"), "older_than_days": number("older")}
            case "dates":
                return {name: get(path, name) for name in ("from", "to") if get(path, name)}
            case "this":
                return {"this": get(path, "this") if get(path, "this") in PERIODS else "month"}
        return {}

    def _sequence(self, path: str) -> Tree:
        follow = "then" if self.get(path, "follow") == "then" else "then_not"
        within = "within_hours" if self.get(path, "gap_unit") == "hours" else "within_days"
        inner = {
            "first": self.happening(f"{path}.a"),
            follow: self.happening(f"{path}.b"),
            within: values.number(self.get(path, "gap")),
        }
        return {"sequence": inner, **self._window(path)}

    def _segment(self, path: str) -> Tree:
        return {"segment": values.number(self.get(path, "segment")), "member": self.get(path, "member") != "out"}


def kind_of(node: Tree) -> str:
    """all, any, none, fact, event, sequence or segment."""
    return next((kind for kind in (*GROUPS, "fact", "sequence", "segment", "event") if kind in node), "all")
