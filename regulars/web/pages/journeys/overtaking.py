"""Two people draw one journey: what one changes is put into what the other kept meanwhile, unless both changed the
same piece; then whoever comes second sees both."""

from __future__ import annotations

from typing import Any

from regulars.web.pages.journeys import editing

Raw = dict[str, Any]


KEEPING = ("insert", "remove", "earlier", "later", "nogoal", "save", "undo", "redo")


def keeps(act: str) -> bool:
    """Whether an act of the editor changes the draft, and does not only show something."""
    return act.partition(" ")[0] in KEEPING


def touches_the_same(seen: Raw, now: Raw, open_at: str, act: str) -> bool:
    """Whether what `act` is about looks different in the tree as seen and as it stands now."""
    return _piece(seen, open_at, act) != _piece(now, open_at, act)


def _piece(tree: Raw, open_at: str, act: str) -> Any:
    match act.split():
        case ["insert", _, place]:
            return _order(tree, place.partition(":")[0])
        case ["earlier" | "later"]:
            return next((ids for ids in _orders(tree).values() if open_at in ids), None)
        case ["remove"]:
            return editing.find(tree, open_at)
        case ["undo" | "redo"]:
            return tree
    if open_at in ("start", "goal"):
        return tree.get(open_at)
    return settings_of(editing.find(tree, open_at))


def settings_of(step: Raw | None) -> Raw | None:
    """A step without the steps on its ways."""
    if step is None:
        return None
    shares = [way.get("share") for way in step.get("ways", [])]
    return {name: value for name, value in step.items() if name not in ("yes", "no", "ways")} | {"shares": shares}


def _orders(tree: Raw) -> dict[str, list[str]]:
    return {name: [step.get("id", "") for step in below] for name, below in editing.lists(tree)}


def _order(tree: Raw, where: str) -> list[str] | None:
    return _orders(tree).get(where)
