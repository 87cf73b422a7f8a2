"""What Northgate listens for; alerts are looked at, most of them with an outcome."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from regulars.core.clock import DAY
from regulars.inbox.actions import CannotDo, close
from regulars.inbox.models import Case
from regulars.social.actions.alerts import judge_alert, watch
from regulars.social.actions.topics import save_topic
from regulars.social.models import Alert, Topic
from regulars.team.models import User

TOPICS: Sequence[Mapping[str, str]] = (
    {"name": "Northgate", "kind": "brand", "query": "northgate OR @northgatesports"},
    {"name": "Calder boots", "kind": "product", "query": "calder AND boot*"},
    {"name": "Soles that come off", "kind": "problem", "query": 'sole* AND (off OR separated OR gone OR apart OR peeled)'},  # noqa: E501
    {"name": "Pitchside", "kind": "competitor", "query": "pitchside"},
    {"name": "Pain from running", "kind": "problem", "query": "(knee OR hurt* OR pain) AND (run* OR road OR shoe*)"},
    {"name": "Where do I get ...", "kind": "problem", "query": '"where do I get" OR "recommend*" OR "any tips" OR "help"'},  # noqa: E501
)  # fmt: skip


def make(*, at: int) -> None:
    """The topics. Idempotent."""
    tom = User.objects.get(name="Tom Whitford")
    known = set(Topic.objects.values_list("name", flat=True))
    for one in TOPICS:
        if one["name"] not in known:
            save_topic(**one, by=tom.by, at=at, owner=tom.by, least_people=4)


def look(*, at: int) -> None:
    """What rises is told; two days later somebody says what came of it."""
    watch(at=at)
    for alert in Alert.objects.filter(raised_us__lt=at - 2 * DAY, case_id__isnull=False):
        case = Case.objects.filter(id=alert.case_id, closed_us=None).first()
        if case is None:
            continue
        soles = "sole" in str(alert.why).lower() or "calder" in str(alert.why).lower()
        try:
            close(case_id=case.id, outcome="answered" if soles else "nothing", by=alert_owner(case), at=at)
            judge_alert(alert_id=alert.id, useful=soles, by=alert_owner(case), at=at)
        except CannotDo:
            continue


def alert_owner(case: Case) -> str:
    """Who looks at it."""
    return case.owner or User.objects.get(name="Tom Whitford").by
