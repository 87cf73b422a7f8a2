"""Messages over one session, each group of bytes holding the end of one and the beginning of the next (RFC 2920).

What an interruption means hangs on one question: was the final dot given to the kernel? Before, the server cannot
have the message and it is safe to try again. After, only the answer can tell, and without it nobody knows.
"""

from __future__ import annotations

import re
import time
from collections.abc import Generator

from regulars.channels.mail.compose import Letter
from regulars.channels.providers import Outcome
from regulars.channels.providers.smtp.line import Broken, Reply, Waits
from regulars.channels.providers.smtp.run import Run
from regulars.channels.providers.smtp.session import Session
from regulars.channels.providers.smtp.verdicts import refused, told

ENOUGH = re.compile(r"too many|per (connection|session)|4\.5\.3|4\.7\.0 .*limit", re.IGNORECASE)


class Closing(Exception):
    """This connection is not used again; every letter on it has its outcome, or is back in the queue."""


class Transfer:
    """`offered`: MAIL, RCPT, DATA are on the way. `granted`: the content may come. `dot`: where its last byte is."""

    def __init__(self, session: Session, run: Run) -> None:
        self.session, self.line, self.run = session, session.line, run
        self.offered: Letter | None = None
        self.granted: Letter | None = None
        self.dot = 0

    def go(self) -> Waits:
        """Send as long as the run has letters. Raises Closing when the session is of no more use."""
        try:
            while (yield from self._step()):
                pass
        except TimeoutError:
            patience = self.session.options.timeout
            self._interrupted(f"No answer within {patience:.0f} seconds.", again=False)
        except Broken as error:
            self._interrupted(str(error), again=True)
        except Exception as surprise:  # a fault of ours stops one connection, and no other message
            self._interrupted(f"{type(surprise).__name__}: {surprise}", again=True)

    def _step(self) -> Generator:
        self.offered = self.run.next_letter(self.session)
        if self.offered is None and self.granted is None:
            return False
        written = False
        if self.granted is not None:
            written = yield from self._content()
        if self.offered is not None:
            yield from self._offer(written)
        return True

    def _content(self) -> Generator:
        """The granted letter's content, with the next one's envelope behind it; whether that one was written too."""
        letter, session = self.granted, self.session
        content = _stuffed(letter.content)
        ahead = self._envelope() if self.offered is not None and session.pipelining else b""
        self.dot = self.line.sent + len(content)
        slowly = time.monotonic() + session.options.final_timeout
        yield from self.line.write(content + ahead, slowly)
        reply = yield from self.line.read(slowly)
        self.run.done(_final(letter, reply))
        self.granted, self.dot = None, 0
        session.carried += 1
        if reply.code in (0, 421):
            raise Broken(told(reply))
        return bool(ahead)

    def _offer(self, written: bool) -> Waits:
        """Have MAIL, RCPT and DATA answered: the letter is granted, or refused with its outcome."""
        if self.session.pipelining:
            if not written:
                yield from self.line.write(self._envelope(), self.session.deadline())
            replies = []
            for _ in range(3):
                replies.append((yield from self.line.read(self.session.deadline())))
        else:
            replies = yield from self._one_by_one()
        if self.line.inbox:
            raise Broken("The server says more than it was asked.")
        mail, rcpt, data = replies
        if mail.good and rcpt.good and data.code == 354:
            self.granted, self.offered = self.offered, None
        else:
            yield from self._refusal(mail, rcpt, data)

    def _one_by_one(self) -> Generator:
        replies = [Reply(503, "")] * 3
        for number, command in enumerate(self._envelope().split(b"\r\n")[:-1]):
            replies[number] = yield from self.session.ask(command)
            if replies[number].code // 100 not in (2, 3):
                break
        return replies

    def _refusal(self, mail: Reply, rcpt: Reply, data: Reply) -> Waits:
        stage, reply = _first_refusal(mail, rcpt, data)
        if reply.code in (0, 421) or (self.session.carried and reply.code < 500 and ENOUGH.search(reply.text)):
            raise Broken(told(reply))  # perhaps its limit for one connection: a fresh one tells
        self.run.done(refused(self.offered.message_id, reply, stage))
        self.offered = None
        if data.code == 354:  # nobody is left to get it, but the server waits for a text: an empty one
            yield from self.session.ask(b".")
        reset = yield from self.session.ask(b"RSET")
        if not reset.good:
            raise Broken(told(reset))

    def _envelope(self) -> bytes:
        letter = self.offered
        more = f" SIZE={len(letter.content)}" if "SIZE" in self.session.extensions else ""
        if letter.utf8:
            more += " BODY=8BITMIME SMTPUTF8"
        return f"MAIL FROM:<{letter.mail_from}>{more}\r\nRCPT TO:<{letter.rcpt_to}>\r\nDATA\r\n".encode()

    def _interrupted(self, why: str, *, again: bool) -> None:
        last = self.line.last_words()
        if self.granted is not None:
            if self.dot and self.line.sent >= self.dot:
                missing = f"{why} The message was sent whole, its answer is missing."
                self.run.done(Outcome(self.granted.message_id, "unknown", "", missing[:300]))
            elif last is not None and last.code >= 500:
                self.run.done(refused(self.granted.message_id, last, "final"))
            else:
                self.run.put_back(self.granted, why, again=again)
        if self.offered is not None:
            self.run.put_back(self.offered, why, again=again)
        raise Closing(why) from None


def _first_refusal(mail: Reply, rcpt: Reply, data: Reply) -> tuple[str, Reply]:
    if not mail.good:
        return "mail", mail
    if not rcpt.good:
        return "rcpt", rcpt
    return "data", data


def _stuffed(content: bytes) -> bytes:
    return content.replace(b"\r\n.", b"\r\n..") + b".\r\n"


def _final(letter: Letter, reply: Reply) -> Outcome:
    """The answer to a whole message: this is where responsibility passes."""
    if reply.good:
        return Outcome(letter.message_id, "handed_off", str(reply.code), reply.text[:300])
    if 400 <= reply.code < 600:
        return refused(letter.message_id, reply, "final")
    return Outcome(letter.message_id, "unknown", "", f"This is no answer of SMTP: {told(reply)}"[:300])
