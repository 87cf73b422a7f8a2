"""What channels do about the event log: other programs are told what became of messages."""

from __future__ import annotations

from regulars.channels.actions.calling import due, queue_calls
from regulars.channels.actions.suppressing import put_refused
from regulars.channels.jobs import make_due_calls
from regulars.channels.models import Call, Hook
from regulars.core.loops import loop
from regulars.core.signals import on
from regulars.events.consumers import Entry, consumer
from regulars.events.signals import AddressesRefused

TOLD = tuple(
    f"{channel} {word}"
    for channel in ("Email", "SMS")
    for word in ("Delivered", "Opened", "Link Clicked", "Bounced", "Marked as Spam", "Replied")
) + ("Unsubscribed", "Signed Up")


@consumer("hooks", events=TOLD)
def tell_hooks(entries: list[Entry], at: int) -> None:
    """One call per event and address that wants it; the key makes a replay harmless."""
    hooks = list(Hook.objects.all())
    queue_calls(
        [
            Call(
                key=f"hook:{hook.id}:{entry.id}", hook_id=hook.id, url=hook.url, node_id=entry.node_id,
                body=said(entry), due_us=at, created_us=at,
            )
            for entry in entries
            for hook in hooks
            if not hook.kinds or entry.name in hook.kinds
        ]
    )  # fmt: skip


def said(entry: Entry) -> dict:
    """The body of a call: what happened, when, to whom (a number; the API tells more), and the particulars."""
    return {"type": entry.name, "at_us": entry.ts, "node_id": entry.node_id, "data": entry.properties}


@loop("calls", idle=1.0)
def call_out(at: int) -> bool:
    """Have due calls made by the queue, where a slow answer holds up nobody else."""
    if due(at):
        make_due_calls.later()
    return False


@on(AddressesRefused)
def suppress_refused(news: AddressesRefused) -> None:
    """Who unsubscribed or bounced elsewhere is not written to from here."""
    put_refused(news.entries, by=news.by, at=news.at)
