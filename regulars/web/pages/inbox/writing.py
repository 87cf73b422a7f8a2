"""Saying something in a conversation: in public, in private, as a note, or noting how they were answered otherwise.

When a colleague answered meanwhile, nothing goes out: both texts are shown, and the writer decides.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from regulars.content.actions import add_picture
from regulars.content.pictures import NotAPicture
from regulars.core.clock import now_us
from regulars.inbox import actions
from regulars.inbox.actions import AnsweredAlready, CannotDo
from regulars.inbox.models import Case, Entry
from regulars.team.permissions import allowed
from regulars.team.queries import who
from regulars.ui import toasts
from regulars.web.pages.inbox.acting import done
from regulars.web.pages.inbox.examining import findings_of
from regulars.web.pages.inbox.outside import shown
from regulars.web.pages.inbox.talk import found_case, page

MODES = ("public", "private", "note", "otherwise")
PICTURES = 4


@require_POST
@allowed("inbox.answer")
def say(request: HttpRequest, case_id: int) -> HttpResponse:
    """Keep or send what the reply box holds; what cannot be done leaves every word of it in the box."""
    found, now = found_case(case_id), now_us()
    text, mode = request.POST.get("text", ""), request.POST.get("mode", "note")
    try:
        said = _say(request, found, text, mode if mode in MODES else "note", now)
    except (CannotDo, NotAPicture) as problem:
        found.refresh_from_db()
        other = problem.entry_id if isinstance(problem, AnsweredAlready) else None
        return _kept(request, found, text=text, mode=mode, why=str(problem), other=other)
    toasts.say(request, said)
    return done(request, found, draft="")


def _say(request: HttpRequest, found: Case, text: str, mode: str, now: int) -> str:
    common = {"case_id": found.id, "text": text, "by": request.user.by, "at": now}
    if mode == "note":
        actions.write_note(**common)
        return _("The note is kept.")
    seen = _seen(request)
    if mode == "otherwise":
        actions.write_answer(way=request.POST.get("way", ""), seen_entry=seen, **common)
        return _("Noted: the person was answered.")
    answered = actions.answer(
        public=mode == "public", seen_entry=seen, overrule=request.POST.get("overrule", "").strip()[:300],
        pictures=_pictures(request, now), **common,
    )  # fmt: skip
    return answered.why or _("Your answer is on its way.")


def _seen(request: HttpRequest) -> int | None:
    seen = request.POST.get("seen", "")
    return int(seen) if seen.isdecimal() else None


def _pictures(request: HttpRequest, now: int) -> list[dict[str, Any]]:
    """Pictures of the answer, each with what it shows: without that nothing goes out."""
    found = []
    for n in range(1, PICTURES + 1):
        file, alt = request.FILES.get(f"picture{n}"), " ".join(request.POST.get(f"alt{n}", "").split())[:1000]
        if file is None:
            continue
        if not alt:
            raise CannotDo(_("Say what picture %d shows, for those who cannot see it.") % n)
        kept = add_picture(data=file.read(), name=file.name or "", alt=alt[:300], by=request.user.by, at=now)
        found.append({"picture": kept.id, "alt": alt})
    return found


def _kept(
    request: HttpRequest, found: Case, *, text: str, mode: str, why: str, other: int | None
) -> HttpResponse:  # fmt: skip
    """The page again with the text in the box; with what a colleague answered meanwhile, if that is why."""
    both = _both(other, why, text)
    context = {"draft": text, "mode": mode, "way": request.POST.get("way", ""), "both": both}
    context |= {"overrule": request.POST.get("overrule", "")} | findings_of(found, text, mode, request.user.by)
    if any(one["title"] in why for one in context["findings"]):
        why = _("Not sent: what the honesty gate wants changed stands below your text.")
    return page(request, found, status=409 if both else 422, wrong="" if both else why, **context)


def _both(entry_id: int | None, why: str, mine: str) -> dict[str, Any] | None:
    """What a colleague answered meanwhile, beside what was not sent."""
    other = Entry.objects.filter(id=entry_id).first() if entry_id else None
    if other is None:
        return None
    return {"why": why, "by": who([other.by])[other.by], "words": shown(other.text), "mine": shown(mine)}


@require_POST
@allowed("inbox.answer")
def draft(request: HttpRequest, case_id: int) -> HttpResponse:
    """Keep what is being written, for the others to see and after a crash."""
    text, public = request.POST.get("text", "")[:20_000], request.POST.get("mode") == "public"
    actions.save_draft(case_id=case_id, user_id=request.user.id, text=text, public=public, at=now_us())
    return HttpResponse(status=204)


@require_POST
@allowed("inbox.answer")
def examine(request: HttpRequest, case_id: int) -> HttpResponse:
    """What the honesty gate finds in the text so far, and what to do about each."""
    found = found_case(case_id)
    context = findings_of(found, request.POST.get("text", ""), request.POST.get("mode", ""), request.user.by)
    context["overrule"] = request.POST.get("overrule", "")
    return render(request, "web/inbox/_findings.html", context)
