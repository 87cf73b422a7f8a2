"""One template: what is sent now, who changed what, and what became of it."""

from __future__ import annotations

from csp.constants import SELF
from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from regulars.content import actions, queries
from regulars.content.models import Template, TemplateVersion
from regulars.core.clock import now_us
from regulars.team.permissions import allowed
from regulars.team.queries import who
from regulars.ui import toasts
from regulars.web.pages.content.kinds import field_in_words


@allowed("content.view")
@csp_update({"frame-src": [SELF]})
def template(request: HttpRequest, template_id: int) -> HttpResponse:
    """The newest version, how the draft differs from it, and all versions with what each changed."""
    found = get_object_or_404(Template, id=template_id)
    versions = list(TemplateVersion.objects.filter(template_id=found.id).order_by("-number"))
    names = who([*(one.by for one in versions), found.drafted_by])
    pairs = zip(versions, [*versions[1:], None], strict=True)
    changes = [
        (one, names[one.by], queries.differences(old.variants if old else {}, one.variants, field_in_words))
        for one, old in pairs
    ]
    context = {
        "here": "library", "template": found, "changes": changes, "drafted_by": names[found.drafted_by],
        "pending": queries.differences(versions[0].variants if versions else {}, found.variants, field_in_words),
        "written_in": request.GET.get("language") or next(iter(found.variants), ""),
        "languages": versions[0].languages if versions else list(found.variants),
    }  # fmt: skip
    return render(request, "web/content/template.html", context)


@require_POST
@allowed("content.edit")
def restore(request: HttpRequest, template_id: int, number: int) -> HttpResponse:
    """Take an old version up as the draft."""
    get_object_or_404(TemplateVersion, template_id=template_id, number=number)
    get_object_or_404(Template, id=template_id, archived_us=None)
    actions.restore_version(template_id=template_id, number=number, by=request.user.by, at=now_us())
    toasts.say(request, _("Version %d is the draft now. Publish it to send it.") % number)
    return redirect("web:template_edit", template_id)
