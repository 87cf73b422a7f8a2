"""The loops of delivery: bulk in several processes, what people wait for in a lane of its own."""

from __future__ import annotations

from regulars.channels.delivery.carrying import tune_process
from regulars.channels.delivery.rounds import deliver_some
from regulars.channels.delivery.telling import tell_contacts
from regulars.channels.networks import loops as _networks  # noqa: F401 - reading and saying
from regulars.core.loops import loop


@loop("deliver", lane="bulk", idle=0.5)
def deliver(at: int) -> bool:
    """Deliver broadcasts and journeys."""
    tune_process()
    return deliver_some("bulk", at)


@loop("deliver_now", lane="transactional", idle=0.05)
def deliver_now(at: int) -> bool:
    """Deliver what somebody waits for."""
    tune_process()
    return deliver_some("transactional", at)


@loop("contacts", idle=5)
def tell(at: int) -> bool:
    """Segments and the lake learn who was written to."""
    return tell_contacts(at)
