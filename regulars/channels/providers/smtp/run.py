"""The messages of one `carry`: who is still waiting, and what became of the others."""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable, Sequence

from regulars.channels.mail.addresses import BadAddress
from regulars.channels.mail.compose import Letter
from regulars.channels.providers import Outcome, Parcel
from regulars.channels.providers.smtp.session import Session
from regulars.channels.providers.smtp.verdicts import no_service

TRIES = 3  # connections one message may see in one run


class Run:
    """Gives letters to sessions and collects outcomes: exactly one per parcel, whatever happens."""

    def __init__(
        self, parcels: Sequence[Parcel | Letter], compose: Callable[[Parcel], Letter], *, seconds: float
    ) -> None:
        self.waiting: deque[Parcel | Letter] = deque(parcels)
        self.open = {one.message_id for one in parcels}
        self.outcomes: list[Outcome] = []
        self.compose = compose
        self.until = time.monotonic() + seconds
        self.tries: Counter[int] = Counter()
        self.fault = ""

    def next_letter(self, session: Session) -> Letter | None:
        """The next one this session can carry; those that nothing can carry get their outcome here."""
        while self.waiting and time.monotonic() < self.until:
            parcel = self.waiting.popleft()
            letter = parcel if isinstance(parcel, Letter) else self._composed(parcel)
            if letter is not None and self._fits(letter, session):
                return letter
        return None

    def done(self, outcome: Outcome) -> None:
        self.open.discard(outcome.message_id)
        self.outcomes.append(outcome)

    def put_back(self, letter: Letter, why: str, *, again: bool) -> None:
        """Nothing of it arrived. It waits for another connection, or for another day."""
        self.tries[letter.message_id] += 1
        if again and self.tries[letter.message_id] < TRIES:
            self.waiting.appendleft(letter)
        else:
            self.done(no_service(letter.message_id, why))

    def finish(self) -> list[Outcome]:
        """The outcomes; who still waits is told why."""
        why = self.fault or "The server was too slow; this message was not begun."
        for one in self.waiting:
            self.done(no_service(one.message_id, why))
        self.waiting.clear()
        for number in sorted(self.open):  # a fault of ours in the middle of it: nobody can say how far it came
            self.done(Outcome(number, "unknown", "", f"Sending broke off: {self.fault}"[:300]))
        return self.outcomes

    def _composed(self, parcel: Parcel) -> Letter | None:
        try:
            return self.compose(parcel)
        except BadAddress as bad:
            self.done(Outcome(parcel.message_id, "failed", "5.1.3", str(bad), hard=True, blame="address"))
        except ValueError as wrong:
            self.done(Outcome(parcel.message_id, "retry", "", str(wrong), wait_us=300_000_000, blame="server"))
        except Exception as surprise:  # one message never stops its neighbours
            why = f"It could not be written: {type(surprise).__name__}."
            self.done(Outcome(parcel.message_id, "failed", "5.6.0", why, blame="message"))
        return None

    def _fits(self, letter: Letter, session: Session) -> bool:
        if letter.utf8 and not session.utf8:
            why = f"{session.options.host} cannot carry addresses with such letters (SMTPUTF8)."
            self.done(Outcome(letter.message_id, "failed", "5.6.7", why, blame="address"))
            return False
        if 0 < session.largest < len(letter.content):
            why = f"It has {len(letter.content)} bytes, {session.options.host} takes {session.largest}."
            self.done(Outcome(letter.message_id, "failed", "5.3.4", why, blame="message"))
            return False
        return True
