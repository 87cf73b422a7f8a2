"""What somebody's loyalty page shows: where they stand, why, what they can have, whom they brought."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import segno
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regulars.channels.links import INVITATION, personal_url
from regulars.core.crypto import decrypt
from regulars.core.models import Business
from regulars.loyalty.actions.rules import live_book
from regulars.loyalty.cards import shown
from regulars.loyalty.ledger.telling import Left, Line, history, why_balance
from regulars.loyalty.models import Evening, Invitation, Programme, Voucher
from regulars.loyalty.queries import MemberNow
from regulars.loyalty.rewards import codes
from regulars.loyalty.rewards.taking import OnOffer, rewards_for, vouchers_of
from regulars.people.queries import nodes_of
from regulars.ui.formats import money, number, percent


@dataclass(frozen=True)
class Step:
    """One line: what it was, when, what it did."""

    words: str
    at: int
    effect: str


@dataclass(frozen=True)
class Offer:
    """A reward: `missing` says what is missing to have it; "" when it can be had."""

    id: int
    name: str
    text: str
    worth: str
    points: int
    missing: str


@dataclass(frozen=True)
class Held:
    """A voucher with its code; `state` is "" for one that is good."""

    name: str
    worth: str
    code: str
    hint: str
    expires_us: int | None
    state: str


@dataclass(frozen=True)
class Way:
    """How far it is to the next tier, in the words of what counts."""

    name: str
    missing: str
    done: int
    goal: int


def qr(text: str) -> SafeString:
    """A QR code as SVG, dark on white whatever the page looks like; no style, so the strictest policy shows it."""
    return mark_safe(segno.make(text, micro=False, error="m").svg_inline(border=4, light="#fff", omitsize=True))


def card(code: str) -> dict[str, str]:
    """The member's code as people and as scanners read it."""
    return {"shown": shown(code), "qr": qr(code)}


def way_to_next(me: MemberNow, programme: Programme) -> Way | None:
    """None at the top, or where there are no tiers."""
    scheme = live_book(programme).tiers
    if scheme is None or not me.next_tier or not me.to_next:
        return None
    return Way(me.next_tier, _in_basis(me.to_next, scheme.basis, programme), me.progress, me.progress + me.to_next)


def _in_basis(count: int, basis: str, programme: Programme) -> str:
    if basis == "spend":
        return money(count, Business.load().currency)
    if basis == "orders":
        return ngettext("%(n)s order", "%(n)s orders", count) % {"n": number(count)}
    return f"{number(count)} {programme.unit}"


def endings(lots: Sequence[Left]) -> list[tuple[int, int]]:
    """[(when, how many points end then)], the soonest first."""
    found: dict[int, int] = {}
    for lot in lots:
        if lot.expires_us and lot.active:
            found[lot.expires_us] = found.get(lot.expires_us, 0) + lot.active
    return sorted(found.items())


def lots_of(person_id: int, programme: Programme) -> list[tuple[str, Left]]:
    """Why the balance is what it is: (where they are from, what is left of them); they add up to it."""
    return [(cause_words(lot.cause), lot) for lot in why_balance(person_id, programme_id=programme.id)]


def steps_of(person_id: int, programme: Programme) -> list[Step]:
    """The history in words, newest first; what changes nothing for its reader is left out."""
    lines = history(person_id, programme_id=programme.id, limit=60)
    told = [one for one in lines if one.kind != "activate" and _effect(one)]
    return [Step(_words(one), one.occurred_us, _effect(one)) for one in told]


def _effect(line: Line) -> str:
    change = line.active + line.pending - line.debt
    return f"{'+' if change > 0 else '−'}{number(abs(change))}" if change else ""


def _words(line: Line) -> str:
    return f"{line.words}: {cause_words(line.cause)}" if line.kind == "earn" and line.cause else line.words


def cause_words(cause: str) -> str:
    """Where points came from."""
    return {
        "purchase": _("a purchase"),
        "signup": _("joining"),
        "profile": _("a complete profile"),
        "birthday": _("your birthday"),
        "review": _("a review"),
        "referral": _("a friend you brought"),
        "threshold": _("something you reached"),
        "event": _("something you did"),
    }.get(cause, _("a thank you"))


def offers_of(person_id: int, programme: Programme, have: int, at: int) -> list[Offer]:
    """What points buy, cheapest first."""
    found = rewards_for(person_id=person_id, programme=programme, at=at)
    return [_offer(one, programme, have) for one in found]


def _offer(one: OnOffer, programme: Programme, have: int) -> Offer:
    reward, missing = one.reward, ""
    if one.why_not and reward.points > have:
        missing = _("%(n)s %(unit)s to go") % {"n": number(reward.points - have), "unit": programme.unit}
    elif one.why_not:
        missing = _("not for you just now")
    terms = {"kind": reward.kind, "worth": reward.worth}
    return Offer(reward.id, reward.name, reward.text, worth_words(terms, reward.currency), reward.points, missing)


def worth_words(terms: dict, currency: str) -> str:
    """What it is worth; "" where the name says it."""
    kind, worth = terms["kind"], terms["worth"]
    if kind == "percent":
        return _("%s off") % percent(worth / 10_000, 0 if worth % 100 == 0 else 1)
    if kind == "money":
        return _("%s off") % money(worth, currency)
    if kind == "gift_card":
        return _("gift card of %s") % money(worth, currency)
    return ""


def held_by(person_id: int, at: int) -> list[Held]:
    """The person's vouchers, good ones first."""
    found = [_held(voucher, at) for voucher in vouchers_of(person_ids=[person_id], at=at)]
    return sorted(found, key=lambda one: bool(one.state))


def _held(voucher: Voucher, at: int) -> Held:
    used_up = voucher.left == 0 if voucher.uses is None else voucher.used >= voucher.uses
    state = ""
    if voucher.revoked_us:
        state = _("taken back")
    elif used_up:
        state = _("used")
    elif voucher.expires_us and voucher.expires_us <= at:
        state = _("over")
    code = codes.shown(decrypt(voucher.sealed)) if voucher.sealed and not state else ""
    worth = worth_words(voucher.terms, voucher.currency)
    if voucher.left is not None:
        worth = _("%s left") % money(voucher.left, voucher.currency)
    return Held(voucher.terms["name"], worth, code, voucher.hint, voucher.expires_us, state)


def invitations_of(person_id: int, at: int) -> list[tuple[Evening, Invitation, str]]:
    """Evenings ahead that the person is invited to, with the page of the answer."""
    nodes = nodes_of([person_id]).get(person_id, [])
    mine = {one.evening_id: one for one in Invitation.objects.filter(node_id__in=nodes).order_by("-id")}
    ahead = Evening.objects.filter(id__in=list(mine), starts_us__gt=at).order_by("starts_us")
    return [(one, mine[one.id], personal_url(INVITATION, mine[one.id].id)) for one in ahead]
