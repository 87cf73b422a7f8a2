"""The person beside the conversation: each panel is fetched by itself, so that a slow one keeps nobody waiting."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from regulars.channels.networks.models import Author
from regulars.commerce import queries as commerce
from regulars.commerce.models import Customer
from regulars.core.clock import now_us
from regulars.core.models import Business
from regulars.core.plugs import registry
from regulars.inbox import queries
from regulars.inbox.models import Case
from regulars.people.models import Person
from regulars.people.queries import profile
from regulars.team.permissions import allowed
from regulars.ui.formats import number
from regulars.web import portrait
from regulars.web.pages.inbox.outside import link
from regulars.web.pages.inbox.rows import lines
from regulars.web.pages.inbox.thread import name_of

OURS = ("worth", "orders", "talks", "agreed", "known")
NOT_HERE = ("web:person_cases",)


def panels(request: HttpRequest, person: Person | None, case: Case) -> list[tuple[str, str]]:
    """(title, address) of everything that is fetched about the person."""
    if person is None:
        return [(_("Other conversations"), reverse("web:inbox_alike", args=[case.id]))]
    if not request.user.may("people.view"):
        return []
    titles = {
        "worth": _("What they are worth"), "orders": _("Orders"), "talks": _("Conversations"),
        "agreed": _("What they agreed to"), "known": _("What is known"),
    }  # fmt: skip
    mine = [(titles[key], reverse("web:inbox_beside", args=[person.id, key])) for key in OURS[:4]]
    others = sorted((p for p in registry.panels if p.page == "person"), key=lambda p: p.order)
    theirs = [(str(p.title), reverse(p.url_name, args=[person.id])) for p in others if p.url_name not in NOT_HERE]
    return [*mine, *theirs, (titles["known"], reverse("web:inbox_beside", args=[person.id, "known"]))]


def author_of(case: Case) -> Author | None:
    """Who began it, on a network."""
    return Author.objects.filter(id=case.author_id).first() if case.author_id else None


def standing_of(author: Author | None, person: Person | None) -> dict[str, Any]:
    """Who it is on the network, and why they are taken for that person, or that nobody knows."""
    proven = author is not None and author.node_id is not None
    return {
        "author": author,
        "name": name_of(author) if author else "",
        "handle": author.handle if author else "",
        "there": link(author.url, _("on the network")) if author and author.url else "",
        "followers": number(author.followers) if author and author.followers is not None else "",
        "proof": PROOFS.get(author.proof, author.proof) if proven else "",
        "proofs": [one for one in queries.proofs_of(author.id) if one.undone_us is None] if proven else [],
        "vouched": proven and author.proved_by == "system",
        "known": person is not None,
    }


PROOFS = {
    "said": lazy("they said so themselves"),
    "email": lazy("the network vouches for the same e-mail address"),
    "phone": lazy("the network vouches for the same phone number"),
    "sign-in": lazy("they signed in with both"),
    "colleague": lazy("a colleague knows it"),
}


@allowed("people.view")
def panel(request: HttpRequest, person_id: int, name: str) -> HttpResponse:
    """One panel."""
    person = Person.objects.filter(id=person_id).first()
    if person is None or name not in OURS:
        raise Http404
    context = {"person": person, **SHOWS[name](person, now_us())}
    return render(request, f"web/inbox/beside_{name}.html", context)


def _worth(person: Person, now: int) -> dict[str, Any]:
    business, wanted = Business.load(), ("spent", "tier", "points", "clv_12m", "days_since_order", "last_nps")
    facts = [registry.facts[name] for name in wanted if name in registry.facts]
    tiles = [(fact.label, fact, fact.now([person.id]).get(person.id)) for fact in facts]
    shown = [
        (label, portrait.fact_words(fact, value, currency=business.currency, zone=business.timezone, now=now))
        for label, fact, value in tiles
        if value not in (None, "")
    ]
    return {"tiles": shown}


def _orders(person: Person, now: int) -> dict[str, Any]:
    return {
        "orders": commerce.orders_of(person.id, limit=5),
        "bought": Customer.objects.filter(person_id=person.id).first(),
    }


def _talks(person: Person, now: int) -> dict[str, Any]:
    return {"rows": lines(queries.of_person(person.id, limit=8), at=now)}


def _agreed(person: Person, now: int) -> dict[str, Any]:
    return {"consents": portrait.consents(profile(person.id))}


def _known(person: Person, now: int) -> dict[str, Any]:
    business = Business.load()
    return {"facts": portrait.facts(person, currency=business.currency, zone=business.timezone, now=now)}


SHOWS = {"worth": _worth, "orders": _orders, "talks": _talks, "agreed": _agreed, "known": _known}


@allowed("inbox.view")
def alike(request: HttpRequest, case_id: int) -> HttpResponse:
    """Other conversations with the same author, of whom nobody knows who it is."""
    root = queries.case(case_id)
    rows = lines(queries.alike(root, limit=8) if root else [], at=now_us())
    return render(request, "web/inbox/beside_talks.html", {"rows": rows})


@allowed("inbox.view")
def of_person(request: HttpRequest, person_id: int) -> HttpResponse:
    """The panel on a person's page."""
    rows = lines(queries.of_person(person_id, limit=8), at=now_us())
    return render(request, "web/inbox/_of_person.html", {"rows": rows})
