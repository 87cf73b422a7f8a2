"""Blocks as MJML source, for those who want to go on by hand."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from regulars.content.rendering.blocks import Maker, message
from regulars.content.rendering.checking import Checker
from regulars.content.rendering.look import look_of
from regulars.content.rendering.tokens import Tokens, free_mark

RAW = re.compile(r"<mj-raw>(\{%.*?%\})</mj-raw>", re.DOTALL)
BREAK = re.compile(r"(?=<(?:mj-(?!all|raw)|/mj-(?:body|head|section|column)))")


def as_mjml(variant: Mapping[str, Any], shared: Mapping[int, Sequence[Any]], language: str = "en") -> str:
    """The MJML that the blocks of a variant make, with its Liquid. Raises ContentError."""
    source = variant.get("source") or []
    tokens = Tokens(free_mark(repr(source) + repr(shared)))
    maker = Maker(tokens, Checker(), look_of(variant.get("look"), "look"), language, shared)
    maker.checker.strict = False
    made = RAW.sub(r"\1", tokens.restore(message(maker, source, "blocks")))
    return BREAK.sub("\n", made).strip() + "\n"
