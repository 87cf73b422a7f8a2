"""Stripe-Signature: t=<seconds>,v1=<hex>[,v1=<hex>]: HMAC-SHA256 over "<t>.<raw body>"; any v1 may match.

Deliveries signed more than 300 seconds ago are turned away. Source: stripe-python, _webhook.py.
"""

from regulars.core.clock import SECOND
from regulars.events.sources.deliveries import Account, Delivery, NotOurs
from regulars.events.sources.hmacs import is_signed

TOLERANCE = 300  # seconds


def verify(delivery: Delivery, account: Account) -> None:
    """Raises NotOurs."""
    pairs = [pair.strip().partition("=")[::2] for pair in delivery.header("stripe-signature").split(",")]
    when = next((value for name, value in pairs if name == "t"), "")
    given = [value for name, value in pairs if name == "v1"]
    if not when.isdigit() or len(when) > 12 or not given:
        raise NotOurs("The delivery has no usable Stripe-Signature header: it does not come from Stripe.")
    content = when.encode() + b"." + delivery.body
    if not any([is_signed(account.signing(), content, one, form="hex") for one in given[:10]]):
        raise NotOurs("The signature does not match: is the signing secret here the one of this endpoint?")
    if abs(delivery.at // SECOND - int(when)) > TOLERANCE:
        raise NotOurs(f"The delivery was signed more than {TOLERANCE} seconds ago: check the clock of this machine.")
