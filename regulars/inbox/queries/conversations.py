"""One conversation: everything its page needs, in a bounded number of questions."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from regulars.channels.networks import kinds
from regulars.channels.networks.models import Account, Author, Item, Post, PostState
from regulars.channels.networks.shape import Network
from regulars.inbox.models import (
    Case,
    Draft,
    Entry,
    Moderation,
    Proof,
    Reading,
    Wait,
)
from regulars.inbox.queries.desks import PAGE


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


def proofs_of(author_id: int) -> list[Proof]:
    """Why an author was taken for somebody, newest first; undone ones too."""
    return list(Proof.objects.filter(author_id=author_id).order_by("-id"))
