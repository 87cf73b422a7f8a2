"""What we can ask about cases (read-only)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from regulars.channels.networks import kinds
from regulars.channels.networks.models import Account, Author, Item, Post, PostState
from regulars.channels.networks.shape import Network
from regulars.core.clock import MINUTE, SECOND
from regulars.inbox import clocks
from regulars.inbox.kinds import kind_of
from regulars.inbox.models import (
    Case,
    CaseLabel,
    Desk,
    Draft,
    Entry,
    Labelled,
    Looking,
    Macro,
    Moderation,
    Notice,
    Proof,
    Reading,
    Routing,
    Rule,
    RuleRun,
    SavedReply,
    Wait,
)
from regulars.inbox.promises import USUAL, promises
from regulars.inbox.searching import entries_with
from regulars.people.models import Node
from regulars.team.models import User
from regulars.team.permissions import roles_with

PAGE, MOST = 50, 10_000
PRESENT_US, TYPING_US = MINUTE, 10 * SECOND
ORDER = {"closed": ("closed_us", True), "all": ("opened_us", True)}  # state -> (column, whether it falls)


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


def cases_page(
    *, at: int, state: str = "open", owner: str | None = None, kind: str = "", outcome: str = "", after: str = "",
    limit: int = PAGE, text: str = "", account_id: int | None = None, label: str = "", audience: str = "",
    feels: str = "", intent: str = "", waiting: bool | None = None,
) -> Page:  # fmt: skip
    """Cases and conversations of a state (open, snoozed, closed, overdue, all): what is owed first stands first, then
    the newest word; closed ones last closed first. `owner` "" is nobody, None everybody; `waiting`: somebody waits
    for us there. `text` is sought in everything said (the newest finds, on one page)."""
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
    rows = list(_after(found, state, after)[: limit + 1])
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
    """How many open cases there are, up to MOST; `waiting`: somebody waits for us there; `held`: answers that wait
    for a second person."""

    open: int
    mine: int
    unassigned: int
    overdue: int
    snoozed: int
    waiting: int
    held: int


def open_counts(*, at: int, owner: str = "") -> Counts:
    """Counts for the tabs; `owner` says whose are "mine". They stop counting at MOST: they cost what is open, never
    what there ever was."""
    open_ = Case.objects.filter(closed_us=None)
    awake = open_.filter(Q(snoozed_us=None) | Q(snoozed_us__lte=at))
    return Counts(
        open=_many(awake),
        mine=_many(awake.filter(owner=owner or "nobody")),
        unassigned=_many(awake.filter(owner="")),
        overdue=_many(open_.filter(next_due_us__lte=at)),
        snoozed=_many(open_.filter(snoozed_us__gt=at)),
        waiting=_many(open_.filter(waiting_us__isnull=False)),
        held=Post.objects.filter(state=PostState.HELD, origin__startswith="case:").count(),
    )


def _many(found: QuerySet[Case]) -> int:
    return found.values("id")[:MOST].count()


# --- one case


def entries(case_id: int) -> list[Entry]:
    """Everything said and done, in order of time; with what was said in conversations merged into it."""
    group = Case.objects.filter(Q(id=case_id) | Q(merged_into=case_id)).values("id")
    return list(Entry.objects.filter(case_id__in=group).order_by("at", "id"))


def case(case_id: int) -> Case | None:
    """The case."""
    return Case.objects.filter(id=case_id).first()


@dataclass(frozen=True)
class Conversation:
    """All that its page needs. `items`, `posts`, `authors`, `readings` by their numbers (readings by item's);
    `last_entry` goes into `answer(seen_entry=...)`."""

    case: Case
    parts: list[Case]
    entries: list[Entry]
    items: dict[int, Item]
    posts: dict[int, Post]
    authors: dict[int, Author]
    readings: dict[int, Reading]
    account: Account | None
    network: Network | None
    waits: list[Wait]
    moderation: dict[int, Moderation]
    proof: Proof | None
    drafts: list[Draft]
    alike: list[Case]
    last_entry: int


def conversation(case_id: int) -> Conversation | None:
    """A conversation (or a case) with everything beside its words, in a bounded number of questions."""
    root = case(case_id)
    if root is None:
        return None
    parts = list(Case.objects.filter(merged_into=root.id).order_by("id"))
    told = entries(root.id)
    items = Item.objects.in_bulk({entry.item_id for entry in told if entry.item_id})
    account = Account.objects.filter(id=root.account_id).first() if root.account_id else None
    here = [root.id, *(part.id for part in parts)]
    return Conversation(
        case=root,
        parts=parts,
        entries=told,
        items=items,
        posts=Post.objects.in_bulk({entry.post_id for entry in told if entry.post_id}),
        authors=Author.objects.in_bulk({entry.author_id for entry in told if entry.author_id}),
        readings=Reading.objects.in_bulk(list(items)),
        account=account,
        network=_network(account),
        waits=list(Wait.objects.filter(case_id__in=here).order_by("asked_us", "id")),
        moderation={one.entry_id: one for one in Moderation.objects.filter(case_id__in=here).order_by("id")},
        proof=Proof.objects.filter(author_id=root.author_id, undone_us=None).first() if root.author_id else None,
        drafts=list(Draft.objects.filter(case_id=root.id).order_by("user_id")),
        alike=alike(root),
        last_entry=max((entry.id for entry in told), default=0),
    )


def _network(account: Account | None) -> Network | None:
    try:
        return kinds.network(account.kind) if account else None
    except KeyError:
        return None


def alike(root: Case, *, limit: int = 5) -> list[Case]:
    """Other conversations of the same author, newest first: on the same account they may be one matter, to merge."""
    if root.author_id is None:
        return []
    theirs = Case.objects.filter(author_id=root.author_id, merged_into=None).exclude(id=root.id)
    return list(theirs.order_by("-id")[:limit])


def held_answers(*, limit: int = PAGE) -> list[tuple[Entry, Post]]:
    """Answers that wait for a second person, oldest first."""
    posts = {post.id: post for post in Post.objects.filter(state=PostState.HELD, origin__startswith="case:")
             .order_by("id")[:limit]}  # fmt: skip
    return [(entry, posts[entry.post_id]) for entry in Entry.objects.filter(post_id__in=list(posts)).order_by("id")]


def state_of(case: Case, at: int) -> str:
    """open, snoozed or closed."""
    if case.closed_us is not None:
        return "closed"
    return "snoozed" if case.snoozed_us is not None and case.snoozed_us > at else "open"


def is_overdue(case: Case, at: int) -> bool:
    """Whether nobody answered although the time is up."""
    return case.closed_us is None and case.next_due_us is not None and case.next_due_us <= at


def of_person(person_id: int, *, limit: int = 20) -> list[Case]:
    """Cases about a person, newest first."""
    nodes = Node.objects.filter(person_id=person_id).values("id")
    return list(Case.objects.filter(node_id__in=nodes, merged_into=None).order_by("-id")[:limit])


# --- what makes answering quicker


def labels() -> list[CaseLabel]:
    """Those offered, by name."""
    return list(CaseLabel.objects.filter(archived_us=None).order_by("name"))


def replies(text: str = "", *, limit: int = PAGE) -> list[SavedReply]:
    """Saved replies whose shortcut begins like this, or whose name or text has it; the most used first."""
    found = SavedReply.objects.filter(archived_us=None)
    if text:
        typed = text.lstrip("/")
        found = found.filter(Q(shortcut__istartswith=typed) | Q(name__icontains=typed) | Q(text__icontains=typed))
    return list(found.order_by("-used", "name")[:limit])


def macros() -> list[Macro]:
    """Those offered, by name."""
    return list(Macro.objects.filter(archived_us=None).order_by("name"))


def rules() -> list[Rule]:
    """All that were not put away, in the order in which they act."""
    return list(Rule.objects.filter(archived_us=None).order_by("place", "id"))


def rule_names(bys: Iterable[str]) -> dict[str, str]:
    """{"rule:3": its name} for who did something."""
    numbers = [int(by[5:]) for by in bys if by.startswith("rule:")]
    return {f"rule:{rule.id}": rule.name for rule in Rule.objects.filter(id__in=numbers)}


def acted(rule_id: int, *, limit: int = PAGE) -> list[RuleRun]:
    """Where a rule acted lately, newest first."""
    return list(RuleRun.objects.filter(rule_id=rule_id).exclude(did=[]).order_by("-id")[:limit])


# --- what was hidden


def moderation_page(*, after: int | None = None, limit: int = PAGE) -> list[Moderation]:
    """Everything that was hidden, shown again or deleted, newest first; `after`: the last one's number."""
    found = Moderation.objects.all() if after is None else Moderation.objects.filter(id__lt=after)
    return list(found.order_by("-id")[:limit])


@dataclass(frozen=True)
class Ratio:
    """Of what was said in public to us: how much there was, how much of it read as criticism, and how much of both
    was hidden or deleted."""

    said: int
    critical: int
    hidden: int
    hidden_critical: int


def moderation_ratio(*, since: int, until: int) -> Ratio:
    """How much of what is said about us we take away: to be published."""
    said = Item.objects.filter(public=True, to_us=True, ours=False, at__gte=since, at__lt=until)
    critical = Reading.objects.filter(Q(feels="negative") | Q(intent="complaint"), item_id__in=said.values("id"))
    done = Moderation.objects.filter(at__gte=since, at__lt=until, state="done").exclude(act="show")
    return Ratio(said.count(), critical.count(), done.count(), done.filter(critical=True).count())


def proofs_of(author_id: int) -> list[Proof]:
    """Why an author was taken for somebody, newest first; undone ones too."""
    return list(Proof.objects.filter(author_id=author_id).order_by("-id"))


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
