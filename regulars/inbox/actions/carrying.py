"""What became of our answers on their way: noted on their entries, and only what is really out stops a clock."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import transaction

from regulars.channels.networks.models import Item, Post, PostState
from regulars.core import bulk
from regulars.core.failpoints import declare, failpoint
from regulars.inbox.actions.entries import number_of, tell_each
from regulars.inbox.actions.retelling import retell
from regulars.inbox.actions.taking import join_carried
from regulars.inbox.models import Entry, PostDue

BATCH = 200
OUT = (PostState.HANDED_OFF, PostState.CONFIRMED)
declare("desk.posts.before_commit")


def note_posts(post_ids: Iterable[int], *, at: int) -> None:
    """There is news of these posts: those that are answers are looked at soon."""
    some, params = bulk.ids(sorted(set(post_ids)))
    bulk.execute(
        f"INSERT INTO inbox_postdue (post_id, at) SELECT id, %s FROM channels_post WHERE id IN {some}"
        " AND origin LIKE 'case:%%' ORDER BY id ON CONFLICT (post_id) DO UPDATE SET at = excluded.at",
        [at, *params],
    )


def take_posts(at: int) -> bool:
    """Note some of the news; was there any?"""
    return PostDue.objects.exists() and _take_some(at)


@transaction.atomic
def _take_some(at: int) -> bool:
    due = list(
        PostDue.objects.select_for_update(skip_locked=True).order_by("id").values_list("id", "post_id")[:BATCH]
    )
    if not due:
        return False
    follow_posts([post for _, post in due], at=at)
    PostDue.objects.filter(id__in=[number for number, _ in due]).delete()
    failpoint("desk.posts.before_commit")
    return True


def follow_posts(post_ids: Sequence[int], *, at: int) -> None:
    """Make entries say what their posts are. In the caller's transaction; doing it again changes nothing."""
    posts = Post.objects.in_bulk(post_ids)
    entries = list(Entry.objects.filter(post_id__in=list(posts)))
    failed = []
    for entry in entries:
        post = posts[entry.post_id]
        before = entry.facts.get("state")
        entry.facts |= {"state": PostState(post.state).name.lower(), "trouble": post.trouble, "url": post.url}
        entry.sent_us = post.handed_us if post.state in OUT else None
        entry.gone_us = (entry.gone_us or at) if post.state == PostState.REMOVED else None
        if post.state == PostState.FAILED and before != "failed":
            failed.append(entry)
    Entry.objects.bulk_update(entries, ["facts", "sent_us", "gone_us"])
    _join([(entry, posts[entry.post_id]) for entry in entries if posts[entry.post_id].external])
    tell_each({entry.case_id: number_of(entry.by) for entry in failed}, "failed", by="system", at=at)
    retell({entry.case_id for entry in entries}, at=at)


def _join(known: Sequence[tuple[Entry, Post]]) -> None:
    """Where the network had told us of the answer before it was noted as out."""
    by_place = {(post.account_id, post.external): entry for entry, post in known}
    items = Item.objects.filter(
        account_id__in={place[0] for place in by_place}, external__in=[place[1] for place in by_place]
    )
    found = {item.id: by_place.get((item.account_id, item.external)) for item in items}
    join_carried({number: entry for number, entry in found.items() if entry is not None})
