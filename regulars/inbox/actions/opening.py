"""Opening cases: once per origin, with an owner and a due time."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from regulars.core import bulk
from regulars.inbox.actions.entries import number_of, tell_each, turn
from regulars.inbox.errors import CannotDo
from regulars.inbox.models import Case, Entry, Routing
from regulars.inbox.promises import Promises, promises
from regulars.inbox.queries import who_may_answer
from regulars.inbox.searching import remember

COLUMNS = ("kind", "origin", "title", "node_id", "owner", "priority", "facts", "opened_us", "opened_by", "due_us",
           "changed_us", "closed_by", "outcome", "audience", "preview", "labels", "last_by", "feels",
           "intent", "reopened", "next_due_us", "turn_us", "account_id", "author_id")  # fmt: skip
LONGEST = 200


@dataclass(frozen=True, kw_only=True)
class NewCase:
    """A case to be opened. `body` is what was said, or what is to be done; `public`: everybody could read it."""

    origin: str
    kind: str
    title: str
    node_id: int | None
    body: str = ""
    owner: str = ""
    due_us: int | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    priority: int = 0
    said_by: str = "system"
    public: bool = False
    account_id: int | None = None
    author_id: int | None = None


def open_case(
    *, origin: str, kind: str, title: str, node_id: int | None, at: int, body: str = "", owner: str = "",
    due_us: int | None = None, facts: Mapping[str, Any] | None = None, priority: int = 0, said_by: str = "system",
    by: str = "system",
) -> int:  # fmt: skip
    """The number of the case; the same origin again gives the same case and changes nothing."""
    new = NewCase(
        origin=origin, kind=kind, title=title, node_id=node_id, body=body, owner=owner, due_us=due_us,
        facts=facts or {}, priority=priority, said_by=said_by,
    )  # fmt: skip
    return open_cases(items=[new], by=by, at=at)[origin]


@dataclass(frozen=True)
class Turns:
    """Who may be given cases, and how many open ones each has: asked before a transaction, it holds nobody up."""

    promised: Promises
    able: frozenset[int]
    load: dict[int, int]


def turns() -> Turns:
    """As it is now."""
    return Turns(promises(), frozenset(who_may_answer()), load_now())


@transaction.atomic
def open_cases(
    *, items: Sequence[NewCase], at: int, by: str = "system", known_turns: Turns | None = None
) -> dict[str, int]:
    """{origin: case} for each; set-based, idempotent by origin, in the caller's transaction.

    Without an owner, whoever has the fewest open cases of those who take turns gets it; without a due time it is the
    kind's, in business hours. Raises CannotDo without an origin.
    """
    if not all(item.origin for item in items):
        raise CannotDo("Give the case an origin, so that asking again does not open a second one.")
    wanted = {item.origin[:120]: item for item in items}
    known = opened(wanted)
    new = [item for origin, item in wanted.items() if origin not in known]
    if not new:
        return known
    taken = known_turns or turns()
    promised, owners = taken.promised, owners_for(new, taken)
    kinds = {
        item.kind for item in new if item.account_id is None
    }  # conversations are promised answers by their words
    due = {kind: promised.due(kind, since=at) for kind in kinds}
    bulk.insert(Case, COLUMNS, [_row(item, owners[item.origin], due.get(item.kind), by, at) for item in new],
                conflict="(origin) DO NOTHING")  # fmt: skip
    made = opened([item.origin[:120] for item in new])
    told = [item for item in new if item.body]
    first = Entry.objects.bulk_create([_first(item, made[item.origin[:120]], by, at) for item in told])
    remember((entry.id, f"{item.title} {item.body}") for item, entry in zip(told, first, strict=True))
    tell_each({made[item.origin[:120]]: number_of(owners[item.origin]) for item in new}, "given", by=by, at=at)
    return known | made


def opened(origins: Iterable[str]) -> dict[str, int]:
    """{origin: case} of those that were opened."""
    some, params = bulk.table({"origin": "text"}, [[origin] for origin in origins])
    return dict(
        bulk.query(f"SELECT c.origin, c.id FROM {some} CROSS JOIN inbox_case c WHERE c.origin = v.origin", params)
    )


def _first(item: NewCase, case_id: int, by: str, at: int) -> Entry:
    kind = "said" if item.said_by == "person" else "note"
    who = "person" if item.said_by == "person" else by
    return Entry(case_id=case_id, kind=kind, public=item.public, by=who, at=at, text=item.body)


def _row(item: NewCase, owner: str, due: int | None, by: str, at: int) -> tuple:
    due = due if item.due_us is None else item.due_us
    return (
        item.kind, item.origin[:120], item.title[:LONGEST], item.node_id, owner, item.priority,
        json.dumps(dict(item.facts)), at, by, due, at,
        "", "", "", "", "[]", "", "", "", 0, due, turn(due, at), item.account_id, item.author_id,
    )  # fmt: skip


def owners_for(items: Sequence[NewCase], taken: Turns) -> dict[str, str]:
    """Who gets which: as asked for, else in turn, the one with the fewest open cases first."""
    places = {(item.kind, item.account_id) for item in items}
    pools = {place: pool_of(taken.promised.rule(*place), taken.able) for place in places}
    load = {user: taken.load.get(user, 0) for pool in pools.values() for user in pool}
    found: dict[str, str] = {}
    for item in items:
        pool = [] if item.owner else pools[item.kind, item.account_id]
        found[item.origin] = item.owner
        if pool:
            least = min(pool, key=lambda user: (load[user], user))
            load[least] += 1
            found[item.origin] = f"user:{least}"
    return found


def pool_of(rule: Routing, able: Set[int] | None = None) -> list[int]:
    """Who takes turns; `able` of those who may answer."""
    if rule.share != "turn":
        return []
    able = who_may_answer() if able is None else able
    return [user for user in rule.owners if user in able] if rule.owners else sorted(able)


def load_of(users: Iterable[int]) -> dict[int, int]:
    """How many open cases each has."""
    load = load_now()
    return {user: load.get(user, 0) for user in users}


def load_now() -> dict[int, int]:
    """How many open cases each has who has any."""
    rows = bulk.query("SELECT owner, COUNT(*) FROM inbox_case WHERE closed_us IS NULL AND owner <> '' GROUP BY owner")
    return {number: count for owner, count in rows for number in number_of(owner)}
