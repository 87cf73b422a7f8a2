"""Conversations like one, out of those that ended well, with what answered them; and what the fact base has."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from regulars.content.factbase.drafting import Draft, draft
from regulars.content.factbase.queries import Suggestion, suggest
from regulars.content.factbase.ranking import terms
from regulars.content.honesty.language import language_of
from regulars.content.honesty.reading import read
from regulars.core import bulk
from regulars.core.models import Business
from regulars.inbox.models import Case, Entry
from regulars.inbox.models.solved import TermCount
from regulars.inbox.suggesting.learning import ALL, key_of

ASKED, NEWEST = 8, 400  # the rarest words of the question, and how many conversations of each are looked at
LEAST = 0.25  # of what the question could reach at most
SHOWN = 600


@dataclass(frozen=True)
class Similar:
    """A conversation that ended well. `fit` from 0 to 1; `public`: whether the answer could be read by everybody."""

    case_id: int
    question: str
    answer: str
    by: str
    at: int
    public: bool
    outcome: str
    fit: float


@dataclass(frozen=True)
class Suggestions:
    """What may help: each with its source and age. A draft is for reading and changing; nothing sends it."""

    solved: tuple[Similar, ...]
    statements: tuple[Suggestion, ...]
    draft: Draft | None


def for_case(case_id: int, *, at: int, limit: int = 5) -> Suggestions:
    """Suggestions for a conversation, by the last words said to us. Some ten questions to the database, whatever it
    holds."""
    asked = _asked(case_id)
    if not asked:
        return Suggestions((), (), None)
    language = language_of(read(asked)) or "en"
    return Suggestions(
        solved=tuple(like(asked, but=case_id, limit=limit)),
        statements=tuple(suggest(asked, at=at, limit=limit, kinds=("fact", "article"))),
        draft=draft(asked, at=at, business=Business.load().name, language=language),
    )


def _asked(case_id: int) -> str:
    """What they said last, up to three things; without any the title of the case."""
    rows = Entry.objects.filter(case_id=case_id, kind="said", gone_us=None).order_by("-at", "-id")
    texts = list(rows.values_list("text", flat=True)[:3])
    if not any(texts):
        return Case.objects.filter(id=case_id).values_list("title", flat=True).first() or ""
    return "\n".join(reversed(texts))


def like(text: str, *, but: int = 0, limit: int = 5) -> list[Similar]:
    """Conversations that ended well and began with a question like this, best first."""
    words = {key_of(term) for term in terms(text)}
    counts = dict(TermCount.objects.filter(term__in=[*words, ALL], cases__gt=0).values_list("term", "cases"))
    total = counts.pop(ALL, 0)
    weights = {term: math.log(1 + total / count) for term, count in counts.items()}
    rarest = sorted(weights, key=weights.__getitem__, reverse=True)[:ASKED]
    if not rarest:
        return []
    top = sum(weights[term] for term in rarest) + math.log(1 + total) * max(0, min(len(words), ASKED) - len(rarest))
    scores: dict[int, float] = defaultdict(float)
    for term, case, weight in _postings(rarest):
        scores[case] += weights[term] * min(weight, 1.7)
    scores.pop(but, None)
    best = sorted(scores, key=lambda case: (-scores[case], -case))[: limit * 3]
    fits = {case: min(1.0, scores[case] / top) for case in best if scores[case] >= LEAST * top}
    return _shown(fits)[:limit]


def _postings(rarest: Sequence[int]) -> list[tuple[int, int, float]]:
    """(word, conversation, weight): of each word those of the newest conversations."""
    one = "SELECT * FROM (SELECT term, case_id, weight FROM inbox_solvedterm WHERE term = %s ORDER BY case_id DESC LIMIT %s) t{}"  # fmt: skip  # noqa: E501
    sql = " UNION ALL ".join(one.format(place) for place in range(len(rarest)))
    return bulk.query(sql, [value for term in rarest for value in (term, NEWEST)])


def _shown(fits: dict[int, float]) -> list[Similar]:
    cases = Case.objects.in_bulk(list(fits))
    rows = Entry.objects.filter(case_id__in=fits, kind__in=("said", "answer"), gone_us=None, automatic=False)
    said: dict[int, Entry] = {}
    told: dict[int, Entry] = {}
    for entry in rows.exclude(text="").order_by("case_id", "at", "id"):
        if entry.kind == "said":
            said.setdefault(entry.case_id, entry)
        else:
            told[entry.case_id] = entry  # the last answer is the one that ended it
    whole = [case for case in fits if case in said and case in told and case in cases]
    return [_similar(cases[case], said[case], told[case], fits[case]) for case in whole]


def _similar(case: Case, said: Entry, told: Entry, fit: float) -> Similar:
    return Similar(
        case_id=case.id,
        question=said.text[:SHOWN],
        answer=told.text[:SHOWN],
        by=told.by,
        at=told.at,
        public=told.public,
        outcome=case.outcome,
        fit=round(fit, 3),
    )
