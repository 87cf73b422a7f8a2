"""Keys for wallets: checked when they come in, encrypted at rest, never shown again."""

from __future__ import annotations

import json
from dataclasses import asdict

from django.db import transaction

from regulars.core.clock import SECOND
from regulars.core.crypto import decrypt, encrypt
from regulars.loyalty.models import WalletKeys
from regulars.loyalty.wallets import apple, google
from regulars.team.actions import audit

KINDS = {"apple": apple.Keys, "google": google.Keys}


def apple_keys() -> apple.Keys | None:
    """None when the shop has none."""
    return _kept("apple")


def google_keys() -> google.Keys | None:
    """None when the shop has none."""
    return _kept("google")


def _kept(kind: str):
    found = WalletKeys.objects.filter(kind=kind).first()
    return KINDS[kind](**json.loads(decrypt(found.secret))) if found else None


def save_apple(*, certificate: str, key: str, between: str, by: str, at: int) -> None:
    """Raises BadKeys with a sentence."""
    keys = apple.Keys(certificate.strip(), key.strip(), between.strip())
    apple.check(keys, at_s=at / SECOND)
    team, kind = apple.names_of(keys)
    _keep("apple", keys, {"team": team, "pass_type": kind}, by, at)


def save_google(*, issuer: str, logo: str, account_file: str, by: str, at: int) -> None:
    """Raises BadKeys with a sentence."""
    if not issuer.strip().isdigit():
        raise apple.BadKeys("The issuer is a number: it stands in Google's Wallet console.")
    if not logo.startswith("https://"):
        raise apple.BadKeys("The picture needs an address that begins with https://: Google fetches it.")
    account, key = google.read_account(account_file)
    names = {"issuer": issuer.strip(), "account": account}
    _keep("google", google.Keys(issuer.strip(), logo, account, key), names, by, at)


@transaction.atomic
def _keep(kind: str, keys: apple.Keys | google.Keys, names: dict[str, str], by: str, at: int) -> None:
    said = {"names": names, "secret": encrypt(json.dumps(asdict(keys))), "saved_us": at, "by": by}
    WalletKeys.objects.update_or_create(kind=kind, defaults=said)
    audit(by=by, act="wallet.keys", object=f"wallet:{kind}", at=at)


@transaction.atomic
def forget_keys(*, kind: str, by: str, at: int) -> None:
    """No more cards are made; those in wallets stay there. Idempotent."""
    if WalletKeys.objects.filter(kind=kind).delete()[0]:
        audit(by=by, act="wallet.forget", object=f"wallet:{kind}", at=at)
