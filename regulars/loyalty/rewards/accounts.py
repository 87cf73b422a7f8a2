"""Accounts of partners: who pays which share of an offer, deposits, and settlements.

Append-only. A use of a partner's offer posts the partner's share once, by the key of the use; undoing it posts it
back. Prepaid: they put money in first, and an offer stops when it is used up; postpaid: they pay what the statement
says.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max, Sum

from regulars.loyalty.models import Partner, PartnerEntry, Redemption, Reversal, Statement, Voucher
from regulars.team.actions import audit


class CannotSettle(ValueError):
    """A sentence: why the partner's account does not allow it."""


def note_use(*, voucher: Voucher, redemption: Redemption, by: str, at: int) -> None:
    """The partner's share of a use, in its transaction. Raises CannotSettle when a prepaid account is used up."""
    share, partner_id = voucher.terms["partner_pays"], voucher.terms["partner_id"]
    if not partner_id or not share:
        return
    partner = Partner.objects.select_for_update().get(id=partner_id)
    if partner.terms == "prepaid" and balance(partner.id) + share > 0:
        raise CannotSettle(f"What {partner.name} paid in advance is used up: the offer waits for their next deposit.")
    _post(partner.id, f"use:{redemption.id}", "used", share, redemption.id, voucher.reward_id, "", by, at)


def note_reversal(*, voucher: Voucher, redemption: Redemption, reversal: Reversal, by: str, at: int) -> None:
    """The share goes back when the whole use is undone; for a part of it, it stays."""
    share, partner_id = voucher.terms["partner_pays"], voucher.terms["partner_id"]
    if partner_id and share and reversal.whole:
        _post(partner_id, f"undo:{reversal.id}", "reversed", -share, redemption.id, voucher.reward_id, "", by, at)


def _post(partner_id, key, kind, amount, redemption_id, reward_id, note, by, at) -> PartnerEntry:
    return PartnerEntry.objects.create(
        partner_id=partner_id, key=f"{partner_id}:{key}", kind=kind, amount=amount, redemption_id=redemption_id,
        reward_id=reward_id, note=note[:200], by=by, at=at,
    )  # fmt: skip


def balance(partner_id: int) -> int:
    """What the partner owes, minor units; below nothing: what they have paid ahead."""
    return PartnerEntry.objects.filter(partner_id=partner_id).aggregate(all=Sum("amount"))["all"] or 0


@transaction.atomic
def note_payment(*, partner_id: int, key: str, amount: int, note: str, by: str, at: int) -> PartnerEntry:
    """Money that came from the partner: a deposit, or what a statement asked for. Idempotent by key."""
    if amount <= 0:
        raise CannotSettle("A payment is more than nothing.")
    partner = Partner.objects.select_for_update().get(id=partner_id)
    known = PartnerEntry.objects.filter(key=f"{partner_id}:pay:{key}").first()
    if known is not None:
        return known
    kind = "deposit" if partner.terms == "prepaid" else "paid"
    audit(by=by, act="partner.pay", object=f"partner:{partner_id}", details={"amount": amount}, at=at)
    return _post(partner_id, f"pay:{key}", kind, -amount, None, None, note, by, at)


@dataclass(frozen=True)
class Unsettled:
    """What the next statement would say."""

    after_entry: int
    last_entry: int
    opening: int
    uses: int
    amount: int
    paid: int

    @property
    def closing(self) -> int:
        return self.opening + self.amount - self.paid


def unsettled(partner_id: int) -> Unsettled:
    """Everything since the last statement."""
    last = Statement.objects.filter(partner_id=partner_id).order_by("-number").first()
    after = last.last_entry if last else 0
    entries = PartnerEntry.objects.filter(partner_id=partner_id, id__gt=after)
    shares = entries.filter(kind__in=("used", "reversed", "corrected"))
    return Unsettled(
        after_entry=after,
        last_entry=entries.aggregate(last=Max("id"))["last"] or after,
        opening=last.closing if last else 0,
        uses=entries.filter(kind="used").count() - entries.filter(kind="reversed").count(),
        amount=shares.aggregate(all=Sum("amount"))["all"] or 0,
        paid=-(entries.filter(kind__in=("deposit", "paid")).aggregate(all=Sum("amount"))["all"] or 0),
    )


@transaction.atomic
def write_statement(*, partner_id: int, by: str, at: int) -> Statement:
    """Settle: every entry since the last statement goes into this one, for good. Raises CannotSettle for none."""
    Partner.objects.select_for_update().get(id=partner_id)
    found = unsettled(partner_id)
    if found.last_entry == found.after_entry:
        raise CannotSettle("Nothing has happened since the last statement.")
    number = (Statement.objects.filter(partner_id=partner_id).aggregate(last=Max("number"))["last"] or 0) + 1
    audit(by=by, act="partner.settle", object=f"partner:{partner_id}", details={"number": number}, at=at)
    return Statement.objects.create(
        partner_id=partner_id, number=number, after_entry=found.after_entry, last_entry=found.last_entry,
        opening=found.opening, uses=found.uses, amount=found.amount, paid=found.paid, closing=found.closing,
        by=by, at=at,
    )  # fmt: skip


def entries_of(statement: Statement):
    """The rows behind a statement, in order."""
    return PartnerEntry.objects.filter(
        partner_id=statement.partner_id, id__gt=statement.after_entry, id__lte=statement.last_entry
    ).order_by("id")
