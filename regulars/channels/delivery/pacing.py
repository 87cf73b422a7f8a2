"""Recipient domains with a limit, or that asked for a pause: their messages stand in line."""

from __future__ import annotations

from collections.abc import Sequence

from regulars.channels.decisions import Decision
from regulars.channels.delivery import limits
from regulars.channels.delivery.claiming import Claimed
from regulars.channels.delivery.handing import Ruling
from regulars.channels.delivery.ways import Ways
from regulars.channels.models import Server


def line_of(server: Server, address: str) -> str:
    """The bucket of a domain at a server; SMS have no domain."""
    return f"server:{server.id}:{address.rpartition('@')[2]}"[:300]


def wait_in_line(wanted: Sequence[tuple[Claimed, str, Server]], ways: Ways, at: int) -> list[Ruling]:
    """Rulings for those whose domain takes nothing now: (message, address, server)."""
    turns, rates = [], {}
    for message, address, server in wanted:
        line = line_of(server, address)
        most = server.domain_limits.get(address.rpartition("@")[2])
        if most or line in ways.refusing:
            again = bool(message.decision and message.decision.get("rule") == "limit")
            turns.append(limits.Turn(message.id, line, again))
            if most:
                rates[line] = limits.Rate(most, max(1.0, most))
    later = limits.through(turns, rates, at) if turns else {}
    lines = {turn.mark: turn.key for turn in turns}
    return [
        Ruling(message, Decision("wait", "limit", later[message.id], {"line": lines[message.id]}))
        for message, _, _ in wanted
        if message.id in later
    ]
