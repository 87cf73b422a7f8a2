"""The editor's form: blocks as fields and back, and the steps that change their order.

Fields are named by where their block stands: `b` is the message, `b-2` its third block, `b-2-1` the second column of
that, `b-2-1-0` the first block in it. Every button sends the whole form with `act`, so the page works without script.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from django.utils.translation import gettext as _

from regulars.core.plugs import registry
from regulars.web.pages.content.kinds import IN_COLUMNS, KINDS, Block, Input, Kind

MOST = 200
NUMBERS = {"level", "width", "most", "height", "block"}


def read(form: Mapping[str, str], path: str = "b") -> list[Block]:
    """The blocks of a form. What is missing reads as empty."""
    return [_block(form, f"{path}-{n}") for n in range(count(form, f"{path}.size"))]


def count(form: Mapping[str, str], name: str) -> int:
    """How many there are of something, 0 to MOST."""
    text = form.get(name, "0")
    return min(MOST, int(text)) if text.isdecimal() else 0


def _block(form: Mapping[str, str], path: str) -> Block:
    kind = KINDS.get(form.get(f"{path}.kind", ""), KINDS["text"])
    block: Block = {"kind": kind.name}
    for one in kind.inputs:
        said = form.get(f"{path}.{one.name}", "").replace("\r\n", "\n")
        block[one.name] = int(said) if one.name in NUMBERS and said.isdecimal() else said
    if kind.name == "columns":
        block["columns"] = [read(form, f"{path}-{n}") for n in range(count(form, f"{path}.columns"))]
    return block


def change(blocks: list[Block], act: str) -> list[Block]:
    """Blocks after "add text b", "remove b-0", "up b-1", "down b-1", "copy b-1", "move b-1 3", "more b-0", "less b-0"

    Other acts, and those of a page older than the blocks, change nothing.
    """
    blocks = deepcopy(blocks)
    try:
        _change(blocks, act.split())
    except (KeyError, IndexError, ValueError, TypeError):
        return blocks
    return blocks


def _change(blocks: list[Block], words: list[str]) -> None:
    match words:
        case ["add", kind, path]:
            inside = places(blocks, path)
            if inside is blocks or kind in IN_COLUMNS:
                _add(inside, KINDS[kind])
        case ["remove", path]:
            inside, n = stand(blocks, path)
            del inside[n]
        case ["up" | "down" as way, path]:
            inside, n = stand(blocks, path)
            _put(inside, n, n - 1 if way == "up" else n + 1)
        case ["move", path, to]:
            inside, n = stand(blocks, path)
            _put(inside, n, int(to))
        case ["copy", path]:
            inside, n = stand(blocks, path)
            inside.insert(n + 1, deepcopy(inside[n]))
        case ["more" | "less" as way, path]:
            inside, n = stand(blocks, path)
            columns = inside[n]["columns"]
            if way == "more" and len(columns) < 4:
                columns.append([])
            elif way == "less" and len(columns) > 2:
                last = columns.pop()
                columns[-1] += last


def _add(inside: list[Block], kind: Kind) -> None:
    """Before a footer that ends the message, else at the end."""
    end = len(inside)
    if end and inside[-1]["kind"] == "footer" and kind.name != "footer":
        end -= 1
    inside.insert(end, kind.make())


def _put(inside: list[Block], n: int, to: int) -> None:
    block = inside[n]
    del inside[n]
    inside.insert(max(0, min(len(inside), to)), block)


def places(blocks: list[Block], path: str) -> list[Block]:
    """The list at a path: the message's, or a column's."""
    steps = [int(step) for step in path.split("-")[1:]]
    while steps:
        block, column, *steps = steps
        blocks = blocks[block]["columns"][column]
    return blocks


def stand(blocks: list[Block], path: str) -> tuple[list[Block], int]:
    """The list a block stands in, and its place. Raises IndexError where there is none."""
    above, _dash, last = path.rpartition("-")
    inside, n = places(blocks, above), int(last)
    inside[n]
    return inside, n


def draw(blocks: list[Block], faults: Mapping[str, str], marks: Mapping[str, list], path: str = "b", where: str = ""):
    """Blocks for the template: one entry each, with inputs, values, what is wrong and words to mark.

    `faults`: {where the compiler found it: sentence}; `marks`: {field: breaches of the brand's voice}.
    """
    return [_drawn(block, faults, marks, f"{path}-{n}", f"{where}[{n}]") for n, block in enumerate(blocks)]


def choices_of(one: Input, kind: Kind, block: Block) -> list[tuple[str, Any]]:
    """What a field offers. Of what rooms bring: lists for products, all for the person, and what was chosen."""
    if one.type != "supply":
        return list(one.choices)
    supplies = [s for s in registry.supplies.values() if kind.name != "products" or s.shape == "products"]
    offered = [(supply.name, supply.label) for supply in supplies]
    said = block.get(one.name)
    if said and said not in dict(offered):
        offered.append((said, _("%s (nothing here brings it)") % said))
    return offered


def _drawn(
    block: Block, faults: Mapping[str, str], marks: Mapping[str, list], path: str, where: str
) -> dict[str, Any]:
    kind = KINDS.get(block.get("kind", ""), KINDS["text"])
    inputs = [
        {"input": one, "choices": choices_of(one, kind, block), "name": f"{path}.{one.name}",
         "value": block.get(one.name, ""), "fault": faults.get(f"{where}.{one.name}", ""),
         "marks": marks.get(f"{path}.{one.name}", [])}
        for one in kind.inputs
    ]  # fmt: skip
    columns = [
        {"path": f"{path}-{n}", "blocks": draw(column, faults, marks, f"{path}-{n}", f"{where}.columns[{n}]")}
        for n, column in enumerate(block.get("columns", []))
    ]
    return {"path": path, "kind": kind, "inputs": inputs, "columns": columns, "fault": faults.get(where, "")}
