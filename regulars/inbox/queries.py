"""What we can ask about cases (read-only)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet

from regulars.core.clock import MINUTE, SECOND
from regulars.inbox import clocks
from regulars.inbox.kinds import kind_of
from regulars.inbox.models import Case, Desk, Entry, Looking, Notice, Routing
from regulars.inbox.promises import USUAL, promises
from regulars.people.models import Node
from regulars.team.models import User
from regulars.team.permissions import roles_with

PAGE = 50
PRESENT_US, TYPING_US = MINUTE, 10 * SECOND
NEVER = 2**62


# --- the desk


def desk(desk_id: int = 1) -> Desk:
    """When somebody answers; office hours until the shop says otherwise."""
    return Desk.objects.filter(id=desk_id).first() or Desk(id=desk_id, week=USUAL, holidays={})


def desks() -> list[Desk]:
    """The shop's desk, and others with hours of their own."""
    return [desk(), *Desk.objects.exclude(id=1).order_by("name", "id")]


def hours_of_desk() -> clocks.Hours:
    """The hours of the shop's desk as clocks read them."""
    return promises().desks[1]


def routing_of(kind: str, account_id: int = 0) -> Routing:
    """What the shop decided for a kind, on an account or everywhere; else as the kind says, in turn among all who may
    answer."""
    found = promises().rule(kind, account_id)
    if found.hours is None:
        found.hours = kind_of(kind).hours
    return found


def colleagues() -> QuerySet[User]:
    """Who may answer cases."""
    return User.objects.filter(is_active=True, role__in=roles_with("inbox.answer")).order_by("name", "id")


def who_may_answer() -> set[int]:
    """Their numbers."""
    return set(colleagues().values_list("id", flat=True))


# --- lists


@dataclass(frozen=True)
class Page:
    """Cases, and where the next page begins; "" on the last."""

    rows: list[Case]
    after: str


def _of_state(state: str, at: int) -> QuerySet[Case]:
    if state == "closed":
        return Case.objects.filter(closed_us__isnull=False)
    found = Case.objects.filter(closed_us=None)
    if state == "open":
        return found.filter(Q(snoozed_us=None) | Q(snoozed_us__lte=at))
    if state == "snoozed":
        return found.filter(snoozed_us__gt=at)
    if state == "overdue":
        return found.filter(due_us__lte=at, first_us=None)
    return Case.objects.all()


def cases_page(
    *, at: int, state: str = "open", owner: str | None = None, kind: str = "", outcome: str = "", after: str = "",
    limit: int = PAGE, text: str = "",
) -> Page:  # fmt: skip
    """Cases of a state (open, snoozed, closed, overdue, all): what is due first stands first, closed ones last closed
    first. `owner` "" is nobody, None everybody."""
    found = _of_state(state, at)
    if owner is not None:
        found = found.filter(owner=owner)
    for column, value in (("kind", kind), ("outcome", outcome)):
        found = found.filter(**{column: value}) if value else found
    if text:
        found = found.filter(title__icontains=text)
    rows = list(_after(found, state, after)[: limit + 1])
    return Page(rows[:limit], _place(rows[limit - 1], state) if len(rows) > limit else "")


def _after(found: QuerySet[Case], state: str, after: str) -> QuerySet[Case]:
    value, number = (int(part) for part in after.split(".")) if after else (None, 0)
    if state in ("closed", "all"):
        column = "closed_us" if state == "closed" else "opened_us"
        if value is not None:
            found = found.filter(Q(**{f"{column}__lt": value}) | Q(**{column: value, "id__lt": number}))
        return found.order_by(f"-{column}", "-id")
    if value == NEVER:
        found = found.filter(due_us=None, id__gt=number)
    elif value is not None:
        found = found.filter(Q(due_us__gt=value) | Q(due_us=value, id__gt=number) | Q(due_us=None))
    return found.order_by(F("due_us").asc(nulls_last=True), "id")


def _place(case: Case, state: str) -> str:
    if state in ("closed", "all"):
        return f"{case.closed_us if state == 'closed' else case.opened_us}.{case.id}"
    return f"{NEVER if case.due_us is None else case.due_us}.{case.id}"


@dataclass(frozen=True)
class Counts:
    """How many open cases there are."""

    open: int
    mine: int
    unassigned: int
    overdue: int
    snoozed: int


def open_counts(*, at: int, owner: str = "") -> Counts:
    """Counts for the tabs; `owner` says whose are "mine"."""
    awake = Q(snoozed_us=None) | Q(snoozed_us__lte=at)
    found = Case.objects.filter(closed_us=None).aggregate(
        open=Count("id", filter=awake),
        mine=Count("id", filter=awake & Q(owner=owner or "nobody")),
        unassigned=Count("id", filter=awake & Q(owner="")),
        overdue=Count("id", filter=Q(due_us__lte=at, first_us=None)),
        snoozed=Count("id", filter=Q(snoozed_us__gt=at)),
    )
    return Counts(**found)


# --- one case


def entries(case_id: int) -> list[Entry]:
    """Everything said and done, in order."""
    return list(Entry.objects.filter(case_id=case_id).order_by("id"))


def case(case_id: int) -> Case | None:
    """The case."""
    return Case.objects.filter(id=case_id).first()


def state_of(case: Case, at: int) -> str:
    """open, snoozed or closed."""
    if case.closed_us is not None:
        return "closed"
    return "snoozed" if case.snoozed_us is not None and case.snoozed_us > at else "open"


def is_overdue(case: Case, at: int) -> bool:
    """Whether nobody answered although the time is up."""
    return case.closed_us is None and case.first_us is None and case.due_us is not None and case.due_us <= at


def of_person(person_id: int, *, limit: int = 20) -> list[Case]:
    """Cases about a person, newest first."""
    nodes = Node.objects.filter(person_id=person_id).values("id")
    return list(Case.objects.filter(node_id__in=nodes).order_by("-id")[:limit])


def by_origin(origins: Sequence[str]) -> dict[str, Case]:
    """The cases opened for these origins."""
    return {one.origin: one for one in Case.objects.filter(origin__in=list(origins))}


def others_looking(case_id: int, *, user_id: int, at: int) -> list[tuple[User, bool]]:
    """(colleague, whether they are writing) of everybody else who has the case open."""
    rows = Looking.objects.filter(case_id=case_id, seen_us__gt=at - PRESENT_US).exclude(user_id=user_id)
    typing = {row.user_id: bool(row.typed_us and row.typed_us > at - TYPING_US) for row in rows}
    return [(user, typing[user.id]) for user in User.objects.filter(id__in=list(typing)).order_by("name", "id")]


def notices_of(user_id: int, *, limit: int = 20) -> list[Notice]:
    """What a colleague has not yet seen, newest first."""
    return list(Notice.objects.filter(user_id=user_id, seen_us=None).order_by("-id")[:limit])


def notices_new(user_id: int) -> int:
    """How many of them there are."""
    return Notice.objects.filter(user_id=user_id, seen_us=None).count()
