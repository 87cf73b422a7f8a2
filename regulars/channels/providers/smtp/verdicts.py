"""What a server's refusal makes of a message: try again, give up, or look at the server's set-up."""

from __future__ import annotations

from regulars.channels.mail.codes import meaning
from regulars.channels.providers import Outcome
from regulars.channels.providers.smtp.line import Reply

MINUTE = 60_000_000
SENDER = "The sender's address is not accepted; look at the sender, not at the server: "


def refused(message_id: int, reply: Reply, stage: str) -> Outcome:
    """The outcome of a reply that is neither yes nor silence. `stage`: mail, rcpt, data or final.

    A refused sender or sign-in is the set-up's fault, and no message fails for it.
    """
    means = meaning(reply.text, code=reply.code)
    ours = (means.blame == "server" or stage == "mail") and means.why != "too_big"
    lasting = reply.code >= 500 and not ours
    sender = reply.code >= 500 and means.why == "sender"
    return Outcome(
        message_id,
        "failed" if lasting else "retry",
        means.status or str(reply.code),
        (SENDER if stage == "mail" or means.why == "sender" else "") + told(reply),
        hard=lasting and means.hard,
        wait_us=0 if lasting else 5 * MINUTE if ours else MINUTE,
        blame="sender" if sender else "server" if ours else means.blame or ("message" if lasting else ""),
    )


def no_service(message_id: int, why: str) -> Outcome:
    """The server could not be reached, or would not talk."""
    return Outcome(message_id, "retry", "", why[:300], wait_us=MINUTE, blame="server")


def told(reply: Reply) -> str:
    """A reply as one line."""
    return f"{reply.code or ''} {reply.text}".strip().replace("\n", " ")[:300]
