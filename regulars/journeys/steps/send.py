"""Send a message: it is planned here; whether it goes out is decided by channels at hand-off."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from regulars.journeys import messages
from regulars.journeys.reading import Reader, TreeError, only, title
from regulars.journeys.step import Batch, Moves, Step, all_go

LABEL, SAYS = _("Send a message"), _("An e-mail or SMS from the library")


class Send(Step, frozen=True, kw_only=True):
    """`template` is a content.Template; `sender` who it is from, None for the usual one."""

    template: int
    sender: int | None = None


def parse(raw: dict, path: str, reader: Reader) -> Send:
    """{"template": 12, "sender"?: 3}"""
    only(raw, ("template", "sender"), path)
    template, sender = raw.get("template"), raw.get("sender")
    if not isinstance(template, int) or template < 1:
        raise TreeError(f"{path}.template", "Choose which message to send.")
    if sender is not None and not isinstance(sender, int):
        raise TreeError(f"{path}.sender", "Choose a sender.")
    return Send(id=raw["id"], title=title(raw, path), template=template, sender=sender)


def decide(step: Send, batch: Batch) -> Moves:
    """At once. What goes out sets the run to the real time, so that a standstill never bunches messages."""
    return all_go(batch.runs, time=batch.at)


def act(step: Send, batch: Batch) -> None:
    """One message per run, unique for ever by "j:<enrolment>:<step>"."""
    messages.plan_step(step, batch)
