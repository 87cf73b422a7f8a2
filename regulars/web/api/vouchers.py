"""Vouchers at a checkout: what they take off a basket, using them, and taking a use back."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest
from ninja import Field, Header, Router, Schema

from regulars.core import clock
from regulars.loyalty.models import Redemption, Voucher
from regulars.loyalty.rewards import redeeming, stacking
from regulars.loyalty.rewards.accounts import CannotSettle
from regulars.loyalty.rewards.codes import NotACode
from regulars.loyalty.rewards.guesses import TooManyGuesses
from regulars.loyalty.rewards.keeping import stacking_rules
from regulars.web.api.frame import Key, PathId, Problem, Text, by, responses

router = Router(tags=["Vouchers"])
Minor = Annotated[int, Field(ge=0, le=10**12, description="minor units: pence, cents")]
KeyHeader = Annotated[str, Header(alias="Idempotency-Key", min_length=1, max_length=100, pattern=r"^[ -~]+$")]


class LineIn(Schema):
    """A line of a basket, all its pieces together."""

    amount: Minor
    product: Text = ""
    category: Text = ""


class BasketIn(Schema):
    """A basket and the codes the customer shows."""

    lines: Annotated[list[LineIn], Field(min_length=1, max_length=200)]
    codes: Annotated[list[Text], Field(min_length=1, max_length=10)]


class QuoteOut(Schema):
    """`taken` and `refused` by code, in the order asked; `lines` is what is left of each before gift cards."""

    to_pay: int
    lines: list[int]
    taken: dict[str, int]
    refused: dict[str, str]


class UseIn(Schema):
    """Which code, how much is taken off (or paid by gift card), and for which order."""

    code: Text
    amount: Minor
    order: Annotated[str, Field(max_length=120, pattern=r"^[^\x00]*$")] = ""


class UseOut(Schema):
    """A use; `left` is what a gift card still holds."""

    id: int
    amount: int
    left: int | None


@router.post("/quote", response=responses(QuoteOut), auth=Key("loyalty.view"), summary="What codes take off a basket")
def quote(request: HttpRequest, basket: BasketIn):
    """Nothing is used. Codes that are no good are in `refused` with the reason."""
    at, found, refused = clock.now_us(), {}, {}
    for code in dict.fromkeys(basket.codes):
        try:
            found[code] = _voucher(request, code, at)
        except Problem as problem:
            if problem.status == 429:
                raise
            refused[code] = problem.message
    lines = [stacking.Line(line.amount, line.product, line.category) for line in basket.lines]
    unique = list({voucher.id: voucher for voucher in found.values()}.values())
    price = redeeming.quote(vouchers=unique, lines=lines, rules=stacking_rules(), at=at)
    taken = {code: price.taken[one.id] for code, one in found.items() if one.id in price.taken}
    refused |= {code: price.refused[one.id] for code, one in found.items() if one.id in price.refused}
    return {"to_pay": price.to_pay, "lines": price.lines, "taken": taken, "refused": refused}


@router.post("/use", response=responses(UseOut), auth=Key("loyalty.give"), summary="Use a code")
def use(request: HttpRequest, asked: UseIn, idempotency_key: KeyHeader):
    """The same Idempotency-Key again is the same use; with another code, amount or order it is a 409."""
    at = clock.now_us()
    voucher = _voucher(request, asked.code, at)
    try:
        done = redeeming.redeem_voucher(
            voucher_id=voucher.id, key=f"api:{by(request)}:{idempotency_key}", amount=asked.amount,
            order_key=asked.order, node_id=voucher.node_id, by=by(request), at=at,
        )  # fmt: skip
    except redeeming.Conflict as error:
        raise Problem(409, "conflict", str(error)) from None
    except (redeeming.CannotRedeem, CannotSettle) as error:
        raise Problem(409, "not_good", str(error)) from None
    return {"id": done.redemption_id, "amount": done.amount, "left": done.left}


@router.post("/uses/{use_id}/undo", response=responses(UseOut), auth=Key("loyalty.give"), summary="Take a use back")
def undo(request: HttpRequest, use_id: PathId, idempotency_key: KeyHeader):
    """The code is good again, a gift card has its money back. Again, it changes nothing."""
    found = Redemption.objects.filter(id=use_id).first()
    if found is None:
        raise Problem(404, "not_found", "There is no such use of a voucher.")
    made = redeeming.undo_redemption(
        redemption_id=use_id, key=f"api:{by(request)}:{idempotency_key}", reason="by API", by=by(request),
        at=clock.now_us(),
    )  # fmt: skip
    left = Voucher.objects.values_list("left", flat=True).get(id=found.voucher_id)
    return {"id": use_id, "amount": made.amount if made else 0, "left": left}


def _voucher(request: HttpRequest, code: str, at: int) -> Voucher:
    try:
        return redeeming.find_voucher(code=code, who=[by(request)], at=at)
    except TooManyGuesses as error:
        raise Problem(429, "too_many_guesses", str(error)) from None
    except (redeeming.CannotRedeem, NotACode) as error:
        raise Problem(422, "no_such_code", str(error)) from None
