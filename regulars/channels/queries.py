"""What can be asked about messages: why each went or did not, to whom, how many, and how much people hear from us."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q

from regulars.channels.actions.suppressing import spelled
from regulars.channels.delivery.counting import counted
from regulars.channels.explaining import sentences
from regulars.channels.models import Campaign, Contact, Feedback, Gate, Message, Server, State, Suppression
from regulars.channels.seldom import seldom
from regulars.core import bulk
from regulars.core.clock import DAY, SECOND
from regulars.core.crypto import digest
from regulars.people.queries import nodes_of, person_id_of

FRESH = 10 * SECOND


@dataclass(frozen=True)
class Why:
    """Why a message went or did not: sentences for people, and the numbers they stand on.

    `told`: what was decided in the end; `foretold`: what the rules said when it was planned; None: not asked yet.
    """

    message: Message
    campaign: Campaign
    person_id: int | None
    told: list[str]
    foretold: list[str]
    decision: dict[str, Any] | None
    forecast: dict[str, Any] | None
    feedback: list[Feedback] = field(default_factory=list)


@dataclass(frozen=True)
class Page:
    """Rows, and where the next page begins (None on the last)."""

    rows: list[Any]
    after: str | None


def why(message_id: int) -> Why:
    """The whole story of one message. Raises Message.DoesNotExist."""
    message = Message.objects.get(id=message_id)
    campaign = Campaign.objects.get(id=message.campaign_id)
    rivals = Campaign.objects.in_bulk(
        {said["rival_campaign"] for said in (message.decision, message.forecast) if said and "rival_campaign" in said}
    )
    return Why(
        message,
        campaign,
        person_id_of([message.node_id]).get(message.node_id),
        sentences(message, message.decision, rivals),
        sentences(message, message.forecast, rivals, foretold=True) if message.forecast else [],
        message.decision,
        message.forecast,
        list(Feedback.objects.filter(message_id=message_id).order_by("at", "id")),
    )


def messages_page(
    *, campaign_id: int | None = None, state: State | None = None, rule: str = "", after: str = "", limit: int = 50
) -> Page:
    """Messages by number, newest first; of a campaign, in a state, by the rule that decided."""
    rows = Message.objects.order_by("-id")
    if campaign_id is not None:
        rows = rows.filter(campaign_id=campaign_id)
    if state is not None:
        rows = rows.filter(state=state)
    if rule:
        rows = rows.filter(decision__rule=rule)
    if after:
        rows = rows.filter(id__lt=_place(after))
    return _page(rows, limit)


def of_person(person_id: int, *, after: str = "", limit: int = 50) -> Page:
    """What was meant for a person, sent or not, newest first: over all records they are made of."""
    rows = Message.objects.filter(node_id__in=nodes_of([person_id]).get(person_id, [])).order_by("-id")
    return _page(rows.filter(id__lt=_place(after)) if after else rows, limit)


def _page(rows: Any, limit: int) -> Page:
    found = list(rows[: limit + 1])
    return Page(found[:limit], str(found[limit - 1].id) if len(found) > limit else None)


def _place(after: str) -> int:
    if not (after.isascii() and after.isdigit() and len(after) < 19):
        raise ValueError("This cursor is damaged: start at the first page.")
    return int(after)


def counts(campaign_id: int, *, at: int) -> dict[str, int]:
    """{state: messages}, a few seconds old at most while it is moving."""
    campaign = Campaign.objects.get(id=campaign_id)
    if campaign.counted_us is not None and at - campaign.counted_us < FRESH and campaign.counts.get("planned"):
        return campaign.counts
    return seldom(f"counts:{campaign_id}", lambda: counted(campaign_id))


def skipped(campaign_id: int) -> dict[str, int]:
    """{rule: messages} of those that did not go; where they are very many, up to a minute old."""
    return seldom(f"skipped:{campaign_id}", lambda: _skipped(campaign_id))


def _skipped(campaign_id: int) -> dict[str, int]:
    rows = bulk.query(
        f"SELECT {_json('decision', 'rule')}, count(*) FROM channels_message WHERE campaign_id = %s AND state = 7"
        " GROUP BY 1 ORDER BY 2 DESC",
        [campaign_id],
    )
    return dict(rows)


def _json(column: str, key: str) -> str:
    from django.db import connection

    return f"{column} ->> '{key}'" if connection.vendor == "postgresql" else f"json_extract({column}, '$.{key}')"


@dataclass(frozen=True)
class Pressure:
    """How many people had so many contacts in the days, and how many of those unsubscribed or complained then."""

    contacts: int
    people: int
    left: int


def pressure(*, at: int, days: int = 30, most: int = 10) -> list[Pressure]:
    """People by number of marketing messages over all channels; `most` and more are one line."""
    since = at - days * DAY
    rows = bulk.query(
        "SELECT CASE WHEN c.n > %s THEN %s ELSE c.n END AS contacts, count(*), count(f.person_id)"
        " FROM (SELECT n.person_id, count(*) AS n FROM channels_contact c JOIN people_node n ON n.id = c.node_id"
        " WHERE c.at > %s AND n.person_id IS NOT NULL GROUP BY n.person_id) AS c"
        " LEFT JOIN (SELECT DISTINCT n.person_id FROM channels_feedback f JOIN people_node n ON n.id = f.node_id"
        " WHERE f.kind IN ('unsubscribed', 'complained', 'stop') AND f.at > %s) AS f ON f.person_id = c.person_id"
        " GROUP BY 1 ORDER BY 1",
        [most, most, since, since],
    )
    return [Pressure(*row) for row in rows]


def contacts_of(person_id: int, *, at: int, days: int = 30) -> int:
    """Marketing messages to a person in so many days, over all channels."""
    nodes = nodes_of([person_id]).get(person_id, [])
    return Contact.objects.filter(node_id__in=nodes, at__gt=at - days * DAY, at__lte=at).count()


def suppressions_page(
    *, channel: str = "", reason: str = "", query: str = "", after: str = "", limit: int = 50
) -> Page:
    """Addresses in force, newest first. `query`: an address (or its beginning), also one known only by its hash."""
    rows = Suppression.objects.filter(lifted_us=None).order_by("-id")
    if channel:
        rows = rows.filter(channel=channel)
    if reason:
        rows = rows.filter(reason=reason)
    if query:
        rows = rows.filter(Q(digest__in=_digests(query)) | Q(address__startswith=query.lower()))
    return _page(rows.filter(id__lt=_place(after)) if after else rows, limit)


def suppression_counts() -> dict[str, int]:
    """{reason: how many are in force}."""
    rows = Suppression.objects.filter(lifted_us=None).values_list("reason")
    return dict(rows.annotate(n=Count("id")))


def _digests(query: str) -> list[str]:
    found = []
    for channel in ("email", "sms"):
        with suppress(ValueError):
            found.append(digest(channel, spelled(channel, query)))
    return found


def unknown_messages(*, limit: int = 100) -> Sequence[Message]:
    """Messages of which nobody knows whether they arrived, oldest first: a person may settle them."""
    return list(Message.objects.filter(state=State.UNKNOWN).order_by("id")[:limit])


def gate() -> Gate:
    """Whether anything may leave the house, and why not."""
    return Gate.objects.filter(id=1).first() or Gate(id=1)


@dataclass(frozen=True)
class ServerState:
    """A server and how it is doing: waiting until (after refusals), messages of the last 24 hours."""

    server: Server
    waits_until_us: int | None
    sent: int
    bounced: int
    complained: int


def servers(*, at: int) -> list[ServerState]:
    """Every way out."""
    from django.db.models import Sum

    from regulars.channels.models import Bucket, Tally
    from regulars.core.clock import HOUR

    closed = dict(Bucket.objects.filter(closed_us__gt=at).values_list("key", "closed_us"))
    recent = Tally.objects.filter(hour__gte=(at - DAY) // HOUR, key__startswith="server:").values("key")
    sums = {row["key"]: row for row in recent.annotate(s=Sum("sent"), b=Sum("bounced"), c=Sum("complained"))}
    none = {"s": 0, "b": 0, "c": 0}
    return [
        ServerState(server, closed.get(key := f"server:{server.id}"), *(sums.get(key, none)[k] for k in "sbc"))
        for server in Server.objects.order_by("channel", "name")
    ]
