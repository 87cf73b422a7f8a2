"""Looking at a draft as one person: in a frame of its own that may do nothing, wide or narrow, light or dark."""

from __future__ import annotations

import re

from csp.constants import NONE, SELF
from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.html import escape, format_html
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST

from regulars.channels.actions import CannotSend, send_transactional
from regulars.content import actions, queries
from regulars.content.models import Template, TemplateVersion
from regulars.content.rendering import CannotRender, ContentError, Prepared, Rendered
from regulars.content.rendering.checking import EVENT
from regulars.content.supplying import Brought, label_of, look_up, samples
from regulars.core.clock import now_us
from regulars.core.plugs import registry
from regulars.people.models import Person
from regulars.people.queries import search
from regulars.team.permissions import allowed, may
from regulars.ui import toasts
from regulars.web.pages.content import checks

FRAME = {
    **{name: [NONE] for name in ("default-src", "script-src", "connect-src", "font-src", "manifest-src", "base-uri")},
    "img-src": ["*", "data:"],
    "style-src": ["'unsafe-inline'"],
    "form-action": [NONE],
    "frame-ancestors": [SELF],
    "sandbox": [],
}
NOBODY = -1
DARK, SCHEME = re.compile(r"@media \(prefers-color-scheme: dark\)"), re.compile(r"color-scheme: light dark")


@allowed("content.view")
@xframe_options_sameorigin
@csp_replace(FRAME)
def preview(request: HttpRequest, template_id: int) -> HttpResponse:
    """The draft, or ?version=, as ?person= sees it; ?theme=dark shows its dark side, ?part=text the plain text."""
    found = get_object_or_404(Template, id=template_id)
    try:
        ready = _ready(request, found)
        made = ready.render(_context(request, found, ready)[0])
    except (ContentError, CannotRender) as error:
        return HttpResponse(_page(format_html("<p>{}</p>", getattr(error, "message", "") or str(error)), request))
    if not made.html or request.GET.get("part") == "text":
        return HttpResponse(_page(format_html("<pre>{}</pre>", made.text), request))
    return HttpResponse(_themed(made.html, request))


def _ready(request: HttpRequest, found: Template) -> Prepared:
    language, number = request.GET.get("language", ""), request.GET.get("version", "")
    if number.isdecimal():
        version = get_object_or_404(TemplateVersion, template_id=found.id, number=int(number))
        return queries.ready(version.compiled, language)
    return checks.as_far_as_possible(found, language if language in found.draft else next(iter(found.variants)))


def _context(request: HttpRequest, found: Template, ready: Prepared) -> tuple[dict, list[str]]:
    """The person's facts and what other rooms would bring; what of it is left out for them, in sentences."""
    said = request.GET.get("person", "")
    person = int(said) if said.isdecimal() and may(request, "people.view") else NOBODY
    brought = look_up(ready.supplied, person_id=person, at=now_us())
    return queries.seen_by(ready, brought.values, person_id=person), left_out(found, ready, brought)


def left_out(found: Template, ready: Prepared, brought: Brought) -> list[str]:
    """What this person would not see of the text, and why."""
    nothing = _("Left out for this person: there is nothing of “%s” for them.")
    said = [nothing % label_of(name) for name in brought.nothing if name not in ready.needs]
    if found.kind == "marketing":
        unknown = _("Left out for everybody: nothing here brings “%s” yet.")
    else:
        unknown = _("“%s” is shown when whoever sends the message gives it along.")
    started = _("“event” is what started the journey: known where a journey that an event starts sends this text.")
    return said + [started if name == EVENT else unknown % name for name in brought.unknown]


def _themed(page: str, request: HttpRequest) -> str:
    """A frame cannot choose its colour scheme, so the media query is answered here."""
    dark = request.GET.get("theme") == "dark"
    page = DARK.sub("@media all" if dark else "@media not all", page)
    return SCHEME.sub("color-scheme: dark" if dark else "color-scheme: light", page)


def _page(inside: str, request: HttpRequest) -> str:
    dark = request.GET.get("theme") == "dark"
    colours = "background:#121110;color:#ece8e1" if dark else "background:#fff;color:#23211d"
    style = (
        f"body{{{colours};font:15px/1.5 sans-serif;padding:16px;margin:0}}pre{{white-space:pre-wrap;font:inherit}}"
    )
    title = escape(_("Preview"))
    head = f"<title>{title}</title><style>{style}</style>"
    return f'<!doctype html><html lang="en"><head>{head}</head><body>{inside}</body></html>'


@allowed("content.view")
def envelope(request: HttpRequest, template_id: int) -> HttpResponse:
    """Subject and preview text as the person sees them in the list of their mails."""
    found, made, wrong, without = get_object_or_404(Template, id=template_id), None, "", []
    try:
        ready = _ready(request, found)
        context, without = _context(request, found, ready)
        made: Rendered | None = ready.render(context)
    except (ContentError, CannotRender) as error:
        wrong = getattr(error, "message", "") or str(error)
    said = {"made": made, "wrong": wrong, "template": found, "without": without}
    return render(request, "web/content/_envelope.html", said)


@allowed("people.view")
def somebody(request: HttpRequest) -> HttpResponse:
    """People to look at a text as: ?q= finds them."""
    query = request.GET.get("q", "").strip()
    recent = Person.objects.filter(merged_into=None).order_by("-last_us")
    people = search(query, limit=12) if query else recent[:8]
    return render(request, "web/content/_somebody.html", {"people": people, "query": query})


@require_POST
@allowed("messages.send")
def test(request: HttpRequest, template_id: int) -> HttpResponse:
    """Send the draft to an address, as to nobody in particular: it stands in no customer's history."""
    found, at = get_object_or_404(Template, id=template_id, archived_us=None), now_us()
    try:
        holder, version = actions.version_for_test(template_id=found.id, by=request.user.by, at=at)
        send_transactional(
            kind=f"test:{version.id}", template_id=holder, key=str(version.id), at=at,
            person_id=-version.id, address=request.POST.get("address", ""),
            context=samples(registry.supplies), language=request.POST.get("language", ""),
        )  # fmt: skip
        toasts.say(request, _("A test is on its way to %s.") % request.POST.get("address", ""))
    except (ContentError, CannotSend) as error:
        toasts.warn(request, getattr(error, "message", "") or str(error))
    return redirect(request.POST.get("back") if _ours(request.POST.get("back", "")) else "/")


def _ours(path: str) -> bool:
    return path.startswith("/") and not path.startswith("//") and "\\" not in path
