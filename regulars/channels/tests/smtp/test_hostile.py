"""A server may do what it likes: every message gets one clear outcome, and none is sent twice on a guess."""

from __future__ import annotations

import socket
import threading
import time

import pytest

from regulars.channels.providers import From, Parcel
from regulars.channels.providers.smtp import Options, SmtpCarrier, transfer
from regulars.channels.tests.smtp.hostile import Peer, Server, polite

pytestmark = pytest.mark.anydb
AT = 1_790_000_000_000_000
SHOP = From("Northgate", "hello@northgate.example", "", "bounces.northgate.example")
PIPELINED = ("PIPELINING",)


def parcels(count: int) -> list[Parcel]:
    return [
        Parcel(n, f"key:{n}", f"p{n}@example.com", SHOP, f"Hello {n}", text=f"Number {n}.\n")
        for n in range(1, count + 1)
    ]


def carry(script, count: int = 1, **options):
    """(states by message, outcomes, server) of `count` messages through one connection at a time."""
    with Server(script) as server:
        settings = {"tls": "none", "connections": 1, "timeout": 0.4, **options}
        carrier = SmtpCarrier(Options("127.0.0.1", server.port, **settings), key=b"k")
        outcomes = carrier.carry(parcels(count), at=AT)
        carrier.close()
        assert sorted(o.message_id for o in outcomes) == list(range(1, count + 1))  # one each, whatever happened
        return {o.message_id: o.state for o in outcomes}, {o.message_id: o for o in outcomes}, server


@pytest.mark.parametrize("extensions", [("PIPELINING", "SIZE 9999"), ("HELP",)])
def test_a_polite_server_gets_everything_once(extensions):
    states, _, server = carry(lambda peer: polite(peer, *extensions), 30)
    assert set(states.values()) == {"handed_off"} and server.connections == 1
    assert sorted(content.count(b"Subject: Hello") for content in server.taken) == [1] * 30
    assert len({content for content in server.taken}) == 30


def test_a_small_message_cut_off_on_the_way_is_unknown_because_the_kernel_took_all_of_it():
    def script(peer: Peer) -> None:
        if peer.number > 1:
            return polite(peer)
        peer.greet(*PIPELINED)
        peer.envelope()
        peer.sock.recv(10)

    states, _, server = carry(script)
    assert states == {1: "unknown"} and server.taken == []


def test_a_line_broken_in_the_middle_of_a_long_message_is_safe_to_try_again():
    def script(peer: Peer) -> None:
        if peer.number > 1:
            return polite(peer, *PIPELINED)
        peer.greet(*PIPELINED)
        peer.envelope()
        peer.file.read(1000)
        peer.close()

    with Server(script) as server:
        carrier = SmtpCarrier(Options("127.0.0.1", server.port, tls="none", timeout=20), key=b"k")
        long = Parcel(1, "k", "p@example.com", SHOP, "Long", text="x" * 12_000_000)
        outcomes = carrier.carry([long], at=AT)
    assert [o.state for o in outcomes] == ["handed_off"] and len(server.taken) == 1


def test_a_line_broken_after_the_final_dot_leaves_an_unknown_and_is_never_sent_again():
    def script(peer: Peer) -> None:
        peer.greet(*PIPELINED)
        peer.envelope()
        peer.content()

    states, outcomes, server = carry(script, 1)
    assert states == {1: "unknown"} and len(server.taken) == 1
    assert "answer is missing" in outcomes[1].reply


def test_only_the_message_without_an_answer_is_unknown_its_follower_goes_on():
    def script(peer: Peer) -> None:
        if peer.number > 1:
            return polite(peer)
        peer.greet(*PIPELINED)
        peer.envelope()
        peer.content()
        peer.say("250 taken")
        peer.envelope()
        peer.content()

    states, _, server = carry(script, 5)
    assert list(states.values()).count("unknown") == 1 and list(states.values()).count("handed_off") == 4
    assert len(server.taken) == len(set(server.taken)) == 5


def test_a_server_that_hangs_after_the_final_dot_leaves_an_unknown():
    hung = threading.Event()

    def script(peer: Peer) -> None:
        peer.greet(*PIPELINED)
        peer.envelope()
        peer.content()
        hung.wait(5)

    states, _, server = carry(script, 1)
    hung.set()
    assert states == {1: "unknown"} and len(server.taken) == 1


