"""Lists of cases and conversations, how many there are, and finding one by what was said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from regulars.channels.networks.models import Post, PostState
from regulars.core.clock import HOUR
from regulars.inbox.models import (
    Case,
    CaseLabel,
    Entry,
    Labelled,
)
from regulars.inbox.queries.desks import PAGE
from regulars.inbox.searching import entries_with

SOON_US = 4 * HOUR
# state -> (column, whether it falls)
ORDER = {"closed": ("closed_us", True), "all": ("opened_us", True), "waiting": ("waiting_us", False)}


@dataclass(frozen=True)
class Page:
    """Cases, and where the next page begins; "" on the last."""

    rows: list[Case]
    after: str


def cases_page(
    *, at: int, state: str = "open", owner: str | None = None, kind: str = "", outcome: str = "", after: str = "",
    limit: int = PAGE, text: str = "", account_id: int | None = None, label: str = "", audience: str = "",
    feels: str = "", intent: str = "", waiting: bool | None = None, columns: Sequence[str] = (),
) -> Page:  # fmt: skip
    """Cases and conversations of a state: open, waiting, soon, overdue, snoozed, closed, all. What is owed first
    stands first, then the newest word; of the waiting who waits longest; closed ones last closed first. `owner` "" is
    nobody, None everybody; `waiting`: somebody waits for us there. `text` is sought in everything said, one page.
    `columns`: of each case only these (more may come), as named tuples."""
    if text:
        return Page(_found(text, limit), "")
    found = _of_state(state, at)
    if owner is not None:
        found = found.filter(owner=owner)
    wanted = {"kind": kind, "outcome": outcome, "audience": audience, "feels": feels, "intent": intent}
    found = found.filter(**{column: value for column, value in wanted.items() if value})
    if account_id is not None:
        found = found.filter(account_id=account_id)
    if waiting is not None:
        found = found.filter(waiting_us__isnull=not waiting)
    if label:
        carried = Labelled.objects.filter(label_id__in=CaseLabel.objects.filter(name=label).values("id"))
        found = found.filter(id__in=carried.values("case_id"))
    found = _after(found, state, after)
    if columns:
        place, _falls = ORDER.get(state, ("turn_us", False))
        found = found.values_list(*dict.fromkeys(("id", place, *columns)), named=True)
    rows = list(found[: limit + 1])
    return Page(rows[:limit], _place(rows[limit - 1], state) if len(rows) > limit else "")


def _of_state(state: str, at: int) -> QuerySet[Case]:
    if state == "closed":
        return Case.objects.filter(closed_us__isnull=False, merged_into=None)
    if state == "all":
        return Case.objects.filter(merged_into=None)
    found = Case.objects.filter(closed_us=None)
    if state == "open":
        return found.filter(Q(snoozed_us=None) | Q(snoozed_us__lte=at))
    if state == "snoozed":
        return found.filter(snoozed_us__gt=at)
    if state == "waiting":
        return found.filter(waiting_us__isnull=False)
    if state == "soon":
        return found.filter(next_due_us__gt=at, next_due_us__lte=at + SOON_US)
    return found.filter(next_due_us__lte=at)


def _after(found: QuerySet[Case], state: str, after: str) -> QuerySet[Case]:
    column, falls = ORDER.get(state, ("turn_us", False))
    if after:
        value, number = (int(part) for part in after.split("."))
        past = "lt" if falls else "gt"
        # the first condition lets the database start in the index
        beyond = Q(**{f"{column}__{past}": value}) | Q(**{f"id__{past}": number})
        found = found.filter(Q(**{f"{column}__{past}e": value}) & beyond)
    return found.order_by(f"-{column}", "-id") if falls else found.order_by(column, "id")


def _place(case: Case, state: str) -> str:
    column, _falls = ORDER.get(state, ("turn_us", False))
    return f"{getattr(case, column)}.{case.id}"


def _found(text: str, limit: int) -> list[Case]:
    """The conversations in which it was said last, with those whose title has it, each once."""
    titled = Case.objects.filter(account_id=None, closed_us=None, title__icontains=text).order_by("-id")
    numbers = find_cases(text, limit=limit)
    numbers = list(dict.fromkeys([*numbers, *titled.values_list("id", flat=True)[:limit]]))[:limit]
    cases = Case.objects.in_bulk(numbers)
    return [cases[number] for number in numbers if number in cases]


def find_cases(text: str, *, limit: int = PAGE) -> list[int]:
    """Numbers of conversations in which every typed word begins a word somebody said, wrote or is called by; newest
    first, merged ones by where they go on."""
    found: dict[int, None] = {}
    before = 2**62
    while len(found) < limit and (entries := entries_with(text, before=before, limit=4 * limit)):
        homes = dict(Entry.objects.filter(id__in=entries).values_list("id", "case_id"))
        roots = dict(Case.objects.filter(id__in=set(homes.values())).values_list("id", "merged_into"))
        for entry in entries:
            if entry in homes:
                found[roots.get(homes[entry]) or homes[entry]] = None
        before = entries[-1]
    return list(found)[:limit]


@dataclass(frozen=True)
class Counts:
    """How many open cases there are; `awake`: those that are not put aside, by owner ("" is nobody); `waiting`:
    somebody waits for us there; `held`: answers that wait for a second person."""

    awake: dict[str, int]
    overdue: int
    snoozed: int
    waiting: int
    soon: int
    held: int

    @property
    def open(self) -> int:
        """Whoever has them."""
        return sum(self.awake.values())

    @property
    def unassigned(self) -> int:
        """Nobody has them."""
        return self.awake.get("", 0)


def open_counts(*, at: int) -> Counts:
    """Counts for the tabs of everybody. From an index of the open ones alone: they cost what is open, never what
    there ever was."""
    asked = Case.objects.filter(closed_us=None).values("owner").annotate(
        awake=Count("owner", filter=Q(snoozed_us=None) | Q(snoozed_us__lte=at)),
        overdue=Count("owner", filter=Q(next_due_us__lte=at)),
        snoozed=Count("owner", filter=Q(snoozed_us__gt=at)),
        waiting=Count("owner", filter=Q(waiting_us__isnull=False)),
        soon=Count("owner", filter=Q(next_due_us__gt=at, next_due_us__lte=at + SOON_US)),
    )  # fmt: skip
    rows = list(asked)
    found = {name: sum(row[name] for row in rows) for name in ("overdue", "snoozed", "waiting", "soon")}
    awake = {row["owner"]: row["awake"] for row in rows}
    return Counts(awake, **found, held=Post.objects.filter(state=PostState.HELD, origin__startswith="case:").count())
