"""Members: the list, one member's page, the panel on the page of a person, points by hand."""

from __future__ import annotations

from collections.abc import Iterator
from secrets import token_hex
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from regulars.core import bulk
from regulars.core.clock import now_us
from regulars.loyalty import ledger
from regulars.loyalty.actions.counting import life_of
from regulars.loyalty.actions.rules import live_book
from regulars.loyalty.cards import shown
from regulars.loyalty.explaining import causes, order_numbers, parts, postings
from regulars.loyalty.gathering import terms_of
from regulars.loyalty.models import Programme, Threshold
from regulars.loyalty.queries import current, member, tier_names
from regulars.people.models import Person
from regulars.people.queries import resolve
from regulars.team.permissions import allowed
from regulars.ui import toasts
from regulars.ui.tables import csv_response
from regulars.web.cursors import pack, unpack
from regulars.web.pages.loyalty import running, tabbed
from regulars.web.pages.loyalty.fields import GiveForm
from regulars.web.pages.loyalty.words import Words

PAGE = 50
SHOWN = 5
FIRST = 15
LIST = """SELECT s.person_id, coalesce(nullif(p.name, ''), nullif(p.email, ''), p.phone), s.tier_name, s.last_us,
 CAST(coalesce(sum(b.active), 0) AS BIGINT) AS active, CAST(coalesce(sum(b.pending), 0) AS BIGINT) AS pending
 FROM loyalty_standing s JOIN people_person p ON p.id = s.person_id JOIN people_node n ON n.person_id = s.person_id
 LEFT JOIN loyalty_balance b ON b.node_id = n.id AND b.programme_id = s.programme_id AND b.asset = 'points'
 WHERE s.programme_id = %s {where} GROUP BY s.person_id, p.name, p.email, p.phone, s.tier_name, s.last_us
 HAVING {having} ORDER BY active DESC, s.person_id LIMIT %s"""

ORDER = """SELECT s.person_id FROM loyalty_standing s JOIN people_node n ON n.person_id = s.person_id
 LEFT JOIN loyalty_balance b ON b.node_id = n.id AND b.programme_id = s.programme_id AND b.asset = 'points'
 WHERE s.programme_id = %s {where} GROUP BY s.person_id
 HAVING {having} ORDER BY coalesce(sum(b.active), 0) DESC, s.person_id"""
AT_ONCE = 1000


@allowed("loyalty.view")
@running
def members(request: HttpRequest, programme: Programme) -> HttpResponse:
    """Everybody who earned anything, most points first; filtered by tier, threshold and balance."""
    if request.GET.get("format") == "csv":
        return _csv(request, programme)
    rows = _rows(programme, request.GET, limit=PAGE + 1)
    after = pack(rows[PAGE - 1][4], rows[PAGE - 1][0]) if len(rows) > PAGE else None
    return tabbed(
        request, "members", programme=programme, rows=rows[:PAGE], after=after, tiers=tier_names(programme).items(),
        thresholds=Threshold.objects.filter(programme_id=programme.id).order_by("name"), asked=request.GET,
    )  # fmt: skip


def _whole(text: str) -> int | None:
    """A whole number that databases hold; None for whatever else stands in an address."""
    return int(text) if text.isdecimal() and len(text) <= 18 else None


def _rows(programme: Programme, asked: Any, *, limit: int) -> list[tuple]:
    where, having, params = _asked(programme, asked)
    return bulk.query(LIST.format(where=where, having=having), [*params, limit])


def _asked(programme: Programme, asked: Any) -> tuple[str, str, list[Any]]:
    """WHERE, HAVING and their parameters."""
    where, having, params, late = "", "1 = 1", [programme.id], []
    if tier := asked.get("tier"):
        where += " AND s.tier = %s"
        params.append("" if tier == "none" else tier)
    if (across := _whole(asked.get("threshold", ""))) is not None:
        where += (
            " AND s.person_id IN (SELECT person_id FROM loyalty_crossing WHERE threshold_id = %s"
            " AND undone_us IS NULL AND coalesce(until_us, %s) > %s)"
        )
        params += [across, 2**62, now_us()]
    if (least := _whole(asked.get("least", ""))) is not None:
        having += " AND coalesce(sum(b.active), 0) >= %s"
        late.append(least)
    if cursor := asked.get("after"):
        value, person = unpack(cursor)
        having += " AND (coalesce(sum(b.active), 0) < %s OR (coalesce(sum(b.active), 0) = %s AND s.person_id > %s))"
        late += [int(value), int(value), person]
    return where, having, [*params, *late]


@allowed("people.export")
def _csv(request: HttpRequest, programme: Programme) -> HttpResponse:
    """Who is in it, and in which order, is asked once; what stands in the lines comes a thousand people at a time."""
    where, having, params = _asked(programme, request.GET.dict() | {"after": ""})
    order = [row[0] for row in bulk.query(ORDER.format(where=where, having=having), params)]

    def lines() -> Iterator[tuple]:
        for first in range(0, len(order), AT_ONCE):
            people, ids = bulk.ids(order[first : first + AT_ONCE])
            sql = LIST.format(where=f" AND s.person_id IN {people}", having="1 = 1")
            rows = bulk.query(sql, [programme.id, *ids, AT_ONCE])
            yield from ((row[0], row[1], row[2], row[4], row[5]) for row in rows)

    return csv_response("members", ("person", "name", "tier", "points", "pending"), lines())


