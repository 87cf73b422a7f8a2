"""X-Shopify-Hmac-Sha256: base64 of HMAC-SHA256 over the raw body, with the app's client secret as key.

After a rotation of the secret Shopify signs with either for up to an hour. Source: shopify.dev, "Deliver webhooks
through HTTPS".
"""

import re

from regulars.events.sources.deliveries import Account, Delivery, NotOurs
from regulars.events.sources.hmacs import is_signed


def verify(delivery: Delivery, account: Account) -> None:
    """Raises NotOurs."""
    given = delivery.header("x-shopify-hmac-sha256")
    if not given:
        raise NotOurs("The delivery has no X-Shopify-Hmac-Sha256 header: it does not come from Shopify.")
    if not is_signed(account.signing(), delivery.body, given):
        raise NotOurs("The signature does not match: is the client secret here the one of the app that sends?")
    shop = delivery.header("x-shopify-shop-domain").lower()
    if shop and shop != account.settings.get("shop", "").lower():
        raise NotOurs(f"The delivery is of another shop, {shop[:80]}.")


def clean(given: dict[str, str]) -> dict[str, str]:
    """The shop as Shopify names it in headers. Raises ValueError."""
    shop = given["shop"].lower().removeprefix("https://").removeprefix("http://").strip("/")
    shop = shop if "." in shop else f"{shop}.myshopify.com"
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*\.myshopify\.com", shop):
        raise ValueError("Give the shop's name under myshopify.com, such as northgate.myshopify.com.")
    return {"shop": shop}
