"""Reusable blocks: written once, put into many templates."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from regulars.content import actions, queries
from regulars.content.models import Block
from regulars.content.rendering import ContentError
from regulars.core.clock import now_us
from regulars.team.permissions import allowed
from regulars.team.queries import who
from regulars.ui import toasts
from regulars.web.pages.content.form import change, draw, read
from regulars.web.pages.content.kinds import IN_COLUMNS, KINDS
from regulars.web.pages.content.tabs import tabbed


@allowed("content.view")
def blocks(request: HttpRequest) -> HttpResponse:
    """All reusable blocks."""
    found = queries.shared_blocks()
    names = who(one.changed_by for one in found)
    return tabbed(request, "blocks", rows=[(one, names[one.changed_by]) for one in found])


@allowed("content.edit")
def block(request: HttpRequest, block_id: int = 0) -> HttpResponse:
    """Write a reusable block; without a number a new one."""
    found = get_object_or_404(Block, id=block_id, archived_us=None) if block_id else None
    if request.method != "POST":
        return _show(request, found, found.name if found else "", found.source if found else [KINDS["text"].make()])
    act, name, source = request.POST.get("act", ""), request.POST.get("name", ""), read(request.POST)
    if act != "save":
        return _show(request, found, name, change(source, act))
    said = {"name": name, "source": source, "by": request.user.by, "at": now_us()}
    try:
        made = actions.save_block(block_id=found.id, **said) if found else actions.create_block(**said)
    except ContentError as error:
        return _show(request, found, name, source, error)
    toasts.say(request, _("“%s” is saved. Templates take it in when they are published the next time.") % made.name)
    return redirect("web:blocks")


def _show(request: HttpRequest, found: Block | None, name: str, source: list, wrong: ContentError | None = None):
    faults = {wrong.path.removeprefix("en.blocks"): wrong.message} if wrong else {}
    context = {
        "here": "library", "block": found, "name": name, "blocks": draw(source, faults, {}), "wrong": wrong,
        "kinds": [KINDS[name] for name in KINDS if name not in ("block", "footer")], "tags": queries.catalogue(),
        "kinds_in_columns": [KINDS[name] for name in IN_COLUMNS],
        "pictures": [(queries.picture_url(one), one) for one in queries.images()],
    }  # fmt: skip
    return render(request, "web/content/block.html", context)


@require_POST
@allowed("content.edit")
def archive(request: HttpRequest, block_id: int) -> HttpResponse:
    """Offer a block no more."""
    get_object_or_404(Block, id=block_id)
    actions.archive_block(block_id=block_id, by=request.user.by, at=now_us())
    toasts.say(request, _("The block is archived. Published templates keep what they took in."))
    return redirect("web:blocks")