@pytest.mark.parametrize("stage", ["connect", "greeting", "hello", "mail", "data"])
def test_a_server_that_hangs_before_that_costs_its_patience_and_nothing_else(stage):
    hung = threading.Event()

    def script(peer: Peer) -> None:
        if stage in ("hello", "mail", "data"):
            peer.say("220 hi")
            peer.hear()
        if stage in ("mail", "data"):
            peer.say("250 PIPELINING")
        if stage == "data":
            peer.envelope("250 ok", "250 ok")
        hung.wait(5)

    states, outcomes, server = carry(script, 3, timeout=0.2, budget=1)
    hung.set()
    assert set(states.values()) == {"retry"} and server.taken == []
    assert all(o.blame == "server" and o.wait_us > 0 for o in outcomes.values())


def test_a_server_that_says_a_little_for_ever_is_given_up():
    stopped = threading.Event()

    def script(peer: Peer) -> None:
        while not stopped.is_set():
            peer.say("220-still warming up")
            stopped.wait(0.01)

    states, _, _ = carry(script, 2, timeout=0.3)
    stopped.set()
    assert set(states.values()) == {"retry"}


def test_an_answer_without_end_is_given_up():
    def script(peer: Peer) -> None:
        while True:
            peer.sock.sendall(b"2" * 65536)

    states, outcomes, _ = carry(script, 1, timeout=5)
    assert states == {1: "retry"} and "never ends" in outcomes[1].reply


def test_a_server_that_closes_after_some_messages_still_gets_all_of_them_once():
    def script(peer: Peer) -> None:
        peer.greet(*PIPELINED)
        for _ in range(3):
            peer.envelope()
            peer.content()
            peer.say("250 taken")

    states, _, server = carry(script, 10)
    assert set(states.values()) == {"handed_off"}
    assert len(server.taken) == len(set(server.taken)) == 10 and server.connections >= 4


@pytest.mark.parametrize("reply", ["421 4.7.0 enough for now", "452 4.5.3 too many recipients in this session"])
def test_a_limit_for_one_connection_is_met_with_a_new_one(reply):
    def script(peer: Peer) -> None:
        peer.greet(*PIPELINED)
        for _ in range(2):
            peer.envelope()
            peer.content()
            peer.say("250 taken")
        peer.envelope("250 ok", reply, "503 no")

    states, _, server = carry(script, 7)
    assert set(states.values()) == {"handed_off"} and len(set(server.taken)) == 7


def answering(mail="250 ok", rcpt="250 ok", data="354 go", final="250 taken", extensions=PIPELINED):
    """A server that answers the first message so, and takes the others."""

    def script(peer: Peer) -> None:
        peer.greet(*extensions)
        first = peer.number == 1
        while True:
            answers = (mail, rcpt, data) if first else ()
            peer.envelope(*answers)
            if not first or data.startswith("354"):
                peer.content()
                peer.say(final if first else "250 taken")
            first = False

    return script


CASES = [
    ({"rcpt": "550 5.1.1 no such user", "data": "503 no"}, "failed", True, "address"),
    ({"rcpt": "550 5.1.1 no such user"}, "failed", True, "address"),  # says 354 though nobody is left
    ({"rcpt": "550 User unknown", "data": "554 no"}, "failed", True, "address"),
    ({"rcpt": "552 5.2.2 mailbox full", "data": "503 no"}, "failed", False, "address"),
    ({"rcpt": "550 5.7.1 blocked, see spamhaus", "data": "503 no"}, "failed", False, "message"),
    ({"rcpt": "450 4.2.1 greylisted", "data": "503 no"}, "retry", False, ""),
    ({"mail": "550 5.7.1 sender rejected", "rcpt": "503 no", "data": "503 no"}, "retry", False, "sender"),
    ({"mail": "530 5.7.0 Authentication required", "rcpt": "503 no", "data": "503 no"}, "retry", False, "server"),
    ({"mail": "552 5.3.4 message too big", "rcpt": "503 no", "data": "503 no"}, "failed", False, "message"),
    ({"data": "451 4.3.0 later"}, "retry", False, ""),
    ({"data": "554 5.6.0 never"}, "failed", False, "message"),
    ({"final": "451 4.7.1 later"}, "retry", False, ""),
    ({"final": "554 5.7.1 spam"}, "failed", False, "message"),
    ({"final": "550 5.1.1 no such user"}, "failed", True, "address"),
    ({"final": "certainly!"}, "unknown", False, ""),
    ({"final": "354 go on"}, "unknown", False, ""),
]


