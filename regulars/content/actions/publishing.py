"""Publishing: a draft becomes a version that is never changed, once it can be rendered for anybody."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from regulars.content.models import Block, Template, TemplateVersion
from regulars.content.rendering import CannotRender, ContentError, Prepared, compile_variants
from regulars.content.rendering.checking import LINKS
from regulars.content.supplying import samples, shapes
from regulars.content.tags import facts_of, may_be_missing
from regulars.core.models import Business
from regulars.team.actions import audit

NOBODY = -1  # a person of whom nothing is known
HOLDER = "Test of template {}"


@transaction.atomic
def publish(*, template_id: int, by: str, at: int) -> TemplateVersion:
    """The draft as a new version, from now on the one that is sent. Unchanged: the last version again.

    Raises ContentError(.path, .message) for what cannot be rendered for a person of whom nothing is known, and for
    marketing mail without a way to unsubscribe.
    """
    found = Template.objects.select_for_update().get(id=template_id, archived_us=None)
    compiled = compile_draft(found)
    _check_stop(found, compiled)
    _check_brought(found, compiled)
    last = TemplateVersion.objects.filter(template_id=template_id, number=found.version).first()
    if last and last.compiled == compiled and last.variants == found.draft:
        return last
    found.version += 1
    found.undo = []
    found.save(update_fields=["version", "undo"])
    made = _version(found, found.version, compiled, by, at)
    audit(by=by, act="template.publish", object=f"template:{found.id}", details={"version": made.number}, at=at)
    return made


def compile_draft(template: Template) -> dict[str, Any]:
    """The draft, compiled and rendered once for nobody. Raises ContentError."""
    return compile_checked(template.variants, channel=template.channel)


def compile_checked(variants: dict[str, Any], *, channel: str) -> dict[str, Any]:
    """Variants compiled with the house's facts and blocks, and tried on nobody. Raises ContentError."""
    shared = dict(Block.objects.filter(archived_us=None).values_list("id", "source"))
    compiled = compile_variants(variants, shared, facts=may_be_missing(), shapes=shapes(), channel=channel)
    for language in compiled:
        try:
            Prepared(compiled, language).render(_nobody(compiled[language]))
        except CannotRender as refused:
            why = _("It cannot be rendered for a person of whom nothing is known: %s")
            raise ContentError(language, why % refused.reason) from None
    return compiled


def _nobody(one: dict[str, Any]) -> dict[str, Any]:
    """A person of whom nothing is known, with no more than what the text does not go out without."""
    links = {name: f"{settings.PUBLIC_URL}/{name}" for name in LINKS}
    person = {"person": facts_of(one["tags"], [NOBODY])[NOBODY], "links": links}
    needed = {name: {"title": "-"} for name in one["needs"]} | samples(one["needs"])
    return {**needed, **person, "business": {"name": Business.load().name}}


def _check_brought(template: Template, compiled: dict[str, Any]) -> None:
    """A text that does not go out without something that nothing brings would reach nobody."""
    known = shapes()
    for language, one in compiled.items():
        for name in one["needs"]:
            if name not in known and template.kind == "marketing":
                why = _("Nothing here brings “%s”, and the text is not to go out without it: nobody would get it.")
                raise ContentError(language, why % name)


def _check_stop(template: Template, compiled: dict[str, Any]) -> None:
    """Whoever gets marketing can end it (RFC 8058 is not shown by every mail program)."""
    if template.kind != "marketing" or template.channel != "email":
        return
    for language, one in compiled.items():
        nobody = _nobody(one)
        made = Prepared(compiled, language).render(nobody)
        if nobody["links"]["unsubscribe"] not in (made.html or made.text):
            why = _("Marketing mail needs a way to unsubscribe: add a footer, or {{ links.unsubscribe }}.")
            raise ContentError(language, why)


@transaction.atomic
def version_for_test(*, template_id: int, by: str, at: int) -> tuple[int, TemplateVersion]:
    """(template, version) to send a test of the draft with: a holder of its own, so that nothing real uses it.

    Raises ContentError.
    """
    found = Template.objects.get(id=template_id)
    compiled = compile_draft(found)
    holder, _made = Template.objects.get_or_create(
        name=HOLDER.format(template_id),
        defaults={
            "channel": found.channel, "kind": "transactional", "drafted_us": at, "drafted_by": by, "created_us": at,
            "archived_us": at,
        },
    )  # fmt: skip
    holder.version += 1
    holder.save(update_fields=["version"])
    marked = {lang: {**one, "subject": f"[Test] {one['subject']}"} for lang, one in compiled.items()}
    holder.draft, holder.languages = found.draft, found.languages
    return holder.id, _version(holder, holder.version, marked, by, at)


def _version(template: Template, number: int, compiled: dict[str, Any], by: str, at: int) -> TemplateVersion:
    return TemplateVersion.objects.create(
        template_id=template.id,
        number=number,
        variants=template.draft,
        compiled=compiled,
        tags=sorted({tag for one in compiled.values() for tag in one["tags"]}),
        at=at,
        by=by,
    )
