"""Reading trees: errors that say where, and the few checks that every kind of step needs."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from regulars.core.clock import DAY, HOUR, MINUTE
from regulars.segments.catalog import BOUGHT
from regulars.segments.definition import Catalog, DefinitionError
from regulars.segments.parsing import parse as parse_condition

MAX_STEPS, MAX_DEPTH, MAX_TEXT, LONGEST = 200, 8, 200, 3 * 366 * DAY
UNITS = (("days", DAY), ("hours", HOUR), ("minutes", MINUTE))
_ID = re.compile(r"[a-z0-9]{1,20}")
Made = Callable[[dict, str, "Reader"], Any]


class TreeError(ValueError):
    """A sentence that says what is wrong; `path` is where in the tree (`steps[1].yes[0].days`), `step` its id."""

    def __init__(self, path: str, message: str, *, step: str = "") -> None:
        self.path, self.message, self.step = path, message, step
        super().__init__(f"{path}: {message}" if path else message)


class Reader:
    """What is needed to read one tree: its catalog (None: conditions were checked before), the faults found."""

    def __init__(self, catalog: Catalog | None, kinds: dict[str, Made]) -> None:
        self.catalog, self.kinds = catalog, kinds
        self.faults: list[TreeError] = []
        self.seen: set[str] = set()

    def steps(self, raw: Any, path: str) -> tuple:
        """The steps of one way. A step with a fault is left out and its fault noted."""
        if not isinstance(raw, list):
            self.faults.append(TreeError(path, "A way is a list of steps."))
            return ()
        read = (self._step(one, f"{path}[{i}]") for i, one in enumerate(raw))
        return tuple(step for step in read if step is not None)

    def _step(self, raw: Any, path: str) -> Any:
        name = raw.get("id", "") if isinstance(raw, dict) else ""
        try:
            return self._read(raw, path)
        except TreeError as fault:
            fault.step = fault.step or str(name)
            self.faults.append(fault)
            return None

    def _read(self, raw: Any, path: str) -> Any:
        if not isinstance(raw, dict):
            raise TreeError(path, "A step is an object with an id and a kind.")
        if not isinstance(raw.get("kind"), str) or raw["kind"] not in self.kinds:
            raise TreeError(f"{path}.kind", f"“{raw.get('kind')}” is no kind of step: {', '.join(self.kinds)}.")
        self._new_id(raw.get("id"), f"{path}.id")
        if path.count("[") > MAX_DEPTH:
            raise TreeError(path, f"Ways may be nested {MAX_DEPTH} deep at most.")
        return self.kinds[raw["kind"]](raw, path, self)

    def _new_id(self, name: Any, path: str) -> None:
        if not isinstance(name, str) or not _ID.fullmatch(name):
            raise TreeError(path, "The id of a step is up to 20 small letters and digits.")
        if name in self.seen:
            raise TreeError(path, f"Two steps have the id “{name}”.")
        self.seen.add(name)
        if len(self.seen) > MAX_STEPS:
            raise TreeError(path, f"A journey has at most {MAX_STEPS} steps.")

    def condition(self, raw: Any, path: str) -> dict:
        """A condition of segments, as it is; read by `parse_condition` when it is asked."""
        if not isinstance(raw, dict) or not raw:
            raise TreeError(path, "Say on which condition.")
        if self.catalog is not None:
            self._checked(raw, path)
        return raw

    def event(self, raw: dict, path: str) -> tuple[str, Any]:
        """The name and the filter of an event as clients send them."""
        name = raw.get("event")
        if not isinstance(name, str) or not name.strip():
            raise TreeError(f"{path}.event", "Say which event.")
        if name == BOUGHT:
            raise TreeError(
                f"{path}.event", f"“{BOUGHT}” is counted from orders: wait for “Order Completed” instead."
            )
        where = raw.get("where") or None
        if self.catalog is not None:
            self._checked({"event": name, "where": where} if where else {"event": name}, path)
        return name, where

    def _checked(self, raw: dict, path: str) -> None:
        try:
            parse_condition(raw, self.catalog)
        except DefinitionError as error:
            where = f"{path}.{error.path}" if error.path else path
            raise TreeError(where, error.message) from error


def only(raw: dict, allowed: Sequence[str], path: str) -> None:
    """Nothing else may stand there."""
    extra = sorted(set(map(str, raw)) - {"id", "kind", "title", *allowed})
    if extra:
        raise TreeError(
            path, f"“{extra[0]}” is not understood here; there are {', '.join(allowed) or 'no settings'}."
        )


def title(raw: dict, path: str) -> str:
    """What people call the step."""
    return text(raw.get("title", ""), f"{path}.title", "a title", least=0)


def text(raw: Any, path: str, what: str, *, least: int = 1, most: int = MAX_TEXT) -> str:
    """A text of so many characters."""
    if not isinstance(raw, str) or len(raw.strip()) < least:
        raise TreeError(path, f"Give {what}.")
    if len(raw) > most:
        raise TreeError(path, f"At most {most} characters, please: this has {len(raw)}.")
    return raw.strip()


def number(raw: Any, path: str, least: int, most: int, what: str) -> int:
    """A whole number in a range."""
    if isinstance(raw, bool) or not isinstance(raw, int) or not least <= raw <= most:
        raise TreeError(path, f"{what} {least:,} to {most:,}.")
    return raw


def choice(raw: Any, allowed: Sequence[str], path: str) -> str:
    """One of these words."""
    if raw not in allowed:
        raise TreeError(path, f"“{raw}” is none of {', '.join(allowed)}.")
    return raw


def duration(raw: dict, path: str, *, prefix: str = "", missing: str = "Say how long.") -> int:
    """Days, hours and minutes added up, in microseconds."""
    named = [(prefix + unit, us) for unit, us in UNITS if raw.get(prefix + unit) not in (None, "")]
    if not named:
        raise TreeError(path, missing)
    for name, us in named:
        number(raw[name], f"{path}.{name}", 0, LONGEST // us, f"{name.removeprefix(prefix).capitalize()}:")
    total = sum(raw[name] * us for name, us in named)
    if not 0 < total <= LONGEST:
        raise TreeError(path, "At least a minute and at most three years, please.")
    return total


def lengths(prefix: str = "") -> tuple[str, ...]:
    """The names `duration` reads."""
    return tuple(prefix + unit for unit, _ in UNITS)
