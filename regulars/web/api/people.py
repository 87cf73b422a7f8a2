"""People: find, read, export, erase."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema

from regulars.commerce import queries as commerce
from regulars.core import clock
from regulars.core.models import Business
from regulars.events import queries as events
from regulars.people import actions, queries
from regulars.people.identifiers import normal
from regulars.people.models import Identifier
from regulars.segments import queries as segments
from regulars.team.actions import audit
from regulars.web.api import facts
from regulars.web.api.frame import LARGEST, After, Key, Limit, PathId, Problem, asked, by, responses

router = Router(tags=["People"])
Before = Annotated[int, Query(ge=1, le=LARGEST)]
EventName = asked("only events of this name")
Sort = Literal["name", "-last", "-first"]


class PersonOut(Schema):
    """A person as lists show them. Times are microseconds since 1970, UTC."""

    id: int
    name: str
    email: str
    phone: str
    city: str
    first_us: int
    last_us: int


class PeoplePage(Schema):
    """People, and the cursor of the next page (null on the last)."""

    items: list[PersonOut]
    after: str | None


class IdentifierOut(Schema):
    """An identifier; `links_nobody` says why it joins no profiles, and is empty when it may."""

    type: str
    value: str
    first_us: int
    last_us: int
    links_nobody: str


class ConsentOut(Schema):
    """The most restrictive state over all of a person's profiles: granted, pending or withdrawn."""

    purpose: str
    channel: str
    state: str


class ProfileOut(PersonOut):
    """Everything known of who a person is. `id` may differ from the one asked for: merged people moved."""

    nodes: list[int]
    identifiers: list[IdentifierOut]
    traits: dict[str, Any]
    consents: list[ConsentOut]


class TimelineItem(Schema):
    """One event, with the cursor that continues after it."""

    id: int
    ts: int
    name: str
    source: str
    properties: dict[str, Any]


class Timeline(Schema):
    items: list[TimelineItem]
    after: str | None


class LineOut(Schema):
    name: str
    category: str
    quantity: float
    returned: float
    total: int


class OrderOut(Schema):
    """An order; amounts in minor units of its currency, `base_total` in the business's by the rate of `rate_on`."""

    id: int
    number: str
    ts: int
    store: str
    currency: str
    total: int
    refunded: int
    base_total: int | None
    rate_on: str
    lines: list[LineOut]


class GoodOut(Schema):
    """A product; its price in minor units of its currency."""

    id: int
    key: str
    name: str
    category: str
    price: int | None
    currency: str
    url: str
    image_url: str


class RecommendedOut(Schema):
    """A recommended product. kind: again (bought `times` times before), new (`why` is what they bought that speaks
    for it) or popular.
    """

    product: GoodOut
    kind: str
    score: float
    why: GoodOut | None
    times: int


class InSegment(Schema):
    """A segment a person is in, and since when."""

    id: int
    name: str
    since_us: int


class ErasedOut(Schema):
    """Who was erased."""

    person: int


@router.get("", response=responses(PeoplePage), auth=Key("people.view"), summary="List or search people")
def list_people(
    request: HttpRequest,
    q: asked("words of a name, e-mail, phone, card or account, or their beginnings") = "",
    sort: Sort = "-last",
    after: After = "",
    limit: Limit = 50,
):
    """In order of name, last or first seen; a search gives whole matches first, on one page."""
    page = queries.people_page(sort=sort, after=checked(after), limit=limit, query=q.strip())
    return {"items": page.rows, "after": page.after}


@router.get("/find", response=responses(ProfileOut), auth=Key("people.view"), summary="Find one by an identifier")
def find_person(
    request: HttpRequest,
    type: asked("email, phone, card, external:<name>, or user (with namespace)"),
    value: asked("the identifier, however it is typed"),
    namespace: asked("for user: the namespace of the source") = "",
):
    """The person with this e-mail address, phone number, card or account, however it is typed."""
    person_id = _holder(type, value, namespace)
    if person_id is None:
        raise Problem(404, "not_found", "Nobody has this identifier.")
    return _profile(person_id)


@router.get("/{person_id}", response=responses(ProfileOut), auth=Key("people.view"), summary="Read one person")
def get_person(request: HttpRequest, person_id: PathId):
    """Identifiers, traits and consents. Follows merges."""
    return _profile(person_id)


@router.get(
    "/{person_id}/facts", response=responses(dict[str, Any]), auth=Key("people.view"), summary="Facts about a person"
)
def facts_of(request: HttpRequest, person_id: PathId):
    """Every declared fact by name; null where nothing is known (GET /facts says what that means)."""
    found = queries.resolve(person_id)
    return facts.values([found], None)[found]


