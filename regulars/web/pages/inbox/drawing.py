"""Rows of the list as HTML. A template takes fifty times as long as filling words in, and a list has fifty rows: the
template is drawn once for every look a row can have, with places for its words, and these are filled in, escaped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from html import escape
from typing import Any, NamedTuple

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from regulars.ui import formats
from regulars.web.pages.inbox.rows import initials


class Signs(NamedTuple):
    """What a row shows beside its words. `tone` of its clock, `urgency` of its priority."""

    open: bool
    pick: bool
    public: bool
    private: bool
    tone: str
    urgency: str


def drawn(
    lines: Sequence[Mapping[str, Any]], *, query: str, at: int, zone: str, open_id: int = 0, pick: bool = False
) -> list[SafeString]:
    """Of each line a row. `query`: of the list, goes on into the links; `pick`: with a box to choose it."""
    address = reverse("web:case", args=[0]).removesuffix("0")
    found = []
    for line in lines:
        number, audience, clock = line["case"].id, line["case"].audience, line["clock"]
        words = _words(line, at, zone) | {"id": str(number), "href": f"{address}{number}?{query}"}
        signs = Signs(number == open_id, pick, audience in ("public", "both"), audience in ("private", "both"),
                      clock.tone if clock else "", line["urgency"])  # fmt: skip
        found.append(filled(words, signs))
    return found


def _words(line: Mapping[str, Any], at: int, zone: str) -> dict[str, str]:
    iso, exact = formats.exactly(line["when"], zone, get_language())
    return {
        "called": line["with"] or _("(erased)"),
        "waits": line["clock"].words if line["clock"] else "",
        "preview": line["preview"],
        "where": line["account"] or line["kind"],
        "owner": line["owner"],
        "initials": initials(line["owner"]),
        "priority": str(line["priority"]),
        "outcome": line["outcome"],
        "labels": format_html_join("", '<span class="tag">{}</span>', ((one,) for one in line["labels"])),
        "iso": iso,
        "exact": exact,
        "ago": formats.ago(line["when"], at),
    }


def filled(words: Mapping[str, str], signs: Signs) -> SafeString:
    """The row with these words; where one is empty, its sign is left out."""
    there = frozenset(name for name, said in words.items() if said)
    safe = {name: said if isinstance(said, SafeString) else escape(said) for name, said in words.items()}
    return mark_safe(_look(there, signs, get_language()).format_map(safe))


@lru_cache(maxsize=500)
def _look(there: frozenset[str], signs: Signs, language: str | None) -> str:
    """The template with a {place} for every word that is there. It holds nobody's words."""
    places = {name: f"{{{name}}}" for name in there}
    return render_to_string("web/inbox/_row.html", {"r": places | signs._asdict()})
