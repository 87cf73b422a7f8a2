"""What a rule would have done lately: tried on stored conversations, without changing anything (read-only)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import F, Q

from regulars.core.clock import DAY, HOUR
from regulars.inbox.models import Case, Entry, Wait
from regulars.inbox.promises import promises
from regulars.inbox.rules import Draft, check, holds
from regulars.inbox.seeing import Place, sights

MOST, PIECE, SHOWN = 10_000, 500, 20


@dataclass(frozen=True)
class Rehearsal:
    """`looked`: at so many occasions; `acted`: on so many of them, in so many conversations, some of which are shown.
    Labels, owners and readings are as they are now. `cut`: only the newest MOST occasions were looked at."""

    looked: int
    acted: int
    conversations: int
    shown: list[Case]
    cut: bool


def rehearse(rule: Draft, *, at: int, since: int | None = None) -> Rehearsal:
    """What it would have done in the last 30 days, or since then. Raises CannotDo for a rule that makes no sense."""
    check(rule)
    places = list(_places(rule, since if since is not None else at - 30 * DAY, at))
    hit: list[Place] = []
    for begin in range(0, len(places), PIECE):
        piece = places[begin : begin + PIECE]
        there = set(Case.objects.filter(id__in={place.case_id for place in piece}).values_list("id", flat=True))
        piece = [place for place in piece if place.case_id in there]
        hit += [place for place, sight in zip(piece, sights(piece), strict=True) if holds(rule.conditions, sight)]
    cases = list(dict.fromkeys(place.case_id for place in hit))
    found = Case.objects.in_bulk(cases[:SHOWN])
    shown = [found[number] for number in cases[:SHOWN]]
    return Rehearsal(len(places), len(hit), len(cases), shown, len(places) == MOST)


def _places(rule: Draft, since: int, at: int) -> Iterator[Place]:
    """Every occasion there was, the newest first."""
    match rule.occasion:
        case "arrival" | "reading":
            said = Entry.objects.filter(
                kind="said", automatic=False, at__gte=since, gone_us=None, item_id__isnull=False
            )
            for number, case, when in said.order_by("-id").values_list("id", "case_id", "heard_us")[:MOST]:
                yield Place(case, number, f"entry:{number}", when or at)
        case "silence" | "breach":
            yield from _waits(rule, since, at)
        case "quiet":
            silent = Case.objects.filter(last_by="us", last_us__gte=since, account_id__isnull=False, merged_into=None)
            yield from _quiet(rule, silent.order_by("-last_us")[:MOST], at)
        case "label":
            for case in Case.objects.exclude(labels=[]).filter(changed_us__gte=since).order_by("-id")[:MOST]:
                yield Place(case.id, None, "label", case.changed_us)


def _waits(rule: Draft, since: int, at: int) -> Iterator[Place]:
    found = Wait.objects.filter(asked_us__gte=since, asked_us__lte=at)
    promised, want = promises(), round((rule.hours or 0) * HOUR)
    if rule.occasion == "breach":
        found = found.filter(Q(in_time=False) | Q(ended_us=None, due_us__lte=at) | Q(ended_us__gt=F("due_us")))
    for wait in found.order_by("-asked_us")[:MOST]:
        took = wait.business_us
        if took is None:
            took = promised.took(wait.kind, wait.account_id, since=wait.asked_us, until=at)
        if rule.occasion == "breach" or took >= want:
            yield Place(wait.case_id, wait.entry_id, f"wait:{wait.id}", wait.asked_us)


def _quiet(rule: Draft, silent: Iterator[Case], at: int) -> Iterator[Place]:
    promised, want = promises(), round((rule.hours or 0) * HOUR)
    for case in silent:
        until = min(case.closed_us or at, at)
        if promised.took(case.kind, case.account_id, since=case.last_us, until=until) >= want:
            yield Place(case.id, None, "quiet", until)
