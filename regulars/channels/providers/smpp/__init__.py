"""SMS by SMPP 3.4, the protocol of the operators. Long texts go in parts; replies and reports come by `listening`."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Sequence

from regulars.channels.providers import Field, Outcome, Parcel, Way
from regulars.core.clock import MINUTE, SECOND

CHANNEL = "sms"
LABEL = "SMPP"
FIELDS = (
    Field("host", "Host", required=True),
    Field("port", "Port", type="number", default="2775", required=True),
    Field("system_id", "System id", required=True),
    Field("password", "Password", type="password"),
    Field("system_type", "System type"),
    Field("listen", "Replies and reports come by this account", type="bool", default="1"),
)
TIMEOUT = 15  # seconds for one answer
# SMPP 3.4 section 5.1.3: what a later try may mend, and what is about us and not about the message
LATER = {0x14, 0x58, 0x61}  # queue full, throttled, scheduling
ADDRESS = {0x0B}  # invalid destination
SERVER = {0x0D, 0x0E, 0x0F, 0x0A, 0x04, 0x05}  # bind failed, password, system id, source, bind state

logging.getLogger("smpplib").setLevel(logging.ERROR)  # it logs every unit in full, addresses included


def open(server: Way) -> Smpp:
    """A carrier for this account. It connects with the first message."""
    return Smpp(server)


class Smpp:
    """One bound connection; each part of a text waits for its answer."""

    def __init__(self, server: Way) -> None:
        self.server, self.client = server, None

    def carry(self, parcels: Sequence[Parcel], *, at: int) -> list[Outcome]:
        """Hand the messages over one by one over the bound connection."""
        return [self._one(parcel) for parcel in parcels]

    def close(self) -> None:
        """Unbind and hang up."""
        client, self.client = self.client, None
        if client is not None:
            hang_up(client)

    def _one(self, parcel: Parcel) -> Outcome:
        from smpplib.exceptions import ConnectionError as Broken
        from smpplib.exceptions import PDUError

        taken: list[str] = []
        waiting = False
        try:
            self.client = self.client or bound(self.server, receive=False)
            for part in parts_of(parcel.text):
                waiting = True
                taken.append(self._submit(parcel, *part))
                waiting = False
            return Outcome(parcel.message_id, "handed_off", external_id=taken[0])
        except PDUError as problem:
            return refused(parcel.message_id, problem, begun=bool(taken))
        except (Broken, OSError) as problem:
            self.close()
            state = "unknown" if waiting or taken else "retry"
            return Outcome(parcel.message_id, state, reply=f"The line broke. {problem}"[:300], blame="server")

    def _submit(self, parcel: Parcel, part: bytes, coding: int, esm: int) -> str:
        """Submit one part and wait for its answer; returns the gateway's number of it."""
        numbers: dict[int, str] = {}
        self.client.set_message_sent_handler(
            lambda pdu, **_: numbers.__setitem__(pdu.sequence, (pdu.message_id or b"").decode("ascii", "replace"))
        )
        asked = self.client.send_message(
            **addresses(parcel), short_message=part, data_coding=coding, esm_class=esm, registered_delivery=True
        )
        while asked.sequence not in numbers:
            self.client.read_once(auto_send_enquire_link=False)
        return numbers[asked.sequence]


def bound(server: Way, *, receive: bool):
    """A connected, bound client of smpplib. Raises its exceptions and OSError."""
    from smpplib.client import Client

    client = Client(server.settings["host"], int(server.settings.get("port") or 2775), timeout=TIMEOUT,
                    allow_unknown_opt_params=True)  # fmt: skip
    client.connect()
    bind = client.bind_receiver if receive else client.bind_transmitter
    bind(
        system_id=server.settings["system_id"],
        password=server.secrets.get("password", ""),
        system_type=server.settings.get("system_type", ""),
    )
    return client


def hang_up(client) -> None:
    """Unbind if the other side still listens."""
    from smpplib.exceptions import ConnectionError as Broken
    from smpplib.exceptions import PDUError

    for farewell in (client.unbind, client.disconnect):
        with contextlib.suppress(PDUError, Broken, OSError, AttributeError):
            farewell()


def parts_of(text: str) -> list[tuple[bytes, int, int]]:
    """(bytes, data coding, esm class) of each part: GSM 7-bit where the text allows it, else UCS-2."""
    from smpplib.gsm import make_parts

    parts, coding, esm = make_parts(text)
    return [(part, coding, esm) for part in parts]


def addresses(parcel: Parcel) -> dict:
    """Source and destination with their types: international numbers lose the plus, names are alphanumeric."""
    from smpplib import consts

    sender = parcel.sender.address
    named = not sender.lstrip("+").isdigit()
    return {
        "source_addr_ton": consts.SMPP_TON_ALNUM if named else consts.SMPP_TON_INTL,
        "source_addr": sender if named else sender.lstrip("+"),
        "dest_addr_ton": consts.SMPP_TON_INTL,
        "dest_addr_npi": consts.SMPP_NPI_ISDN,
        "destination_addr": parcel.to.lstrip("+"),
    }


def refused(message_id: int, problem: Exception, *, begun: bool) -> Outcome:
    """What a refusal means. After a part was taken, trying again would send that part twice: a person decides."""
    status = problem.args[1] if len(problem.args) > 1 else 0
    code, text = f"0x{status:02x}", str(problem.args[0])[:300]
    if begun:
        return Outcome(message_id, "unknown", code, f"Only a part was taken. {text}"[:300])
    if status in LATER:
        return Outcome(message_id, "retry", code, text, wait_us=5 * SECOND)
    if status in SERVER or not status:
        return Outcome(message_id, "retry", code, text, wait_us=MINUTE, blame="server")
    dead = status in ADDRESS
    return Outcome(message_id, "failed", code, text, hard=dead, blame="address" if dead else "")
