"""Liquid in a sandbox: no files, no clock, bounded in steps, sizes, nesting and output.

Every value is escaped exactly once, where it is put out, unless the text is plain. A value that is missing and has no
`default` raises CannotRender: nobody is ever greeted with "Dear ,".
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache, wraps
from html import unescape
from typing import Any

from liquid import Environment, RenderContext, Undefined
from liquid.ast import BlockNode, Node
from liquid.builtin.expressions import FilteredExpression, Path, StringLiteral
from liquid.builtin.output import Output, OutputNode
from liquid.builtin.tags.capture_tag import CaptureNode, CaptureTag
from liquid.builtin.tags.cycle_tag import CycleNode, CycleTag
from liquid.builtin.tags.echo_tag import EchoTag
from liquid.builtin.tags.for_tag import ForTag
from liquid.exceptions import LiquidError
from liquid.stringify import to_liquid_string
from liquid.template import BoundTemplate
from markupsafe import escape

from regulars.content.rendering.errors import CannotRender
from regulars.content.rendering.filters import FILTERS, bounded

SOURCE = 400_000  # characters of a template
OUTPUT = 1_000_000  # characters of what it becomes
STEPS = 50_000  # outputs, filters, and nodes within loops
LOOPS = 1_000  # rounds of all loops inside each other
NESTING = 20
special = re.compile("[&<>\"']").search  # whether a text needs escaping
REMOVED_TAGS = ("include", "render", "tablerow", "liquid", "ifchanged", "doc")


class Missing(Undefined):
    """Something unknown: false in conditions, replaced by `default`, never put out."""

    __slots__ = ()
    force_liquid_default = True

    def __bool__(self) -> bool:
        return False

    def __eq__(self, other: object) -> bool:
        return other is None or other is False or isinstance(other, Undefined)

    __hash__ = Undefined.__hash__


class Pieces(list):
    """What was put out so far."""

    __slots__ = ("size",)

    def __init__(self) -> None:
        self.size = 0

    def count(self, size: int) -> None:
        """Note what is put out. Raises CannotRender when it is too much."""
        self.size += size
        if self.size > OUTPUT:
            raise CannotRender(f"The message would be longer than {OUTPUT:,} characters: is there a loop in it?")

    def write(self, text: str) -> int:
        self.count(len(text))
        self.append(text)
        return len(text)

    def getvalue(self) -> str:
        return "".join(self)


class Scope:
    """Names and their values, the innermost first."""

    __slots__ = ("maps",)

    def __init__(self, *maps: Mapping[str, Any]):
        self.maps = list(maps)

    def __getitem__(self, key: str) -> Any:
        for one in self.maps:
            if key in one:
                return one[key]
        raise KeyError(key)

    def size(self) -> int:
        return len(self.maps)

    def push(self, namespace: Mapping[str, Any]) -> None:
        self.maps.insert(0, namespace)

    def pop(self) -> Mapping[str, Any]:
        return self.maps.pop(0)


class Sandbox(RenderContext):
    """The context of one rendering. `html`: escape what is put out; `rewrite(number, url)`: what becomes of links."""

    __slots__ = ("html", "rewrite", "seen", "steps")

    def __init__(self, template: BoundTemplate, *, globals: Mapping[str, Any], html: bool = False, rewrite=None):
        self.env, self.template, self.globals = template.env, template, globals
        self.locals, self.counters, self.loops, self.disabled_tags = {}, {}, [], ()
        self.scope = Scope(self.locals, globals, self.counters)
        self.tag_namespace = {"cycles": {}, "stopindex": {}}
        self.autoescape, self.parent_context, self.html = False, None, html
        self._copy_depth, self.loop_iteration_carry, self.local_namespace_size_carry = 0, 1, 0
        self.rewrite, self.seen, self.steps = rewrite, {}, 0

    def charge(self, steps: int) -> None:
        """Count work done. Raises CannotRender when it is too much."""
        self.steps += steps
        if self.steps > STEPS:
            raise CannotRender("The template does too much work: make its loops smaller.")

    def get_buffer(self, buf: Any = None) -> Pieces:
        """A buffer that counts what its parent holds already."""
        made = Pieces()
        made.size = getattr(buf, "size", 0)
        return made

    def assign(self, key: str, val: Any) -> None:
        self.charge(1)
        bounded(val)
        self.locals[key] = val

    def get_size_of_locals(self) -> int:
        return sum(sys.getsizeof(value) for value in self.locals.values())


class Out(OutputNode):
    """`{{ ... }}`: escaped for HTML; paths and `default` with a literal take a short way."""

    __slots__ = ("fallback", "path", "source")

    def __init__(self, token: Any, expression: Any):
        super().__init__(token, expression)
        self.source, self.path, self.fallback = str(expression), None, None
        if isinstance(expression, FilteredExpression) and isinstance(expression.left, Path):
            self._shorten(expression)

    def _shorten(self, expression: FilteredExpression) -> None:
        path, filters = self.plain_path(expression.left), expression.filters or []
        if path and not filters:
            self.path = path
        elif path and len(filters) == 1 and filters[0].name == "default" and len(filters[0].args) == 1:
            said = filters[0].args[0].value
            if isinstance(said, StringLiteral):
                self.path, self.fallback = path, said.value

    @staticmethod
    def plain_path(path: Path) -> list[str] | None:
        """The parts of a path without indexes and without size, first and last."""
        plain = all(isinstance(part, str) and part not in ("size", "first", "last") for part in path.path)
        return path.path if plain else None

    def render_to_output(self, context: Sandbox, buffer: Pieces) -> int:
        context.charge(1)
        value = self.expression.evaluate(context)
        if value is None or isinstance(value, Undefined):
            raise CannotRender(f"“{self.source}” is not known of this person and has no fallback.")
        text = value if type(value) is str else to_liquid_string(value, False)
        return buffer.write(escape(text) if context.html else text)


class _Output(Output):
    node_class = Out


class _Echo(EchoTag):
    node_class = Out


class Kept(CaptureNode):
    """`{% capture %}` collects text: it is escaped when it is put out, like any other value."""

    def render_to_output(self, context: Sandbox, buffer: Any) -> int:
        pieces, html, context.html = context.get_buffer(buffer), context.html, False
        self.block.render(context, pieces)
        context.html = html
        context.assign(self.name, unescape(pieces.getvalue()) if html else pieces.getvalue())
        return 0


class _Capture(CaptureTag):
    node_class = Kept


class Turn(CycleNode):
    """`{% cycle %}`, escaped like every other value."""

    def render_to_output(self, context: Sandbox, buffer: Any) -> int:
        context.charge(1)
        pieces = Pieces()
        super().render_to_output(context, pieces)
        text = pieces.getvalue()
        return buffer.write(escape(text) if context.html else text)


class _Cycle(CycleTag):
    node_class = Turn


class Counted(BlockNode):
    """The inside of a loop: each round costs what is in it."""

    __slots__ = ("weight",)

    def __init__(self, block: BlockNode, weight: int):
        super().__init__(block.token, block.nodes)
        self.weight = weight

    def render_to_output(self, context: Sandbox, buffer: Any) -> int:
        context.charge(self.weight)
        return super().render_to_output(context, buffer)


class _For(ForTag):
    def parse(self, stream: Any) -> Node:
        node = super().parse(stream)
        node.block = Counted(node.block, 1 + sum(1 for _ in walk(node.block.nodes)))
        return node


def walk(nodes: Sequence[Node]):
    """All nodes below, outer ones first."""
    for node in nodes:
        yield node
        yield from walk(list(node.children(None, include_partials=False)))


class Liquid(Environment):
    """The language of authors."""

    block_nesting_limit = NESTING
    context_depth_limit = NESTING + 5
    loop_iteration_limit = LOOPS
    suppress_blank_control_flow_blocks = False

    def setup_tags_and_filters(self, *, extra: bool = False) -> None:
        super().setup_tags_and_filters()
        for name in REMOVED_TAGS:
            self.tags.pop(name, None)
        for tag in (_Output, _Echo, _For, _Capture, _Cycle):
            self.add_tag(tag)
        known = self.filters
        self.filters = {name: _charged(FILTERS.get(name, known.get(name))) for name in FILTERS}


def _charged(call: Callable[..., Any]) -> Callable[..., Any]:
    """A filter that counts as work, and takes and gives nothing too large."""

    @wraps(call)
    def counted(value: Any, *args: Any, context: Sandbox, **more: Any) -> Any:
        context.charge(1 + bounded(value, *args) // 100)
        result = call(value, *args, **more)
        bounded(result)
        return result

    counted.with_context, counted.with_environment = True, False
    return counted


@lru_cache
def authors() -> Liquid:
    """The environment, made once per process."""
    return Liquid(undefined=Missing)


def parse(source: str, env: Liquid | None = None) -> BoundTemplate:
    """A template. Raises LiquidError."""
    if len(source) > SOURCE:
        raise LiquidError(f"longer than {SOURCE:,} characters", token=None)
    return (env or authors()).from_string(source)


def said(error: Exception) -> str:
    """A library's error in one line."""
    line = str(getattr(error, "message", "") or error).strip().splitlines()
    return (line[0] if line else type(error).__name__).rstrip(".")[:200]
