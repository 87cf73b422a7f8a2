"""Reusable blocks: a header, a footer, the opening hours. Templates take them in when they are published."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.content.models import Block, BlockVersion
from regulars.content.rendering import ContentError, compile_variants
from regulars.content.supplying import shapes
from regulars.content.tags import may_be_missing
from regulars.team.actions import audit


@transaction.atomic
def create_block(*, name: str, source: list[dict[str, Any]], by: str, at: int) -> Block:
    """A new reusable block. Raises ContentError."""
    made = Block(name=_name(name), source=_checked(source), version=1, changed_us=at, changed_by=by)
    made.save()
    _remember(made, by, at)
    audit(by=by, act="block.create", object=f"block:{made.id}", at=at)
    return made


@transaction.atomic
def save_block(*, block_id: int, name: str, source: list[dict[str, Any]], by: str, at: int) -> Block:
    """Change a block: a new version of it. Templates take it in when they are published the next time."""
    found = Block.objects.select_for_update().get(id=block_id, archived_us=None)
    found.name, changed = _name(name, but=block_id), found.source != source
    if changed:
        found.source, found.version = _checked(source), found.version + 1
    found.changed_us, found.changed_by = at, by
    found.save()
    if changed:
        _remember(found, by, at)
    audit(by=by, act="block.change", object=f"block:{block_id}", details={"version": found.version}, at=at)
    return found


@transaction.atomic
def archive_block(*, block_id: int, by: str, at: int) -> Block:
    """Offer a block no more. Published templates keep what they took in. Idempotent."""
    found = Block.objects.select_for_update().get(id=block_id)
    if found.archived_us is None:
        found.archived_us = at
        found.save(update_fields=["archived_us"])
        audit(by=by, act="block.archive", object=f"block:{block_id}", at=at)
    return found


def _remember(block: Block, by: str, at: int) -> None:
    BlockVersion.objects.create(block_id=block.id, version=block.version, source=block.source, at=at, by=by)


def _checked(source: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Blocks that can be compiled, none of them a reusable one."""
    text = {"subject": "-", "format": "blocks", "source": source}
    compile_variants({"en": text}, {}, facts=may_be_missing(), shapes=shapes())
    return source


def _name(name: str, but: int = 0) -> str:
    name = " ".join(name.split())
    if not 0 < len(name) <= 80:
        raise ContentError("name", _("Give it a name of 80 characters at most."))
    if Block.objects.filter(name=name).exclude(id=but).exists():
        raise ContentError("name", _("There is a block “%s” already; an archived one counts too.") % name)
    return name
