"""Alerts: told once per rise, with an owner and an outcome; what colleagues say of them tunes the next one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from regulars.core.clock import HOUR, WEEK
from regulars.core.failpoints import declare, failpoint
from regulars.core.locks import exclusive
from regulars.inbox.actions import close, open_case
from regulars.inbox.kinds import Kind, register
from regulars.social.errors import CannotDo
from regulars.social.listening.baseline import Seen, Usual, chance, rising
from regulars.social.listening.explaining import explain
from regulars.social.listening.loudness import began, seen, seen_by_day, usual_days, usuals
from regulars.social.models import Alert, Topic

declare("social.alerts.before_commit")
ORIGIN = "social:alert:"
LEAST, MOST = 1.5, 6.0  # times the usual
STILL = 0.01  # chance below which a rise goes on
COLD, LONGEST = WEEK, WEEK  # no cool-down is longer; what began longer ago explains nothing
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
        now, usual = _looked(by_id, at)
        # those of whom hardly anybody speaks are tested too: they are no surprise
        quiet = {key: Usual(1e9, 0.0, "week") for key in now if key not in usual}
        least = {key: (by_id[key[0]].least_times, by_id[key[0]].least_people) for key in now}
        risen = rising(now, usual | quiet, least)
        lately = _lately(by_id, at)
        for number, alert in lately.items():
            _follow(alert, by_id[number], now, usual, at)
        first = {key[0]: key for key in sorted(risen, reverse=True)}  # the hour says more than the day
        new = [(by_id[n], key) for n, key in sorted(first.items()) if n not in lately]
        return [_tell(topic, key[1], now[key], usual[key], risen[key], at) for topic, key in new]


Window = tuple[int, int]  # topic, hours


def _looked(topics: Mapping[int, Topic], at: int) -> tuple[dict[Window, Seen], dict[Window, Usual]]:
    """What is seen of each topic in the last hour and day, and what is usual where enough people spoke."""
    now: dict[Window, Seen] = {}
    usual: dict[Window, Usual] = {}
    for hours, see, expect in ((1, seen, usuals), (24, seen_by_day, usual_days)):
        found = see(list(topics), at=at)
        loud = [number for number, one in found.items() if one.people >= topics[number].least_people]
        now |= {(number, hours): one for number, one in found.items()}
        usual |= {(number, hours): one for number, one in expect(loud, at=at).items()}
    return now, usual


def _lately(topics: Mapping[int, Topic], at: int) -> dict[int, Alert]:
    """{topic: its last alert} of those that are silent because of it."""
    found = {
        one.topic_id: one for one in Alert.objects.filter(topic_id__in=topics, last_us__gt=at - COLD).order_by("id")
    }
    return {n: one for n, one in found.items() if one.last_us > at - max(topics[n].cool_hours, one.hours) * HOUR}


def _follow(alert: Alert, topic: Topic, now: Mapping[Window, Seen], usual: Mapping[Window, Usual], at: int) -> None:
    """It goes on while more people speak than chance and the threshold explain, whatever yesterday was like."""
    key = (topic.id, alert.hours)
    if key not in usual or now[key].people < topic.least_times * usual[key].people:
        return
    odds = chance(now[key].people, usual[key])
    if odds > STILL:
        return
    more = now[key].people > alert.people
    alert.last_us = at
    if more:
        alert.people, alert.usual, alert.chance = now[key].people, usual[key].people, min(odds, alert.chance)
        alert.why = explain(topic.id, topic.query, since=max(alert.began_us - 1, at - LONGEST), until=at)
    alert.save(update_fields=["last_us", "people", "usual", "chance", "why"])


def _tell(topic: Topic, hours: int, now: Seen, usual: Usual, odds: float, at: int) -> int:
    """A new alert with its case."""
    since = began(topic.id, usual, hours=hours, at=at)
    why = explain(topic.id, topic.query, since=min(since - 1, at - hours * HOUR), until=at)
    with transaction.atomic():
        alert = Alert.objects.create(
            topic_id=topic.id, began_us=since, raised_us=at, last_us=at, hours=hours, people=now.people,
            usual=usual.people, yesterday=now.yesterday or 0, last_week=now.last_week or 0, chance=odds,
            method=usual.method, why=why,
        )  # fmt: skip
        alert.case_id = _open(topic, alert, at)
        alert.save(update_fields=["case_id"])
        failpoint("social.alerts.before_commit")
    return alert.id


def _open(topic: Topic, alert: Alert, at: int) -> int:
    """The case that somebody owns; it tells them."""
    said = {"name": topic.name, "people": alert.people, "usual": round(alert.usual, 1)}
    title = (
        _("“%(name)s” rises: %(people)d people in an hour, usually %(usual)s") % said
        if alert.hours == 1
        else _("“%(name)s” rises: %(people)d people in a day, usually %(usual)s") % said
    )
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
