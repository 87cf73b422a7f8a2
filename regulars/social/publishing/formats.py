"""What kind of post a text is: the word under which posts compete."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

FORMATS = [
    ("text", _("text")),
    ("picture", _("picture")),
    ("link", _("link")),
    ("video", _("video")),
    ("question", _("question")),
    ("thread", _("thread")),
    ("story", _("story")),
]
ADDRESS = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)\]}'»”’]")
BREAK = re.compile(r"\n\s*-{3,}\s*\n")


def addresses(text: str) -> list[str]:
    """The web addresses in a text, each once, in order; without the full stop behind them."""
    return list(dict.fromkeys(ADDRESS.findall(text)))


def parts(text: str) -> list[str]:
    """The posts of a thread: a line of three dashes stands between them."""
    return [part.strip() for part in BREAK.split(text) if part.strip()] or [""]


def format_of(text: str, types: Sequence[str], *, story: bool = False) -> str:
    """One of FORMATS: what marks a post most. `types` are the media types that go along."""
    if story:
        return "story"
    if any(kind.startswith("video/") for kind in types):
        return "video"
    if types:
        return "picture"
    if len(parts(text)) > 1:
        return "thread"
    words = ADDRESS.sub("", text).rstrip(" \n#")
    if words.endswith("?"):
        return "question"
    return "link" if addresses(text) else "text"
