"""People answer: the quarters behind us, by the same actions with earlier times, and the days that are played."""

from __future__ import annotations

from dataclasses import dataclass, field
from heapq import heappop, heappush

import numpy as np
from django.db import transaction

from regulars.core import bulk
from regulars.core.clock import DAY, HOUR, MINUTE
from regulars.demo.hear.moods import moods, score, words
from regulars.feedback.actions import answer, follow_messages, invite_here
from regulars.feedback.models import Invitation, Response, Survey
from regulars.people.queries import person_id_of

QUARTER, QUARTERS = 91 * DAY, 5
ASKED, LEAST, MOST = 0.04, 60, 160  # of those who bought lately, per quarter
ANSWERS = 0.42
BOUGHT = """SELECT DISTINCT n.person_id FROM commerce_order o JOIN people_node n ON n.id = o.node_id
 WHERE o.ts >= %s AND o.ts < %s AND n.person_id IS NOT NULL ORDER BY n.person_id"""


def tell_quarters(*, survey: Survey, end_us: int, seed: int) -> None:
    """The quarterly question of the last year and more: who was asked, who answered, what they said."""
    random = np.random.default_rng([seed, 19])
    for number in range(QUARTERS):
        begins = end_us - (QUARTERS - number) * QUARTER
        with transaction.atomic():
            _ask_quarter(random, survey, begins, number)


def _ask_quarter(random: np.random.Generator, survey: Survey, begins: int, number: int) -> None:
    people = [row[0] for row in bulk.query(BOUGHT, [begins - 2 * QUARTER, begins])]
    drawn = sorted(random.permutation(people)[: min(MOST, max(LEAST, int(len(people) * ASKED)))].tolist())
    mood = moods(drawn, at=begins)
    for person in drawn:
        at = begins + int(random.random() * (QUARTER - 4 * DAY))
        invited = invite_here(survey_id=survey.id, node_id=person, occasion=f"wave:{number}", channel="email", at=at)
        if random.random() < ANSWERS:
            later = at + 20 * MINUTE + int(random.exponential(9) * HOUR)
            say(random, invited, mood.get(person, 0.5) + 0.12 * number, low=0, high=10, at=later)


def say(random: np.random.Generator, invitation_id: int, mood: float, *, low: int, high: int, at: int) -> None:
    """One click, and a moment later perhaps a sentence."""
    done = answer(invitation_id=invitation_id, said={"score": score(random, mood, low=low, high=high)}, at=at)
    part = Response.objects.values_list("part", flat=True).get(id=done.response_id)
    text = words(random, part)
    question = next((q.id for q in done.form.questions if q.kind == "text" and _is_asked(q, done.answers)), None)
    if text and question:
        answer(invitation_id=invitation_id, said={question: text}, at=at + MINUTE)


def _is_asked(question, answers) -> bool:
    return question.when is None or question.when.holds(answers)


@dataclass
class Answering:
    """Looks whose question arrived, and answers when its time has come."""

    seed: int
    survey_id: int
    waiting: list[tuple[int, int]] = field(default_factory=list)  # (when, invitation)
    seen: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.random = np.random.default_rng([self.seed, 23])

    def act(self, at: int) -> None:
        """Everything up to `at`."""
        follow_messages(at=at)
        arrived = Invitation.objects.filter(survey_id=self.survey_id, delivered_us__isnull=False, answered_us=None)
        for invitation, when in arrived.exclude(id__in=self.seen).order_by("id").values_list("id", "delivered_us"):
            self.seen.add(invitation)
            if self.random.random() < ANSWERS:
                heappush(self.waiting, (when + int(self.random.exponential(5) * HOUR) + 5 * MINUTE, invitation))
        due = []
        while self.waiting and self.waiting[0][0] <= at:
            due.append(heappop(self.waiting))
        self._answer(due, at)

    def _answer(self, due: list[tuple[int, int]], at: int) -> None:
        nodes = dict(Invitation.objects.filter(id__in=[one for _, one in due]).values_list("id", "node_id"))
        persons = person_id_of(sorted(set(nodes.values())))
        mood = moods(sorted(set(persons.values())), at=at)
        with transaction.atomic():
            for when, invitation in due:
                theirs = mood.get(persons.get(nodes.get(invitation, 0), 0), 0.5)
                say(self.random, invitation, theirs, low=1, high=5, at=when)
