"""Whatever a server answers, and wherever it hangs up: what we say of a message is never more than what it said."""

from __future__ import annotations

import re
from collections import Counter
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regulars.channels.providers import From, Parcel
from regulars.channels.providers.smtp import Options, SmtpCarrier
from regulars.channels.tests.smtp.hostile import Peer, Server

pytestmark = pytest.mark.anydb
AT = 1_790_000_000_000_000
SHOP = From("Northgate", "hello@northgate.example", "", "bounces.northgate.example")
GOOD = {"MAIL": "250 ok", "RCPT": "250 ok", "DATA": "354 go", "RSET": "250 ok", "EHLO": "250 PIPELINING"}
BAD = {"later": "451 4.3.0 later", "never": "550 5.7.1 never", "closing": "421 bye", "rubbish": "what?"}
MOODS = ("good", "later", "never", "closing", "rubbish", "gone")


class Moody:
    """Answers each command as its dice fall; `said_yes` counts the messages it took responsibility for."""

    def __init__(self, seed: int, calm: int, pipelining: bool) -> None:
        self.seed, self.weights, self.pipelining = seed, (calm, 2, 2, 1, 1, 1), pipelining
        self.said_yes: Counter[int] = Counter()

    def __call__(self, peer: Peer) -> None:
        dice = Random(f"{self.seed}:{peer.number}")
        peer.say("220 moody")
        while True:
            command = peer.hear()[:4].upper()
            if command == "EHLO":
                peer.say("250-moody\r\n250 PIPELINING" if self.pipelining else "250 moody")
                continue
            if self.answer(peer, dice, GOOD.get(command, "250 ok")).startswith("354"):
                found = re.search(rb"Subject: Number (\d+)", peer.content())
                if found:
                    self.answer(peer, dice, "250 taken", int(found[1]))
                else:
                    peer.say("554 nobody to take it")  # ended with an empty text, as nobody was left to get it

    def answer(self, peer: Peer, dice: Random, good: str, number: int | None = None) -> str:
        mood = dice.choices(MOODS, self.weights)[0]
        if mood == "gone":
            raise ConnectionError
        said = BAD.get(mood, good)
        if said == "250 taken":
            self.said_yes[number] += 1
        peer.say(said)
        if mood == "closing":
            raise ConnectionError
        return said


@given(
    seed=st.integers(0, 10**6),
    calm=st.sampled_from([3, 20, 100]),
    pipelining=st.booleans(),
    connections=st.integers(1, 4),
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_message_has_one_outcome_and_never_a_better_one_than_the_server_gave(
    seed, calm, pipelining, connections
):
    moody = Moody(seed, calm, pipelining)
    sent = [Parcel(n, str(n), f"p{n}@example.com", SHOP, f"Number {n}", text=f"Number {n}") for n in range(1, 21)]
    with Server(moody) as server:
        options = Options("127.0.0.1", server.port, tls="none", connections=connections, timeout=5)
        carrier = SmtpCarrier(options, key=b"k")
        outcomes = carrier.carry(sent, at=AT)
        carrier.close()
    assert sorted(one.message_id for one in outcomes) == list(range(1, 21))
    states = {one.message_id: one.state for one in outcomes}
    taken = set(moody.said_yes)
    assert max(moody.said_yes.values(), default=1) == 1  # never twice
    assert {n for n, state in states.items() if state == "handed_off"} <= taken
    assert taken <= {n for n, state in states.items() if state in ("handed_off", "unknown")}
