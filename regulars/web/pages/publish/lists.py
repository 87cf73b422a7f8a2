"""What waits for whom, and ideas from the other rooms."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from regulars.core.clock import now_us
from regulars.core.plugs import registry
from regulars.social.actions import gathering
from regulars.social.models import Variant
from regulars.social.publishing.agreeing import agreed, needed, rules
from regulars.social.publishing.reading import overdue_count
from regulars.social.publishing.reading import waiting as what_waits
from regulars.team.permissions import allowed
from regulars.ui import toasts
from regulars.web.pages.publish import shown


@allowed("social.view")
def waiting(request: HttpRequest) -> HttpResponse:
    """Posts that wait for a yes, for a "still stands", for somebody to look, or to be finished."""
    found = what_waits(at=now_us())
    said, wanted = agreed(found.agree), needed(found.agree)
    texts = _texts([plan.id for plan in [*found.agree, *found.stand]])
    agree = [(plan, texts.get(plan.id, []), len(said[plan.id]), wanted[plan.id], request.user.by in plan.writers)
             for plan in found.agree]  # fmt: skip
    stand = [(plan, texts.get(plan.id, [])) for plan in found.stand]
    if found.urgent:
        title = ngettext("%d post waits for somebody", "%d posts wait for somebody", found.urgent) % found.urgent
    else:
        title = _("No post waits for anybody")
    return shown(request, "waiting", "waiting", found=found, agree=agree, stand=stand, title=title,
                 overdue=overdue_count([plan.id for plan in found.stand], at=now_us()))  # fmt: skip


def _texts(plan_ids: list[int]) -> dict[int, list[str]]:
    """{plan: its texts, each once}."""
    found: dict[int, list[str]] = {}
    for plan_id, text in Variant.objects.filter(plan_id__in=plan_ids).order_by("id").values_list("plan_id", "text"):
        if text not in found.setdefault(plan_id, []):
            found[plan_id].append(text)
    return found


@allowed("social.view")
def ideas(request: HttpRequest) -> HttpResponse:
    """What the other rooms have to tell."""
    found = gathering.ideas(at=now_us())
    groups = [(registry.springs[name], some) for name, some in found.items()]
    count = sum(len(some) for some in found.values())
    return shown(request, "ideas", "ideas", groups=groups, count=count, gathering=rules().gathering)


@require_POST
@allowed("social.edit")
def take(request: HttpRequest) -> HttpResponse:
    """Make a draft out of an idea."""
    made = gathering.draft(key=request.POST.get("key", "")[:80], by=request.user.by, at=now_us())
    if made is None:
        raise Http404(_("This idea is gone."))
    toasts.say(request, _("A draft for all accounts. Nobody sees it yet."))
    return redirect("web:publish_plan", made.id)
