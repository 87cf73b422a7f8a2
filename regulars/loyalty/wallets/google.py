"""Google Wallet: "Save to Google Wallet" is a link with a JWT that a service account signed (RS256, RFC 7515).

After https://developers.google.com/wallet/retail/loyalty-cards/web. Not yet proven against the live service.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from regulars.loyalty.wallets.apple import BadKeys
from regulars.loyalty.wallets.card import Card

SAVE = "https://pay.google.com/gp/v/save/"


@dataclass(frozen=True)
class Keys:
    """The number of the issuer account, a public picture, and a service account's address and private key (PEM)."""

    issuer: str
    logo: str
    account: str
    key: str


def link_of(card: Card, keys: Keys, *, at_s: int) -> str:
    """The address behind the button."""
    claims = {
        "iss": keys.account, "aud": "google", "typ": "savetowallet", "iat": at_s, "origins": [],
        "payload": _payload(card, keys),
    }  # fmt: skip
    return SAVE + signed(claims, keys.key)


def _payload(card: Card, keys: Keys) -> dict[str, Any]:
    kind = f"{keys.issuer}.regulars"
    what = {
        "id": kind, "issuerName": card.business, "programName": card.programme, "reviewStatus": "UNDER_REVIEW",
        "programLogo": {"sourceUri": {"uri": keys.logo}},
    }  # fmt: skip
    mine = {
        "id": f"{keys.issuer}.{card.code}", "classId": kind, "state": "ACTIVE", "accountId": card.code,
        "barcode": {"type": "QR_CODE", "value": card.code, "alternateText": card.shown},
        "linksModuleData": {"uris": [{"id": "page", "uri": card.page, "description": card.programme}]},
    }  # fmt: skip
    return {"loyaltyClasses": [what], "loyaltyObjects": [mine]}


def signed(claims: dict[str, Any], key: str) -> str:
    """A compact JWS with RS256."""
    head = {"alg": "RS256", "typ": "JWT"}
    said = b".".join(_plain(json.dumps(part, separators=(",", ":")).encode()) for part in (head, claims))
    seal = private_key(key).sign(said, padding.PKCS1v15(), hashes.SHA256())
    return (said + b"." + _plain(seal)).decode()


def _plain(raw: bytes) -> bytes:
    return base64.urlsafe_b64encode(raw).rstrip(b"=")


def private_key(pem: str) -> rsa.RSAPrivateKey:
    """Raises BadKeys."""
    try:
        found = serialization.load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError):
        raise BadKeys("The private key of the service account cannot be read.") from None
    if not isinstance(found, rsa.RSAPrivateKey):
        raise BadKeys("The key of a service account is an RSA key.")
    return found


def read_account(text: str) -> tuple[str, str]:
    """(address, private key) from the JSON file that Google gives out. Raises BadKeys."""
    try:
        said = json.loads(text)
        account, key = str(said["client_email"]), str(said["private_key"])
    except (ValueError, KeyError, TypeError):
        raise BadKeys(
            "Paste the whole JSON file of the service account, with client_email and private_key."
        ) from None
    private_key(key)
    return account, key
