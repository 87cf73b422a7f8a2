"""What can be asked about texts."""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import F, QuerySet

from regulars.content.models import Block, Picture, Template, TemplateVersion, Voice
from regulars.content.pictures import TYPES
from regulars.content.rendering import CannotRender, Prepared
from regulars.content.rendering.checking import LINKS
from regulars.content.supplying import in_words, samples
from regulars.content.tags import MergeTag, facts_of, offered
from regulars.content.voice import Breach, breaches
from regulars.core.models import Business


@lru_cache(maxsize=256)
def prepared(version_id: int, language: str) -> Prepared:
    """A published version in a person's language (or its first one), ready to render. Kept in the process: versions
    never change. Raises TemplateVersion.DoesNotExist."""
    return ready(TemplateVersion.objects.get(id=version_id).compiled, language)


def ready(compiled: dict[str, Any], language: str) -> Prepared:
    """A compiled text, ready to render, with our own pictures where this site is now."""
    return Prepared(compiled, language, base=settings.PUBLIC_URL)


def catalogue() -> list[MergeTag]:
    """The merge tags on offer."""
    return offered()


def context_of(tags: tuple[str, ...], person_id: int, *, language: str = "") -> dict[str, Any]:
    """A context for looking at a text as one person: their facts, and links that lead nowhere."""
    links = {name: f"{settings.PUBLIC_URL}/{name}" for name in LINKS}
    person = facts_of(tags, [person_id], language=language)[person_id]
    return {"person": person, "business": {"name": Business.load().name}, "links": links}


def seen_by(ready: Prepared, brought: Mapping[str, Any], *, person_id: int = -1) -> dict[str, Any]:
    """A context for looking at a text as one person, or nobody, with what rooms would bring."""
    known = context_of(ready.tags, person_id, language=ready.language)
    return in_words(brought, language=ready.language) | known


def seen_by_nobody(ready: Prepared) -> dict[str, Any]:
    """A context of somebody nobody knows, with samples of what rooms bring."""
    return seen_by(ready, {name: [{"name": "-"}] for name in ready.needs} | samples(ready.supplied))


def templates_page(*, query: str = "", channel: str = "", archived: bool = False, page: int = 1, limit: int = 50):
    """A Django page of templates, those worked on last first."""
    found = Template.objects.filter(archived_us__isnull=not archived).order_by(F("drafted_us").desc(), "id")
    found = found.exclude(name__startswith="Test of template ")
    if query:
        found = found.filter(name__icontains=query)
    if channel:
        found = found.filter(channel=channel)
    return Paginator(found, limit).get_page(page)


def latest_version(template_id: int) -> TemplateVersion | None:
    """What is sent now."""
    return TemplateVersion.objects.filter(template_id=template_id).order_by("-number").first()


def voice() -> Voice:
    """How the brand speaks now; no rules before somebody wrote some."""
    return Voice.objects.order_by("-id").first() or Voice(at=0, by="system")


def breaches_in(version_id: int) -> list[tuple[str, Breach]]:
    """What in a published version is not how the brand speaks now: (language, breach), for a last look before it is
    sent. Places are in subject, preview text and plain text, joined by blank lines, as somebody nobody knows gets it.
    """
    rules, version = voice(), TemplateVersion.objects.get(id=version_id)
    found: list[tuple[str, Breach]] = []
    for language in version.languages:
        text = prepared(version_id, language)
        try:
            said = text.render(seen_by_nobody(text))
        except CannotRender:
            continue
        whole = "\n\n".join(part for part in (said.subject, said.preheader, said.text) if part)
        found += [(language, breach) for breach in breaches(whole, rules, language=language)]
    return found


def shared_blocks() -> list[Block]:
    """The reusable blocks on offer."""
    return list(Block.objects.filter(archived_us=None).order_by("name"))


def shared_sources() -> dict[int, list[dict[str, Any]]]:
    """The reusable blocks by number, as rendering wants them."""
    return {one.id: one.source for one in shared_blocks()}


def images(limit: int = 200) -> QuerySet[Picture]:
    """The pictures of the library that mails can show, newest first; no videos."""
    return Picture.objects.filter(type__startswith="image/").order_by("-id")[:limit]


def picture_url(picture: Picture) -> str:
    """Where a picture is served, from the root of the site."""
    return f"/media/{picture.digest}.{TYPES[picture.type]}"


@dataclass(frozen=True)
class Change:
    """One line of a difference. sign: "+", "-" or " "."""

    sign: str
    text: str


Say = Callable[[str, str, str], tuple[str, str]]


def plainly(kind: str, name: str, text: str) -> tuple[str, str]:
    """What a kind of block ("" is the message), one of its fields and what stands in it are called: as stored."""
    return name or kind, text


def differences(before: dict[str, Any], after: dict[str, Any], say: Say = plainly) -> list[tuple[str, list[Change]]]:
    """What changed from one set of variants to another, by language, as lines; languages that agree are left out.

    `say` gives the words of the page for kinds, fields and choices.
    """
    found = []
    for language in dict.fromkeys([*before, *after]):
        lines = _compare(_lines(before.get(language), say), _lines(after.get(language), say))
        if any(change.sign != " " for change in lines):
            found.append((language, lines))
    return found


def _compare(old: list[str], new: list[str]) -> list[Change]:
    diff = difflib.unified_diff(old, new, lineterm="", n=2)
    return [Change(line[:1], line[1:]) for line in diff if not line.startswith(("---", "+++", "@@"))]


def _lines(variant: dict[str, Any] | None, say: Say) -> list[str]:
    """A variant as somebody would read it aloud."""
    if not variant:
        return []
    lines = [_line(say, "", name, variant.get(name) or "") for name in ("subject", "preheader", "format")]
    source = variant.get("source") or ""
    lines += source.splitlines() if isinstance(source, str) else _block_lines(source, say)
    return lines + [_line(say, "", name, value) for name, value in sorted((variant.get("look") or {}).items())]


def _line(say: Say, kind: str, name: str, text: str) -> str:
    return ": ".join(say(kind, name, text))


def _block_lines(blocks: list[Any], say: Say, indent: str = "") -> list[str]:
    lines: list[str] = []
    for block in blocks:
        kind = str(block.get("kind"))
        lines.append(f"{indent}[{say(kind, '', '')[0]}]")
        for name, value in sorted(block.items()):  # PostgreSQL gives keys back in an order of its own
            if name == "columns":
                for column in value:
                    lines += [f"{indent}  |", *_block_lines(column, say, indent + "  ")]
            elif name != "kind":
                text = value if isinstance(value, str) else json.dumps(value)
                lines += [f"{indent}  {_line(say, kind, name, line)}" for line in text.splitlines()]
    return lines
