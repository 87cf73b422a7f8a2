"""SMPP: a clear outcome whatever the operator answers, and news that are stored before they are confirmed."""

import select

import pytest

from regulars.channels.providers import From, Parcel, Way, smpp
from regulars.channels.sms import listening
from regulars.channels.tests.sms.smsc import Smsc, deliver

pytestmark = pytest.mark.anydb
NOW = 1_790_000_000_000_000


@pytest.fixture
def smsc():
    made = Smsc()
    yield made
    made.close()


@pytest.fixture
def way(smsc) -> Way:
    return Way(7, "smpp", {"host": "127.0.0.1", "port": smsc.port, "system_id": "shop"}, {"password": "pw"})


@pytest.fixture
def carrier(way):
    made = smpp.open(way)
    yield made
    made.close()


def parcel(text="Hello", number=1, sender="Northgate"):
    return Parcel(number, f"k{number}", "+447700900123", From("Northgate", sender), text=text)


def test_a_short_text_goes_as_one_part_with_its_number(smsc, carrier):
    out = carrier.carry([parcel("Hello {there} €"), parcel("Bye", 2)], at=NOW)
    assert [(o.state, o.external_id) for o in out] == [("handed_off", "1"), ("handed_off", "2")]
    assert smsc.texts == [(b"447700900123", b"Hello \x1b(there\x1b) \x1be"), (b"447700900123", b"Bye")]


def test_a_long_text_goes_in_parts_and_other_letters_as_ucs2(smsc, carrier):
    assert carrier.carry([parcel("x" * 400)], at=NOW)[0].state == "handed_off"
    assert len(smsc.texts) == 3
    carrier.carry([parcel("Привет ⚽")], at=NOW)
    assert smsc.texts[-1][1].decode("utf-16-be") == "Привет ⚽"


@pytest.mark.parametrize(
    ("status", "state", "hard", "blame"),
    [(0x58, "retry", False, ""), (0x14, "retry", False, ""), (0x0B, "failed", True, "address"),
     (0x45, "failed", False, ""), (0x0A, "retry", False, "server")],
)  # fmt: skip
def test_a_refusal_says_whether_a_later_try_helps(smsc, carrier, status, state, hard, blame):
    smsc.refuse = [status]
    out = carrier.carry([parcel(), parcel(number=2)], at=NOW)
    assert (out[0].state, out[0].hard, out[0].blame, out[0].code) == (state, hard, blame, f"0x{status:02x}")
    assert out[1].state == "handed_off"


def test_a_line_that_breaks_before_the_answer_is_unknown_and_the_next_goes_over_a_new_one(smsc, carrier):
    smsc.refuse = [None]
    assert [o.state for o in carrier.carry([parcel(), parcel(number=2)], at=NOW)] == ["unknown", "handed_off"]


def test_a_long_text_of_which_a_part_was_taken_is_never_sent_again_on_a_guess(smsc, carrier):
    smsc.refuse = [0, 0x58]
    assert carrier.carry([parcel("x" * 400)], at=NOW)[0].state == "unknown"


def test_a_refused_account_and_a_closed_port_cost_no_message_anything(smsc, way):
    smsc.bind_status = 0x0E
    out = smpp.open(way).carry([parcel()], at=NOW)[0]
    assert (out.state, out.blame) == ("retry", "server")
    smsc.close()
    out = smpp.open(way).carry([parcel()], at=NOW)[0]
    assert (out.state, out.blame) == ("retry", "server")


class Pdu:
    def __init__(self, text, esm=0, coding=0):
        self.short_message, self.esm_class, self.data_coding = text, esm, coding
        self.source_addr, self.sequence = b"447700900123", 5


def test_receipts_say_delivered_or_bounced_and_steps_on_the_way_nothing():
    done = b"id:17 sub:001 dlvrd:001 submit date:2609211413 done date:2609211413 stat:%s err:001 text:Hello"
    found = listening.returned(7, Pdu(done % b"DELIVRD", esm=4), at=NOW)
    assert (found.kind, found.external_id) == ("delivered", "17")
    assert listening.returned(7, Pdu(done % b"UNDELIV", esm=4), at=NOW).kind == "bounced"
    assert listening.returned(7, Pdu(done % b"ENROUTE", esm=4), at=NOW) is None


@pytest.mark.parametrize(
    ("text", "coding", "kind"),
    [(b"STOP", 0, "stop"), (b" Stop. ", 0, "stop"), ("arrêt".encode("latin-1"), 3, "stop"), (b"start", 0, "start"),
     ("Стоп ли это?".encode("utf-16-be"), 8, "replied"), (b"stop by on Monday?", 0, "replied")],
)  # fmt: skip
def test_replies_are_told_from_stop_and_start(text, coding, kind):
    found = listening.returned(7, Pdu(text, coding=coding), at=NOW)
    assert (found.kind, found.address) == (kind, "+447700900123")


def test_what_comes_is_confirmed_only_after_it_was_stored(smsc, way, monkeypatch):
    smsc.to_deliver = [deliver(b"447700900123", b"STOP"), deliver(b"447700900124", b"Do you have size 9?")]
    stored = []
    monkeypatch.setattr(
        listening, "note_feedback", lambda items, at: stored.append((items[0].kind, list(smsc.answers)))
    )
    listening._look(way)
    while len(stored) < 2:  # the test's time limit ends a wait in vain
        select.select([listening._clients[7]._socket], [], [])
        listening._look(way)
    smpp.hang_up(listening._clients.pop(7))
    assert [kind for kind, _ in stored] == ["stop", "replied"]
    assert stored[0][1] == []
