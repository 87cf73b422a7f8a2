"""Markdown that colleagues write (policy, lessons), as safe HTML for pages."""

from __future__ import annotations

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "h3", "h4", "blockquote", "code", "a", "hr"}
READER = MarkdownIt("commonmark", {"html": False})


def rendered(text: str) -> SafeString:
    """Paragraphs, lists, emphasis and links; everything else is text."""
    return mark_safe(nh3.clean(READER.render(text), tags=TAGS, attributes={"a": {"href"}}, link_rel="noopener"))
