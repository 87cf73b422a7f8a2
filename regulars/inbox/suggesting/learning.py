"""What ended well is learnt: the words of the question, when somebody answered it. Incremental, set-based."""

from __future__ import annotations

import hashlib
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from django.db import transaction

from regulars.content.factbase.ranking import terms
from regulars.core import bulk
from regulars.core.jobs import job
from regulars.core.signals import on
from regulars.inbox.kinds import kind_of
from regulars.inbox.models import Case, Entry
from regulars.inbox.models.solved import Solved, SolvedTerm, TermCount
from regulars.inbox.signals import CaseClosed, CaseReopened

MOST_TERMS, QUESTION = 24, 3  # words of a conversation that are kept; how many of their first words are the question
ALL = 0


@on(CaseClosed)
def case_closed(closed: CaseClosed) -> None:
    """Learn from it soon."""
    learn.later(case_ids=[closed.case_id])


@on(CaseReopened)
def case_reopened(reopened: CaseReopened) -> None:
    """It was not solved after all."""
    learn.later(case_ids=[reopened.case_id])


def key_of(term: str) -> int:
    """A word as the index keeps it: 62 bits, never 0."""
    return int.from_bytes(hashlib.blake2b(term.encode(), digest_size=8).digest(), "big") >> 2 | 1


@job(lane="soon")
@transaction.atomic
def learn(*, case_ids: Sequence[int]) -> int:
    """Take these in as they are now: in, changed or out. Idempotent. Returns how many are in."""
    forget(case_ids)
    ended = [case for case in Case.objects.filter(id__in=case_ids, closed_us__isnull=False) if _ended_well(case)]
    said = _questions([case.id for case in ended])
    kept = {case: Counter(words).most_common(MOST_TERMS) for case, words in said.items() if words}
    times = {case.id: case.closed_us for case in ended}
    bulk.insert(Solved, ("case_id", "words", "at"), [(case, len(words), times[case]) for case, words in kept.items()])
    rows = [(key_of(word), case, 1 + math.log(count)) for case, words in kept.items() for word, count in words]
    bulk.insert(SolvedTerm, ("term", "case_id", "weight"), rows, conflict="DO NOTHING")
    _count(Counter(term for term, _case, _weight in rows) + Counter({ALL: len(kept)}), 1)
    return len(kept)


@transaction.atomic
def forget(case_ids: Iterable[int]) -> int:
    """These are learnt from no more."""
    some, params = bulk.ids(list(case_ids))
    counted = bulk.query(f"SELECT term, count(*) FROM inbox_solvedterm WHERE case_id IN {some} GROUP BY term", params)
    bulk.execute(f"DELETE FROM inbox_solvedterm WHERE case_id IN {some}", params)
    gone = bulk.execute(f"DELETE FROM inbox_solved WHERE case_id IN {some}", params)
    _count(Counter(dict(counted)) + Counter({ALL: gone}), -1)
    return gone


def _count(counts: Counter[int], sign: int) -> None:
    rows = sorted((term, sign * count) for term, count in counts.items() if count)
    conflict = "(term) DO UPDATE SET cases = inbox_termcount.cases + excluded.cases"
    bulk.insert(TermCount, ("term", "cases"), rows, conflict=conflict)


def _ended_well(case: Case) -> bool:
    return case.merged_into is None and case.outcome in kind_of(case.kind).good


def _questions(case_ids: Sequence[int]) -> dict[int, list[str]]:
    """{conversation: the words of what was asked}, of those that somebody answered."""
    rows = Entry.objects.filter(case_id__in=case_ids, kind__in=("said", "answer"), gone_us=None, automatic=False)
    asked: dict[int, list[str]] = defaultdict(list)
    answered = set()
    for case, kind, text in rows.order_by("case_id", "at", "id").values_list("case_id", "kind", "text"):
        if kind == "answer" and text:
            answered.add(case)
        elif kind == "said" and len(asked[case]) < QUESTION:
            asked[case].append(text)
    return {case: terms(" ".join(texts)) for case, texts in asked.items() if case in answered}
