"""The codebook: topics and rules, how well they and the model agree with people, what nobody has named yet."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from regulars.core.clock import now_us
from regulars.feedback import actions
from regulars.feedback.coding.learning import GOOD, LEAST
from regulars.feedback.coding.reading import topic_counts
from regulars.feedback.coding.suggesting import suggestions
from regulars.feedback.models import Topic
from regulars.team.permissions import allowed
from regulars.ui import toasts


@allowed("feedback.view")
def topics(request: HttpRequest) -> HttpResponse:
    """The page."""
    counts = topic_counts()
    found = list(Topic.objects.filter(archived_us=None).order_by("name"))
    names = {topic.id: topic.name for topic in found}
    rows = [
        {"topic": one, "texts": counts.get(one.id, 0), "parent": names.get(one.parent_id), "quality": one.quality}
        for one in found
    ]
    context = {
        "here": "surveys",
        "rows": rows,
        "suggestions": suggestions(),
        "least": LEAST,
        "good": GOOD,
        "parents": [one for one in found if one.parent_id is None],
    }
    return render(request, "web/feedback/topics.html", context)


@require_POST
@allowed("feedback.edit")
def save(request: HttpRequest) -> HttpResponse:
    """A new topic, or a changed one."""
    post, number = request.POST, request.POST.get("topic", "")
    parent = post.get("parent", "")
    try:
        if post.get("do") == "archive" and number.isdecimal():
            actions.archive_topic(topic_id=int(number), by=request.user.by, at=now_us())
            toasts.say(request, _("The topic is put away. What colleagues said about texts stays."))
        else:
            actions.save_topic(
                name=post.get("name", ""),
                words=post.get("words", ""),
                about=post.get("about", ""),
                parent_id=int(parent) if parent.isdecimal() else None,
                topic_id=int(number) if number.isdecimal() else None,
                by=request.user.by,
                at=now_us(),
            )
            toasts.say(request, _("Saved. All texts are looked at again."))
    except actions.CannotDo as problem:
        toasts.warn(request, str(problem))
    return redirect("web:survey_topics")
