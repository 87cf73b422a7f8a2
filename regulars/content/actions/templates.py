"""Templates and their drafts. Drafts may be unfinished; publishing is what checks them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.content.models import Template, TemplateVersion
from regulars.content.rendering import ContentError
from regulars.content.rendering.compile import LANGUAGE
from regulars.team.actions import audit

CHANNELS, KINDS = ("email", "sms"), ("marketing", "transactional")
UNDO = 30  # steps back
LARGEST = 400_000  # characters of a draft as JSON
FIELDS = ("subject", "preheader", "format", "source", "look")


class Overtaken(ContentError):
    """Somebody else changed this draft since it was looked at: `by`, `at`. What they wrote is the draft now."""

    def __init__(self, language: str, by: str, at: int):
        super().__init__(language, _("Somebody else changed this text meanwhile; yours is not kept yet."))
        self.by, self.at = by, at


@transaction.atomic
def create_template(
    *, name: str, by: str, at: int, channel: str = "email", kind: str = "marketing", draft: Any = None
) -> Template:
    """A new template with a draft ({language: variant}) to go on with. Raises ContentError."""
    if channel not in CHANNELS or kind not in KINDS:
        raise ContentError("channel", _("A template is for email or sms, marketing or transactional."))
    empty: dict[str, Any] = {"subject": "", "preheader": "", "format": "text" if channel == "sms" else "blocks"}
    draft = draft or {"en": {**empty, "source": "" if channel == "sms" else []}}
    made = Template.objects.create(
        name=_name(name),
        channel=channel,
        kind=kind,
        draft={language: _variant(variant, language) for language, variant in draft.items()},
        languages=list(draft),
        drafted_us=at,
        drafted_by=by,
        created_us=at,
    )
    audit(by=by, act="template.create", object=f"template:{made.id}", at=at)
    return made


@transaction.atomic
def save_draft(
    *,
    template_id: int,
    language: str,
    variant: Mapping[str, Any],
    by: str,
    at: int,
    seen: int | None = None,
    seat: str = "",
) -> Template:
    """Keep what is being written in one language; the draft before can be had back by `undo_draft`.

    A language that is new begins a variant. The same variant again changes nothing. Raises ContentError; Overtaken
    when the language was changed after `seen` (`drafted_us` as looked at; None: whatever there is) from another
    `seat` (one open editor).
    """
    if not LANGUAGE.fullmatch(language):
        raise ContentError("language", _("“%s” is not a language: write en, de or pt-BR, for example.") % language)
    found = _open(template_id)
    said = _variant(variant, language)
    before = found.draft.get(language)
    if before != said:
        _check_overtaken(found, language, seen, seat)
        found.undo = [*found.undo, {"language": language, "variant": before}][-UNDO:]
        found.draft = {**found.draft, language: said}
        found.languages = list(found.variants)
        _drafted(found, by, at, language, seat=seat)
    return found


def _check_overtaken(found: Template, language: str, seen: int | None, seat: str) -> None:
    last = found.changed.get(language)
    if seen is not None and last and last["us"] > seen and not (seat and last["seat"] == seat):
        raise Overtaken(language, last["by"], last["us"])


@transaction.atomic
def set_aside(*, template_id: int, language: str, variant: Mapping[str, Any], by: str, at: int) -> Template:
    """Keep a text as a step that undoing brings back, and leave the draft as it is."""
    found = _open(template_id)
    found.undo = [*found.undo, {"language": language, "variant": _variant(variant, language)}][-UNDO:]
    found.save(update_fields=["undo"])
    return found


@transaction.atomic
def undo_draft(*, template_id: int, language: str, by: str, at: int, seen: int | None = None, seat: str = "") -> bool:
    """Take back the last change of a language's draft; says whether there was one. Overtaken as in `save_draft`."""
    found = _open(template_id)
    _check_overtaken(found, language, seen, seat)
    last = next((n for n in reversed(range(len(found.undo))) if found.undo[n]["language"] == language), None)
    if last is None or found.undo[last]["variant"] is None:
        return False
    found.draft = {**found.draft, language: found.undo[last]["variant"]}
    found.undo = found.undo[:last] + found.undo[last + 1 :]
    _drafted(found, by, at, language, seat=seat)
    return True


