"""Against servers others wrote: aiosmtpd for TLS, sign-in and content, Debian's smtp-sink for speed and numbers."""

from __future__ import annotations

import datetime
import re
import ssl
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from regulars.channels.providers import From, Parcel, Way
from regulars.channels.providers.smtp import Options, SmtpCarrier, open, probe
from regulars.channels.providers.smtp.session import _context
from regulars.channels.tests.smtp.sink import SINK, free_port, sink

pytestmark = pytest.mark.anydb
AT = 1_790_000_000_000_000
SHOP = From("Käse & Co", "hello@northgate.example", "", "bounces.northgate.example")


class Box:
    """Keeps what arrives."""

    def __init__(self) -> None:
        self.got: list = []

    async def handle_DATA(self, server, session, envelope):
        self.got.append(envelope)
        return "250 2.0.0 kept"


def anybody(server, session, envelope, mechanism, login):
    return AuthResult(handled=False, success=login.login == b"shop" and login.password == "s3cret ü".encode())


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    """(certificate, key) files for localhost, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    folder = tmp_path_factory.mktemp("tls")
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "key.pem").write_bytes(secret)
    return folder / "cert.pem", folder / "key.pem"


@pytest.fixture
def trusted(certificate, monkeypatch):
    """The certificate is one this machine trusts."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    _context.cache_clear()
    yield
    _context.cache_clear()


@pytest.fixture
def server(certificate):
    """An aiosmtpd server with STARTTLS and sign-in; `.port`, `.handler.got`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    controller = Controller(
        Box(),
        hostname="127.0.0.1",
        port=free_port(),
        tls_context=context,
        require_starttls=True,
        authenticator=anybody,
        auth_required=True,
        enable_SMTPUTF8=True,
    )
    controller.start()
    yield controller
    controller.stop()


def way(server, **settings) -> Way:
    settings = {"host": "localhost", "port": server.port, "username": "shop", "timeout": 5, **settings}
    return Way(1, "smtp", settings, {"password": settings.pop("password", "s3cret ü")})


def parcel(number: int = 1, **fields) -> Parcel:
    fields = {
        "to": f"p{number}@example.com",
        "subject": "Grüße",
        "text": "Hallo 👋\n",
        "html": "<p>مرحبا</p>",
        **fields,
    }
    return Parcel(message_id=number, key=str(number), sender=SHOP, **fields)


def test_a_message_arrives_encrypted_signed_in_and_as_written(server, trusted):
    carrier = open(way(server))
    outcomes = carrier.carry([parcel(n) for n in range(1, 21)], at=AT)
    carrier.close()
    assert {o.state for o in outcomes} == {"handed_off"} and len(server.handler.got) == 20
    got = message_from_bytes(server.handler.got[0].content, policy=policy.default)
    assert got["Subject"] == "Grüße" and got.get_body(("html",)).get_content().strip() == "<p>مرحبا</p>"
    assert got.get_body(("plain",)).get_content().strip() == "Hallo 👋"


def test_an_address_with_umlauts_travels_where_the_server_knows_smtputf8(server, trusted):
    (outcome,) = open(way(server)).carry([parcel(to="jürgen@käse.example")], at=AT)
    assert outcome.state == "handed_off"
    assert server.handler.got[0].rcpt_tos == ["jürgen@xn--kse-qla.example"]


def test_a_certificate_nobody_vouches_for_stops_everything_unless_told_otherwise(server, monkeypatch):
    _context.cache_clear()
    (outcome,) = open(way(server)).carry([parcel()], at=AT)
    assert outcome.state == "retry" and outcome.blame == "server" and "certificate" in outcome.reply
    assert server.handler.got == []
    (outcome,) = open(way(server, verify=False)).carry([parcel()], at=AT)
    assert outcome.state == "handed_off"


def test_a_certificate_for_another_name_stops_everything(server, trusted):
    (outcome,) = open(way(server, host="127.0.0.1")).carry([parcel()], at=AT)
    assert outcome.state == "retry" and "certificate" in outcome.reply


def test_a_wrong_password_blames_the_server_and_is_never_shown(server, trusted):
    (outcome,) = open(way(server, password="wr0ng")).carry([parcel()], at=AT)
    assert (outcome.state, outcome.blame) == ("retry", "server")
    assert "user name and password" in outcome.reply and "wr0ng" not in outcome.reply
    assert "wr0ng" not in repr(open(way(server, password="wr0ng")).options)


def test_a_password_is_never_sent_to_a_server_without_encryption_when_encryption_was_asked_for():
    box = Controller(Box(), hostname="127.0.0.1", port=free_port(), authenticator=anybody, auth_require_tls=False)
    box.start()
    try:
        (outcome,) = open(way(box)).carry([parcel()], at=AT)
    finally:
        box.stop()
    assert outcome.state == "retry" and "offers no encryption" in outcome.reply


def test_trying_a_server_says_what_was_found(server, trusted):
    found = probe(way(server))
    assert found.good and found.tls.startswith("TLS") and "signed in as shop" in found.sentence
    assert not probe(way(server, password="x")).good
    assert "has no address" in probe(Way(1, "smtp", {}, {})).sentence
    assert "between 1 and 65535" in probe(way(server, port=70000)).sentence


def test_a_message_without_a_sender_name_or_html_arrives(server, trusted):
    plain = Parcel(1, "1", "p@example.com", From("", "a@b.example"), "Hi", text="Only text")
    (outcome,) = open(way(server)).carry([plain], at=AT)
    assert outcome.state == "handed_off" and b"Only text" in server.handler.got[0].content


@pytest.mark.skipif(not SINK, reason="smtp-sink is not installed (Debian: apt install postfix)")
def test_smtp_sink_gets_every_message_once(tmp_path):
    with sink("-D", str(tmp_path / "%M.")) as port:
        carrier = SmtpCarrier(Options("127.0.0.1", port, tls="none", connections=8, timeout=10), key=b"k")
        for start in range(0, 500, 100):
            outcomes = carrier.carry([parcel(n) for n in range(start, start + 100)], at=AT)
            assert {o.state for o in outcomes} == {"handed_off"}
        carrier.close()
    text = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert sorted(int(to) for to in _recipients(text)) == list(range(500))


def _recipients(text: bytes) -> list[bytes]:
    return re.findall(rb"X-Rcpt-Args: <p(\d+)@", text)
