"""The editor: writes a draft in one language, shows what is wrong beside it, publishes."""

from __future__ import annotations

from dataclasses import dataclass
from secrets import token_hex
from typing import Any

from csp.constants import SELF
from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from regulars.content import actions, queries
from regulars.content.models import Template
from regulars.content.rendering import ContentError
from regulars.content.rendering.source import as_mjml
from regulars.content.voice import word_breaches
from regulars.core.clock import now_us
from regulars.journeys.starting import events_that_start
from regulars.people.models import Person
from regulars.segments.catalog import catalog_now
from regulars.team.permissions import allowed
from regulars.team.queries import who
from regulars.ui import toasts
from regulars.web.pages.content import checks
from regulars.web.pages.content.form import change, draw, read
from regulars.web.pages.content.kinds import IN_COLUMNS, KINDS, field_in_words

LOOK = ("accent", "paper", "sheet", "ink", "font")


@allowed("content.edit")
@csp_update({"frame-src": [SELF]})
def edit(request: HttpRequest, template_id: int) -> HttpResponse:
    """Write a template. Every button sends the whole form; without script `Show` brings the preview up to date."""
    found = get_object_or_404(Template, id=template_id, archived_us=None)
    language = _language(request, found)
    if request.method != "POST":
        return _show(request, found, language)
    act = request.POST.get("act", "")
    try:
        return _acted(request, found, language, act)
    except actions.Overtaken as news:
        return _overtaken(request, language, news, variant_of(request.POST, found.draft[language]))
    except ContentError as error:
        return _show(request, Template.objects.get(id=found.id), language, wrong=error, tried=act == "publish")


def _language(request: HttpRequest, found: Template) -> str:
    said = request.POST.get("language") or request.GET.get("language", "")
    return said if said in found.draft else next(iter(found.variants))


def _acted(request: HttpRequest, found: Template, language: str, act: str) -> HttpResponse:
    by, at = request.user.by, now_us()
    said = {"template_id": found.id, "language": language, "by": by, "at": at}
    if act == "take-theirs":
        actions.set_aside(**said, variant=variant_of(request.POST, found.draft[language]))
        toasts.say(request, _("Yours is set aside: Undo brings it back."))
        return _go(request, request.get_full_path())
    seen = {} if act == "keep-mine" else seen_of(request)
    if act == "undo":
        if not actions.undo_draft(**said, **seen):
            toasts.warn(request, _("There is nothing to undo."))
        return _show(request, Template.objects.get(id=found.id), language)
    draft = variant_of(request.POST, found.draft[language], act)
    found = actions.save_draft(**said, **seen, variant=draft)
    if act == "publish":
        return _published(request, found, by, at)
    if act == "language":
        return _new_language(request, found, draft, by, at)
    if act == "drop-language":
        actions.remove_language(**said)
        return _go(request, reverse("web:template_edit", args=[found.id]))
    return _show(request, found, language)


def seen_of(request: HttpRequest) -> dict[str, Any]:
    """Which draft the form was made from, and by which open editor; nothing for forms that do not say."""
    seen = request.POST.get("seen", "")
    return {"seen": int(seen), "seat": request.POST.get("seat", "")[:16]} if seen.isdecimal() else {}


def _overtaken(request: HttpRequest, language: str, news: actions.Overtaken, mine: dict[str, Any]) -> HttpResponse:
    """Both texts and what differs; what was written stands in the form and is kept when its writer says so."""
    found = Template.objects.get(id=request.resolver_match.kwargs["template_id"])
    theirs = found.draft.get(language)
    found.draft = {**found.draft, language: mine}
    said = {"who": who([news.by])[news.by], "at": news.at, "by_me": news.by == request.user.by,
            "changed": queries.differences({language: theirs}, {language: mine}, field_in_words)}  # fmt: skip
    shown = _show(request, found, language, overtaken=said)
    shown.status_code = 409
    return shown


def _published(request: HttpRequest, found: Template, by: str, at: int) -> HttpResponse:
    made = actions.publish(template_id=found.id, by=by, at=at)
    toasts.say(request, _("Version %d is published: it is what is sent from now on.") % made.number)
    return _go(request, reverse("web:template", args=[found.id]))


def _new_language(request: HttpRequest, found: Template, draft: dict, by: str, at: int) -> HttpResponse:
    """A variant in another language begins as a copy of the one on the screen."""
    language = request.POST.get("new_language", "").strip()
    if language and language not in found.draft:
        actions.save_draft(template_id=found.id, language=language, variant=draft, by=by, at=at)
    return _go(request, reverse("web:template_edit", args=[found.id]) + f"?language={language}")


def _go(request: HttpRequest, to: str) -> HttpResponse:
    return HttpResponseClientRedirect(to) if request.htmx else redirect(to)


