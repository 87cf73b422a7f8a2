"""Points: balances and their history, earning, spending, holds at a checkout, giving back; once per key for ever."""

from __future__ import annotations

from typing import Annotated, Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from ninja import Field, Header, Query, Router, Schema

from regulars.core import clock
from regulars.core.models import Business
from regulars.loyalty import ledger
from regulars.loyalty.earning.lifetimes import activates, expires
from regulars.loyalty.ledger import telling
from regulars.loyalty.ledger.desk import whose
from regulars.loyalty.models import Programme
from regulars.loyalty.queries import programme_of_late
from regulars.people.queries import resolve
from regulars.web.api.frame import LARGEST, Error, Id, Key, Limit, PathId, Problem, api, by, fail, responses

router = Router(tags=["Points"])
SOURCE = "api"
Points = Annotated[int, Field(ge=1, le=10**12, description="whole points")]
Days = Annotated[int, Field(ge=0, le=3650)]
KeyHeader = Annotated[
    str,
    Header(alias="Idempotency-Key", min_length=1, max_length=200, pattern=r"^[ -~]+$", description="unique for ever"),
]
Short = Annotated[str, Field(max_length=80, pattern=r"^[^\x00]*$")]


class BalanceOut(Schema):
    """`active` can be spent now; `pending` not yet; `held` is put aside at checkouts; `debt` is paid first."""

    person: int
    active: int
    pending: int
    held: int
    debt: int


class Refused(Error):
    """Not done: `active` is what can be spent now."""

    active: int


class PostedOut(BalanceOut):
    """A posting: `id` names it (of a hold: the hold), `amount` is what was really posted, `after` what could be spent
    right after it. `new` is false when the same was posted before; the balance is as of now."""

    id: int
    amount: int
    after: int
    new: bool


class EarnIn(Schema):
    """`order` is the number by which a return is found again; without days those of the programme hold."""

    person: Id
    amount: Points
    cause: Annotated[str, Field(pattern=r"^[a-z_ -]{1,20}$")] = "gift"
    order: Short = ""
    pending_days: Days | None = None
    live_days: Annotated[int, Field(ge=1, le=3650)] | None = None


class SpendIn(Schema):
    person: Id
    amount: Points


class HoldIn(SpendIn):
    """Held for some minutes, then given back by itself."""

    minutes: Annotated[int, Field(ge=1, le=10080)] = 30


class CaptureIn(Schema):
    """Less than was held, or all when left out."""

    amount: Points | None = None


class GiveBackIn(Schema):
    """All of it or a part. What expired meanwhile expires at once, or lives on for `grace_days`."""

    amount: Points | None = None
    grace_days: Annotated[int, Field(ge=0, le=365)] = 0


class LineOut(Schema):
    """A posting: what it did to what can be spent, to what is pending and to what is owed."""

    id: int
    kind: str
    words: str
    amount: int
    active: int
    pending: int
    debt: int
    after: int
    occurred_us: int
    cause: str
    origin: str
    expires_us: int | None


class History(Schema):
    items: list[LineOut]
    after: str | None


def answers(model: Any, *, ok: int = 200) -> dict[Any, Any]:
    """The answers of a posting: 409 says what can be spent."""
    errors = {code for codes in responses(model) if isinstance(codes, frozenset) for code in codes} - {409}
    return {ok: model, frozenset(errors): Error, 409: Refused | Error}


@api.exception_handler(ledger.NotEnoughPoints)
@api.exception_handler(ledger.HoldEnded)
def _refused(request: HttpRequest, error: Any):
    code = "not_enough" if isinstance(error, ledger.NotEnoughPoints) else "hold_ended"
    body = {"code": code, "message": str(error), "active": error.active}
    return api.create_response(request, body, status=409)


@api.exception_handler(ledger.Conflict)
def _conflict(request: HttpRequest, error: ledger.Conflict):
    return fail(request, 409, "conflict", str(error))


@api.exception_handler(ledger.NoSuchPerson)
def _nobody(request: HttpRequest, error: ledger.NoSuchPerson):
    return fail(request, 404, "not_found", str(error))


@api.exception_handler(ledger.CannotPost)
def _cannot(request: HttpRequest, error: ledger.CannotPost):
    return fail(request, 422, "cannot", str(error))


@router.post("/earn", response=answers(PostedOut, ok=201), auth=Key("loyalty.give"), summary="Give points")
def earn(request: HttpRequest, new: EarnIn, idempotency_key: KeyHeader):
    """Pending for the programme's days of return when there is an order, else active at once."""
    programme, at = _programme(), clock.now_us()
    begins, ends = _life(programme, new, at)
    done = ledger.post_earn(
        **_posting(request, programme, new, idempotency_key, at),
        occurred_us=at,
        activates_us=begins,
        expires_us=ends,
        cause=new.cause,
        origin=f"order:{new.order}" if new.order else "",
    )
    return 201, _out(programme, new.person, done, at)


