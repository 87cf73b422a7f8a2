"""The link with which somebody brings friends, for mails: made with the message that first shows it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.core.plugs import Ask, Supply, register
from regulars.loyalty.models import ReferralCode
from regulars.loyalty.referrals.linking import codes_of, known_codes, url_of
from regulars.loyalty.referrals.terms import offered
from regulars.people.queries import nodes_of

SAMPLE = {"title": "Bring a friend", "text": "You both get a voucher.", "url": "https://example.com/r/7KQ2M4XW9BC"}


def links_of(person_ids: Sequence[int], at: int) -> dict[int, dict[str, Any]]:
    """{person: card} of those who have a link already; nobody while friends are not rewarded."""
    return _cards(known_codes(nodes_of(list(person_ids)))) if offered().on else {}


def hand_out(asks: Sequence[Ask], at: int) -> dict[str, dict[str, Any]]:
    """{key of the message: card}, with a link for who had none."""
    if not offered().on:
        return {}
    cards = _cards(codes_of(sorted({ask.person_id for ask in asks}), at=at))
    return {ask.key: cards[ask.person_id] for ask in asks if ask.person_id in cards}


def _cards(codes: dict[int, ReferralCode]) -> dict[int, dict[str, Any]]:
    terms = offered()
    said = {"title": _("Bring a friend"), "text": terms.text or terms.title, "label": _("Your link for friends")}
    return {person: {**said, "url": url_of(code)} for person, code in codes.items()}


register(
    Supply(
        name="referral", label=gettext_lazy("Bring a friend"), room="loyalty", shape="card", sample=SAMPLE,
        now=links_of, hand_out=hand_out,
    )
)  # fmt: skip
