"""Apple Wallet: a .pkpass is a zip of pass.json, pictures, a manifest of SHA-1 digests and its detached signature.

After https://developer.apple.com/documentation/walletpasses. Not yet proven against the live service.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.x509.oid import NameOID

from regulars.loyalty.wallets.card import Card, icon

ICONS = {"icon.png": 29, "icon@2x.png": 58, "icon@3x.png": 87}
SIGNED = [pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary]
TYPE = "application/vnd.apple.pkpass"


class BadKeys(ValueError):
    """A sentence about what is wrong with keys that were pasted."""


@dataclass(frozen=True)
class Keys:
    """PEM texts: the Pass Type ID certificate, its key without a password, and Apple's intermediate certificate."""

    certificate: str
    key: str
    between: str


def pass_of(card: Card, keys: Keys) -> bytes:
    """The .pkpass file."""
    team, kind = names_of(keys)
    files = {name: icon(size) for name, size in ICONS.items()}
    files["pass.json"] = json.dumps(_pass(card, team, kind), ensure_ascii=False).encode()
    manifest = json.dumps({name: hashlib.sha1(body).hexdigest() for name, body in files.items()}).encode()
    files |= {"manifest.json": manifest, "signature": sign(manifest, keys)}
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, body in files.items():
            packed.writestr(name, body)
    return made.getvalue()


def _pass(card: Card, team: str, kind: str) -> dict:
    barcode = {
        "format": "PKBarcodeFormatQR", "message": card.code, "messageEncoding": "iso-8859-1", "altText": card.shown,
    }  # fmt: skip
    return {
        "formatVersion": 1,
        "passTypeIdentifier": kind,
        "teamIdentifier": team,
        "serialNumber": card.code,
        "organizationName": card.business,
        "description": card.programme,
        "logoText": card.business,
        "backgroundColor": "rgb(31, 41, 55)",
        "foregroundColor": "rgb(255, 255, 255)",
        "labelColor": "rgb(203, 213, 225)",
        "barcodes": [barcode],
        "storeCard": {
            "primaryFields": [{"key": "programme", "label": "", "value": card.programme}],
            "backFields": [{"key": "page", "label": card.programme, "value": card.page}],
        },
    }


def sign(content: bytes, keys: Keys) -> bytes:
    """A detached PKCS #7 signature (DER), with the time and both certificates."""
    certificate, between = _certificate(keys.certificate), _certificate(keys.between)
    made = pkcs7.PKCS7SignatureBuilder().set_data(content)
    made = made.add_signer(certificate, _key(keys.key), hashes.SHA256()).add_certificate(between)
    return made.sign(serialization.Encoding.DER, SIGNED)


def names_of(keys: Keys) -> tuple[str, str]:
    """(team identifier, pass type identifier), which stand in the certificate. Raises BadKeys."""
    subject = _certificate(keys.certificate).subject
    team = subject.get_attributes_for_oid(NameOID.ORGANIZATIONAL_UNIT_NAME)
    kind = subject.get_attributes_for_oid(NameOID.USER_ID)
    if not team or not kind or not str(kind[0].value).startswith("pass."):
        raise BadKeys("This is not a Pass Type ID certificate: it names no team or no pass type.")
    return str(team[0].value), str(kind[0].value)


def check(keys: Keys, *, at_s: float) -> None:
    """Raises BadKeys for keys that do not belong together, or a certificate whose time is over."""
    names_of(keys)
    _certificate(keys.between)
    certificate, key = _certificate(keys.certificate), _key(keys.key)
    if certificate.public_key().public_numbers() != key.public_key().public_numbers():
        raise BadKeys("The private key does not belong to the certificate.")
    if certificate.not_valid_after_utc.timestamp() <= at_s:
        raise BadKeys("The certificate has expired: make a new one in Apple's developer pages.")


def _certificate(pem: str) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(pem.encode())
    except ValueError:
        raise BadKeys("A certificate begins with -----BEGIN CERTIFICATE-----: paste it whole, as PEM.") from None


def _key(pem: str):
    try:
        return serialization.load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError):
        raise BadKeys("The private key is not PEM, or has a password: take the password off first.") from None
