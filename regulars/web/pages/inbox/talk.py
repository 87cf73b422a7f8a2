"""One conversation: what was said and done, what can be done, and the person beside it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _

from regulars.channels.networks.models import PostState
from regulars.core.clock import now_us
from regulars.core.models import Business
from regulars.inbox import queries
from regulars.inbox.actions.moderating import REASONS
from regulars.inbox.kinds import kind_of
from regulars.inbox.models import Case
from regulars.inbox.queries import Conversation
from regulars.team.permissions import allowed
from regulars.team.queries import others_who_may
from regulars.web.pages.inbox import menus, readings, times
from regulars.web.pages.inbox.beside import panels, standing_of
from regulars.web.pages.inbox.boxes import Wanted, wanted
from regulars.web.pages.inbox.listing import listed, partly, varied
from regulars.web.pages.inbox.modes import modes_of
from regulars.web.pages.inbox.outside import plain
from regulars.web.pages.inbox.present import present
from regulars.web.pages.inbox.rows import initials, lines
from regulars.web.pages.inbox.thread import turns
from regulars.web.pages.inbox.until import AHEAD
from regulars.web.pages.inbox.words import PRIORITIES, WAYS, outcome_words


@allowed("inbox.view")
def case(request: HttpRequest, case_id: int) -> HttpResponse:
    """The page; htmx gets conversation and person alone."""
    return page(request, found_case(case_id))


def found_case(case_id: int) -> Case:
    """The case, followed to where it goes on. Raises Http404."""
    found = queries.case(case_id)
    if found is None:
        raise Http404(_("There is no case with this number."))
    return found


def page(request: HttpRequest, found: Case, *, status: int = 200, **said: Any) -> HttpResponse:
    """The conversation as a page or a fragment. `said`: what the reply box keeps after something went wrong."""
    want = wanted(QueryDict(request.POST.get("query", "")[:500]) if request.method == "POST" else request.GET)
    context = talk(request, found, want) | said
    if not partly(request):
        context = listed(request, want, open_id=found.id) | context
    template = "web/inbox/_talk.html" if partly(request) else "web/inbox/inbox.html"
    return varied(render(request, template, context, status=status))


def talk(request: HttpRequest, found: Case, want: Wanted) -> dict[str, Any]:
    """All that conversation and person show."""
    now, told = now_us(), queries.conversation(found)
    pulse = queries.pulse(found.id, user_id=request.user.id, at=now)
    line, *alike = lines([found, *told.alike], at=now, authors=told.authors)
    person = line["person"]
    return {
        "here": "inbox",
        "step": "person" if request.GET.get("step") == "person" else "talk",
        "wanted": want,
        "line": line | {"title_apart": title_of(found, line["with"])},
        "initials": initials(line["owner"]),
        "clocks": times.clocks(found, at=now, zone=Business.load().timezone),
        "outcome": outcome_words(found),
        "version": version(told),
        **present(found.id, pulse.others if pulse else []),
        "person": person,
        "panels": panels(request, person, found),
        "who": standing_of(line["author"], person),
        "mergeable": alike,
        **thread(request, told),
        **tools(request, told),
        **box(request, told, line["with"], now),
    }


def title_of(found: Case, who: str) -> str:
    """The title where it says more than the first words do: of a mail, of a case of our own."""
    title = plain(found.title, most=200) if found.account_id is None or found.kind == "mail" else ""
    return title if title != who else ""


def _held_to(told: Conversation, by: str) -> str:
    """Whose words somebody else has to let go: theirs, where there is somebody else. Asked only where it matters."""
    held = any(post.state == PostState.HELD for post in told.posts.values())
    return by if held and others_who_may("social.publish", than=by) else ""


def thread(request: HttpRequest, told: Conversation) -> dict[str, Any]:
    """What was said and done."""
    me = request.user.by
    return {
        "case": told.case,
        "turns": turns(told, may_release=request.user.may("social.publish"), reader=_held_to(told, me), me=me),
        "last_entry": told.last_entry,
        "answers": request.user.may("inbox.answer"),
        "reasons": REASONS.items(),
        "feels": readings.SAID,
    }


def tools(request: HttpRequest, told: Conversation) -> dict[str, Any]:
    """What the buttons above it offer."""
    return {
        "colleagues": menus.colleagues(),
        "outcomes": kind_of(told.case.kind).outcomes.items(),
        "ahead": AHEAD,
        "labels": menus.labels(),
        "macros": menus.macros(),
        "may_rules": request.user.may("inbox.rules"),
        "priorities": [(key, words or _("normal")) for key, (words, _tone) in PRIORITIES.items()],
        "merged": told.parts,
        "erasable": told.case.author_id is not None
        and told.case.node_id is None
        and request.user.may("people.erase"),
    }


def box(request: HttpRequest, told: Conversation, who: str, now: int) -> dict[str, Any]:
    """What the reply box offers, with what was begun before."""
    modes = modes_of(told, who=who, at=now, user=request.user)
    begun = next((one for one in told.drafts if one.user_id == request.user.id), None)
    return {
        "modes": modes,
        "mode": modes[0].key,
        "ways": WAYS.items(),
        "pictures": range(1, min(max(mode.pictures for mode in modes), 4) + 1),
        "seen": told.last_entry,
        "offers": told.account is not None,
        "draft": begun.text if begun else "",
    }


def version(told: Conversation) -> str:
    """Another one means that something in the conversation is new: words, edits, where our answers stand."""
    return version_of(told.case.changed_us, _own_posts(told))


def _own_posts(told: Conversation) -> list[tuple[int, int]]:
    """Those the beat sees, too: not of conversations that were merged into this one."""
    return [(post.id, post.state) for post in told.posts.values() if post.origin == f"case:{told.case.id}"]


def version_of(changed_us: int, posts: Iterable[tuple[int, int]]) -> str:
    """The same, by when the case changed and (id, state) of our answers."""
    said = f"{changed_us}.{sorted(posts)}"
    return hashlib.blake2b(said.encode(), digest_size=8).hexdigest()


@allowed("inbox.view")
def fragment(request: HttpRequest, case_id: int) -> HttpResponse:
    """What was said, anew: asked for when the beat says that something changed."""
    told = queries.conversation(found_case(case_id))
    answer = render(request, "web/inbox/_thread.html", thread(request, told) | {"wanted": wanted(request.GET)})
    answer["X-Version"] = version(told)
    return varied(answer)