@pytest.mark.parametrize("said, state, hard, blame", CASES)
@pytest.mark.parametrize("extensions", [PIPELINED, ("HELP",)])
def test_every_refusal_at_every_stage_has_a_clear_outcome(said, state, hard, blame, extensions):
    def script(peer: Peer) -> None:
        if extensions == PIPELINED:
            return answering(**said)(peer)
        return stepwise(peer, {"mail": "250 ok", "rcpt": "250 ok", "data": "354 go", "final": "250 taken", **said})

    states, outcomes, _ = carry(script, 3)
    outcome = outcomes[1]
    assert (outcome.state, outcome.hard, outcome.blame) == (state, hard, blame or outcome.blame)
    assert {states[2], states[3]} == {"handed_off"}


def stepwise(peer: Peer, said: dict[str, str]) -> None:
    """A server without pipelining: looks at each command, answers the first message as said."""
    peer.greet("HELP")
    first = peer.number == 1
    while True:
        line = peer.hear()
        stage = {"MAIL": "mail", "RCPT": "rcpt", "DATA": "data"}.get(line[:4])
        answer = (said if first else FINE)[stage] if stage else "250 ok"
        peer.say(answer)
        if answer.startswith("354"):
            peer.content()
            peer.say(said["final"] if first else "250 taken")
            first = False
        elif not answer.startswith("250"):
            first = False


FINE = {"mail": "250 ok", "rcpt": "250 ok", "data": "354 go"}


@pytest.mark.parametrize("greeting", ["554 go away", "421 too busy", "hello there", "220"])
def test_a_server_that_does_not_let_us_in_costs_no_message_anything(greeting):
    def script(peer: Peer) -> None:
        peer.say(greeting)
        peer.hear()

    states, outcomes, _ = carry(script, 3)
    assert set(states.values()) == {"retry"} and {o.blame for o in outcomes.values()} == {"server"}


def test_a_server_that_is_not_there_says_so():
    with Server(polite) as server:
        pass
    carrier = SmtpCarrier(Options("127.0.0.1", server.port, tls="none", timeout=1), key=b"k")
    (outcome,) = carrier.carry(parcels(1), at=AT)
    assert outcome.state == "retry" and "connection refused" in outcome.reply


def test_answers_nobody_asked_for_never_count_as_yes():
    def script(peer: Peer) -> None:
        peer.greet(*PIPELINED)
        peer.envelope("250 ok", "250 ok", "354 go\r\n250 taken\r\n250 taken")
        peer.content()

    states, _, server = carry(script, 1)
    assert states == {1: "retry"} and server.taken == []


def test_an_early_refusal_in_the_middle_of_a_long_message_is_understood():
    def script(peer: Peer) -> None:
        peer.greet(*PIPELINED)
        peer.envelope()
        peer.file.read(200_000)
        peer.say("552 5.3.4 too big")
        peer.file.read()

    with Server(script) as server:
        carrier = SmtpCarrier(Options("127.0.0.1", server.port, tls="none", timeout=20, connections=1), key=b"k")
        (outcome,) = carrier.carry([Parcel(1, "k", "p@example.com", SHOP, "Long", text="x" * 12_000_000)], at=AT)
    assert (outcome.state, outcome.blame) == ("failed", "message")


def test_a_server_that_stops_listening_and_says_nothing_is_noticed_at_once():
    hung = threading.Event()

    def script(peer: Peer) -> None:
        peer.greet(*PIPELINED)
        peer.envelope()
        peer.file.read(1000)
        peer.sock.shutdown(socket.SHUT_WR)
        hung.wait(120)

    started = time.monotonic()
    with Server(script) as server:
        carrier = SmtpCarrier(Options("127.0.0.1", server.port, tls="none", timeout=100, connections=1), key=b"k")
        (outcome,) = carrier.carry([Parcel(1, "k", "p@example.com", SHOP, "Long", text="x" * 12_000_000)], at=AT)
    hung.set()
    assert outcome.state == "retry" and time.monotonic() - started < 60


