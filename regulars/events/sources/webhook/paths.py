"""Where a value stands in a body: `sale.lines`, `payments[0].amount`. `=EUR` is the word itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

STEP = re.compile(r"([^.\[\]]+)|\[(\d{1,4})\]")
WRITTEN = re.compile(r"=.*|(?:[^.\[\]=]+|\[\d{1,4}\])(?:\.[^.\[\]]+|\[\d{1,4}\])*", re.DOTALL)


def is_path(text: str) -> bool:
    """Whether this is written as a path."""
    return bool(WRITTEN.fullmatch(text)) and len(text) <= 300


def at(body: Any, path: str) -> Any:
    """The value at a path; None when there is nothing."""
    if path.startswith("="):
        return path[1:]
    for name, number in STEP.findall(path):
        if name:
            body = body.get(name) if isinstance(body, dict) else None
        else:
            body = body[int(number)] if isinstance(body, list) and int(number) < len(body) else None
    return body


def all_in(body: Any, before: str = "", depth: int = 8) -> Iterator[tuple[str, Any]]:
    """Every path in a body with its value; of lists the first entry stands for all."""
    if isinstance(body, dict) and depth:
        for name, value in body.items():
            if is_path(name):
                yield from all_in(value, f"{before}.{name}" if before else name, depth - 1)
    elif isinstance(body, list) and depth:
        if before:
            yield before, body
        if body:
            yield from all_in(body[0], f"{before}[0]", depth - 1)
    elif before:
        yield before, body
