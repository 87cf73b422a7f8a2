"""HMAC-SHA256 in a header of the sender's choice, as hex or base64, over the raw body or "<time>.<raw body>".

For tills that cannot sign: a fixed secret in a header.
"""

import re

from django.utils.translation import gettext_lazy as _

from regulars.core.clock import SECOND
from regulars.events.sources.deliveries import Account, Delivery, NotOurs
from regulars.events.sources.hmacs import is_same, is_signed

FORMS = (("hex", _("HMAC-SHA256, hex")), ("base64", _("HMAC-SHA256, base64")), ("plain", _("the secret itself")))
TOLERANCE = 300  # seconds


def verify(delivery: Delivery, account: Account) -> None:
    """Raises NotOurs."""
    how = account.settings
    name, form, prefix = how.get("header", "X-Signature"), how.get("form", "hex"), how.get("prefix", "")
    given = delivery.header(name)
    if not given:
        raise NotOurs(f"The delivery has no {name} header with a signature.")
    given = given.removeprefix(prefix)
    if form == "plain":
        if not is_same(account.signing(), given):
            raise NotOurs(f"The secret in {name} is not the one of this source.")
        return
    content = delivery.body
    if how.get("timestamp"):
        content = _fresh(delivery, how["timestamp"]).encode() + b"." + content
    if not is_signed(account.signing(), content, given, form=form):
        raise NotOurs("The signature does not match: compare the secret, and how the signature is written.")


def _fresh(delivery: Delivery, name: str) -> str:
    said = delivery.header(name)
    seconds = int(said) // (1000 if len(said) > 11 else 1) if said.isdigit() and len(said) < 16 else 0
    if abs(delivery.at // SECOND - seconds) > TOLERANCE:
        raise NotOurs(f"The time in {name} is missing, or is more than {TOLERANCE} seconds away.")
    return said


def clean(given: dict[str, str]) -> dict[str, str]:
    """The names of headers as HTTP has them. Raises ValueError."""
    for name in ("header", "timestamp"):
        if given.get(name) and not re.fullmatch(r"[A-Za-z][A-Za-z0-9-]{0,60}", given[name]):
            raise ValueError(f"“{given[name][:60]}” is no name of a header; write it as X-Signature.")
    return {"form": given.get("form") or "hex"}
