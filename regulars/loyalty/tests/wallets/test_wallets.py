"""Cards for wallets: their structure, and signatures that others can verify."""

import base64
import hashlib
import io
import json
import shutil
import subprocess
import zipfile
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

from regulars.core.clock import now_us
from regulars.loyalty.models import WalletKeys
from regulars.loyalty.wallets import apple, google
from regulars.loyalty.wallets.card import Card, icon
from regulars.loyalty.wallets.keeping import apple_keys, forget_keys, google_keys, save_apple, save_google

CARD = Card("Northgate Sports", "Club Zürich", "7KQ2M4XW9B", "7KQ2M 4XW9B", "https://shop.example.com/my/loyalty")
NAMES = {NameOID.COMMON_NAME: "Pass Type ID", NameOID.USER_ID: "pass.com.example.club",
         NameOID.ORGANIZATIONAL_UNIT_NAME: "TEAM123456"}  # fmt: skip


def pem_of(key) -> str:
    kind = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, *kind).decode()


def certificate(names: dict, key, signer=None, issuer: dict | None = None, days: int = 30) -> str:
    def name(said):
        return x509.Name([x509.NameAttribute(oid, value) for oid, value in said.items()])

    now = datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(name(names)).issuer_name(name(issuer or names))
    made = made.public_key(key.public_key()).serial_number(x509.random_serial_number())
    made = made.not_valid_before(now - timedelta(days=60)).not_valid_after(now + timedelta(days=days))
    made = made.add_extension(x509.BasicConstraints(ca=signer is None, path_length=None), critical=True)
    return made.sign(signer or key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()


@pytest.fixture(scope="module")
def root():
    return rsa.generate_private_key(65537, 2048)


@pytest.fixture(scope="module")
def mine():
    return rsa.generate_private_key(65537, 2048)


@pytest.fixture(scope="module")
def keys(root, mine) -> apple.Keys:
    between = {NameOID.COMMON_NAME: "Somebody's authority"}
    return apple.Keys(certificate(NAMES, mine, root, between), pem_of(mine), certificate(between, root))


@pytest.fixture
def unpacked(keys) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(apple.pass_of(CARD, keys))) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def test_a_pass_lists_every_file_with_its_digest_and_names_team_type_and_code(unpacked):
    listed = json.loads(unpacked["manifest.json"])
    assert set(listed) == set(unpacked) - {"manifest.json", "signature"}
    assert all(hashlib.sha1(unpacked[name]).hexdigest() == said for name, said in listed.items())
    said = json.loads(unpacked["pass.json"])
    assert (said["teamIdentifier"], said["passTypeIdentifier"]) == ("TEAM123456", "pass.com.example.club")
    assert said["barcodes"][0]["message"] == said["serialNumber"] == CARD.code
    assert said["description"] == "Club Zürich"


@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is not installed")
def test_openssl_verifies_the_signature_and_notices_one_changed_byte(unpacked, keys, tmp_path):
    for name, body in (("manifest", unpacked["manifest.json"]), ("signature", unpacked["signature"])):
        (tmp_path / name).write_bytes(body)
    (tmp_path / "root").write_text(keys.between)
    asked = (
        "openssl cms -verify -binary -inform DER -in signature -content manifest -CAfile root -purpose any -out out"
    )
    run = partial(subprocess.run, asked.split(), cwd=tmp_path, capture_output=True, check=False)
    assert run().returncode == 0
    assert (tmp_path / "out").read_bytes() == unpacked["manifest.json"]
    (tmp_path / "manifest").write_bytes(unpacked["manifest.json"] + b" ")
    assert run().returncode != 0


@pytest.mark.parametrize("size", [29, 58, 87])
def test_the_picture_is_a_png_of_its_size(size):
    drawn = icon(size)
    assert drawn[:8] == b"\x89PNG\r\n\x1a\n" and int.from_bytes(drawn[16:20]) == int.from_bytes(drawn[20:24]) == size


def test_googles_link_is_a_token_that_the_public_key_verifies(mine):
    link = google.link_of(CARD, google.Keys("3388", "https://x.example/l.png", "me@x.example", pem_of(mine)), at_s=5)
    said, _, seal = link.removeprefix(google.SAVE).rpartition(".")
    raw = base64.urlsafe_b64decode(seal + "==")
    mine.public_key().verify(raw, said.encode(), padding.PKCS1v15(), hashes.SHA256())
    with pytest.raises(InvalidSignature):
        mine.public_key().verify(raw, said.encode() + b"x", padding.PKCS1v15(), hashes.SHA256())
    head, claims = (json.loads(base64.urlsafe_b64decode(part + "==")) for part in said.split("."))
    assert head["alg"] == "RS256" and (claims["typ"], claims["aud"], claims["iat"]) == ("savetowallet", "google", 5)
    mine_, kind = claims["payload"]["loyaltyObjects"][0], claims["payload"]["loyaltyClasses"][0]
    assert mine_["classId"] == kind["id"] and mine_["barcode"]["value"] == CARD.code


@pytest.mark.django_db
def test_keys_are_kept_encrypted_given_back_and_forgotten(keys, mine):
    at = now_us()
    save_apple(certificate=keys.certificate, key=keys.key, between=keys.between, by="user:1", at=at)
    file = json.dumps({"client_email": "me@x.example", "private_key": pem_of(mine)})
    save_google(issuer="3388", logo="https://x.example/l.png", account_file=file, by="user:1", at=at)
    assert all("PRIVATE" not in one.secret and "PRIVATE" not in str(one.names) for one in WalletKeys.objects.all())
    assert apple_keys().key == keys.key.strip() and google_keys().account == "me@x.example"
    forget_keys(kind="apple", by="user:1", at=at)
    assert apple_keys() is None


@pytest.mark.django_db
def test_keys_that_cannot_work_get_a_sentence(keys, root, mine):
    at, good = now_us(), {"certificate": keys.certificate, "key": keys.key, "between": keys.between}
    wrong = (
        ({"certificate": "hello"}, "paste it whole"),
        ({"key": pem_of(root)}, "does not belong"),
        ({"key": "x"}, "not PEM"),
        ({"certificate": keys.between, "key": pem_of(root)}, "not a Pass Type ID"),
        ({"certificate": certificate(NAMES, mine, days=-1)}, "expired"),
    )
    for change, sentence in wrong:
        with pytest.raises(apple.BadKeys, match=sentence):
            save_apple(**good | change, by="user:1", at=at)
    with pytest.raises(apple.BadKeys, match="client_email"):
        save_google(issuer="1", logo="https://x.example/l.png", account_file="{}", by="user:1", at=at)
    assert not WalletKeys.objects.exists()
