"""Reports and replies by SMPP: one bound receiver per server, read without waiting.

Each unit is answered only after its news is stored, so that the operator sends it again otherwise.
"""

from __future__ import annotations

import logging
import re
import time
from functools import partial

from regulars.channels.actions import note_feedback
from regulars.channels.models import Server
from regulars.channels.providers import Returned, Way, smpp
from regulars.channels.sms.replies import replied
from regulars.channels.views import way_of
from regulars.core.clock import now_us
from regulars.core.loops import loop

log = logging.getLogger(__name__)
RECEIPT = re.compile(rb"id:(\S+).*?stat:(\w+)(?:.*?err:(\w+))?", re.DOTALL)
ENDED = {
    "DELIVRD": "delivered",
    "UNDELIV": "bounced",
    "EXPIRED": "bounced",
    "REJECTD": "bounced",
    "DELETED": "bounced",
}
CODINGS = {3: "latin-1", 8: "utf-16-be"}
ALIVE_S, AGAIN_S = 30.0, 60.0
_clients: dict[int, object] = {}
_due: dict[int, float] = {}


@loop("smpp", idle=2.0)
def listen(at: int) -> bool:
    """One look at every SMPP server that listens; True when something came."""
    servers = Server.objects.filter(kind="smpp", paused_us=None)
    wanted = {server.id: way_of(server) for server in servers if server.settings.get("listen", True)}
    for gone in _clients.keys() - wanted.keys():
        smpp.hang_up(_clients.pop(gone))
    return any([_look(way) for way in wanted.values()])


def _look(way: Way) -> bool:
    from smpplib.exceptions import ConnectionError as Broken
    from smpplib.exceptions import PDUError

    if time.monotonic() < _due.get(way.server_id, 0) and way.server_id not in _clients:
        return False
    came: list[Returned] = []
    try:
        client = _client(way)
        client.set_message_received_handler(partial(_take, way, came))
        client.poll()
        _stay_alive(way.server_id, client)
    except (PDUError, Broken, OSError) as problem:
        log.warning("SMPP server %s: %s; tried again in a minute", way.server_id, problem)
        if client := _clients.pop(way.server_id, None):
            smpp.hang_up(client)
        _due[way.server_id] = time.monotonic() + AGAIN_S
    return bool(came)


def _client(way: Way):
    if way.server_id not in _clients:
        _clients[way.server_id] = smpp.bound(way, receive=True)
    return _clients[way.server_id]


def _stay_alive(server_id: int, client) -> None:
    """Operators hang up on who is silent: ask for a sign of life every half minute."""
    from smpplib.smpp import make_pdu

    if time.monotonic() >= _due.get(server_id, 0):
        client.send_pdu(make_pdu("enquire_link", client=client))
        _due[server_id] = time.monotonic() + ALIVE_S


def _take(way: Way, came: list[Returned], pdu, **_) -> None:
    at = now_us()
    news = returned(way.server_id, pdu, at=at)
    if news:
        note_feedback(items=[news], at=at)
        came.append(news)


def returned(server_id: int, pdu, *, at: int) -> Returned | None:
    """What a deliver_sm says: a receipt (SMPP 3.4 appendix B), or somebody's message. None for a step on the way."""
    body = pdu.short_message or getattr(pdu, "message_payload", b"") or b""
    if pdu.esm_class & 0x3C == 0x04:
        return _receipt(server_id, body, at)
    sender = "+" + pdu.source_addr.decode("ascii", "replace").lstrip("+")
    text = body.decode(CODINGS.get(pdu.data_coding, "latin-1"), "replace")
    reference = f"{sender}:{getattr(pdu, 'user_message_reference', None) or pdu.sequence}:{at // 60_000_000}"
    return replied(kind=f"smpp{server_id}", reference=reference, address=sender, text=text, at=at)


def _receipt(server_id: int, body: bytes, at: int) -> Returned | None:
    found = RECEIPT.search(body)
    kind = ENDED.get(found[2].decode()) if found else None
    if not found or not kind:
        return None
    number, error = found[1].decode("ascii", "replace"), (found[3] or b"").decode()
    return Returned(
        kind=kind, occasion=f"smpp{server_id}:{number}:{kind}"[:120], at=at, external_id=number, detail=error
    )
