"""When people are asked by themselves: after an event, on entering a segment, or spread over a wave."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import transaction

from regulars.core.clock import DAY
from regulars.core.locks import exclusive
from regulars.core.log import Reader
from regulars.core.models import Business
from regulars.events.consumers import Entry
from regulars.feedback import triggers
from regulars.feedback.actions.inviting import AT_ONCE, Ask, queue
from regulars.feedback.models import Survey
from regulars.feedback.waves import bounds, chance, wave_at
from regulars.people.queries import person_id_of
from regulars.segments.calendar import business_calendar
from regulars.segments.catalog import catalog_now
from regulars.segments.definition import DefinitionError
from regulars.segments.matching import filter_of, passes
from regulars.segments.queries import News, news, people_in

OLDEST_US = 30 * DAY  # for what happened longer ago nobody is asked
CHANGES = 500


def running(kind: str) -> list[tuple[Survey, triggers.Trigger]]:
    """The surveys that run and start by this kind of trigger."""
    found = Survey.objects.filter(started_us__isnull=False, stopped_us=None).order_by("id")
    both = ((survey, triggers.read(survey.trigger)) for survey in found)
    return [(survey, trigger) for survey, trigger in both if trigger.kind == kind]


def drawn(survey: Survey, items: Iterable[tuple[int, int, str]]) -> list[Ask]:
    """Those of (person, when, occasion) whom chance draws in the wave of that moment."""
    zone = Business.load().timezone
    asks = [Ask(person, when, wave_at(survey.wave, when, zone), occasion) for person, when, occasion in items]
    return [ask for ask in asks if chance(survey.id, ask.wave, ask.person_id) < survey.share]


# --- after an event


def ask_after_events(entries: Sequence[Entry], *, at: int) -> None:
    """Queue an invitation per event that a survey waits for. Seeing an event twice asks once."""
    calendar, catalog = business_calendar(), catalog_now()
    for survey, trigger in running("event"):
        try:
            rule = filter_of(trigger.event, trigger.where, catalog)
        except DefinitionError:
            continue
        oldest = max(survey.started_us, at - OLDEST_US)
        heard = [one for one in entries if one.name == trigger.event and one.ts >= oldest]
        heard = [one for one in heard if passes(rule, one.properties, calendar)]
        persons = person_id_of(sorted({one.node_id for one in heard}))
        known = [one for one in heard if one.node_id in persons]
        items = ((persons[one.node_id], one.ts + trigger.after_us, f"event:{one.id}") for one in known)
        queue(survey, drawn(survey, items), at=at)


def awaited_events() -> list[str]:
    """The events some survey waits for."""
    return sorted({trigger.event for _, trigger in running("event")})


# --- on entering a segment


def follow_segments(at: int) -> bool:
    """The next entries of the log of changes. One worker at a time; effects and place commit together."""
    with exclusive("surveys_segments") as mine:
        return mine and _next_changes(at)


def _next_changes(at: int) -> bool:
    reader = Reader("surveys_segments")
    found = news(reader.position(), limit=CHANGES)
    if not found:
        return False
    entered = [one for one in found if one.entered and not one.moved and one.cause != "definition"]
    with transaction.atomic():
        for survey, trigger in running("segment"):
            _ask_who_entered(survey, trigger, entered, at)
        reader.move(found[-1].place)
    return True


def _ask_who_entered(survey: Survey, trigger: triggers.Trigger, found: Sequence[News], at: int) -> None:
    entered = [one for one in found if one.segment_id == trigger.segment and one.at >= survey.started_us]
    persons = person_id_of(sorted({one.person_id for one in entered}))
    items = (
        (persons[one.person_id], one.at + trigger.after_us, f"segment:{one.id}")
        for one in entered
        if one.person_id in persons
    )
    queue(survey, drawn(survey, items), at=at)


# --- in waves


def ask_in_waves(*, at: int) -> int:
    """Queue everybody whose day of the wave comes until tomorrow. Each person has their own day, drawn once, so that
    every week is a fair sample. Doing it twice is doing it once; returns how many are new."""
    return sum(_ask_wave(survey, trigger, at) for survey, trigger in running("wave"))


def _ask_wave(survey: Survey, trigger: triggers.Trigger, at: int) -> int:
    zone, until, asked = Business.load().timezone, at + DAY, 0
    wave = wave_at(survey.wave, at, zone)
    begin, end = bounds(wave, zone)
    begin = max(begin, survey.started_us)
    since = max(begin, survey.planned_us)
    asks = []
    for person in sorted(people_in(trigger.segment)):
        due = begin + int(chance(survey.id, wave, person, "day") * (end - begin))
        if since <= due < until and chance(survey.id, wave, person) < survey.share:
            asks.append(Ask(person, due, wave, "wave"))
    for start in range(0, len(asks), AT_ONCE):
        asked += queue(survey, asks[start : start + AT_ONCE], at=at)
    Survey.objects.filter(id=survey.id).update(planned_us=min(until, end))
    return asked
