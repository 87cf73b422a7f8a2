"""A person: who they are and how we know, what they agreed to, what they did and bought, what is expected."""

import re

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from regulars.commerce import queries as commerce
from regulars.commerce.models import Customer
from regulars.core.clock import now_us
from regulars.core.models import Business
from regulars.core.plugs import registry
from regulars.events import queries as events
from regulars.insights import queries as insights
from regulars.people import actions, queries
from regulars.people.models import Person
from regulars.segments.models import Membership, Segment
from regulars.team.permissions import allowed
from regulars.ui import toasts
from regulars.web import directory, portrait, sentences

ENTRIES, ORDERS, ALL, FOUND = 30, 10, 1000, 20
CURSOR = re.compile(r"-?\d{1,18}\.\d{1,18}")
KINDS = {"all": (), "bought": ("Order Completed", "Order Refunded", "Order Cancelled", "Order Updated")}


@allowed("people.view")
def person(request: HttpRequest, person_id: int) -> HttpResponse:
    """The page; somebody who was merged into another leads to that one."""
    here = _here(person_id)
    if here != person_id:
        return redirect("web:person", here)
    business, now = Business.load(), now_us()
    try:
        profile = queries.profile(here)
    except Person.DoesNotExist:
        raise Http404(_("This person is only just coming in: look again in a moment.")) from None
    context = {
        "here": "people",
        "person": profile.person,
        "profile": profile,
        "identifiers": portrait.identifiers(profile),
        "joins": [link for link in profile.links if link.state == "joins"],
        "not_joined": [link for link in profile.links if link.state in ("held back", "in quarantine")],
        "consents": portrait.consents(profile),
        "facts": portrait.facts(profile.person, currency=business.currency, zone=business.timezone, now=now),
        "open_facts": (0, 1),
        "segments": _segments(here),
        "outlook": insights.person_outlook(here, at=now),
        "bought": Customer.objects.filter(person_id=here).first(),
        "panels": panels_of("person", here),
        "orders": commerce.orders_of(here, limit=ALL if request.GET.get("orders") == "all" else ORDERS),
        **_timeline(request, here),
    }
    return render(request, "web/person.html", context)


def panels_of(page: str, *args: object) -> list[tuple[str, str]]:
    """(title, address) of what upper rooms show on a page; each is fetched by itself."""
    found = sorted((panel for panel in registry.panels if panel.page == page), key=lambda panel: panel.order)
    return [(panel.title, reverse(panel.url_name, args=args)) for panel in found]


def _here(person_id: int) -> int:
    try:
        return queries.resolve(person_id)
    except Person.DoesNotExist:
        raise Http404(_("Nobody is here under this number: they were erased, or never were.")) from None


def _segments(person_id: int) -> list[Segment]:
    inside = Membership.objects.filter(person_id=person_id, member=True).values("segment_id")
    return list(Segment.objects.filter(id__in=inside, archived_us=None, owner="").order_by("name"))


@allowed("people.view")
def timeline(request: HttpRequest, person_id: int) -> HttpResponse:
    """Older entries, as a fragment that takes the place of the button that asked for them."""
    return render(
        request,
        "web/_timeline.html",
        {"person": get_object_or_404(Person, id=person_id), **_timeline(request, person_id)},
    )


def _timeline(request: HttpRequest, person_id: int) -> dict:
    kind = request.GET.get("kind", "all")
    before = request.GET.get("before", "")
    if before and not CURSOR.fullmatch(before):
        raise Http404(_("This page's address is damaged. Start at the newest entry."))
    entries = events.timeline(person_id, before=before or None, limit=ENTRIES + 1, kinds=KINDS.get(kind, ()))
    currency = Business.load().currency
    shown = [(entry, sentences.of_event(entry.name, entry.properties, currency)) for entry in entries[:ENTRIES]]
    older = entries[ENTRIES - 1].cursor if len(entries) > ENTRIES else ""
    return {"entries": shown, "older": older, "kind": kind}


@allowed("people.export")
def export(request: HttpRequest, person_id: int) -> HttpResponse:
    """Everything held about a person, as JSON: what a person may ask for by law."""
    here = _here(person_id)
    response = JsonResponse(queries.export_person(here), json_dumps_params={"indent": 1, "ensure_ascii": False})
    response["Content-Disposition"] = f'attachment; filename="person-{here}.json"'
    return response


@require_POST
@allowed("people.erase")
def erase(request: HttpRequest, person_id: int) -> HttpResponse:
    """Erase a person for ever."""
    actions.erase_person(person_id=_here(person_id), by=request.user.by, at=now_us())
    toasts.say(request, _("1 person was erased, with everything that was held about them."))
    return redirect("web:people")


@require_POST
@allowed("people.merge")
def undo_link(request: HttpRequest, link_id: int) -> HttpResponse:
    """Take a link between two records back."""
    actions.undo_link(link_id=link_id, by=request.user.by, at=now_us())
    toasts.say(request, _("Separated. No rule joins these two records again."))
    return redirect(_safe(request.POST.get("back", "")))


@allowed("people.merge")
def merge(request: HttpRequest, person_id: int) -> HttpResponse:
    """Find somebody who is the same person; a POST merges the two."""
    here = _here(person_id)
    if request.method == "POST":
        return _merge(request, here)
    text = request.GET.get("q", "").strip()
    found = [other for other in queries.search(text, limit=FOUND) if other.id != here] if text else []
    rows = directory.rows_of([other.id for other in found])
    context = {"here": "people", "person": get_object_or_404(Person, id=here), "text": text, "rows": rows}
    return render(request, "web/person_merge.html", context)


def _merge(request: HttpRequest, here: int) -> HttpResponse:
    other = request.POST.get("other", "")
    if not other.isdecimal() or len(other) > 18:
        raise Http404(_("Choose somebody from the list."))
    try:
        link = actions.merge_people(
            a=here, b=_here(int(other)), by=request.user.by, at=now_us(), evidence={"by hand": True}
        )
    except actions.CannotDo as error:
        toasts.warn(request, str(error))
        return redirect("web:person", here)
    toasts.say(request, _("Merged into one person."), undo=reverse("web:undo_link", args=[link.id]))
    return redirect("web:person", _here(here))


def _safe(back: str) -> str:
    return back if back.startswith("/people/") else reverse("web:people")
