"""What keeps an open inbox fresh: who else looks or writes, and whether conversation or list have changed.

The page asks every second while somebody looks at it; the answer is one small question by index, whatever the size of
the inbox, and says only *whether* something is new. What is new is then fetched as a fragment.
"""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_POST

from regulars.core.clock import now_us
from regulars.inbox import actions, queries
from regulars.team.permissions import allowed
from regulars.web.pages.inbox.boxes import page_of, wanted
from regulars.web.pages.inbox.listing import SEEN, digest
from regulars.web.pages.inbox.present import present
from regulars.web.pages.inbox.talk import version_of


@allowed("inbox.view")
def beat(request: HttpRequest) -> JsonResponse:
    """?case= the open one, ?list= the query of the list when it is to be looked at, too."""
    said, now = {}, now_us()
    if (number := request.GET.get("case", "")).isdecimal():
        found = _pulse(request, int(number), now)
        said["talk"] = version_of(found.changed_us, found.posts)
        said["others"] = render_to_string("web/inbox/_others.html", present(int(number), found.others))
    if "list" in request.GET:
        want = wanted(QueryDict(request.GET["list"][:500]))
        said["rows"] = digest(page_of(want, me=request.user.by, at=now, columns=SEEN).rows, at=now)
    answer = JsonResponse(said)
    answer["Cache-Control"] = "no-store"
    return answer


def _pulse(request: HttpRequest, case_id: int, now: int) -> queries.Pulse:
    found = queries.pulse(case_id, user_id=request.user.id, at=now)
    if found is None:
        raise Http404
    return found


@require_POST
@allowed("inbox.view")
def looking(request: HttpRequest, case_id: int) -> HttpResponse:
    """Who has it open: the page says so by itself, and whether somebody writes; the answer says who else does."""
    now = now_us()
    found = _pulse(request, case_id, now)
    actions.look(case_id=case_id, user_id=request.user.id, typing="typing" in request.GET, at=now)
    actions.see_notices(user_id=request.user.id, case_id=case_id, at=now)
    return render(request, "web/inbox/_others.html", present(case_id, found.others))
