"""Notifications that a real Postfix wrote about our own messages are read."""

from __future__ import annotations

import time

import pytest

from regulars.channels.mail.returned import read
from regulars.channels.providers import From, Parcel
from regulars.channels.providers.smtp import Options, SmtpCarrier
from regulars.channels.tests.mailbox.postfix import WHY_NOT, postfix
from regulars.channels.tests.smtp.hostile import Peer, Server, polite

pytestmark = [pytest.mark.anydb, pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT)]
AT = 1_790_000_000_000_000
KEY = b"a key of the house"
SHOP = From("Northgate", "hello@northgate.example", "", "bounces@northgate.example")
ANSWERS = {
    "full": "552 5.2.2 The email account that you tried to reach is over quota",
    "blocked": "554 5.7.1 Service unavailable; client host blocked using zen.spamhaus.org",
    "gone": "550 5.1.1 The email account that you tried to reach does not exist",
}
EXPECTED = {
    1: ("no-such-person@far.example", "bounced", True),
    2: ("anna@full.hop.example", "bounced", False),
    3: ("bob@blocked.hop.example", "bounced", False),
    4: ("chen@gone.hop.example", "bounced", True),
}


def choosy(peer: Peer) -> None:
    """Refuses by the recipient's domain."""
    peer.greet("HELP")
    while True:
        line = peer.hear()
        refused = next((said for name, said in ANSWERS.items() if f"@{name}." in line), "")
        peer.say(refused if line.startswith("RCPT") and refused else "250 ok")


def test_what_a_real_server_could_not_deliver_comes_back_as_what_it_is():
    with Server(polite) as home, Server(choosy) as hop, postfix(back=home.port, next_hop=hop.port) as port:
        carrier = SmtpCarrier(Options("127.0.0.1", port, tls="none", timeout=20), key=KEY)
        sent = [Parcel(n, str(n), to, SHOP, "Grüße", "<p>x</p>", "x") for n, (to, _, _) in EXPECTED.items()]
        assert {one.state for one in carrier.carry(sent, at=AT)} == {"handed_off"}
        carrier.close()
        _until(lambda: len(home.taken) >= len(EXPECTED))
    found = {reading.message_id: reading for reading in (read(raw, key=KEY, at=AT) for raw in home.taken)}
    assert {n: (one.address, one.kind, one.hard) for n, one in found.items()} == EXPECTED
    assert "over quota" in found[2].detail and "5.1.1" in found[4].detail


def _until(reached, seconds: float = 300) -> None:
    """Postfix delivers in its own time."""
    end = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < end, "Postfix returned nothing in time"
        time.sleep(0.05)