@transaction.atomic
def remove_language(*, template_id: int, language: str, by: str, at: int) -> Template:
    """Take a language out of the draft; published versions keep it. Raises ContentError for the last one."""
    found = _open(template_id)
    if set(found.draft) <= {language}:
        raise ContentError(language, _("A template has one language at least."))
    found.draft = {name: variant for name, variant in found.draft.items() if name != language}
    found.languages = [name for name in found.languages if name != language]
    found.undo = [step for step in found.undo if step["language"] != language]
    _drafted(found, by, at, language)
    return found


@transaction.atomic
def rename_template(*, template_id: int, name: str, by: str, at: int) -> Template:
    """Give a template another name. Raises ContentError for one that is taken."""
    found = _open(template_id)
    found.name = _name(name, but=template_id)
    found.save(update_fields=["name"])
    audit(by=by, act="template.rename", object=f"template:{template_id}", at=at)
    return found


@transaction.atomic
def copy_template(*, template_id: int, name: str, by: str, at: int) -> Template:
    """A new template that begins with another one's draft."""
    found = Template.objects.get(id=template_id)
    return create_template(name=name, channel=found.channel, kind=found.kind, draft=found.variants, by=by, at=at)


@transaction.atomic
def restore_version(*, template_id: int, number: int, by: str, at: int) -> Template:
    """Make an old version the draft again; publishing it makes a new version."""
    found = _open(template_id)
    old = TemplateVersion.objects.get(template_id=template_id, number=number)
    steps = [{"language": language, "variant": variant} for language, variant in found.draft.items()]
    found.undo, found.draft, found.languages = [*found.undo, *steps][-UNDO:], old.variants, old.languages
    _drafted(found, by, at, *found.draft)
    return found


@transaction.atomic
def archive_template(*, template_id: int, by: str, at: int) -> Template:
    """Take a template out of the library; what was sent with it can still be shown. Idempotent."""
    found = Template.objects.select_for_update().get(id=template_id)
    if found.archived_us is None:
        found.archived_us = at
        found.save(update_fields=["archived_us"])
        audit(by=by, act="template.archive", object=f"template:{template_id}", at=at)
    return found


def _open(template_id: int) -> Template:
    return Template.objects.select_for_update().get(id=template_id, archived_us=None)


def _drafted(found: Template, by: str, at: int, *languages: str, seat: str = "") -> None:
    at = max(at, found.drafted_us + 1)  # what is newer has the larger number, even by two clocks
    found.drafted_by, found.drafted_us = by, at
    found.changed = found.changed | {language: {"us": at, "by": by, "seat": seat} for language in languages}
    found.save(update_fields=["draft", "languages", "undo", "changed", "drafted_by", "drafted_us"])


def _name(name: str, but: int = 0) -> str:
    name = " ".join(name.split())
    if not 0 < len(name) <= 120:
        raise ContentError("name", _("Give it a name of 120 characters at most."))
    if Template.objects.filter(name=name).exclude(id=but).exists():
        raise ContentError("name", _("There is a template “%s” already; an archived one counts too.") % name)
    return name


def _variant(said: Mapping[str, Any], language: str) -> dict[str, Any]:
    """A variant's fields and nothing else, not larger than can be rendered; line breaks of forms made plain."""
    kept = {name: said[name] for name in FIELDS if name in said}
    text = json.dumps(kept)
    if len(text) > LARGEST:
        raise ContentError(language, _("The text is longer than %d characters.") % LARGEST)
    return json.loads(re.sub(r"\\r\\n", r"\\n", text)) if "\\r\\n" in text else kept