@router.get("/{person_id}/events", response=responses(Timeline), auth=Key("people.view"), summary="What a person did")
def events_of(
    request: HttpRequest,
    person_id: PathId,
    after: After = "",
    name: EventName = "",
    limit: Limit = 50,
):
    """Newest first by event time; `name` gives only events of that name."""
    if after and not _is_moment(after):
        raise Problem(422, "invalid", "This cursor is damaged: start at the first page.")
    found = queries.resolve(person_id)
    rows = events.timeline(found, before=after or None, limit=limit, kinds=[name] if name else [])
    return {"items": rows, "after": rows[-1].cursor if len(rows) == limit else None}


@router.get(
    "/{person_id}/orders", response=responses(list[OrderOut]), auth=Key("people.view"), summary="What a person bought"
)
def orders_of(
    request: HttpRequest,
    person_id: PathId,
    before_us: Before = LARGEST,
    limit: Limit = 50,
):
    """Newest first; `before_us` continues after the time of the last one seen."""
    return commerce.orders_of(queries.resolve(person_id), limit=limit, before_us=before_us)


@router.get(
    "/{person_id}/recommendations",
    response=responses(list[RecommendedOut]),
    auth=Key("people.view"),
    summary="What to recommend to a person",
)
def recommendations_of(
    request: HttpRequest, person_id: PathId, kind: Literal["any", "again", "new"] = "any", limit: Limit = 10
):
    """Best first: last night's lists without what was bought, sold out or excluded since. Newcomers get what goes
    with their first purchases, then bestsellers. Empty before the first night."""
    found = queries.resolve(person_id)
    return commerce.recommended([found], kind=kind, limit=limit)[found]


@router.get(
    "/{person_id}/segments",
    response=responses(list[InSegment]),
    auth=Key("segments.view"),
    summary="Segments a person is in",
)
def segments_of(request: HttpRequest, person_id: PathId):
    """Live segments and lists, by name."""
    rows = segments.segments_of(queries.resolve(person_id))
    return [{"id": segment.id, "name": segment.name, "since_us": since} for segment, since in rows]


@router.get(
    "/{person_id}/consents", response=responses(list[ConsentOut]), auth=Key("people.view"), summary="Consents"
)
def consents_of(request: HttpRequest, person_id: PathId):
    """What a person agreed to, per purpose and channel."""
    found = queries.resolve(person_id)
    return _consents(queries.consent_state([found]).get(found, {}))


@router.get(
    "/{person_id}/export",
    response=responses(dict[str, Any]),
    auth=Key("people.export"),
    summary="Everything held about a person",
)
def export_person(request: HttpRequest, person_id: PathId):
    """All rooms' data about one person as JSON, for a subject access request. Audited."""
    found = queries.export_person(person_id)
    audit(by=by(request), act="person.export", object=f"person:{found['person']}", at=clock.now_us())
    return found


@router.delete(
    "/{person_id}", response=responses(ErasedOut), auth=Key("people.erase"), summary="Erase a person for ever"
)
def erase_person(request: HttpRequest, person_id: PathId):
    """Removes the person everywhere and keeps later imports from bringing them back. Cannot be undone. Audited."""
    found = queries.resolve(person_id)
    actions.erase_person(person_id=found, by=by(request), at=clock.now_us())
    return {"person": found}


def checked(after: str) -> str:
    """A cursor of people's pages. Raises Problem for one that was not made there."""
    if after:
        try:
            value, id_ = queries.unpack(after)
        except ValueError as error:
            raise Problem(422, "invalid", str(error)) from None
        if not isinstance(value, int | str) or isinstance(value, bool) or not 0 <= id_ < 2**63:
            raise Problem(422, "invalid", "This cursor is damaged: start at the first page.")
    return after


def _is_moment(cursor: str) -> bool:
    ts, _, id_ = cursor.partition(".")
    return all(part.isascii() and part.isdigit() and int(part) < 2**63 for part in (ts.lstrip("-"), id_))


def _holder(type_: str, value: str, namespace: str) -> int | None:
    if type_ in ("user", "anonymous", "record"):
        node = queries.find_node(namespace=namespace, kind=type_, key=value)
    else:
        found = normal(type_, value, Business.load().country)
        if found is None or found.refused:
            return None
        holders = Identifier.objects.filter(type=type_, value=found.value).order_by("node_id")
        node = holders.values_list("node_id", flat=True).first()
    return queries.person_id_of([node]).get(node) if node else None


def _profile(person_id: int) -> dict[str, Any]:
    found = queries.profile(person_id)
    return {
        **{name: getattr(found.person, name) for name in PersonOut.model_fields},
        "nodes": [node.id for node in found.nodes],
        "identifiers": found.identifiers,
        "traits": found.traits,
        "consents": _consents(found.consents),
    }


def _consents(states: dict[tuple[str, str], str]) -> list[dict[str, str]]:
    return [
        {"purpose": purpose, "channel": channel, "state": state}
        for (purpose, channel), state in sorted(states.items())
    ]
