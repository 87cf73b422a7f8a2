"""Codes are used: at most as often as allowed, whatever happens at the same moment.

Never look first and write then: one UPDATE takes a use (or money off a gift card) only where there is one, and the
row of the use, unique by the caller's key, commits with it. The same key again is the same use; with other content
it is a Conflict. What is undone gets a row of its own.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from regulars.core import bulk
from regulars.loyalty.models import Redemption, Reversal, Voucher
from regulars.loyalty.rewards import codes, stacking
from regulars.loyalty.rewards.accounts import note_reversal, note_use
from regulars.loyalty.rewards.guesses import note_wrong, refuse_guessers


class CannotRedeem(ValueError):
    """A sentence: why the code is not taken."""


class Conflict(ValueError):
    """The key was used for something else."""


@dataclass(frozen=True)
class Redeemed:
    """A use: `amount` minor units off (or paid), what a gift card still holds, and whether it happened just now."""

    redemption_id: int
    voucher_id: int
    amount: int
    left: int | None
    new: bool


def find_voucher(*, code: str, who: Sequence[str], at: int) -> Voucher:
    """The voucher of a code that somebody types; wrong ones are counted against `who`. Writes in a transaction of its
    own, so call it outside of one. Raises CannotRedeem, codes.NotACode, guesses.TooManyGuesses."""
    refuse_guessers(who=who, at=at)
    digest = codes.digest(codes.read_code(code))
    found = Voucher.objects.filter(digest=digest).first()
    if found is None:
        note_wrong(who=who, at=at)
        raise CannotRedeem("There is no voucher with this code. Please compare it letter by letter.")
    return found


def why_not(voucher: Voucher, at: int) -> str:
    """Why a voucher is not good at this moment; "" when it is."""
    if voucher.revoked_us is not None:
        return f"This voucher was taken back: {voucher.why_revoked or 'no reason was given'}."
    if voucher.expires_us is not None and at >= voucher.expires_us:
        return "This voucher is no longer valid: its time is over."
    if voucher.uses is not None and voucher.used >= voucher.uses:
        return (
            "This voucher has been used."
            if voucher.uses == 1
            else f"This voucher has been used {voucher.used} times."
        )
    if voucher.left == 0:
        return "This gift card is empty."
    return ""


def offer_of(voucher: Voucher) -> stacking.Offer:
    """A voucher as the price sees it."""
    terms = voucher.terms
    return stacking.Offer(
        voucher_id=voucher.id,
        kind="money" if terms["kind"] == "partner" and terms["worth"] else terms["kind"],
        worth=voucher.left if voucher.left is not None else terms["worth"],
        least=terms["least"],
        products=tuple(terms["products"]),
        categories=tuple(terms["categories"]),
        alone=terms["alone"],
    )


def quote(
    *, vouchers: Iterable[Voucher], lines: Sequence[stacking.Line], rules: stacking.Rules, at: int
) -> stacking.Price:
    """What a basket costs with these codes; nothing is written. Codes that are no good are in `refused`."""
    faults = {voucher.id: why_not(voucher, at) for voucher in vouchers}
    found = stacking.price(lines, [offer_of(one) for one in vouchers if not faults[one.id]], rules)
    found.refused.update({number: fault for number, fault in faults.items() if fault})
    return found


@transaction.atomic
def redeem_voucher(
    *,
    voucher_id: int,
    key: str,
    amount: int,
    at: int,
    by: str,
    order_key: str = "",
    node_id: int | None = None,
) -> Redeemed:
    """Use a voucher once: `amount` minor units are taken off, or off the gift card. Idempotent by key.

    Raises CannotRedeem when it is used up, over, taken back or holds less; Conflict when the key was used otherwise.
    """
    if amount < 0:
        raise CannotRedeem("An amount cannot be below nothing.")
    asked = _asked(voucher_id, amount, order_key)
    known = Redemption.objects.filter(key=key).first()
    if known is not None:
        return _the_same(known, asked)
    if not _take(voucher_id, amount, at):
        known = Redemption.objects.filter(key=key).first()  # the same call, faster by a moment, may have taken it
        if known is not None:
            return _the_same(known, asked)
        found = Voucher.objects.get(id=voucher_id)
        raise CannotRedeem(why_not(found, at) or f"This gift card holds less than that: {found.left} is left.")
    try:
        with transaction.atomic():
            made = Redemption.objects.create(
                voucher_id=voucher_id, key=key, asked=asked, node_id=node_id, order_key=order_key, amount=amount,
                currency=Voucher.objects.values_list("currency", flat=True).get(id=voucher_id), at=at, by=by,
            )  # fmt: skip
    except IntegrityError:  # the transaction is given up, and with it what was taken
        raise AtTheSameMoment("The same use is being noted by somebody else: ask again.") from None
    voucher = Voucher.objects.get(id=voucher_id)
    _count(voucher.reward_id, 1, amount)
    note_use(voucher=voucher, redemption=made, by=by, at=at)
    return Redeemed(made.id, voucher_id, amount, voucher.left, True)


class AtTheSameMoment(CannotRedeem):
    """Two with the same key at once: the slower one took nothing; asking again gives the use of the faster one."""


def _asked(voucher_id: int, amount: int, order_key: str) -> str:
    return hashlib.sha256(json.dumps([voucher_id, amount, order_key]).encode()).hexdigest()


def _the_same(known: Redemption, asked: str) -> Redeemed:
    if known.asked != asked:
        raise Conflict("This key was used for another code, amount or order. Use a new key for a new purchase.")
    left = Voucher.objects.values_list("left", flat=True).get(id=known.voucher_id)
    return Redeemed(known.id, known.voucher_id, known.amount, left, False)


def _take(voucher_id: int, amount: int, at: int) -> bool:
    """One use, or money off a card, in a single statement."""
    return bool(
        bulk.execute(
            'UPDATE loyalty_voucher SET used = used + 1, "left" = "left" - %s WHERE id = %s AND revoked_us IS NULL'
            " AND (expires_us IS NULL OR expires_us > %s) AND (uses IS NULL OR used < uses)"
            ' AND ("left" IS NULL OR ("left" >= %s AND "left" > 0))',
            [amount, voucher_id, at, amount],
        )
    )


def _count(reward_id: int, uses: int, amount: int) -> None:
    """What pages show of a reward, so that nobody has to count its uses."""
    sql = "UPDATE loyalty_reward SET used = used + %s, given = given + %s WHERE id = %s"
    bulk.execute(sql, [uses, amount, reward_id])


@transaction.atomic
def undo_redemption(
    *, redemption_id: int, key: str, reason: str, at: int, by: str, amount: int | None = None
) -> Reversal | None:
    """Give a use back, whole, or a part of its amount (a refund by line; a gift card gets it back, the use stays).

    Idempotent by key; None when there is nothing left to give back. Never more than was taken.
    """
    known = Reversal.objects.filter(key=key).first()
    if known is not None:
        return known
    use = Redemption.objects.get(id=redemption_id)
    Voucher.objects.select_for_update().get(id=use.voucher_id)
    before = Reversal.objects.filter(redemption_id=use.id)
    rest = use.amount - sum(before.values_list("amount", flat=True))
    if before.filter(whole=True).exists() or (amount is not None and rest <= 0):
        return None
    whole = amount is None or amount >= rest
    given = rest if amount is None else min(amount, rest)
    made = Reversal.objects.create(
        redemption_id=use.id, key=key, amount=given, whole=whole, reason=reason[:200], at=at, by=by
    )
    bulk.execute(
        'UPDATE loyalty_voucher SET used = used - %s, "left" = "left" + %s WHERE id = %s',
        [1 if whole else 0, given, use.voucher_id],
    )
    voucher = Voucher.objects.get(id=use.voucher_id)
    _count(voucher.reward_id, -1 if whole else 0, -given)
    note_reversal(voucher=voucher, redemption=use, reversal=made, by=by, at=at)
    return made
