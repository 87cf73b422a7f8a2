"""Writing lessons: a text, and questions one per paragraph."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_POST

from regulars.core.clock import now_us
from regulars.team.actions import TeamError
from regulars.team.models import Lesson
from regulars.team.permissions import allowed
from regulars.team.training import actions
from regulars.ui import toasts
from regulars.web.pages.policy import tabbed

HOW = lazy(
    "One paragraph per question: the question, then one answer per line with - before it, and * before the "
    "right ones. "
    "A last line that begins with = says why."
)


class LessonForm(forms.Form):
    """A lesson as people write it."""

    title = forms.CharField(label=lazy("Title"), max_length=120)
    text = forms.CharField(
        label=lazy("What is to be learnt"),
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=lazy("A few minutes to read. **bold**, lists with - in front."),
    )
    questions = forms.CharField(label=lazy("Questions"), widget=forms.Textarea(attrs={"rows": 14}), help_text=HOW)
    share = forms.IntegerField(label=lazy("Right, of a hundred"), min_value=10, max_value=100, initial=80)
    days = forms.IntegerField(
        label=lazy("Good for so many days"), min_value=0, max_value=3650, initial=365, help_text=lazy("0: for ever.")
    )
    needed = forms.BooleanField(label=lazy("Needed for speaking in public"), required=False, initial=True)

    def clean_questions(self) -> list[dict[str, Any]]:
        """The questions as a lesson keeps them."""
        return [
            _question(part) for part in self.cleaned_data["questions"].replace("\r", "").split("\n\n") if part.strip()
        ]

    def said(self) -> dict[str, Any]:
        """As the action wants it."""
        said = self.cleaned_data
        return said | {"share": said["share"] / 100, "days": said["days"] or None}


def _question(part: str) -> dict[str, Any]:
    lines = [line.strip() for line in part.splitlines() if line.strip()]
    answers = [line for line in lines[1:] if line[0] in "-*"]
    because = " ".join(line[1:].strip() for line in lines[1:] if line[0] == "=")
    if len(answers) < 2 or not any(line[0] == "*" for line in answers):
        raise forms.ValidationError(
            _("“%s”: it needs two answers at least, one of them with * before it.") % lines[0][:60]
        )
    right = [place for place, line in enumerate(answers) if line[0] == "*"]
    return {"asks": lines[0], "answers": [line[1:].strip() for line in answers], "right": right, "because": because}


def written(questions: list[dict[str, Any]]) -> str:
    """Questions as people write them."""
    parts = []
    for one in questions:
        marked = [f"{'*' if place in one['right'] else '-'} {text}" for place, text in enumerate(one["answers"])]
        parts.append("\n".join([one["asks"], *marked, *([f"= {one['because']}"] if one["because"] else [])]))
    return "\n\n".join(parts)


@allowed("policy.edit")
def new(request: HttpRequest) -> HttpResponse:
    """A lesson of the shop's own."""
    return _form(request, None, LessonForm(request.POST or None))


@allowed("policy.edit")
def edit(request: HttpRequest, lesson_id: int) -> HttpResponse:
    """Change a lesson."""
    one = get_object_or_404(Lesson, id=lesson_id, archived_us=None)
    initial = {"title": one.title, "text": one.text, "days": one.days or 0, "needed": one.needed}
    initial |= {"questions": written(one.questions), "share": round(one.share * 100)}
    return _form(request, one, LessonForm(request.POST or None, initial=initial))


def _form(request: HttpRequest, one: Lesson | None, form: LessonForm) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.save_lesson(
                lesson_id=one.id if one else None, said=form.said(), by=request.user.by, at=now_us()
            )
        except TeamError as problem:
            form.add_error(None, str(problem))
            return tabbed(request, "lesson_form", "training", status=422, form=form, one=one)
        toasts.say(request, _("The lesson is saved. Who passed the version before keeps that until it expires."))
        return redirect("web:lesson", made.id)
    return tabbed(request, "lesson_form", "training", form=form, one=one, status=422 if form.errors else 200)


@require_POST
@allowed("policy.edit")
def archive(request: HttpRequest, lesson_id: int) -> HttpResponse:
    """Ask for it no more."""
    actions.archive_lesson(lesson_id=lesson_id, by=request.user.by, at=now_us())
    toasts.say(request, _("Nobody is asked for it any more."))
    return redirect("web:training")
