"""How well recommendations hit, what sells with what, what one person would get and why."""

from collections.abc import Iterator

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from regulars.commerce import queries as commerce
from regulars.commerce.models import Product
from regulars.core.clock import now_us
from regulars.insights import queries as insights
from regulars.insights.actions import advise
from regulars.people import queries as people_queries
from regulars.people.models import Person
from regulars.team.permissions import allowed
from regulars.ui import toasts
from regulars.ui.tables import csv_response
from regulars.web import directory
from regulars.web.pages.advice import tabbed

SHOWN, FOUND, PAGE = 10, 20, 50


@allowed("insights.view")
def hits(request: HttpRequest) -> HttpResponse:
    """The lists of the last night: how they would have hit, and what is on them."""
    found = insights.advice()
    if request.GET.get("format") == "csv" and found:
        rows = ((one.product.key, one.product.name, one.product.category, one.people, one.sold) for one in found.top)
        return csv_response("recommended", ("key", "product", "category", "people", "sold in 28 days"), rows)
    groups = found and ((_("Anything on their list"), found.anything), (_("New to them"), found.new))
    return tabbed(request, "hits", found=found, groups=groups)


@require_POST
@allowed("insights.refit")
def again(request: HttpRequest) -> HttpResponse:
    """Recommend anew without waiting for the night."""
    at = now_us()
    advise.later(at=at - at % 60_000_000)
    toasts.say(request, _("New recommendations are being computed. They take the place of the old ones in a minute."))
    return redirect("web:advice")


@allowed("insights.view")
def together(request: HttpRequest) -> HttpResponse:
    """The pairs most people bought; with ?product= what goes with one, with ?q= which one is meant."""
    text, chosen = request.GET.get("q", "").strip(), request.GET.get("product", "")
    if chosen and not (chosen.isdecimal() and len(chosen) < 19):
        raise Http404(_("Choose a product from the list."))
    product = get_object_or_404(Product, id=int(chosen)) if chosen else None
    context = {"asked": text, "product": product, "found": insights.advice()}
    if product:
        context["others"] = commerce.sold_together(product.id)
    elif text:
        context["products"] = commerce.products(text, limit=FOUND)
    return tabbed(request, "together", **context)


@allowed("people.view")
def somebody(request: HttpRequest) -> HttpResponse:
    """Find a person and see their list."""
    text, chosen = request.GET.get("q", "").strip(), _chosen(request.GET.get("person", ""))
    found = people_queries.search(text, limit=FOUND) if text and not chosen else []
    chosen = found[0] if len(found) == 1 else chosen
    context = {"asked": text, "chosen": chosen, "people": [] if chosen else directory.rows_of([p.id for p in found])}
    return tabbed(request, "somebody", **context, **(_shown(chosen.id) if chosen else {}))


def _chosen(said: str) -> Person | None:
    return (
        Person.objects.filter(id=int(said), merged_into=None).first() if said.isdecimal() and len(said) < 19 else None
    )


@allowed("people.view")
def of_person(request: HttpRequest, person_id: int) -> HttpResponse:
    """The panel on the page of a person."""
    person = get_object_or_404(Person, id=person_id)
    return render(request, "web/advice/_of_person.html", {"person": person, **_shown(person_id, 5)})


def _shown(person_id: int, limit: int = SHOWN) -> dict:
    kinds = ((_("May buy again"), "again"), (_("New to them"), "new"))
    lists = [(label, commerce.recommended([person_id], kind=kind, limit=limit)[person_id]) for label, kind in kinds]
    return {"lists": lists, "any": any(rows for _label, rows in lists)}


@allowed("people.view")
def people(request: HttpRequest, product_id: int) -> HttpResponse:
    """The people who have this product on a list."""
    product, after = get_object_or_404(Product, id=product_id), request.GET.get("after", "")
    if after and not (after.isdecimal() and len(after) < 19):
        raise Http404(_("This page's address is damaged. Start at the first page."))
    if request.GET.get("format") == "csv":
        return _people_csv(request, product)
    ids = commerce.people_recommended(product.id, after=int(after or 0), limit=PAGE + 1)
    context = {"here": "advice", "product": product, "rows": directory.rows_of(ids[:PAGE])}
    return render(request, "web/advice/people.html", {**context, "after": ids[PAGE - 1] if len(ids) > PAGE else None})


@allowed("people.export")
def _people_csv(request: HttpRequest, product: Product) -> HttpResponse:
    return directory.people_file(f"recommended-{product.id}", _everybody(product.id))


def _everybody(product_id: int) -> Iterator[directory.Row]:
    after = 0
    while ids := commerce.people_recommended(product_id, after=after, limit=1000):
        yield from directory.rows_of(ids)
        after = ids[-1]
