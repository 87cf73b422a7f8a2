"""Which topics go with which score: NPS of answers that speak of it against those that do not, with an interval.

What goes together need not be cause and effect; the page says so.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from regulars.core import bulk
from regulars.feedback import figures
from regulars.feedback.figures import Figure
from regulars.feedback.models import Survey, Topic
from regulars.feedback.scores import NPS_PARTS, Score, counted, made_score

LEAST = 10


@dataclass(frozen=True)
class Driver:
    """A topic: how many answers speak of it, their score, and by how much it differs from the others'."""

    topic: Topic
    score: Score
    share: float
    difference: Figure

    @property
    def matters(self) -> bool:
        """Whether the interval leaves no doubt about the direction."""
        return self.difference.low > 0 or self.difference.high < 0


def drivers(survey: Survey, *, since: int | None = None, until: int | None = None) -> list[Driver]:
    """Topics of at least ten answers, the most harmful first. Only for NPS, only among answers with a text."""
    if survey.kind != "nps":
        return []
    parts = dict(counted(survey, since=since, until=until).exclude(part="").values_list("id", "part"))
    some, params = bulk.ids(parts)
    rows = bulk.query(
        "SELECT DISTINCT s.response_id, c.topic_id FROM feedback_said s"
        f" LEFT JOIN feedback_coding c ON c.said_id = s.id AND c.yes WHERE s.response_id IN {some}",
        params,
    )
    spoke: dict[int, set[int]] = defaultdict(set)
    for response, topic in rows:
        spoke[topic].add(response)
    said = {response for response, _ in rows}
    named = {topic.id: topic for topic in Topic.objects.filter(archived_us=None)}
    found = [_driver(named[topic], about, said, parts) for topic, about in spoke.items() if topic in named]
    return sorted((one for one in found if one), key=lambda one: (one.difference.value, one.topic.name))


def _driver(topic: Topic, about: set[int], said: set[int], parts: dict[int, str]) -> Driver | None:
    theirs, others = Counter(parts[one] for one in about), Counter(parts[one] for one in said - about)
    if len(about) < LEAST or len(said - about) < LEAST:
        return None
    counts = [tuple(some.get(part, 0) for part in NPS_PARTS) for some in (theirs, others)]
    return Driver(topic, made_score("nps", theirs), len(about) / len(said), figures.nps_difference(*counts))
