"""The steps that change the shape of a tree: add, remove, filter, unfilter."""

from copy import deepcopy

from regulars.web.builder.reading import Tree, kind_of

FRESH: dict[str, Tree] = {
    "fact": {"fact": "orders", "op": ">=", "value": 1},
    "event": {"event": "Order Completed", "measure": "count", "op": ">=", "value": 1, "within_days": 90},
    "sequence": {
        "sequence": {
            "first": {"event": "Order Completed"},
            "then_not": {"event": "Order Completed"},
            "within_days": 30,
        },
        "within_days": 365,
    },
    "segment": {"segment": "", "member": True},
    "group": {"any": []},
}


def change(tree: Tree, act: str) -> Tree:
    """A tree after "add fact n-0", "remove n-0-1", "where n-1" or "unwhere n-1 0". Other acts change nothing."""
    tree = deepcopy(tree)
    try:
        _change(tree, act.split())
    except (KeyError, IndexError, ValueError):
        return tree  # the button of a page older than the tree
    return tree


def _change(tree: Tree, words: list[str]) -> None:
    match words:
        case ["add", what, path]:
            node = at(tree, path)
            node[kind_of(node)].append(deepcopy(FRESH[what]))
        case ["remove", path] if "-" in path:
            above, last = path.rsplit("-", 1)
            node = at(tree, above)
            del node[kind_of(node)][int(last)]
        case ["where", path]:
            happening = _happening(tree, path)
            happening["where"] = [*happening.get("where", []), {"property": "category", "op": "=", "value": ""}]
        case ["unwhere", path, number]:
            del _happening(tree, path)["where"][int(number)]


def at(tree: Tree, path: str) -> Tree:
    """The node at a path."""
    node = tree
    for step in path.split("-")[1:]:
        node = node[kind_of(node)][int(step)]
    return node


def _happening(tree: Tree, path: str) -> Tree:
    """The event at a path: `n-1`, or `n-1.a` and `n-1.b` for the two of a sequence."""
    path, _, side = path.partition(".")
    node = at(tree, path)
    if not side:
        return node
    inner = node["sequence"]
    return inner["first"] if side == "a" else inner.get("then_not", inner.get("then"))