def variant_of(form: Any, before: dict[str, Any], act: str = "") -> dict[str, Any]:
    """The variant a form holds, after `act`."""
    made = {name: form.get(name, before.get(name, "")) for name in ("subject", "preheader")}
    made["format"] = before.get("format", "blocks")
    if made["format"] == "blocks":
        made["source"] = change(read(form), act) if "b.size" in form else before.get("source", [])
    else:
        made["source"] = form.get("source", before.get("source", "")).replace("\r\n", "\n")
    look = {name: form[f"look.{name}"] for name in LOOK if form.get(f"look.{name}")}
    if look or before.get("look"):
        made["look"] = look or before.get("look", {})
    return _turned(made, act, before)


def _turned(made: dict[str, Any], act: str, before: dict[str, Any]) -> dict[str, Any]:
    """Source instead of blocks: what the blocks make is where writing goes on."""
    if act == "format mjml" and made["format"] == "blocks":
        return {**made, "format": "mjml", "source": as_mjml(made, queries.shared_sources())}
    if act in ("format html", "format text", "format mjml"):
        return {**made, "format": act.split()[1], "source": made["source"] if isinstance(made["source"], str) else ""}
    if act == "format blocks" and made["format"] != "blocks":
        return {**made, "format": "blocks", "source": [KINDS["text"].make(), KINDS["footer"].make()]}
    return made


def _show(
    request: HttpRequest,
    found: Template,
    language: str,
    wrong: ContentError | None = None,
    tried: bool = False,
    overtaken: dict[str, Any] | None = None,
) -> HttpResponse:
    variant = found.draft[language]
    beside = checks.beside(found, language, wrong)
    here = f"{language}.blocks"
    faults = {where.removeprefix(here): what for where, what in beside["faults"].items() if where.startswith(here)}
    faults |= {where: what for where, what in beside["faults"].items() if where.startswith(f"{language}.")}
    blocks = variant.get("source") if variant.get("format") == "blocks" else []
    context = {
        "here": "library", "template": found, "written_in": language, "variant": variant, "tried": tried,
        "languages": list(found.variants), "faults": faults,
        "blocks": draw(blocks or [], faults, _marks(blocks or [])),
        "kinds": list(KINDS.values()), "kinds_in_columns": [KINDS[name] for name in IN_COLUMNS],
        "shared": queries.shared_blocks(), "can_undo": _can_undo(found, language),
        "tags": [*queries.catalogue(), *_event_tags(found)],
        "pictures": [(queries.picture_url(one), one) for one in queries.images()],
        "overtaken": overtaken, "seat": request.POST.get("seat", "")[:16] or token_hex(4),
        "seen": request.POST.get("seen", "") if overtaken else found.drafted_us,
        "people": Person.objects.filter(merged_into=None).order_by("-last_us")[:8], **beside,
    }  # fmt: skip
    return render(request, "web/content/_editor.html" if request.htmx else "web/content/editor.html", context)


@dataclass(frozen=True)
class EventTag:
    """A property of the event that starts a journey which sends this text."""

    label: str
    name: str

    @property
    def code(self) -> str:
        """What is written into the text."""
        path = f"event.{self.name}" if self.name.isidentifier() else f'event["{self.name}"]'
        return f'{{{{ {path} | default: "" }}}}'


def _event_tags(found: Template) -> list[EventTag]:
    known = catalog_now().properties if (names := events_that_start(found.id)) else {}
    return [EventTag(f"{event}: {name}", name) for event in names for name in sorted(known.get(event, {}))]


def _can_undo(found: Template, language: str) -> bool:
    return any(step["language"] == language and step["variant"] is not None for step in found.undo)


def _marks(blocks: list[dict[str, Any]], path: str = "b") -> dict[str, list]:
    """{field: words in it that are not the brand's}."""
    voice, found = queries.voice(), {}
    for n, block in enumerate(blocks):
        for name in ("text", "label", "title", "alt", "html"):
            if marks := list(word_breaches(str(block.get(name) or ""), voice)):
                found[f"{path}-{n}.{name}"] = marks
        for c, column in enumerate(block.get("columns", [])):
            found |= _marks(column, f"{path}-{n}-{c}")
    return found


@allowed("content.edit")
def save(request: HttpRequest, template_id: int) -> HttpResponse:
    """Keep the draft while somebody writes, and say what stands beside it: faults, voice, length."""
    found = get_object_or_404(Template, id=template_id, archived_us=None)
    language, wrong, news = _language(request, found), None, None
    if request.method == "POST":
        try:
            found = actions.save_draft(
                template_id=found.id, language=language, variant=variant_of(request.POST, found.draft[language]),
                by=request.user.by, at=now_us(), **seen_of(request),
            )  # fmt: skip
        except actions.Overtaken as error:
            news = {"who": who([error.by])[error.by], "at": error.at, "by_me": error.by == request.user.by}
        except ContentError as error:
            wrong = error
    context = {"template": found, **checks.beside(found, language, wrong), "overtaken": news}
    return render(request, "web/content/_beside.html", context)
