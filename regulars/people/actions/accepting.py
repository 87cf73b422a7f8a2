"""Accepting all suggestions above a certainty at once, and taking all of it back at once.

Marking them is one statement; a job then merges pair by pair, each in a short transaction of its own, and may be
killed and repeated at any point.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from regulars.core import bulk
from regulars.core.jobs import job
from regulars.people.actions.again import in_one_transaction
from regulars.people.actions.deciding import CannotDo, accept_suggestion, reopen_suggestion
from regulars.people.given import Called, contradict
from regulars.people.linkage.keep import decided_pairs
from regulars.people.models import Acceptance, Link, Node, Suggestion
from regulars.people.names import words
from regulars.people.queries import person_id_of


@dataclass(frozen=True)
class Plan:
    """What accepting at once would do: these suggestions make so many profiles so many people. `left` are sure
    too, but would bring people together who were separated or whose names differ: for one look each."""

    ids: tuple[int, ...]
    left: tuple[int, ...]
    profiles: int
    people: int


def plan_acceptance(*, least: float, seen_us: int) -> Plan:
    """The open suggestions of at least this certainty that were made up to `seen_us`."""
    rows = list(
        Suggestion.objects.filter(
            state="open", kind="alike", acceptance_id=None, score__gte=least, made_us__lte=seen_us
        ).order_by("-score", "id")
    )
    homes = person_id_of([node for one in rows for node in (one.a, one.b)])
    rows = [one for one in rows if one.a in homes and one.b in homes]
    groups = _groups((homes[one.a], homes[one.b]) for one in rows)
    bad = _doubtful(rows, homes, groups)
    ids = tuple(one.id for one in rows if groups[homes[one.a]] not in bad)
    left = tuple(one.id for one in rows if groups[homes[one.a]] in bad)
    good = [person for person, group in groups.items() if group not in bad]
    return Plan(ids, left, len(good), len({groups[person] for person in good}))


def _groups(pairs: Iterable[tuple[int, int]]) -> dict[int, int]:
    """Who becomes one: the smallest number of each group, per person."""
    parent: dict[int, int] = {}

    def root(x: int) -> int:
        while parent.setdefault(x, x) != x:
            parent[x] = x = parent[parent[x]]
        return x

    for a, b in pairs:
        a, b = sorted((root(a), root(b)))
        parent[b] = a
    return {person: root(person) for person in list(parent)}


def _doubtful(rows: list[Suggestion], homes: dict[int, int], groups: dict[int, int]) -> set[int]:
    """Groups that would hold people somebody keeps apart, or first names that cannot be one person's."""
    bad = {groups[a] for a, b in decided_pairs() if a in groups and groups[a] == groups.get(b)}
    names: dict[int, set[Called]] = defaultdict(set)
    for one in rows:
        for side in ("left", "right"):
            said = {entry["field"]: entry[side] or "" for entry in one.evidence}
            name = (tuple(words(said.get(part, ""))) for part in ("first_name", "last_name"))
            names[groups[homes[one.a]]].add(Called(*name))
    return bad | {g for g, said in names.items() if any(contradict(x, y) for x, y in itertools.combinations(said, 2))}


@in_one_transaction
def accept_surest(*, least: float, seen_us: int, by: str, at: int) -> Acceptance:
    """Accept what `plan_acceptance` shows; a job merges them, one by one. Raises CannotDo when none is left."""
    ids = plan_acceptance(least=least, seen_us=seen_us).ids
    if not ids:
        raise CannotDo("There is nothing to merge any more: these pairs were decided in the meantime.")
    made = Acceptance.objects.create(at=at, by=by, least=least, pairs=len(ids))
    sql, params = bulk.ids(ids)
    bulk.execute(f"UPDATE people_suggestion SET acceptance_id = %s WHERE id IN {sql}", [made.id, *params])
    merge_surest.later(acceptance_id=made.id, at=at)
    return made


@in_one_transaction
def take_back(*, acceptance_id: int, by: str, at: int) -> Acceptance:
    """All pairs of it are open again and their people as before; a job separates them. Idempotent."""
    one = Acceptance.objects.select_for_update().get(id=acceptance_id)
    if one.undone_us is None:
        one.undone_us, one.undone_by = at, by
        one.save(update_fields=["undone_us", "undone_by"])
        Suggestion.objects.filter(acceptance_id=one.id, state="open").update(acceptance_id=None)
        separate_again.later(acceptance_id=one.id, by=by, at=at)
    return one


@job()
def merge_surest(*, acceptance_id: int, at: int) -> int:
    """Merge what was marked, until it is done or taken back; returns how many."""
    waiting = Suggestion.objects.filter(acceptance_id=acceptance_id, state="open").order_by("-score", "id")
    return sum(_merge(id_, acceptance_id, at) for id_ in list(waiting.values_list("id", flat=True)))


@in_one_transaction
def _merge(suggestion_id: int, acceptance_id: int, at: int) -> bool:
    batch = Acceptance.objects.select_for_update().get(id=acceptance_id)
    one = Suggestion.objects.filter(id=suggestion_id, acceptance_id=acceptance_id, state="open").first()
    there = one and Node.objects.filter(id__in=(one.a, one.b)).count() == 2
    if batch.undone_us is not None or not there:
        return False
    accept_suggestion(suggestion_id=suggestion_id, by=batch.by, at=at)
    return True


@job()
def separate_again(*, acceptance_id: int, by: str, at: int) -> int:
    """Take back what was merged; returns how many."""
    batch = Suggestion.objects.filter(acceptance_id=acceptance_id)
    merged = list(batch.filter(state="accepted").order_by("-link_id").values_list("id", flat=True))
    done = sum(_separate_again(id_, acceptance_id, by, at) for id_ in merged)
    for one in batch.filter(state="stale"):  # their neighbours in a chain came apart after them
        _restore(one)
    batch.filter(state="open").update(acceptance_id=None)
    return done


@in_one_transaction
def _separate_again(suggestion_id: int, acceptance_id: int, by: str, at: int) -> bool:
    if not Suggestion.objects.filter(id=suggestion_id, acceptance_id=acceptance_id, state="accepted").exists():
        return False  # decided otherwise, or erased, in the meantime
    reopen_suggestion(suggestion_id=suggestion_id, by=by, at=at)
    Suggestion.objects.filter(id=suggestion_id).update(acceptance_id=acceptance_id)
    return True


def _restore(one: Suggestion) -> None:
    link = Link.objects.filter(a=min(one.a, one.b), b=max(one.a, one.b), rule="similar").order_by("-id").first()
    if link:
        Suggestion.objects.filter(id=one.id).update(state="open", evidence=link.evidence["fields"])
