"""Asking people: invitations wait in a queue until the rules of rest let them go, see sending.py."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from django.db import transaction

from regulars.core import bulk
from regulars.core.clock import DAY
from regulars.core.jobs import job
from regulars.core.models import Business
from regulars.feedback.errors import CannotDo
from regulars.feedback.models import Invitation, Survey
from regulars.feedback.traits import Traits, traits_of
from regulars.feedback.waves import chance, wave_at
from regulars.people.queries import person_id_of
from regulars.segments.queries import people_in

COLUMNS = (
    "survey_id", "version", "wave", "node_id", "occasion", "channel", "priority", "store", "tier", "category",
    "queued_us", "due_us", "expires_us", "why",
)  # fmt: skip
PATIENCE = 30 * DAY  # a question about something older is of no use
OPEN_FOR = 60 * DAY
AT_ONCE = 5_000


class Ask(NamedTuple):
    """Somebody to be asked, not before a moment, in a wave, for a reason."""

    person_id: int
    due_us: int
    wave: str
    occasion: str


@transaction.atomic
def invite(
    *, survey_id: int, node_ids: Sequence[int], occasion: str, at: int, due_us: int | None = None,
    everybody: bool = False, priority: int | None = None,
) -> int:  # fmt: skip
    """Queue invitations to those whom chance draws in this wave (`everybody`: to all); returns how many are new.

    Idempotent by (survey, wave, node, occasion); set-based, give some thousands at a time. Does nothing for a survey
    that does not run. `occasion` holds no personal data.
    """
    found = _running(survey_id)
    if found is None or not node_ids:
        return 0
    due = at if due_us is None else due_us
    wave = wave_at(found.wave, due, Business.load().timezone)
    persons = person_id_of(sorted(set(node_ids)))
    drawn = sorted({p for p in persons.values() if everybody or chance(found.id, wave, p) < found.share})
    return queue(found, [Ask(person, due, wave, occasion) for person in drawn], at=at, priority=priority)


@transaction.atomic
def invite_each(*, survey_id: int, people: Sequence[tuple[int, str]], at: int) -> int:
    """Queue an invitation per (person, occasion) to those whom chance draws; returns how many are new. Idempotent."""
    survey = _running(survey_id)
    if survey is None:
        return 0
    wave = wave_at(survey.wave, at, Business.load().timezone)
    drawn = [(person, why) for person, why in people if chance(survey.id, wave, person) < survey.share]
    return queue(survey, [Ask(person, at, wave, why) for person, why in drawn], at=at)


def queue(survey: Survey, asks: Sequence[Ask], *, at: int, priority: int | None = None) -> int:
    """Write these invitations, as far as they are new; returns how many."""
    if not asks:
        return 0
    known = {} if survey.anonymous else traits_of(sorted({ask.person_id for ask in asks}), at=at)
    rank = survey.priority if priority is None else priority
    rows = [_row(survey, ask, known.get(ask.person_id, Traits()), rank, at) for ask in asks]
    return bulk.insert(Invitation, COLUMNS, rows, conflict="(survey_id, wave, node_id, occasion) DO NOTHING")


def _row(survey: Survey, ask: Ask, traits: Traits, rank: int, at: int) -> tuple:
    return (survey.id, survey.version, ask.wave, ask.person_id, ask.occasion[:100], survey.channel, rank, *traits, at,
            ask.due_us, ask.due_us + PATIENCE, "")  # fmt: skip


def _running(survey_id: int) -> Survey | None:
    return Survey.objects.filter(id=survey_id, started_us__isnull=False, stopped_us=None).first()


@transaction.atomic
def invite_here(*, survey_id: int, node_id: int, occasion: str, channel: str = "till", at: int) -> int:
    """Ask somebody who stands before us: an invitation without a message, whose page is opened at once. Its number;
    the same for the same occasion. Raises CannotDo for a survey that does not run."""
    survey = _running(survey_id)
    person = person_id_of([node_id]).get(node_id)
    if survey is None or person is None:
        raise CannotDo("This survey does not run, or nobody is known under this number.")
    wave = wave_at(survey.wave, at, Business.load().timezone)
    traits = Traits() if survey.anonymous else traits_of([person], at=at).get(person, Traits())
    wanted = dict(survey_id=survey.id, wave=wave, node_id=person, occasion=occasion[:100])
    found, _ = Invitation.objects.get_or_create(
        **wanted,
        defaults={
            "version": survey.version, "channel": channel, "priority": survey.priority, "queued_us": at, "due_us": at,
            "expires_us": at + OPEN_FOR, "invited_us": at, "delivered_us": at, **traits._asdict(),
        },
    )  # fmt: skip
    return found.id


@job(lane="long")
def invite_segment(*, survey_id: int, segment_id: int, occasion: str, at: int) -> int:
    """Ask everybody of a segment by hand, once per occasion. Doing it again asks nobody twice."""
    people, asked = sorted(people_in(segment_id)), 0
    for start in range(0, len(people), AT_ONCE):
        some = people[start : start + AT_ONCE]
        asked += invite(survey_id=survey_id, node_ids=some, occasion=occasion, at=at)
    return asked
