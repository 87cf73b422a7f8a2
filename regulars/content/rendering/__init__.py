"""Texts to messages. Pure: no database, no clock, no network. Compiled once, rendered thousands of times a second."""

from regulars.content.rendering.compile import compile_variants
from regulars.content.rendering.errors import CannotRender, ContentError
from regulars.content.rendering.prepared import Prepared, Rendered
from regulars.content.rendering.sms import Segments, segments

__all__ = ["CannotRender", "ContentError", "Prepared", "Rendered", "Segments", "compile_variants", "segments"]
