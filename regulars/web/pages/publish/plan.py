"""One post: written, looked at as each network shows it, agreed to, planned, and followed until it is there."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from regulars.channels.networks.models import Account
from regulars.content.actions import add_media
from regulars.content.clearing.queries import context_for
from regulars.content.honesty import Examination, examine, whole
from regulars.content.models import Picture
from regulars.content.pictures import NotAPicture
from regulars.content.videos import MOST_BYTES
from regulars.core.clock import now_us
from regulars.core.models import Business
from regulars.social.actions import writing
from regulars.social.errors import CannotDo
from regulars.social.models import Drive, Series, Variant
from regulars.social.publishing.limits import Enclosed, fit
from regulars.social.publishing.links import as_sent
from regulars.social.publishing.networks import accounts as where
from regulars.social.publishing.reading import whole as whole_of
from regulars.team.permissions import allowed
from regulars.team.queries import others_who_may, who
from regulars.ui import formats, toasts
from regulars.web.pages.publish import shown
from regulars.web.pages.publish.best import suggestions
from regulars.web.pages.publish.forming import Draft, of_plan, of_post, offered, with_file

RECENT = 16


@allowed("social.edit")
def new(request: HttpRequest) -> HttpResponse:
    """An empty one; on ?day=2026-03-31 when somebody chose a day."""
    accounts = where()
    draft = Draft(places=offered(accounts))
    for place in draft.places:
        place.on = True
    return _page(request, draft, None)


@allowed("social.view")
def plan(request: HttpRequest, plan_id: int) -> HttpResponse:
    """The post with all of it."""
    found = whole_of(plan_id)
    if found is None:
        raise Http404(_("There is no such post."))
    draft = of_plan(found.plan, [one.variant for one in found.on], _with_old(found))
    return _page(request, draft, found)


def _with_old(found: Any) -> list[Account]:
    """The accounts on offer, and those it was written for that are not any more."""
    live = where()
    known = {one.id for one in live}
    return [*live, *(one.account for one in found.on if one.account.id not in known)]


@require_POST
@allowed("social.edit")
def save(request: HttpRequest, plan_id: int | None = None) -> HttpResponse:
    """Keep it; pictures that were sent along go into the library first."""
    found = whole_of(plan_id) if plan_id else None
    draft = of_post(request.POST, _with_old(found) if found else where())
    said = {"by": request.user.by, "at": now_us()}
    kept = {"title": draft.title, "note": draft.note, "drive_id": draft.drive_id, "objective": draft.objective}
    try:
        with transaction.atomic():
            _add_files(request, draft, said)
            if found:
                made = writing.change_plan(plan_id=found.plan.id, words=draft.words, **kept, **said)
            else:
                made = writing.write_plan(words=draft.words, **kept, **said)
    except (CannotDo, NotAPicture) as wrong:
        return _page(request, draft, found, wrong=str(wrong))
    toasts.say(request, _("Saved."))
    return redirect("web:publish_plan", made.id)


def _add_files(request: HttpRequest, draft: Draft, said: dict[str, Any]) -> None:
    for file in request.FILES.getlist("file"):
        made = add_media(data=_bytes_of(file), name=file.name or "", **said)
        draft.pictures.append(with_file(made))


def _bytes_of(file: Any) -> bytes:
    if file.size > MOST_BYTES:
        raise NotAPicture(
            _("“%(name)s” is larger than %(most)d MB.") % {"name": file.name, "most": MOST_BYTES // 1_000_000}
        )
    return file.read()


@require_POST
@allowed("social.edit")
def preview(request: HttpRequest) -> HttpResponse:
    """How each network would show what stands in the form now, and what is wrong with it."""
    draft = of_post(request.POST, where())
    return render(request, "web/publish/_previews.html", {"previews": previews(draft, by=request.user.by)})


def previews(draft: Draft, *, by: str, out: bool = False) -> list[dict[str, Any]]:
    """One per chosen account: used signs, problems, what the gate says; of what is `out` it says nothing any more."""
    at, gates, found = now_us(), {}, []
    for place, words in zip([one for one in draft.places if one.on], draft.words, strict=True):
        pictures = [one["file"] for one in words.pictures]
        enclosed = [
            Enclosed(file.type, file.size, said["alt"], file.seconds, file.name)
            for file, said in zip(pictures, words.pictures, strict=True)
        ]
        if words.text not in gates and not out:
            gates[words.text] = _gate(words.text, [said["alt"] for said in words.pictures], by, at)
        fitting = fit(place.network, text=as_sent(words.text), enclosed=enclosed, story=words.story)
        found.append({"place": place, "words": words, "pictures": words.pictures, "fit": fitting,
                      "gate": gates.get(words.text)})  # fmt: skip
    return found


def _gate(text: str, alts: list[str], by: str, at: int) -> Examination | None:
    if not text.strip():
        return None
    return examine(whole(text, alts=alts), context_for(text, at=at, by=by, public=True, purpose="post"))


def _page(request: HttpRequest, draft: Draft, found: Any, *, wrong: str = "") -> HttpResponse:
    zone = Business.load().timezone
    day = request.GET.get("day", "")
    local = found.local if found and found.local else f"{day}T10:00" if len(day) == 10 else ""
    names = who([*(found.plan.writers if found else ()), *(found.agreed if found else ()),
                 *([found.plan.returned_by] if found and found.plan.returned_by else ())])  # fmt: skip
    out = bool(found and found.on and all(one.variant.given_us for one in found.on))
    context = {
        "draft": draft, "found": found, "wrong": wrong, "local": local, "out": out,
        "previews": previews(draft, by=request.user.by, out=out), "drives": Drive.objects.filter(archived_us=None),
        "library": [with_file(one) for one in Picture.objects.order_by("-id")[:RECENT]],
        "names": names, "mine": bool(found and request.user.by in found.plan.writers),
        "may_write": request.user.may("social.edit") and not (found and found.plan.withdrawn_us),
        "suggestions": suggestions(draft, zone),
        "headlines": any(one.network.kind == "discourse" for one in draft.places),
        "stories": any(one.network.room.stories for one in draft.places),
        "series": Series.objects.filter(stopped_us=None).order_by("name"),
        "now_local": formats.local(now_us(), zone).strftime("%Y-%m-%dT%H:%M"),
        "could": _who_could(found.plan.writers) if found and found.plan.wanted_us else "",
        "waits_for_gate": bool(found and any(_unclear(one.variant) for one in found.on)),
    }  # fmt: skip
    return shown(request, "plan", "calendar", status=422 if wrong else 200, **context)


def _who_could(writers: list[str]) -> str:
    """The names of those who may agree to it: whoever may publish and did not write at it."""
    return ", ".join(str(user) for user in others_who_may("social.publish", than="") if user.by not in writers)


def _unclear(one: Variant) -> bool:
    return one.given_us is None and any(
        said["verdict"] != "clear" and not said.get("seconded_by") and not said.get("overruled_by")
        for said in one.examined
    )
