"""x-square-hmacsha256-signature: base64 of HMAC-SHA256 over notification address + raw body.

The key is the subscription's. The address must be the one that Square has, byte for byte, whatever a proxy makes of
it: it is kept with the source. Source: square-python-sdk, webhooks_helper.py.
"""

from regulars.events.sources.deliveries import Account, Delivery, NotOurs
from regulars.events.sources.hmacs import is_signed


def verify(delivery: Delivery, account: Account) -> None:
    """Raises NotOurs."""
    given = delivery.header("x-square-hmacsha256-signature")
    if not given:
        raise NotOurs("The delivery has no x-square-hmacsha256-signature header: it does not come from Square.")
    if not is_signed(account.signing(), account.address.encode() + delivery.body, given):
        raise NotOurs(
            "The signature does not match. Square signs the address too: is the one here exactly the one in Square, "
            "and the key the one of this subscription?"
        )
