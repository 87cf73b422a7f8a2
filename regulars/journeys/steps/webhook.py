"""Call an address of another program, signed and retried by channels."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from regulars.journeys import messages
from regulars.journeys.reading import Reader, TreeError, only, text, title
from regulars.journeys.step import Batch, Moves, Step, all_go

LABEL, SAYS = _("Call a webhook"), _("Tell another program")


class Webhook(Step, frozen=True, kw_only=True):
    """Where to call."""

    url: str


def parse(raw: dict, path: str, reader: Reader) -> Webhook:
    """{"url": "https://example.com/hook"}"""
    only(raw, ("url",), path)
    url = text(raw.get("url"), f"{path}.url", "an address", most=500)
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise TreeError(f"{path}.url", "An address begins with https:// or http://.")
    return Webhook(id=raw["id"], title=title(raw, path), url=url)


def decide(step: Webhook, batch: Batch) -> Moves:
    """At once; the answer is not waited for."""
    return all_go(batch.runs, time=batch.at)


def act(step: Webhook, batch: Batch) -> None:
    """One call per run, unique for ever by "j:<enrolment>:<step>"."""
    messages.call_step(step, batch)
