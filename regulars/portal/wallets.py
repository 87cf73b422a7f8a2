"""The member's card for the wallets that the shop has keys for."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from regulars.core.clock import SECOND
from regulars.core.models import Business
from regulars.loyalty.cards import shown
from regulars.loyalty.models import Programme
from regulars.loyalty.wallets import google
from regulars.loyalty.wallets.apple import pass_of
from regulars.loyalty.wallets.card import Card
from regulars.loyalty.wallets.keeping import apple_keys, google_keys


def card_of(programme: Programme, code: str) -> Card:
    """What the card shows."""
    page = settings.PUBLIC_URL + reverse("portal:loyalty")
    return Card(Business.load().name, programme.name, code, shown(code), page)


def buttons(card: Card, at: int) -> dict[str, str]:
    """Addresses of the buttons on the page, of those that there are keys for."""
    found, keys = {}, google_keys()
    if apple_keys():
        found["apple"] = reverse("portal:loyalty_card")
    if keys:
        found["google"] = google.link_of(card, keys, at_s=at // SECOND)
    return found


def apple_card(card: Card) -> bytes | None:
    """The file for Apple Wallet; None without keys."""
    keys = apple_keys()
    return pass_of(card, keys) if keys else None
