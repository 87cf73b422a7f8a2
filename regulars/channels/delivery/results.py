"""The other side's answers: written once, with what follows from them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from regulars.channels.actions.feedback import note_feedback
from regulars.channels.delivery import limits
from regulars.channels.delivery.claiming import Claimed
from regulars.channels.models import Campaign, Contact, Message, State
from regulars.channels.providers import Outcome, Returned
from regulars.core import bulk
from regulars.core.clock import HOUR, MINUTE
from regulars.core.prepared import Statement
from regulars.team.actions import audit

TRIES = 10
OURS = ("server", "sender")  # the set-up's fault: no message pays for it
ENOUGH = 3  # refusals of one domain in a batch, and none accepted: it wants a pause
FIRST_WAIT, LONGEST_WAIT = MINUTE, 4 * HOUR
GAVE_UP = "Given up after {tries} tries: {reply}"
COLUMNS = {"mid": "bigint", "to_state": "bigint", "due": "bigint", "tries": "bigint", "answer": "text",
           "theirs": "text", "handed": "bigint", "ended": "bigint"}  # fmt: skip


def answers(messages: dict[int, Claimed], outcomes: Sequence[Outcome], at: int, *, holder: str) -> Statement:
    """Writes the answers to messages in hand-off. Also to what somebody took for lost meanwhile: now it is known.
    Never over news that came faster. `draw_from` has to follow in the same transaction."""
    table, params = bulk.table(COLUMNS, sorted(_row(messages[o.message_id], o, at) for o in outcomes))
    return (
        f"UPDATE {Message._meta.db_table} SET state = v.to_state, due_us = v.due, attempts = v.tries,"
        " reply = v.answer, external_id = v.theirs, handed_us = v.handed, ended_us = v.ended,"
        " claimed_by = CASE WHEN v.to_state = 0 THEN '' ELSE claimed_by END"
        f" FROM {table} WHERE channels_message.id = v.mid AND state IN (2, 8) AND claimed_by = %s",
        [*params, holder],
    )


def draw_from(messages: dict[int, Claimed], outcomes: Sequence[Outcome], at: int) -> None:
    """What follows from answers that were written: slots of what did not go are free, bounces are noted."""
    hard = [o for o in outcomes if o.state == "failed" and o.hard]
    back = [o.message_id for o in outcomes if o.state == "retry" or (o.state == "failed" and not o.hard)]
    if back:
        Contact.objects.filter(message_id__in=back).delete()
    if hard:
        note_feedback(items=[_bounce(messages[o.message_id], o, at) for o in hard], at=at)


def _row(message: Claimed, outcome: Outcome, at: int) -> tuple:
    reply = f"{outcome.code} {outcome.reply}".strip().replace("\0", "")[:300]
    mark = (outcome.external_id[:120], at)
    match outcome.state:
        case "handed_off":
            return (message.id, int(State.HANDED_OFF), message.due_us, message.attempts + 1, reply, *mark, at)
        case "retry":
            return _later(message, outcome, reply, at)
        case "failed":
            # a dead address bounces: what that entails is the business of note_feedback
            state = State.HANDING_OFF if outcome.hard else State.FAILED
            return (message.id, int(state), message.due_us, message.attempts + 1, reply, *mark, at)
    return (message.id, int(State.UNKNOWN), message.due_us, message.attempts + 1, reply, *mark, at)


def _later(message: Claimed, outcome: Outcome, reply: str, at: int) -> tuple:
    """A refused message comes again later and later; a server's own trouble costs it no attempt."""
    tries = message.attempts + (outcome.blame not in OURS)
    if tries >= TRIES:
        said = GAVE_UP.format(tries=tries, reply=reply)[:300]
        return (message.id, int(State.FAILED), message.due_us, tries, said, "", None, at)
    wait = min(LONGEST_WAIT, FIRST_WAIT * 2 ** max(tries - 1, 0)) if tries > message.attempts else 0
    return (message.id, int(State.PLANNED), at + max(wait, outcome.wait_us), tries, reply, "", None, None)


def pause_for_sender(campaign: Campaign, outcomes: Sequence[Outcome], at: int) -> None:
    """Nobody accepts this sender: marketing waits until somebody has looked. What people wait for is tried again."""
    refused = next((o for o in outcomes if o.blame == "sender"), None)
    if refused is None or campaign.lane == "transactional":
        return
    if Campaign.objects.filter(id=campaign.id, paused_us=None).update(paused_us=at, paused_why=refused.reply[:300]):
        audit(
            by="system", act="campaign.pause", object=f"campaign:{campaign.id}", details={"code": refused.code}, at=at
        )


def _bounce(message: Claimed, outcome: Outcome, at: int) -> Returned:
    said = f"{outcome.code} {outcome.reply}".strip()
    occasion = f"refused:{message.id}:{message.attempts}"
    return Returned("bounced", occasion, at, message_id=message.id, hard=True, detail=said[:300])


def learn_pauses(
    outcomes: Sequence[Outcome], line_of: dict[int, tuple[str, str]], resting: set[str], at: int
) -> None:
    """Servers that cannot, and domains that do not want any more for now, are left in peace for a while.

    `line_of`: {message: (server's bucket, bucket of server and domain)}; `resting`: those that refused before.
    Returns the servers that cannot.
    """
    fine = {key for o in outcomes if o.state == "handed_off" for key in line_of[o.message_id]}
    troubled = [o for o in outcomes if o.state == "retry"]
    unable = {line_of[o.message_id][0] for o in troubled if o.blame == "server"} - fine
    for server in sorted(unable):
        limits.refused(server, "server", at)
    lines = Counter(line_of[o.message_id][1] for o in troubled if o.blame not in OURS)
    for line in sorted(line for line, count in lines.items() if count >= ENOUGH and line not in fine):
        limits.refused(line, "domain", at)
    if resting & fine:
        limits.accepted(resting & fine)
    return unable