@allowed("loyalty.view")
@running
def one(request: HttpRequest, programme: Programme, person_id: int) -> HttpResponse:
    """Balance, tier, history, and why it is so."""
    person, at = _person(person_id), now_us()
    if person.id != person_id:
        return redirect("web:member", person.id)
    found, words = member(person.id, at=at), Words(programme)
    why, history = _why(person.id, programme, words, at), postings(person.id, programme_id=programme.id)
    numbers = {cause.origin: cause.number for cause, *_parts in why if cause.origin}
    first = None if "all" in request.GET else FIRST
    said = [(each, words.posting(each, numbers.get(each.origin, ""))) for each in history[:first]]
    rest = why[first:] if first else []
    return tabbed(
        request, "members", "member", programme=programme, person=person, found=found, card=shown(found.code),
        why=why[:first], rest=len(rest), rest_sum=sum(cause.effect for cause, *_more in rest),
        history=said, more=len(history) > len(said), words=words, form=GiveForm(initial={"key": token_hex(12)}),
        **_tier(found, programme, words),
    )  # fmt: skip


def _why(person_id: int, programme: Programme, words: Words, at: int) -> list[tuple[Any, str, list[dict]]]:
    """(cause, in words, how its points came about), newest first."""
    how = parts(person_id, terms_of(programme), at)
    return [
        (one, words.posting(one.postings[0], one.number), [_part(part, words) for part in how.get(one.origin, ())])
        for one in causes(person_id, programme_id=programme.id)
    ]


def _part(part: Any, words: Words) -> dict[str, Any]:
    """How points of one line came about, in words."""
    factors = " ".join(f"× {value:g} ({name})" for name, value in part.factors)
    said = words.rule(part.rule).rstrip(".") if part.rule else _("given")
    return {"name": part.name, "net": part.net, "said": said, "factors": factors, "points": part.points}


def _tier(found: Any, programme: Programme, words: Words) -> dict[str, Any]:
    """What the tier shows: what is missing, how far one is, what it brings."""
    scheme = live_book(programme).tiers
    if scheme is None:
        return {"scheme": None}
    level = scheme.index(found.tier)
    above = scheme.levels[level + 1] if level + 1 < len(scheme.levels) else None
    return {
        "scheme": scheme,
        "benefits": scheme.levels[level].benefits if level >= 0 else (),
        "progress": words.basis(found.progress, scheme),
        "missing": words.basis(found.to_next, scheme) if above and found.to_next is not None else "",
        "goal": above.least if above else 0,
        "done": min(found.progress, above.least) if above else 0,
    }


@allowed("loyalty.view")
def panel(request: HttpRequest, person_id: int) -> HttpResponse:
    """The fragment on the page of a person."""
    programme, person = current(), _person(person_id)
    context: dict[str, Any] = {"programme": programme, "person": person}
    if programme:
        words = Words(programme)
        found = member(person.id, at=now_us())
        last = postings(person.id, programme_id=programme.id, limit=SHOWN)
        numbers = order_numbers(each.origin for each in last)
        said = [(each, words.posting(each, numbers.get(each.origin, ""))) for each in last]
        context |= {"found": found, "history": said, "card": shown(found.code), **_tier(found, programme, words)}
    return render(request, "web/loyalty/_panel.html", context)


@require_POST
@allowed("loyalty.give")
@running
def give(request: HttpRequest, programme: Programme, person_id: int) -> HttpResponse:
    """Points by hand, once per form."""
    person, at = _person(person_id), now_us()
    form = GiveForm(request.POST)
    if not form.is_valid():
        toasts.warn(request, _("Say how many points, and why."))
        return redirect("web:member", person.id)
    got = form.cleaned_data
    sign = 1 if got["way"] == "give" else -1
    try:
        _begins, ends = life_of(at, "gift", terms_of(programme))
        ledger.adjust(
            programme_id=programme.id, node_id=member(person.id, at=at).node_id, key=got["key"],
            amount=sign * got["amount"], reason=got["reason"], by=f"user:{request.user.id}", at=at,
            expires_us=ends if sign > 0 else None,
        )  # fmt: skip
    except ledger.CannotPost as no:
        toasts.warn(request, str(no))
    else:
        said = _("%(points)s given.") if sign > 0 else _("%(points)s taken.")
        toasts.say(request, said % {"points": Words(programme).points(got["amount"])})
    return redirect("web:member", person.id)


def _person(person_id: int) -> Person:
    try:
        return Person.objects.get(id=resolve(person_id))
    except Person.DoesNotExist:
        raise Http404(_("There is no such person: they were erased, or never were.")) from None
