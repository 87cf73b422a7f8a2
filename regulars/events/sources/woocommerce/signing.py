"""X-WC-Webhook-Signature: base64 of HMAC-SHA256 over the raw body; key = the webhook's secret.

WooCommerce decodes HTML entities in the secret before it signs. When a webhook is made it sends an unsigned,
form-encoded ping, `webhook_id=N`, which must be answered with exactly 200. Source: class-wc-webhook.php.
"""

import html
import re

from regulars.core import outside
from regulars.events.sources.deliveries import Account, Delivery, NotOurs
from regulars.events.sources.hmacs import is_signed

PING = re.compile(rb"webhook_id=\d{1,18}")


def is_ping(delivery: Delivery) -> bool:
    """The unsigned question whether anybody is there."""
    return not delivery.header("x-wc-webhook-signature") and bool(PING.fullmatch(delivery.body))


def verify(delivery: Delivery, account: Account) -> None:
    """Raises NotOurs."""
    given = delivery.header("x-wc-webhook-signature")
    if not given:
        raise NotOurs("The delivery has no X-WC-Webhook-Signature header: it does not come from WooCommerce.")
    secrets = account.signing()
    if not is_signed({*secrets, *map(html.unescape, secrets)}, delivery.body, given):
        raise NotOurs("The signature does not match: copy the secret shown here into the webhook once more.")


def clean(given: dict[str, str]) -> dict[str, str]:
    """Raises ValueError when the address of the shop is none."""
    outside.check(given["shop"])
    return {"shop": given["shop"].rstrip("/")}
