"""From the queue to messages: rules of rest first, then one budget of contacts shared with all other messages.

Nothing is dropped because somebody was asked or written to lately: it waits its turn, the more important first, until
it is too late to ask.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from django.db import transaction

from regulars.channels.actions import Planned, ensure_campaign, plan, save_topic
from regulars.channels.actions.planning import forecast
from regulars.channels.models import Campaign, Message, Topic
from regulars.content.models import Template, TemplateVersion
from regulars.core import bulk
from regulars.core.clock import DAY
from regulars.feedback.actions.inviting import OPEN_FOR
from regulars.feedback.links import survey_url
from regulars.feedback.models import Invitation, Survey

AT_ONCE = 500
TOPIC = "surveys"
WAITS_US = 14 * DAY  # for a free place in the budget of contacts, once its turn has come
_SAME = (
    "CASE WHEN o.survey_id <> i.survey_id THEN s.rest_days"
    " WHEN i.occasion LIKE 'reask:%%' THEN 0 ELSE s.again_days END"
)
NEXT = f"""
SELECT i.id, i.survey_id, i.node_id, n.person_id, s.stopped_us,
  (SELECT MAX(o.invited_us + {_SAME} * CAST({DAY} AS bigint)) FROM people_node m
   JOIN feedback_invitation o ON o.node_id = m.id AND o.invited_us IS NOT NULL AND o.id <> i.id
   WHERE m.person_id = n.person_id) AS free_us
