"""After something went wrong: try the failed again, say what became of the unknown."""

from __future__ import annotations

from django.db import transaction

from regulars.channels.actions.errors import CannotSend
from regulars.channels.actions.planning import expiry
from regulars.channels.models import Campaign, Contact, Message, State
from regulars.team.actions import audit


@transaction.atomic
def retry_failed(*, campaign_id: int, by: str, at: int) -> int:
    """Plan the failed messages of a campaign again, and no others, with its present text; returns how many.

    Dead addresses are suppressed and will be skipped. Raises CannotSend for a stopped campaign.
    """
    campaign = Campaign.objects.get(id=campaign_id)
    if campaign.stopped_us is not None:
        raise CannotSend("The campaign was stopped: nothing of it is sent any more.")
    failed = Message.objects.filter(campaign_id=campaign_id, state=State.FAILED)
    count = failed.update(
        state=State.PLANNED,
        due_us=at,
        attempts=0,
        ended_us=None,
        reply="",
        version_id=campaign.version_id,
        expires_us=expiry(campaign, at, at),
    )
    audit(by=by, act="campaign.retry", object=f"campaign:{campaign_id}", details={"messages": count}, at=at)
    return count


@transaction.atomic
def settle_unknown(*, message_id: int, sent: bool, by: str, at: int) -> None:
    """A person says what became of a message nobody knows about: it was sent, or it was not and is planned again.

    Raises CannotSend when it is no longer unknown.
    """
    unknown = Message.objects.filter(id=message_id, state=State.UNKNOWN)
    if sent:
        done = unknown.update(state=State.HANDED_OFF, ended_us=at)
    else:
        done = unknown.update(state=State.PLANNED, due_us=at, ended_us=None, handed_us=None)
        Contact.objects.filter(message_id=message_id).delete()
    if not done:
        raise CannotSend("It is known by now what became of this message; look at it again.")
    audit(by=by, act="message.settle", object=f"message:{message_id}", details={"sent": sent}, at=at)
