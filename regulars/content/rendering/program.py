"""A parsed template as a list of texts and short functions: what happens most takes the shortest way.

The language is the library's: conditions, filters and rare tags are evaluated by it, in the same context. What is
short here are texts, `{{ a.b | default: "c" }}`, if, unless, for and links. A test compares both ways.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from liquid.ast import Node
from liquid.builtin.content import ContentNode
from liquid.builtin.expressions import Path
from liquid.builtin.tags.for_tag import ForNode
from liquid.builtin.tags.if_tag import IfNode
from liquid.builtin.tags.unless_tag import UnlessNode
from liquid.exceptions import BreakLoop, ContinueLoop
from liquid.stringify import to_liquid_string
from liquid.undefined import Undefined
from markupsafe import escape

from regulars.content.rendering.errors import CannotRender
from regulars.content.rendering.links import LinkNode, finish, safe_url
from regulars.content.rendering.liquid import Out, Pieces, Sandbox, special, walk

Step = Callable[[Sandbox, Pieces], Any]
Program = list[str | Step]


def program(nodes: Sequence[Node], *, looped: bool = False) -> Program:
    """The steps of some nodes; neighbouring texts are one. `looped`: they run often, so what they put out counts."""
    made: Program = []
    for node in nodes:
        step = _step(node, looped)
        if isinstance(step, str) and made and isinstance(made[-1], str):
            made[-1] += step
        else:
            made.append(step)
    return made


def execute(steps: Program, context: Sandbox, out: Pieces) -> None:
    """Run a program."""
    for step in steps:
        if type(step) is str:
            out.append(step)
        else:
            step(context, out)


def _step(node: Node, looped: bool) -> str | Step:
    match node:
        case ContentNode():
            return node.text
        case Out() if node.path:
            return _value(node, looped)
        case LinkNode():
            return _link(node, looped)
        case IfNode() | UnlessNode():
            return _choice(node, looped)
        case ForNode() if not _names_loop(node):
            return _loop(node)
    return node.render_to_output


def _value(node: Out, looped: bool) -> Step:
    """A name, perhaps with a fallback."""
    read, source = _reader(node), node.source

    def put(context: Sandbox, out: Pieces) -> None:
        value = read(context)
        if type(value) is not str:
            if value is None or isinstance(value, Undefined):
                raise CannotRender(f"“{source}” is not known of this person and has no fallback.")
            value = to_liquid_string(value, False)
        if context.html and special(value):
            value = escape(value)
        (out.write if looped else out.append)(value)

    return put


def _reader(node: Out) -> Callable[[Sandbox], Any]:
    root, *rest = node.path
    fallback, has_fallback = node.fallback, node.fallback is not None

    def read(context: Sandbox) -> Any:
        value: Any = None
        for names in context.scope.maps:
            if root in names:
                value = names[root]
                break
        try:
            for part in rest:
                value = value[part]
        except (KeyError, TypeError, IndexError):
            value = None
        if has_fallback and (value is None or value is False or value == "" or value == [] or value == {}):
            return fallback
        return value

    return read


def _link(node: LinkNode, looped: bool) -> Step:
    nodes = list(node.block.nodes)
    if all(isinstance(one, ContentNode) for one in nodes):
        url = safe_url("".join(one.text for one in nodes))
        return lambda context, out: out.append(finish(node.number, url, context))
    steps = program(nodes, looped=looped)

    def put(context: Sandbox, out: Pieces) -> None:
        pieces, html, context.html = Pieces(), context.html, False
        execute(steps, context, pieces)
        context.html = html
        out.append(finish(node.number, safe_url("".join(pieces)), context))

    return put


def _choice(node: IfNode | UnlessNode, looped: bool) -> Step:
    """if, elsif, else; unless."""
    ways = [(_truth(node.condition, isinstance(node, UnlessNode)), program(node.consequence.nodes, looped=looped))]
    ways += [(_truth(one.expression), program(one.block.nodes, looped=looped)) for one in node.alternatives]
    otherwise = program(node.default.nodes, looped=looped) if node.default else []

    def choose(context: Sandbox, out: Pieces) -> None:
        for holds, steps in ways:
            if holds(context):
                return execute(steps, context, out)
        return execute(otherwise, context, out)

    return choose


def _truth(condition: Any, negated: bool = False) -> Callable[[Sandbox], bool]:
    """Whether a condition holds: the library's answer, shorter where it only asks for a name."""
    inner = condition.expression
    if isinstance(inner, Path) and (plain := Out.plain_path(inner)):
        read = _reader(_Named(plain))
        return lambda context: _is_true(read(context)) is not negated
    return lambda context: bool(condition.evaluate(context)) is not negated


class _Named:
    """A name without a fallback, as `_reader` wants it."""

    fallback = None

    def __init__(self, path: list[str]):
        self.path = path


def _is_true(value: Any) -> bool:
    """In Liquid only nil and false are false; a missing value is nil."""
    return value is not None and value is not False and not isinstance(value, Undefined)


def _names_loop(node: ForNode) -> bool:
    """Whether anything inside asks which round it is, or holds other loops, which need to know theirs."""
    for one in walk(node.block.nodes):
        if isinstance(one, ForNode):
            return True
        for expression in one.expressions():
            if "forloop" in str(expression):
                return True
    return False


def _loop(node: ForNode) -> Step:
    steps, weight, name = program(node.block.nodes, looped=True), node.block.weight, str(node.expression.identifier)
    size = sum(len(one.text) for one in walk(node.block.nodes) if isinstance(one, ContentNode))
    otherwise = program(node.default.nodes) if node.default else []

    def rounds(context: Sandbox, out: Pieces) -> None:
        entries, length = node.expression.evaluate(context)
        if not length:
            return execute(otherwise, context, out)
        context.raise_for_loop_limit(length)
        namespace: dict[str, Any] = {}
        context.scope.push(namespace)
        try:
            for namespace[name] in entries:
                context.charge(weight)
                out.count(size)
                try:
                    execute(steps, context, out)
                except ContinueLoop:
                    continue
                except BreakLoop:
                    break
        finally:
            context.scope.pop()
        return None

    return rounds
