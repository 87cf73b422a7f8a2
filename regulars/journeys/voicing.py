"""The last look before texts go out: where they break the brand's voice, and what must be said and is not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from regulars.content.models import Template
from regulars.content.queries import breaches_in
from regulars.content.voice import Breach
from regulars.journeys.messages import published


@dataclass(frozen=True)
class Said:
    """One breach in the published text of a template, in one of its languages."""

    template: Template
    language: str
    breach: Breach


class Undisclosed(ValueError):
    """A required disclosure is missing, and nobody said why it may go out without; the message names it."""


def breaches_of(template_ids: Iterable[int | None]) -> list[Said]:
    """Every breach in what would be sent now, in all languages; of templates that are not published nothing."""
    ready = [published(one) for one in dict.fromkeys(template_ids)]
    return [
        Said(template, language, breach)
        for template, version in filter(None, ready)
        for language, breach in breaches_in(version.id)
    ]


def undisclosed(found: Iterable[Said]) -> list[Said]:
    """Those that keep a text from going out: disclosures that are missing."""
    return [one for one in found if one.breach.required]


def permit(template_ids: Iterable[int | None], *, overrule: str, by: str, at: int) -> dict[str, Any] | None:
    """None when nothing that must be said is missing; else who lets it go out without, and why, to be kept.

    Raises Undisclosed when something is missing and no reason is given.
    """
    missing, reason = undisclosed(breaches_of(template_ids)), " ".join(overrule.split())[:500]
    if not missing:
        return None
    if not reason:
        one = missing[0]
        text = _("“%(name)s” (%(language)s) lacks “%(text)s”. Add it, or say why it goes out without.")
        words = {"name": one.template.name, "language": one.language, "text": one.breach.suggestion}
        raise Undisclosed(text % words)
    texts = [f"{one.template.name} ({one.language}): {one.breach.suggestion}" for one in missing]
    return {"reason": reason, "by": by, "at": at, "missing": texts}
