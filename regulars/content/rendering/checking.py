"""What a text reads: which merge tags, whether they exist, and whether each that can be missing has a fallback."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from liquid.ast import Node
from liquid.builtin.content import ContentNode
from liquid.builtin.expressions import FilteredExpression, Path
from liquid.builtin.expressions.primitive import RangeLiteral
from liquid.builtin.tags.assign_tag import AssignNode
from liquid.builtin.tags.capture_tag import CaptureNode
from liquid.builtin.tags.case_tag import CaseNode
from liquid.builtin.tags.for_tag import ForNode
from liquid.builtin.tags.if_tag import IfNode
from liquid.builtin.tags.unless_tag import UnlessNode
from liquid.exceptions import LiquidError
from liquid.template import BoundTemplate

from regulars.content.rendering.errors import ContentError
from regulars.content.rendering.liquid import Out, authors, parse, said, walk
from regulars.content.rendering.supplied import MOST

LINKS = ("unsubscribe", "preferences", "view", "loyalty")
BUSINESS = ("name",)
EVENT = "event"
CHOOSING = (IfNode, UnlessNode, CaseNode)


@dataclass
class Checker:
    """Checks texts. `facts`: {fact: can it be missing}; None: any fact is allowed, and each can be missing."""

    facts: Mapping[str, bool] | None = None
    tags: set[str] = field(default_factory=set)
    supplied: dict[str, int] = field(default_factory=dict)  # name: how many of it, for lists
    event: set[str] = field(default_factory=set)  # properties of the event that started a journey; "": all of it
    needs: set[str] = field(default_factory=set)  # supplies without which the text does not go out
    markup: bool = False  # whether texts hold HTML
    strict: bool = True  # whether what can be missing needs a fallback

    def bring(self, name: str, most: int) -> None:
        """Note that upper rooms must bring something, and how many of it when it is a list."""
        self.supplied[name] = max(most, self.supplied.get(name, 0))

    def check(self, source: str, path: str) -> BoundTemplate:
        """The parsed text. Raises ContentError with a sentence on the first thing that is wrong."""
        try:
            template = parse(source)
        except LiquidError as error:
            raise ContentError(path, _sentence(error, source)) from None
        _Walk(self, path).nodes(template.nodes, frozenset(), {})
        return template


@dataclass
class _Walk:
    checker: Checker
    path: str

    def nodes(self, nodes: Iterable[Node], sure: frozenset[str], local: dict[str, bool]) -> None:
        """`sure`: names a condition asked about; `local`: names the text made itself, and whether they are sure."""
        for node in nodes:
            self.node(node, sure, local)

    def node(self, node: Node, sure: frozenset[str], local: dict[str, bool]) -> None:
        read = [path for expression in node.expressions() for path in paths(expression)]
        for path in read:
            self.known(path, local)
        for expression in node.expressions():
            self.ranges(expression)
            self.filters(expression)
        match node:
            case Out():
                self.out(node, sure, local)
            case AssignNode():
                local[str(node.name)] = self.is_sure(node.expression, sure, local)
            case CaptureNode():
                local[str(node.name)] = True
                self.captured(node)
        inner = dict(local) | {str(name): True for name in node.block_scope()} if isinstance(node, ForNode) else local
        if isinstance(node, CHOOSING):
            sure = sure | {str(path) for path in read} | set(_alternatives(node))
        self.nodes(node.children(None, include_partials=False), sure, inner)

    def known(self, path: Path, local: dict[str, bool]) -> None:
        """Refuse what does not exist; note what is read."""
        root = str(path.path[0])
        if root in local or root == "forloop":
            return
        if root == "person":
            self.fact(path)
        elif root in ("links", "business"):
            names = LINKS if root == "links" else BUSINESS
            if len(path.path) != 2 or path.path[1] not in names:
                raise ContentError(self.path, f"“{path}” does not exist. There is {_list(root, names)}.")
        else:
            self.checker.bring(root, MOST)
            if root == EVENT:
                self.checker.event.add(str(path.path[1]) if len(path.path) > 1 else "")

    def fact(self, path: Path) -> None:
        name = fact_name(path)
        if not name:
            raise ContentError(self.path, "“person” alone says nothing: write {{ person.name }}, for example.")
        facts = self.checker.facts
        if facts is not None and name not in facts and not name.startswith("traits."):
            near = get_close_matches(name, facts, n=1)
            hint = f" Do you mean “{near[0]}”?" if near else ""
            raise ContentError(self.path, f"Nothing is known as “person.{name}”.{hint}")
        self.checker.tags.add(name)

    def ranges(self, expression: Any) -> None:
        """Loops over (1..n) need an end that can be read."""
        if isinstance(expression, RangeLiteral):
            ends = [getattr(end, "value", None) for end in (expression.start, expression.stop)]
            if not all(isinstance(end, int) for end in ends) or ends[1] - ends[0] > 100:
                raise ContentError(self.path, f"“{expression}”: a range goes from a number to a number, 100 at most.")
        for child in expression.children():
            self.ranges(child)

    def filters(self, expression: Any) -> None:
        """Filters that do not exist are found before anybody is written to."""
        known = authors().filters
        for one in getattr(expression, "filters", None) or []:
            if one.name not in known:
                near = get_close_matches(one.name, known, n=1)
                hint = f" Do you mean “{near[0]}”?" if near else ""
                raise ContentError(self.path, f"There is no filter “{one.name}”.{hint}")

    def captured(self, node: CaptureNode) -> None:
        if self.checker.markup and any(
            "<" in one.text for one in walk(node.block.nodes) if isinstance(one, ContentNode)
        ):
            raise ContentError(self.path, "{% capture %} collects text: put the HTML where it is put out.")

    def out(self, node: Out, sure: frozenset[str], local: dict[str, bool]) -> None:
        if self.checker.strict and not self.is_sure(node.expression, sure, local):
            name = node.source.split("|")[0].strip()
            raise ContentError(
                self.path,
                f"“{name}” can be missing. Say what stands there then: "
                f'{{{{ {name} | default: "..." }}}}, or ask first with {{% if {name} %}}.',
            )

    def is_sure(self, expression: Any, sure: frozenset[str], local: dict[str, bool]) -> bool:
        """Whether an expression has a value for a person of whom nothing is known."""
        filters = getattr(expression, "filters", None) or []
        if any(one.name == "default" for one in filters):
            return True
        left = expression.left if isinstance(expression, FilteredExpression) else expression
        return not isinstance(left, Path) or str(left) in sure or self._there(left, local)

    def _there(self, path: Path, local: dict[str, bool]) -> bool:
        root = str(path.path[0])
        if root in local:
            return local[root]
        if root in ("links", "business", "forloop"):
            return True
        facts = self.checker.facts or {}
        return root == "person" and not facts.get(fact_name(path), True)


def paths(expression: Any) -> list[Path]:
    """Every name an expression reads."""
    found = [expression] if isinstance(expression, Path) else []
    return found + [path for child in expression.children() for path in paths(child)]


def fact_name(path: Path) -> str:
    """person.orders -> orders; person.traits.size -> traits.size."""
    parts = [str(part) for part in path.path[1:]]
    return ".".join(parts[:2] if parts[:1] == ["traits"] else parts[:1])


def _alternatives(node: Node) -> list[str]:
    """What the elsif branches ask about."""
    found = []
    for one in [*getattr(node, "alternatives", ()), *getattr(node, "blocks", ())]:
        found += [str(path) for expression in one.expressions() for path in paths(expression)]
    return found


def _list(root: str, names: Sequence[str]) -> str:
    return ", ".join(f"{root}.{name}" for name in names)


def _sentence(error: LiquidError, source: str) -> str:
    token = error.token
    place = getattr(token, "start_index", None)
    line = f" in line {source.count(chr(10), 0, place) + 1}" if isinstance(place, int) and "\n" in source else ""
    text = said(error)
    return f"The Liquid cannot be read{line}: {text}."