@router.post("/spend", response=answers(PostedOut, ok=201), auth=Key("loyalty.give"), summary="Spend points")
def spend(request: HttpRequest, new: SpendIn, idempotency_key: KeyHeader):
    """Soonest to expire first. 409 with what can be spent when there are not enough; nothing is posted then."""
    programme, at = _programme(), clock.now_us()
    done = ledger.spend(**_posting(request, programme, new, idempotency_key, at))
    return 201, _out(programme, new.person, done, at)


@router.post("/hold", response=answers(PostedOut, ok=201), auth=Key("loyalty.give"), summary="Put points aside")
def hold(request: HttpRequest, new: HoldIn, idempotency_key: KeyHeader):
    """At a checkout: capture or release it, or it ends by itself."""
    programme, at = _programme(), clock.now_us()
    done = ledger.hold(**_posting(request, programme, new, idempotency_key, at), minutes=new.minutes)
    return 201, _out(programme, new.person, done, at)


@router.post("/holds/{hold_id}/capture", response=answers(PostedOut), auth=Key("loyalty.give"), summary="Capture")
def capture(request: HttpRequest, hold_id: PathId, asked: CaptureIn):
    """Spend what is held, or a part; the rest goes back. Again is harmless. 409 when it had ended."""
    programme, at = _programme(), clock.now_us()
    posted = {"programme_id": programme.id, "hold_id": hold_id, "by": by(request), "at": at}
    done = ledger.capture(**posted, amount=asked.amount)
    return _out(programme, whose(done.id), done, at)


@router.post("/holds/{hold_id}/release", response=answers(PostedOut), auth=Key("loyalty.give"), summary="Release")
def release(request: HttpRequest, hold_id: PathId):
    """Give back what is held. Again, or after it ended by itself, is harmless."""
    programme, at = _programme(), clock.now_us()
    done = ledger.release(programme_id=programme.id, hold_id=hold_id, by=by(request), at=at)
    return _out(programme, whose(done.id), done, at)


@router.post(
    "/spent/{spend_id}/give_back", response=answers(PostedOut, ok=201), auth=Key("loyalty.give"), summary="Give back"
)
def give_back(request: HttpRequest, spend_id: PathId, asked: GiveBackIn, idempotency_key: KeyHeader):
    """Undo a spend or capture: the same lots come back with the same expiry, last taken first."""
    programme, at = _programme(), clock.now_us()
    done = ledger.give_back(
        programme_id=programme.id,
        spend_id=spend_id,
        source=SOURCE,
        key=idempotency_key,
        amount=asked.amount,
        grace_days=asked.grace_days,
        by=by(request),
        at=at,
    )
    return 201, _out(programme, whose(done.id), done, at)


@router.get("/{person_id}", response=responses(BalanceOut), auth=Key("loyalty.view"), summary="A balance")
def read_balance(request: HttpRequest, person_id: PathId):
    """True at this moment: what is due is counted as done."""
    return _balance(_programme(), resolve(person_id), clock.now_us())


@router.get("/{person_id}/history", response=responses(History), auth=Key("loyalty.view"), summary="Why this balance")
def read_history(
    request: HttpRequest,
    person_id: PathId,
    after: Annotated[int, Query(ge=0, le=LARGEST)] = 0,
    limit: Limit = 50,
):
    """Every posting in words, newest first."""
    lines = telling.history(resolve(person_id), programme_id=_programme().id, before=after or 2**62, limit=limit + 1)
    more = len(lines) > limit
    return {"items": lines[:limit], "after": str(lines[limit - 1].id) if more else None}


def _programme() -> Programme:
    found = programme_of_late()
    if found is None:
        raise Problem(404, "no_programme", "There is no loyalty programme yet. Start one under Loyalty.")
    return found


def _posting(request: HttpRequest, programme: Programme, new: Any, key: str, at: int) -> dict[str, Any]:
    """What every posting says. The person's number is kept as asked: it is a node of theirs for ever."""
    return {"programme_id": programme.id, "node_id": new.person, "source": SOURCE, "key": key, "amount": new.amount,
            "by": by(request), "said": new.dict(exclude={"person"}), "at": at}  # fmt: skip


def _life(programme: Programme, new: EarnIn, at: int) -> tuple[int, int | None]:
    zone = ZoneInfo(Business.load().timezone)
    wait = new.pending_days if new.pending_days is not None else programme.return_days if new.order else 0
    begins = activates(at, wait, zone)
    if new.live_days is not None:
        return begins, begins + new.live_days * clock.DAY
    return begins, expires(at, begins, expiry=programme.expiry, months=programme.expiry_months, zone=zone)


def _balance(programme: Programme, person: int, at: int) -> dict[str, int]:
    have = ledger.balance(programme_id=programme.id, person_id=person, at=at)
    return {"person": person, "active": have.active, "pending": have.pending, "held": have.held, "debt": have.debt}


def _out(programme: Programme, person: int, done: ledger.Posted, at: int) -> dict[str, Any]:
    posted = {"id": done.id, "amount": done.amount, "after": done.after, "new": done.new}
    if done.have is not None:
        names = ("person", "active", "pending", "held", "debt")
        return posted | dict(zip(names, (done.person_id, *done.have), strict=True))
    return posted | _balance(programme, resolve(person), at)
