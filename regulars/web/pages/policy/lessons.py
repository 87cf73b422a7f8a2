"""Lessons: read one, take its test."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from regulars.core.clock import now_us
from regulars.team.models import Lesson, Try
from regulars.team.permissions import allowed
from regulars.team.training import actions, queries
from regulars.team.training.ready import READY
from regulars.ui import toasts
from regulars.web.marked import rendered
from regulars.web.pages.policy import tabbed


@allowed("staff")
def training(request: HttpRequest) -> HttpResponse:
    """All lessons and which of them one has passed."""
    at = now_us()
    passed, there = queries.passes(request.user.id, at=at), queries.lessons()
    taken = set(Lesson.objects.values_list("key", flat=True))
    context = {
        "rows": [(lesson, passed.get(lesson.id)) for lesson in there],
        "standing": queries.standing(request.user.id, at=at),
        "ready": [lesson for lesson in READY if lesson.key not in taken],
    }
    return tabbed(request, "training", "training", **context)


@require_POST
@allowed("policy.edit")
def take(request: HttpRequest) -> HttpResponse:
    """Take ready-made lessons in."""
    new = actions.take_ready_made(keys=request.POST.getlist("key"), by=request.user.by, at=now_us())
    toasts.say(request, _("%d lessons are in: change them as you like.") % new)
    return redirect("web:training")


@allowed("staff")
def lesson(request: HttpRequest, lesson_id: int) -> HttpResponse:
    """The text, the test, and how the last test went."""
    one = _lesson(lesson_id)
    last = queries.last_try(request.user.id, one.id)
    passed = queries.passes(request.user.id, at=now_us()).get(one.id)
    shown = last if "done" in request.GET and last and last.version == one.version else None
    context = {"one": one, "text": rendered(one.text), "last": last, "passed": passed, "done": shown}
    return tabbed(request, "lesson", "training", questions=_questions(one, shown), **context)


def _lesson(lesson_id: int) -> Lesson:
    found = Lesson.objects.filter(id=lesson_id, archived_us=None).first()
    if found is None:
        raise Http404(_("There is no such lesson."))
    return found


def _questions(one: Lesson, last: Try | None) -> list[dict]:
    """Questions with their answers; after a test with what was ticked, and why."""
    return [
        {
            "number": place,
            "asks": question["asks"],
            "answers": [(each, text) for each, text in enumerate(question["answers"])],
            "ticked": last.answers[place] if last else [],
            "right": sorted(question["right"]) == last.answers[place] if last else None,
            "rights": question["right"] if last else [],
            "because": question["because"] if last else "",
        }
        for place, question in enumerate(one.questions)
    ]


@require_POST
@allowed("staff")
def test(request: HttpRequest, lesson_id: int) -> HttpResponse:
    """A test taken."""
    one, post = _lesson(lesson_id), request.POST
    answers = [
        [int(tick) for tick in post.getlist(f"q{place}") if tick.isdigit()] for place in range(len(one.questions))
    ]
    made = actions.take_test(user_id=request.user.id, lesson_id=one.id, answers=answers, at=now_us())
    toasts.say(request, _("Passed.") if made.passed_us else _("Not yet: look below, and try again when you like."))
    return redirect(f"{request.path.removesuffix('/test')}?done")
