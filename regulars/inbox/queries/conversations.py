"""One conversation: everything its page needs, in a bounded number of questions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from regulars.channels.networks import kinds
from regulars.channels.networks.models import Account, Author, Item, Post, PostState
from regulars.channels.networks.shape import Network
from regulars.core import bulk
from regulars.core.recent import recent
from regulars.inbox.models import (
    Case,
    Draft,
    Entry,
    Moderation,
    Proof,
    Reading,
)
from regulars.inbox.queries.desks import PAGE


def entries(case_id: int) -> list[Entry]:
    """Everything said and done, in order of time; with what was said in conversations merged into it."""
    return _entries([case_id, *Case.objects.filter(merged_into=case_id).values_list("id", flat=True)])


def _entries(case_ids: Sequence[int]) -> list[Entry]:
    return list(Entry.objects.filter(case_id__in=case_ids).order_by("at", "id"))


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
    moderation: dict[int, Moderation]
    drafts: list[Draft]
    alike: list[Case]
    last_entry: int


# of what most conversations have none of, whether there is any
THERE = (
    "SELECT EXISTS (SELECT 1 FROM inbox_case WHERE merged_into = %s),"
    " EXISTS (SELECT 1 FROM inbox_draft WHERE case_id = %s),"
    " EXISTS (SELECT 1 FROM inbox_moderation WHERE case_id = %s)"
)


def conversation(root: Case) -> Conversation:
    """A conversation (or a case) with everything beside its words, in a bounded number of questions."""
    has_parts, has_drafts, has_moderation = bulk.query(THERE, [root.id] * 3)[0]
    parts = list(Case.objects.filter(merged_into=root.id).order_by("id")) if has_parts else []
    here = [root.id, *(part.id for part in parts)]
    told = _entries(here)
    items = Item.objects.in_bulk({entry.item_id for entry in told if entry.item_id})
    account = _account(root.account_id) if root.account_id else None
    moderation = Moderation.objects.filter(case_id__in=here).order_by("id") if has_moderation or has_parts else []
    authors = {entry.author_id for entry in told if entry.author_id} | ({root.author_id} - {None})
    return Conversation(
        case=root,
        parts=parts,
        entries=told,
        items=items,
        posts=Post.objects.in_bulk({entry.post_id for entry in told if entry.post_id}),
        authors=Author.objects.in_bulk(authors),
        readings=Reading.objects.in_bulk(list(items)),
        account=account,
        network=_network(account),
        moderation={one.entry_id: one for one in moderation},
        drafts=list(Draft.objects.filter(case_id=root.id).order_by("user_id")) if has_drafts else [],
        alike=alike(root),
        last_entry=max((entry.id for entry in told), default=0),
    )


def _account(account_id: int) -> Account | None:
    """As it was at most a second ago."""
    return recent(("account", account_id), Account.objects.filter(id=account_id).first)


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


def proofs_of(author_id: int) -> list[Proof]:
    """Why an author was taken for somebody, newest first; undone ones too."""
    return list(Proof.objects.filter(author_id=author_id).order_by("-id"))
