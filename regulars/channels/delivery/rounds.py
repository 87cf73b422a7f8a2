"""One round of delivery: some hundred due messages of a lane, from claiming to the answers."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Sequence

from django.db import InterfaceError, OperationalError, connection, transaction

from regulars.channels.actions.consequences import add_tallies
from regulars.channels.decisions import Decision, Subject
from regulars.channels.delivery import limits
from regulars.channels.delivery.carrying import Flight
from regulars.channels.delivery.claiming import Claimed, Places, campaigns_due, claim, skip_stopped
from regulars.channels.delivery.counting import count_the_ended, count_when_due
from regulars.channels.delivery.gate import is_open
from regulars.channels.delivery.handing import Ruling, Seen, foresee, hand_off, write_rulings
from regulars.channels.delivery.holder import MINE, take_up
from regulars.channels.delivery.pacing import line_of, wait_in_line
from regulars.channels.delivery.rendering import render, sender_of
from regulars.channels.delivery.results import answers, draw_from, learn_pauses, pause_for_sender
from regulars.channels.delivery.ways import Ways
from regulars.channels.models import Campaign, Server
from regulars.channels.providers import From, Parcel
from regulars.core import bulk
from regulars.core.clock import SECOND
from regulars.core.failpoints import declare, failpoint
from regulars.core.prepared import Statement
from regulars.events.again import with_patience

declare("delivery.settled", "delivery.rendered", "delivery.before_hand_off", "delivery.handing_off",
        "delivery.carried", "delivery.before_results", "delivery.results")  # fmt: skip
ROOM = {"bulk": 1000, "transactional": 50}  # messages claimed in a round
BATCH = 50  # two batches are in hand-off at a time: a hundred messages are the most that can become unknown
RENDERED = 250  # messages rendered in one go
LOOK_AFTER = 5.0  # seconds between looks for what dead workers left

Batch = tuple[list[tuple[Claimed, Subject]], dict[int, Parcel]]

_places = Places()
_looked: dict[str, float] = {}
_moving: dict[str, bool] = {}  # whether the last round of a lane found work


def deliver_some(lane: str, at: int) -> bool:
    """One round of a lane; says whether there was work. Killing it anywhere is safe."""
    if not is_open(at, moving=_moving.get(lane, True)):  # who begins beats first
        return False
    try:
        _moving[lane] = _round(lane, at, MINE.hold())
        return _moving[lane]
    except BaseException:
        MINE.leave()  # what we hold is for somebody else to judge
        raise


def _round(lane: str, at: int, holder: str) -> bool:
    _look_after(lane, at, holder)
    ways = Ways(lane, at)
    try:
        campaigns = campaigns_due(lane, ways.channels(), at, places=_places)
        left, worked = ROOM[lane], False
        for place, campaign in enumerate(campaigns):
            share = max(1, left // (len(campaigns) - place))
            done = Delivery(campaign, ways, at, holder).some(share)
            left, worked = left - done, worked or done > 0
            if left <= 0:
                break
    finally:
        ways.close()
    return worked


def _look_after(lane: str, at: int, holder: str) -> None:
    if time.monotonic() - _looked.get(lane, -LOOK_AFTER) >= LOOK_AFTER:
        _looked[lane] = time.monotonic()
        take_up(at, but=holder)
        skip_stopped(at)
        count_the_ended(at)


class Delivery:
    """The messages of one campaign in one round."""

    def __init__(self, campaign: Campaign, ways: Ways, at: int, holder: str) -> None:
        self.campaign, self.ways, self.began, self.holder = campaign, ways, at, holder
        self.sent, self._started = Counter[int](), time.monotonic()

    @property
    def at(self) -> int:
        """The time of the round, moved on by what has passed since: a server may take its time."""
        return self.began + int((time.monotonic() - self._started) * SECOND)

    def some(self, most: int) -> int:
        """Deliver up to `most` messages; returns how many were claimed."""
        sender = sender_of(self.campaign)
        most = self.ways.room(self.campaign.channel, most) if sender else 0
        granted = self._throttled(most)
        claimed = claim(self.campaign, granted, self.began, holder=self.holder, places=_places) if granted else []
        if claimed:
            self._deliver(sender, claimed)
            self._add_up()
        if self.campaign.per_hour:
            limits.give_back(f"campaign:{self.campaign.id}", granted - self.sent.total())
        return len(claimed)

    def _add_up(self) -> None:
        """The sums of the round; killed before, they are a little too small."""
        if self.sent:
            servers = [(f"server:{number}", count, 0, 0) for number, count in self.sent.items()]
            add_tallies([(f"campaign:{self.campaign.id}", self.sent.total(), 0, 0), *servers], self.at)
        count_when_due(self.campaign.id, self.at)

    def _throttled(self, most: int) -> int:
        """Within the messages an hour of the campaign; those of one minute may gather."""
        if not self.campaign.per_hour or not most:
            return most
        rate = limits.Rate(self.campaign.per_hour / 3600, max(1.0, self.campaign.per_hour / 60))
        return limits.take(f"campaign:{self.campaign.id}", rate, most, self.began)

    def _deliver(self, sender: From, claimed: list[Claimed]) -> None:
        seen = foresee(self.campaign, claimed, self.at)
        going = [(message, subject) for message, subject, decision in seen.rows if decision.verdict == "send"]
        self._settle([Ruling(message, decision) for message, _, decision in seen.rows if decision.verdict != "send"])
        self._fly(seen, self._rendered(sender, going))

    def _rendered(self, sender: From, going: list[tuple[Claimed, Subject]]) -> Iterator[Batch]:
        """Some hundred at a time, while those before are on their way."""
        for start in range(0, len(going), RENDERED):
            some = going[start : start + RENDERED]
            parcels, errors = render(self.campaign, sender, some)
            self._settle([Ruling(m, _cannot_render(errors[m.id])) for m, _ in some if m.id in errors])
            failpoint("delivery.rendered")
            for batch in _batches([(m, s) for m, s in some if m.id in parcels]):
                yield batch, {message.id: parcels.pop(message.id) for message, _ in batch}

    def _settle(self, rulings: Sequence[Ruling]) -> None:
        if rulings:
            write_rulings(rulings, self.at, holder=self.holder)
            failpoint("delivery.settled")

    def _fly(self, seen: Seen, batches: Iterator[Batch]) -> None:
        """While one batch is with the other side, the next is decided on and the answers to the last are written."""
        air: Flight | None = None
        landed: Flight | None = None
        try:
            for batch, parcels in batches:
                flight = self._hand_off(seen, batch, parcels, landed)
                landed = None
                if air:
                    landed, air = self._land(air), None
                air = flight.start(self.at) if flight else None
        finally:
            for flight in (landed, air):
                if flight:
                    self._note(self._land(flight))

    def _hand_off(
        self, seen: Seen, batch: list[tuple[Claimed, Subject]], parcels: dict[int, Parcel], landed: Flight | None
    ) -> Flight | None:
        """One transaction: the answers of the batch before, the decisions on this one."""
        wanted, servers = self._with_servers(batch, parcels)
        addresses = with_patience(lambda: self._commit(seen, wanted, landed))
        if wanted:
            failpoint("delivery.handing_off")
        chosen = {message.id: server for message, _, server in wanted if message.id in addresses}
        if not chosen:
            return None
        boxes: dict[int, list[Parcel]] = {}
        for number, server in chosen.items():
            boxes.setdefault(server, []).append(_to(parcels.pop(number), addresses[number]))
        messages = {message.id: message for message, _ in batch if message.id in chosen}
        lines = {n: (f"server:{s}", line_of(servers[s], addresses[n])) for n, s in chosen.items()}
        return Flight(messages, chosen, lines, boxes, servers)

    def _commit(
        self, seen: Seen, wanted: list[tuple[Claimed, Subject, int]], landed: Flight | None
    ) -> dict[int, str]:
        with transaction.atomic():
            addresses, along = {}, [self._answers(landed)] if landed else []
            if wanted:
                addresses = hand_off(self.campaign, seen, wanted, self.at, holder=self.holder, along=along)
            else:
                bulk.together(along)
            if landed:
                self._draw_from(landed)
            failpoint("delivery.before_hand_off")
        return addresses

    def _land(self, flight: Flight) -> Flight:
        """Wait for the answers and learn from them."""
        outcomes = flight.wait()
        failpoint("delivery.carried")
        self.sent.update(flight.servers_of[o.message_id] for o in outcomes if o.state == "handed_off")
        for key in learn_pauses(outcomes, flight.lines, self.ways.refusing, self.at):
            self.ways.servers.pop(int(key.removeprefix("server:")), None)
        return flight

    def _answers(self, flight: Flight) -> Statement:
        return answers(flight.messages, flight.outcomes, self.at, holder=self.holder)

    def _draw_from(self, flight: Flight) -> None:
        draw_from(flight.messages, flight.outcomes, self.at)
        pause_for_sender(self.campaign, flight.outcomes, self.at)

    def _note(self, flight: Flight) -> None:
        """Write answers that no other transaction takes along; the database may be away for a moment."""
        for pause in (1, 2, 4, 8, None):
            try:
                with transaction.atomic():
                    bulk.together([self._answers(flight)])
                    self._draw_from(flight)
                    failpoint("delivery.before_results")
                break
            except (OperationalError, InterfaceError):
                if pause is None or connection.in_atomic_block:
                    raise
                connection.close()
                time.sleep(pause)
        failpoint("delivery.results")

    def _with_servers(
        self, batch: list[tuple[Claimed, Subject]], parcels: dict[int, Parcel]
    ) -> tuple[list[tuple[Claimed, Subject, int]], dict[int, Server]]:
        """Each message with its server; those whose domain has no room now are put off."""
        chosen = [(m, s, self.ways.choose(self.campaign.channel)) for m, s in batch]
        late = [Ruling(m, Decision("wait", "again", self.at, {})) for m, _, server in chosen if server is None]
        wanted = [(m, s, server) for m, s, server in chosen if server is not None]
        later = wait_in_line([(m, parcels[m.id].to, server) for m, _, server in wanted], self.ways, self.at)
        self._settle([*late, *later])
        put_off = {ruling.message.id for ruling in later}
        going = [(m, s, server.id) for m, s, server in wanted if m.id not in put_off]
        return going, {server.id: server for _, _, server in wanted}


def _cannot_render(why: str) -> Decision:
    return Decision("skip", "cannot_render", None, {"error": why})


def _to(parcel: Parcel, address: str) -> Parcel:
    """To the address that was decided on, should it have changed since rendering."""
    if parcel.to == address:
        return parcel
    from dataclasses import replace

    return replace(parcel, to=address)


def _batches(going: list[tuple[Claimed, Subject]]) -> Iterator[list[tuple[Claimed, Subject]]]:
    """At most fifty, and nobody twice in one: the second message must see the slot the first one took."""
    while going:
        batch: dict[int, tuple[Claimed, Subject]] = {}
        rest = []
        for message, subject in going:
            if len(batch) < BATCH and subject.person_id not in batch:
                batch[subject.person_id] = (message, subject)
            else:
                rest.append((message, subject))
        yield list(batch.values())
        going = rest
