"""What people do with a post: agree, send back, plan, take back, try again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from regulars.channels.networks import posting
from regulars.channels.networks.errors import CannotSay
from regulars.channels.networks.models import Post
from regulars.core.clock import now_us
from regulars.social.actions import approving, clearing, handing, repeating, scheduling, threads
from regulars.social.errors import CannotDo
from regulars.social.models import Plan, Variant
from regulars.social.publishing.threads import posts_of, pressing
from regulars.team.permissions import allowed, denied
from regulars.ui import toasts

WHO = {"approve": "social.publish", "back": "social.publish", "stands": "social.publish",
       "overrule": "social.publish", "rest": "social.publish"}  # fmt: skip


@require_POST
@allowed("social.edit")
def act(request: HttpRequest, plan_id: int) -> HttpResponse:
    """One of the acts below; what is refused says why."""
    if not Plan.objects.filter(id=plan_id).exists():
        raise Http404(_("There is no such post."))
    name = request.POST.get("do", "")
    if name not in ACTS:
        raise Http404(_("This button is not known."))
    needs = WHO.get(name, "social.edit")
    if not request.user.may(needs):
        return denied(request, needs)
    to = plan_id
    try:
        with transaction.atomic():
            said, to = ACTS[name](request, plan_id, {"by": request.user.by, "at": now_us()})
        toasts.say(request, said)
    except (CannotDo, CannotSay) as wrong:
        toasts.warn(request, str(wrong))
    return redirect("web:publish_waiting" if request.POST.get("back_to") == "waiting" else "web:publish_plan",
                    *([] if request.POST.get("back_to") == "waiting" else [to]))  # fmt: skip


def _place(request: HttpRequest, plan_id: int, said: dict[str, Any]) -> tuple[str, int]:
    scheduling.place(plan_id=plan_id, local=request.POST.get("local", ""), **said)
    return _after(plan_id, _("Planned.")), plan_id


def _queue(request: HttpRequest, plan_id: int, said: dict[str, Any]) -> tuple[str, int]:
    scheduling.queue_plan(plan_id=plan_id, **said)
    return _after(plan_id, _("It has the next free slot of each account.")), plan_id


def _now(request: HttpRequest, plan_id: int, said: dict[str, Any]) -> tuple[str, int]:
    scheduling.say_now(plan_id=plan_id, **said)
    return _after(plan_id, _("It goes out within seconds.")), plan_id


def _after(plan_id: int, text: str) -> str:
    if Plan.objects.filter(id=plan_id, wanted_us__isnull=False).exists():
        return _("Planned. Somebody has to agree to it before it goes out.")
    return text


def _ask(request: HttpRequest, plan_id: int, said: dict[str, Any]) -> tuple[str, int]:
    approving.ask_for_approval(plan_id=plan_id, **said)
    return _("It is put before whoever may agree."), plan_id


def _approve(request: HttpRequest, plan_id: int, said: dict[str, Any]) -> tuple[str, int]:
    digest = request.POST.get("digest", "")
    enough = approving.approve(plan_id=plan_id, digest=digest, note=request.POST.get("note", ""), **said)
    return _("You agreed. That was the last yes it needed.") if enough else _("You agreed. One more has to."), plan_id


def _back(request: HttpRequest, plan_id: int, said: dict[str, Any]) -> tuple[str, int]:
    approving.send_back(plan_id=plan_id, why=request.POST.get("why", ""), **said)
    return _("Sent back."), plan_id


def _stands(request: HttpRequest, plan_id: int, said: dict[str, Any]) -> tuple[str, int]:
    approving.say_it_stands(plan_id=plan_id, **said)
    return _("It stands, and goes out at its time; now, if that is over."), plan_id


def _overrule(request: HttpRequest, plan_id: int, said: dict[str, Any]) -> tuple[str, int]:
    clearing.overrule_gate(plan_id=plan_id, reason=request.POST.get("why", ""), **said)
    return _("Overruled; your reason is kept with it."), plan_id


def _unplan(request: HttpRequest, plan_id: int, said: dict[str, Any]) -> tuple[str, int]:
    scheduling.unplan(plan_id=plan_id, **said)
    return _("A draft again."), plan_id


def _withdraw(request: HttpRequest, plan_id: int, said: dict[str, Any]) -> tuple[str, int]:
    scheduling.withdraw(plan_id=plan_id, **said)
    return _("Withdrawn. What is out already stays there."), plan_id


def _copy(request: HttpRequest, plan_id: int, said: dict[str, Any]) -> tuple[str, int]:
    return _("A copy, as a draft."), repeating.copy_plan(plan_id=plan_id, **said).id


def _into_series(request: HttpRequest, plan_id: int, said: dict[str, Any]) -> tuple[str, int]:
    number = request.POST.get("series", "")
    repeating.put_into_series(plan_id=plan_id, series_id=int(number) if number.isdecimal() else None, **said)
    return _("It takes its turn with the other texts.") if number else _("Taken out of the series."), plan_id


def _one(request: HttpRequest, plan_id: int) -> Variant:
    number = request.POST.get("variant", "")
    found = Variant.objects.filter(id=int(number) if number.isdecimal() else 0, plan_id=plan_id).first()
    if found is None:
        raise CannotDo(_("There is no such text."))
    return found


def _again(request: HttpRequest, plan_id: int, said: dict[str, Any]) -> tuple[str, int]:
    handing.say_again(variant_id=_one(request, plan_id).id, **said)
    return _("It is tried once more."), plan_id


def _stop(request: HttpRequest, plan_id: int, said: dict[str, Any]) -> tuple[str, int]:
    if not handing.stop_one(variant_id=_one(request, plan_id).id, **said):
        raise CannotDo(_("Too late: it is on its way, or there."))
    return _("Taken back before it left."), plan_id


def _rest(request: HttpRequest, plan_id: int, said: dict[str, Any]) -> tuple[str, int]:
    going = threads.send_the_rest(variant_id=_one(request, plan_id).id, **said)
    text = _("The last part is read back; then the rest follows.") if going else _("It goes on already.")
    return text, plan_id


def _post(request: HttpRequest, plan_id: int) -> Post:
    one = _one(request, plan_id)
    found = pressing(one, posts_of([one]))
    if found is None:
        raise CannotDo(_("This was not handed over yet."))
    return found


def _look(request: HttpRequest, plan_id: int, said: dict[str, Any]) -> tuple[str, int]:
    post = _post(request, plan_id)
    posting.look_again(post_id=post.id, at=said["at"])
    return _("It is looked for on the network now."), plan_id


def _settle(request: HttpRequest, plan_id: int, said: dict[str, Any]) -> tuple[str, int]:
    post = _post(request, plan_id)
    there = request.POST.get("there") == "1"
    posting.settle_unknown(post_id=post.id, sent=there, **said)
    return (_("Noted: it is there.") if there else _("Noted: it is not there, so it is said now.")), plan_id


ACTS: dict[str, Callable[[HttpRequest, int, dict[str, Any]], tuple[str, int]]] = {
    "place": _place, "queue": _queue, "now": _now, "ask": _ask, "approve": _approve, "back": _back,
    "stands": _stands, "overrule": _overrule, "unplan": _unplan, "withdraw": _withdraw, "copy": _copy,
    "series": _into_series, "again": _again, "stop": _stop, "look": _look, "settle": _settle,
    "rest": _rest,
}  # fmt: skip