FROM feedback_invitation i JOIN feedback_survey s ON s.id = i.survey_id LEFT JOIN people_node n ON n.id = i.node_id
WHERE i.invited_us IS NULL AND i.dropped_us IS NULL AND i.due_us <= %s
ORDER BY i.priority DESC, i.due_us, i.id LIMIT {AT_ONCE}
"""  # one question for everybody's turn: who was asked anything lately is not free before that is over


class Waiting(NamedTuple):
    """An invitation whose time has come; `free_us`: when the person has rested."""

    id: int
    survey_id: int
    node_id: int
    person_id: int | None
    stopped_us: int | None
    free_us: int | None


@transaction.atomic
def send_invitations(*, at: int) -> bool:
    """Plan the messages of the next invitations; False when none is due. Killing it anywhere is safe."""
    due = [Waiting(*row) for row in bulk.query(NEXT, [at])]
    if not due:
        return False
    _drop([one.id for one in due if one.person_id is None or one.stopped_us], at, "gone")
    alive = [one for one in due if one.person_id is not None and not one.stopped_us]
    _expire([one.id for one in alive], at)
    ready, later = _sorted_out(alive, at)
    _postpone(later)
    by_survey: dict[int, list[Waiting]] = defaultdict(list)
    for one in ready:
        by_survey[one.survey_id].append(one)
    for survey_id, some in sorted(by_survey.items()):
        _plan(Survey.objects.get(id=survey_id), some, at)
    return True


def _sorted_out(due: Sequence[Waiting], at: int) -> tuple[list[Waiting], list[tuple[int, int]]]:
    """(whose turn it is, [(invitation, when to look again)]): one question per person at a time."""
    ready: dict[int, Waiting] = {}
    later = []
    for one in due:
        if one.free_us is not None and one.free_us > at:
            later.append((one.id, one.free_us))
        elif one.person_id in ready:
            later.append((one.id, at + 1))
        else:
            ready[one.person_id] = one
    return list(ready.values()), later


def _postpone(later: Sequence[tuple[int, int]]) -> None:
    table, params = bulk.table({"id": "bigint", "due": "bigint"}, later)
    if later:
        bulk.execute(
            f"UPDATE feedback_invitation SET due_us = v.due FROM {table} WHERE feedback_invitation.id = v.id", params
        )


def _expire(ids: Sequence[int], at: int) -> None:
    late = Invitation.objects.filter(id__in=ids, expires_us__lte=at)
    late.update(dropped_us=at, why="expired")


def _drop(ids: Sequence[int], at: int, why: str) -> None:
    if ids:
        Invitation.objects.filter(id__in=ids).update(dropped_us=at, why=why[:20])


def _plan(survey: Survey, some: Sequence[Waiting], at: int) -> None:
    """Messages for those whom the rules of channels would let through; the others are dropped with the rule."""
    expired = set(
        Invitation.objects.filter(id__in=[one.id for one in some], dropped_us__isnull=False).values_list(
            "id", flat=True
        )
    )
    campaign = _campaign(survey, at)
    items = {one.id: _message(one, at) for one in some if one.id not in expired}
    said = dict(zip(items, forecast(campaign, list(items.values()), at), strict=True))
    for rule in sorted({answer.rule for answer in said.values() if answer.verdict == "skip"}):
        _drop([id_ for id_, answer in said.items() if answer.verdict == "skip" and answer.rule == rule], at, rule)
    going = {id_: item for id_, item in items.items() if said[id_].verdict != "skip"}
    plan(campaign_id=campaign.id, items=list(going.values()), at=at)
    _note(going, at)


def _message(one: Waiting, at: int) -> Planned:
    return Planned(f"survey:{one.id}", one.person_id, at, {"survey": {"url": survey_url(one.id)}})


def _note(going: dict[int, Planned], at: int) -> None:
    numbers = dict(Message.objects.filter(key__in=[item.key for item in going.values()]).values_list("key", "id"))
    rows = [(id_, numbers[item.key], at + OPEN_FOR) for id_, item in going.items()]
    table, params = bulk.table({"id": "bigint", "message": "bigint", "until": "bigint"}, rows)
    if rows:
        bulk.execute(
            "UPDATE feedback_invitation SET invited_us = %s, message_id = v.message, expires_us = v.until"
            f" FROM {table} WHERE feedback_invitation.id = v.id",
            [at, *params],
        )


def _campaign(survey: Survey, at: int) -> Campaign:
    if not Topic.objects.filter(key=TOPIC).exists():
        save_topic(name="Surveys", description="Now and then, how it was", by="system", at=at)
    template = Template.objects.get(id=survey.template_id)
    version = TemplateVersion.objects.get(template_id=template.id, number=template.version)
    return ensure_campaign(
        origin=f"survey:{survey.id}:{survey.channel}", name=survey.name, channel=survey.channel, topic=TOPIC,
        priority=survey.priority, version_id=version.id, expires_after_us=WAITS_US, at=at,
    )  # fmt: skip


@transaction.atomic
def follow_messages(*, at: int) -> int:
    """Note what became of the messages: arrived, or not sent after all (the person then counts as not asked)."""
    rows = bulk.query(
        "SELECT i.id, m.state, COALESCE(m.ended_us, m.handed_us, %s), m.decision FROM feedback_invitation i"
        " JOIN channels_message m ON m.id = i.message_id WHERE i.message_id IS NOT NULL AND i.delivered_us IS NULL"
        " AND i.dropped_us IS NULL AND m.state IN (3, 4, 5, 6, 7) AND i.invited_us > %s",
        [at, at - OPEN_FOR],
    )
    arrived = [(id_, when) for id_, state, when, _ in rows if state in (3, 4)]
    table, params = bulk.table({"id": "bigint", "at": "bigint"}, arrived)
    if arrived:
        bulk.execute(
            f"UPDATE feedback_invitation SET delivered_us = v.at FROM {table} WHERE feedback_invitation.id = v.id",
            params,
        )
    lost = {id_: _why(state, decision) for id_, state, _, decision in rows if state not in (3, 4)}
    for why in sorted(set(lost.values())):
        some = Invitation.objects.filter(id__in=[id_ for id_, said in lost.items() if said == why])
        some.update(dropped_us=at, invited_us=None, why=why)
    return len(rows)


def _why(state: int, decision: str | dict | None) -> str:
    if state != 7:
        return "bounced" if state == 5 else "failed"
    said = json.loads(decision) if isinstance(decision, str) else decision
    return str((said or {}).get("rule", "skipped"))[:20]
