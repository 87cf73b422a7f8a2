"""Alerts: told once per rise, with an owner and an outcome; what colleagues say of them tunes the next one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from regulars.core.clock import HOUR
from regulars.core.failpoints import declare, failpoint
from regulars.core.locks import exclusive
from regulars.inbox.actions import close, open_case
from regulars.inbox.kinds import Kind, register
from regulars.social.errors import CannotDo
from regulars.social.listening.baseline import Seen, Usual, rising
from regulars.social.listening.explaining import explain
from regulars.social.listening.loudness import began, seen, usuals
from regulars.social.models import Alert, Topic

declare("social.alerts.before_commit")
ORIGIN = "social:alert:"
LEAST, MOST = 1.5, 6.0  # times the usual
OUTCOMES = {
    "answered": lazy("Answered in public"),
    "mended": lazy("Put right"),
    "passed": lazy("Passed on to who can"),
    "nothing": lazy("Nothing to do"),
    "false": lazy("Nothing rose"),
}
register(
    Kind("alert", lazy("Alert"), OUTCOMES, good=frozenset({"answered", "mended", "passed"}), hours=2)
)  # fmt: skip


def watch(*, at: int) -> list[int]:
    """Look at every topic; gives the alerts that are new. What is told already is only brought up to date."""
    with exclusive("social alerts") as mine:
        topics = Topic.objects.filter(archived_us=None, alerts=True, again_id=None).order_by("id") if mine else []
        by_id = {topic.id: topic for topic in topics}
        now = seen(list(by_id), at=at)
        loud = [number for number, one in now.items() if one.people >= by_id[number].least_people]
        usual = usuals(loud, at=at)
        least = {number: (topic.least_times, topic.least_people) for number, topic in by_id.items()}
        # those of whom hardly anybody speaks are tested too: they are no surprise
        quiet = {number: Usual(1e9, 0.0, "week") for number in by_id if number not in usual}
        risen = rising(now, usual | quiet, least)
        made = [_tell(by_id[number], now[number], usual[number], chance, at) for number, chance in risen.items()]
    return [alert for alert in made if alert]


def _tell(topic: Topic, now: Seen, usual: Usual, chance: float, at: int) -> int | None:
    """A new alert, or None: the one of this rise goes on."""
    since = began(topic.id, usual, at=at)
    why = explain(topic.id, topic.query, since=min(since, at - HOUR), until=at)
    with transaction.atomic():
        last = Alert.objects.select_for_update().filter(topic_id=topic.id).order_by("-raised_us").first()
        if last and last.last_us > at - topic.cool_hours * HOUR:
            _goes_on(last, now, usual, chance, why, at)
            return None
        alert = Alert.objects.create(
            topic_id=topic.id, began_us=since, raised_us=at, last_us=at, people=now.people, usual=usual.people,
            yesterday=now.yesterday or 0, last_week=now.last_week or 0, chance=chance, method=usual.method, why=why,
        )  # fmt: skip
        alert.case_id = _open(topic, alert, at)
        alert.save(update_fields=["case_id"])
        failpoint("social.alerts.before_commit")
    return alert.id


def _goes_on(alert: Alert, now: Seen, usual: Usual, chance: float, why: Mapping[str, Any], at: int) -> None:
    alert.last_us = at
    if now.people > alert.people:
        alert.people, alert.usual, alert.chance = now.people, usual.people, min(chance, alert.chance)
    alert.why = {**why, "since": min(why["since"], alert.why.get("since", at))}
    alert.save(update_fields=["last_us", "people", "usual", "chance", "why"])


def _open(topic: Topic, alert: Alert, at: int) -> int:
    """The case that somebody owns; it tells them."""
    said = {"name": topic.name, "people": alert.people, "usual": round(alert.usual, 1)}
    title = _("“%(name)s” rises: %(people)d people in an hour, usually %(usual)s") % said
    words = ", ".join(f"“{word['phrase']}”" for word in alert.why["words"][:3])
    body = _("New words: %s.") % words if words else _("No words stand out: read what they say.")
    return open_case(
        origin=f"{ORIGIN}{alert.id}", kind="alert", title=title, node_id=None, body=body, owner=topic.owner,
        priority=1, facts={"people": alert.people, "usual": round(alert.usual, 1)}, at=at,
    )  # fmt: skip


@transaction.atomic
def judge_alert(*, alert_id: int, useful: bool, by: str, at: int) -> float:
    """Whether it was worth telling; gives from how many times the usual the topic is told from now on.

    It may be said again, and otherwise: the threshold follows from all that was said of the topic's alerts.
    """
    found = Alert.objects.filter(id=alert_id).first()
    if found is None:
        raise CannotDo(_("This alert is gone."))
    topic = Topic.objects.select_for_update().get(id=found.topic_id)
    Alert.objects.filter(id=alert_id).update(useful=useful, judged_by=by, judged_us=at)
    judged = Alert.objects.filter(topic_id=topic.id, useful__isnull=False).order_by("judged_us", "id")
    topic.least_times = learned((one.people / max(one.usual, 0.1), bool(one.useful)) for one in judged)
    topic.save(update_fields=["least_times"])
    return topic.least_times


def learned(judged: Iterable[tuple[float, bool]]) -> float:
    """The threshold after (times the usual, was it useful?) in order: noise lifts it, at least a quarter of the way
    towards the rise that was noise; what was useful lowers it by a tenth. Always between 1.5 and 6.
    """
    times = LEAST
    for ratio, useful in judged:
        times = times * 0.9 if useful else max(times * 1.25, times * (max(ratio, 1.0) / times) ** 0.25)
        times = min(MOST, max(LEAST, times))
    return round(times, 2)


def close_alert(*, alert_id: int, outcome: str, by: str, at: int) -> None:
    """End its case with one of OUTCOMES. Raises CannotDo for an unknown outcome."""
    alert = Alert.objects.filter(id=alert_id).first()
    if alert is None or alert.case_id is None or outcome not in OUTCOMES:
        raise CannotDo(_("Say what came of it: %s.") % ", ".join(str(words) for words in OUTCOMES.values()))
    close(case_id=alert.case_id, outcome=outcome, by=by, at=at)


def alert_ended(*, origin: str, outcome: str, at: int | None) -> None:
    """Its case was closed, or goes on (at None)."""
    number = origin.removeprefix(ORIGIN)
    if origin.startswith(ORIGIN) and number.isdecimal():
        Alert.objects.filter(id=int(number)).update(outcome=outcome, closed_us=at)
