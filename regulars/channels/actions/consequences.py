"""What follows from news about messages: suppressions, withdrawn consents, pauses."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from django.db.models import Count, Sum

from regulars.channels.actions.suppressing import put_suppressions
from regulars.channels.models import Campaign, Feedback, Server, Suppression, Tally
from regulars.core import bulk
from regulars.core.clock import DAY, HOUR
from regulars.core.crypto import digest
from regulars.people.actions import record_consent
from regulars.people.queries import still_there
from regulars.team.actions import audit

if TYPE_CHECKING:
    from regulars.channels.actions.feedback import News

SOFT_MOST, SOFT_DAYS = 5, 30  # so many soft bounces in so many days, and the address rests
LOOK_BACK = {"campaign": 7 * DAY, "server": DAY}
AT_LEAST = 100  # messages, before a share means anything
BOUNCES_MOST, COMPLAINTS_MOST = 0.05, 0.003


def draw(news: list[News], at: int) -> None:
    """All consequences, set-based but for consents, which are rare."""
    put_suppressions(_suppressions(news, at), by="system", at=at)
    left = ("complained", "unsubscribed", "stop")
    _withdraw([one for one in news if one.said.kind in left and not one.said.recorded], at)
    _start_again([one for one in news if one.said.kind == "start"], at)
    _pause_what_bounces(news, at)


def _suppressions(news: list[News], at: int) -> list[tuple[str, str, str, str, str]]:
    often = _bounce_often(news, at)
    found = []
    for one in news:
        kind, detail = one.said.kind, one.said.detail[:300]
        if kind == "bounced" and one.said.hard:
            found.append((one.channel, one.address, "hard_bounce", "all", detail))
        elif kind == "bounced" and one.node_id in often:
            found.append((one.channel, one.address, "soft_bounces", "all", detail))
        elif kind == "complained":
            # who calls an answer to their own order spam gets none either
            scope = "all" if one.message and one.message.lane else "marketing"
            found.append((one.channel, one.address, "complaint", scope, detail))
        elif kind == "stop":
            found.append((one.channel, one.address, "stop", "all", detail))
    return found


def _bounce_often(news: list[News], at: int) -> set[int]:
    nodes = {one.node_id for one in news if one.said.kind == "bounced" and not one.said.hard and one.node_id}
    soft = Feedback.objects.filter(node_id__in=nodes, kind="bounced", hard=False, at__gt=at - SOFT_DAYS * DAY)
    counted = soft.values("node_id").annotate(times=Count("id")).filter(times__gte=SOFT_MOST)
    return set(counted.values_list("node_id", flat=True))


def _withdraw(news: list[News], at: int) -> None:
    there = still_there(one.node_id for one in news if one.node_id) if news else set()
    for one in news:
        if one.node_id in there:
            _say(one, "withdrawn", at)


def _say(one: News, state: str, at: int) -> None:
    record_consent(
        node_id=one.node_id,
        purpose="marketing",
        channel=one.channel,
        state=state,
        address=one.address,
        evidence={"kind": one.said.kind, "occasion": one.said.occasion, "message": one.message and one.message.id},
        by="system",
        at=at,
    )


def _start_again(news: list[News], at: int) -> None:
    """START undoes STOP, and nothing else."""
    marks = [digest(one.channel, one.address) for one in news]
    stopped = Suppression.objects.filter(digest__in=marks, reason="stop", lifted_us=None)
    lifted = set(stopped.values_list("digest", flat=True))
    stopped.update(lifted_us=at, lifted_by="system")
    there = still_there(one.node_id for one in news if one.node_id) if lifted else set()
    for one in news:
        if one.node_id in there and digest(one.channel, one.address) in lifted:
            _say(one, "granted", at)


def _pause_what_bounces(news: list[News], at: int) -> None:
    bad: Counter[tuple[str, str]] = Counter()
    for one in news:
        column = {"complained": "complained"}.get(one.said.kind) or ("bounced" if one.said.hard else "")
        if one.message and column:
            bad[f"campaign:{one.message.campaign_id}", column] += 1
            if one.message.server_id:
                bad[f"server:{one.message.server_id}", column] += 1
    rows = {key: (bad[key, "bounced"], bad[key, "complained"]) for key, _ in bad}
    add_tallies([(key, 0, *counts) for key, counts in rows.items()], at)
    for key in sorted(rows):
        _pause_if_bad(key, at)


def add_tallies(rows: list[tuple[str, int, int, int]], at: int) -> None:
    """Add (key, sent, bounced, complained) to the hour's sums."""
    sums = ", ".join(f"{c} = channels_tally.{c} + excluded.{c}" for c in ("sent", "bounced", "complained"))
    bulk.insert(
        Tally,
        ("key", "hour", "sent", "bounced", "complained"),
        [(key, at // HOUR, *counts) for key, *counts in sorted(rows)],
        conflict=f"(key, hour) DO UPDATE SET {sums}",
    )


def _pause_if_bad(key: str, at: int) -> None:
    kind, _, number = key.partition(":")
    since = (at - LOOK_BACK[kind]) // HOUR
    sums = Tally.objects.filter(key=key, hour__gte=since).aggregate(
        sent=Sum("sent"), bounced=Sum("bounced"), complained=Sum("complained")
    )
    sent = sums["sent"] or 0
    why = _too_bad(sent, sums["bounced"], sums["complained"]) if sent >= AT_LEAST else ""
    model = Campaign if kind == "campaign" else Server
    if why and model.objects.filter(id=number, paused_us=None).update(paused_us=at, paused_why=why):
        audit(by="system", act=f"{kind}.pause", object=key, details={"sent": sent, "why": why}, at=at)


def _too_bad(sent: int, bounced: int, complained: int) -> str:
    if bounced / sent > BOUNCES_MOST:
        return f"{bounced} of {sent} messages bounced; more than {BOUNCES_MOST:.0%} harm every later message."
    if complained / sent > COMPLAINTS_MOST and complained > 1:
        return f"{complained} of {sent} messages were marked as spam; more than {COMPLAINTS_MOST:.1%} is too many."
    return ""