def test_a_connection_closed_while_idle_is_replaced_unnoticed():
    closed = threading.Event()

    def script(peer: Peer) -> None:
        peer.greet(*PIPELINED)
        peer.envelope()
        peer.content()
        peer.say("250 taken")
        peer.close()
        closed.set()

    with Server(script) as server:
        carrier = SmtpCarrier(Options("127.0.0.1", server.port, tls="none", timeout=20, connections=1), key=b"k")
        for _ in range(3):
            (outcome,) = carrier.carry(parcels(1), at=AT)
            assert outcome.state == "handed_off" and closed.wait(60)
            closed.clear()
    assert server.connections == 3


def test_connections_beyond_what_a_server_allows_cost_nothing():
    gate = threading.Semaphore(2)

    def script(peer: Peer) -> None:
        if not gate.acquire(blocking=False):
            return peer.say("421 4.7.0 too many connections")
        polite(peer)

    states, _, server = carry(script, 40, connections=6)
    assert set(states.values()) == {"handed_off"} and len(set(server.taken)) == 40


def test_a_bad_address_a_bad_sender_and_a_huge_message_are_refused_before_anything_is_said():
    with Server(lambda peer: polite(peer, "PIPELINING", "SIZE 5000")) as server:
        carrier = SmtpCarrier(Options("127.0.0.1", server.port, tls="none", timeout=20), key=b"k")
        sent = [
            Parcel(1, "a", "not an address", SHOP, text="x"),
            Parcel(2, "b", "p@example.com", From("Shop", "no sender"), text="x"),
            Parcel(3, "c", "p@example.com", SHOP, text="x" * 6000),
            Parcel(4, "d", "jürgen@example.com", SHOP, text="x"),
            Parcel(5, "e", "p@example.com", From("S", "a@b.example", dkim_selector="s", dkim_key="no key"), text="x"),
            Parcel(6, "f", "p@example.com", SHOP, text="fine"),
        ]
        outcomes = {o.message_id: o for o in carrier.carry(sent, at=AT)}
    states = {n: (o.state, o.hard, o.blame) for n, o in outcomes.items()}
    assert states == {
        1: ("failed", True, "address"),
        2: ("retry", False, "server"),
        3: ("failed", False, "message"),
        4: ("failed", False, "address"),
        5: ("retry", False, "server"),
        6: ("handed_off", False, ""),
    }
    assert len(server.taken) == 1


def test_a_fault_of_our_own_leaves_an_unknown_and_the_others_go_on(monkeypatch):
    real = transfer._final

    def faulty(letter, reply):
        if letter.message_id == 3:
            raise RuntimeError("a fault of our own")
        return real(letter, reply)

    monkeypatch.setattr(transfer, "_final", faulty)
    states, outcomes, server = carry(polite, 8, connections=3)
    assert states.pop(3) == "unknown" and "a fault of our own" in outcomes[3].reply
    assert set(states.values()) == {"handed_off"} and len(set(server.taken)) == 8


def test_dots_at_the_beginning_of_lines_arrive_as_they_were():
    with Server(polite) as server:
        carrier = SmtpCarrier(Options("127.0.0.1", server.port, tls="none", timeout=20), key=b"k")
        carrier.carry([Parcel(1, "k", "p@example.com", SHOP, text=".\n..\n.a\nb\n.\n")], at=AT)
    assert server.taken[0].endswith(b"\r\n\r\n=2E\r\n..\r\n.a\r\nb\r\n=2E\r\n") or server.taken[0].endswith(
        b"\r\n\r\n.\r\n..\r\n.a\r\nb\r\n.\r\n"
    )


def test_a_sender_the_server_does_not_accept_is_said_to_be_the_senders_fault():
    def script(peer: Peer) -> None:
        peer.say("220 hi")
        while line := peer.hear():
            refused = line.startswith("MAIL")
            peer.say("550 5.1.8 Bad sender" if refused else "221 bye" if line.startswith("QUIT") else "250 ok")

    states, outcomes, _ = carry(script, 1)
    assert states == {1: "retry"} and outcomes[1].reply.startswith("The sender's address is not accepted")
