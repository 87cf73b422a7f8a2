"""A pool of connections to one server, all driven by one thread: while one waits, the others send."""

from __future__ import annotations

import select
import time
from collections.abc import Generator, Sequence

from regulars.channels.mail.compose import Letter, compose
from regulars.channels.providers import Outcome, Parcel
from regulars.channels.providers.smtp.line import Broken, Waits
from regulars.channels.providers.smtp.options import Options
from regulars.channels.providers.smtp.run import Run
from regulars.channels.providers.smtp.session import Refused, Session
from regulars.channels.providers.smtp.transfer import Closing, Transfer
from regulars.core.home import secret

REMEMBERED = 60.0  # seconds for which a server's “no more connections” is believed


class SmtpCarrier:
    """Carries parcels to one SMTP server. For one thread of one process; connections stay open between calls."""

    def __init__(self, options: Options, *, key: bytes | None = None) -> None:
        self.options = options
        self.key = key if key is not None else return_key()
        self.sessions = [Session(options) for _ in range(options.connections)]
        self._most, self._most_until = options.connections, 0.0

    def carry(self, parcels: Sequence[Parcel], *, at: int) -> list[Outcome]:
        """One outcome per parcel, in any order. `at` (microseconds) is the Date of the messages."""

        def write(parcel: Parcel) -> Letter:
            return compose(parcel, at=at, key=self.key)

        run = Run(parcels, write, seconds=self.options.budget)
        drive([self._work(session, run) for session in self._chosen(len(parcels))])
        return run.finish()

    def relay(self, letters: Sequence[Letter]) -> list[Outcome]:
        """Carry letters that somebody else wrote, as they are."""
        run = Run(letters, lambda letter: letter, seconds=self.options.budget)
        drive([self._work(session, run) for session in self._chosen(len(letters))])
        return run.finish()

    def close(self) -> None:
        """Say goodbye on every connection."""
        for session in self.sessions:
            session.end()

    def _chosen(self, parcels: int) -> list[Session]:
        """As many sessions as there is work for, those that are connected first."""
        for session in self.sessions:
            if session.line.open and session.line.stale():
                session.line.close()
        if time.monotonic() > self._most_until:
            self._most = self.options.connections
        ordered = sorted(self.sessions, key=lambda session: not session.line.open)
        return ordered[: min(parcels, self._most)]

    def _work(self, session: Session, run: Run) -> Waits:
        """One session's part of a run: a connection that dies is replaced, one that cannot even begin is given up."""
        fruitless = 0
        while run.waiting and time.monotonic() < run.until and fruitless < 2:
            try:
                if not session.line.open:
                    yield from session.begin()
                yield from Transfer(session, run).go()
            except Closing as closing:
                session.end()
                fruitless = 0 if session.carried else fruitless + 1
                run.fault = str(closing)
            except (Refused, Broken, TimeoutError) as fault:
                session.end()
                run.fault = (
                    str(fault) or f"{self.options.host} did not answer within {self.options.timeout:.0f} seconds."
                )
                self._remember()
                return
            except Exception as surprise:  # what it carried becomes unknown; the other connections go on
                session.line.close()
                run.fault = f"{type(surprise).__name__}: {surprise}"
                return

    def _remember(self) -> None:
        """Others are connected and this one was not let in: ask for no more than them for a while."""
        alive = sum(session.line.open for session in self.sessions)
        if alive:
            self._most, self._most_until = alive, time.monotonic() + REMEMBERED


def drive(tasks: Sequence[Waits]) -> None:
    """Run generators of `line` side by side until all have ended. What they raise is raised."""
    poll, waiting = select.poll(), {}
    ready: list[tuple[Generator, bool]] = [(task, False) for task in tasks]
    while ready or waiting:
        for task, late in ready:
            try:
                number, mask, deadline = task.throw(TimeoutError()) if late else next(task)
            except StopIteration:
                continue
            poll.register(number, mask)
            waiting[number] = (task, deadline)
        ready = _woken(poll, waiting)


def _woken(poll, waiting: dict[int, tuple[Generator, float]]) -> list[tuple[Generator, bool]]:
    if not waiting:
        return []
    soonest = min(deadline for _, deadline in waiting.values()) - time.monotonic()
    events = poll.poll(max(0, soonest * 1000))
    numbers = [number for number, _ in events]
    late = set()
    if not events:
        now = time.monotonic()
        late = {number for number, (_, deadline) in waiting.items() if deadline <= now}
        numbers = list(late)
    for number in numbers:
        poll.unregister(number)
    return [(waiting.pop(number)[0], number in late) for number in numbers]


def return_key() -> bytes:
    """What seals return paths and Message-IDs of this installation."""
    return bytes.fromhex(secret("returns"))
