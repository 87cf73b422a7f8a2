"""What is set up, and how it does: servers with what they carried, suppressed addresses. Read-only."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, Q, Sum

from regulars.channels.actions.suppressing import spelled
from regulars.channels.models import Server, Suppression, Tally
from regulars.channels.providers import provider
from regulars.core.clock import DAY, HOUR
from regulars.core.crypto import digest


@dataclass(frozen=True)
class ServerState:
    """A server with what it handed off, what bounced and what was complained of in the last 24 hours."""

    server: Server
    label: str
    sent: int
    bounced: int
    complained: int


@dataclass(frozen=True)
class SuppressionsPage:
    """Suppressions in force, newest first; `next` is the cursor of the page after."""

    rows: list[Suppression]
    next: str


def servers_overview(*, at: int) -> list[ServerState]:
    """Every server in the order of channel and name."""
    since = (at - DAY) // HOUR
    rows = Tally.objects.filter(key__startswith="server:", hour__gte=since).values("key")
    sums = {row["key"]: row for row in rows.annotate(s=Sum("sent"), b=Sum("bounced"), c=Sum("complained"))}
    return [
        _state(server, sums.get(f"server:{server.id}", {})) for server in Server.objects.order_by("channel", "name")
    ]


def _state(server: Server, sums: dict) -> ServerState:
    return ServerState(server, provider(server.kind).LABEL, sums.get("s", 0), sums.get("b", 0), sums.get("c", 0))


def suppressions_page(*, reason: str = "", query: str = "", after: str = "", limit: int = 50) -> SuppressionsPage:
    """Addresses nothing is sent to. `query` is an address, also one that is only known by its keyed hash."""
    rows = Suppression.objects.filter(lifted_us=None).order_by("-id")
    if reason:
        rows = rows.filter(reason=reason)
    if query:
        rows = rows.filter(Q(digest__in=_digests(query)) | Q(address__startswith=query.lower()))
    if after.isdigit():
        rows = rows.filter(id__lt=int(after))
    found = list(rows[: limit + 1])
    return SuppressionsPage(found[:limit], str(found[limit - 1].id) if len(found) > limit else "")


def suppression_counts() -> Counter[str]:
    """{reason: how many are in force}."""
    rows = Suppression.objects.filter(lifted_us=None).values_list("reason").annotate(n=Count("id"))
    return Counter(dict(rows))


def _digests(query: str) -> list[str]:
    found = []
    for channel in ("email", "sms"):
        try:
            found.append(digest(channel, spelled(channel, query)))
        except ValueError:
            continue
    return found
