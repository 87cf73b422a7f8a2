"""The servers that may carry messages now, how many each, and their connections, kept by this process."""

from __future__ import annotations

import json
import logging
import random
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from regulars.channels import providers
from regulars.channels.delivery import limits
from regulars.channels.models import Server
from regulars.channels.providers import Carrier, Outcome, Parcel, Way
from regulars.core.crypto import decrypt

log = logging.getLogger(__name__)
BROKEN = "The program itself failed while it spoke with the server; see its log."
_carriers: dict[int, tuple[tuple, Carrier]] = {}


def rate_of(server: Server) -> limits.Rate:
    """Tokens of one second may gather."""
    return limits.Rate(server.per_second, max(1.0, server.per_second))


class Ways:
    """The servers open to a lane for one round, with how many messages each may still take."""

    def __init__(self, lane: str, at: int) -> None:
        self.refusing, self.closed = limits.resting(at)
        servers = [s for s in Server.objects.filter(paused_us=None) if lane in s.lanes.split(",")]
        self.servers = {s.id: s for s in servers if f"server:{s.id}" not in self.closed}
        self.lane, self.at = lane, at
        self.left: dict[int, float] = {}

    def channels(self) -> list[str]:
        """The channels there is a way for."""
        return sorted({server.channel for server in self.servers.values()})

    def room(self, channel: str, most: int) -> int:
        """How many messages may go now, up to `most`. What is not used goes back with `close`."""
        mine = [s for s in self.servers.values() if s.channel == channel]
        for server in mine:
            if server.per_second is None:
                self.left[server.id] = float("inf")
            elif server.id not in self.left:
                # people wait for what is transactional: it may borrow from the next second
                ahead = server.per_second if self.lane == "transactional" else 0.0
                self.left[server.id] = limits.take(f"server:{server.id}", rate_of(server), most, self.at, ahead=ahead)
        return int(min(most, sum(self.left[server.id] for server in mine)))

    def choose(self, channel: str) -> Server | None:
        """A server by weight among those that have room; None when all are full."""
        mine = [s for s in self.servers.values() if s.channel == channel and self.left.get(s.id, 0) >= 1]
        if not mine:
            return None
        weights = [max(s.weight, 0) for s in mine]
        found = random.choices(mine, weights if any(weights) else None)[0]
        self.left[found.id] -= 1
        return found

    def close(self) -> None:
        """Give back what was not used."""
        for number, left in self.left.items():
            if 0 < left < float("inf"):
                limits.give_back(f"server:{number}", int(left))


def carry(parcels: dict[int, list[Parcel]], servers: dict[int, Server], at: int) -> list[Outcome]:
    """Hand parcels, by server, to the other side; an outcome for each. Several servers work side by side."""
    if len(parcels) == 1:
        ((number, theirs),) = parcels.items()
        return _carry(servers[number], theirs, at)
    with ThreadPoolExecutor(max_workers=max(1, len(parcels))) as pool:
        jobs = [pool.submit(_carry, servers[number], theirs, at) for number, theirs in parcels.items()]
        return [outcome for job in jobs for outcome in job.result()]


def _carry(server: Server, parcels: Sequence[Parcel], at: int) -> list[Outcome]:
    wanted = {parcel.message_id for parcel in parcels}
    try:
        found = {o.message_id: o for o in _carrier(server).carry(parcels, at=at) if o.message_id in wanted}
    except Exception:
        log.exception("Server %s failed on a batch", server.id)
        drop(server.id)
        found = {}
    return [found.get(number) or Outcome(number, "unknown", reply=BROKEN) for number in sorted(wanted)]


def _carrier(server: Server) -> Carrier:
    mark = (server.kind, json.dumps(server.settings, sort_keys=True), server.secrets)
    known = _carriers.get(server.id)
    if known and known[0] == mark:
        return known[1]
    drop(server.id)
    secrets = json.loads(decrypt(server.secrets)) if server.secrets else {}
    opened = providers.provider(server.kind).open(Way(server.id, server.kind, server.settings, secrets))
    _carriers[server.id] = (mark, opened)
    return opened


def drop(server_id: int) -> None:
    """Close the connections of a server."""
    known = _carriers.pop(server_id, None)
    if known:
        try:
            known[1].close()
        except Exception:
            log.exception("Server %s could not be left properly", server_id)
