"""How long what strangers say is kept: as each account says. Conversations, and what known people said, stay."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from regulars.channels.networks.models import Account, Author, Item, Post
from regulars.channels.networks.signals import ItemsChanged
from regulars.core import signals
from regulars.core.clock import DAY

HOUSE_DAYS = 400  # where an account says nothing
AT_ONCE = 1000
GONE = {"title": "", "text": "", "language": "", "url": "", "stars": None, "media": [], "facts": {}, "metrics": {}}


def forget_strangers(*, at: int) -> int:
    """Empty what strangers said longer ago than the account keeps it; how many items. Rooms above are told.

    The bare rows stay, so that what is read again does not come back. Kept: what is to us or in a thread with
    something to us, what we said, and what people said who are known.
    """
    return sum(_forget(account_id, at - (days or HOUSE_DAYS) * DAY, at) for account_id, days in _accounts())


def _accounts() -> list[tuple[int, int | None]]:
    return list(Account.objects.values_list("id", "keep_days"))


def _forget(account_id: int, before: int, at: int) -> int:
    to_us = Item.objects.filter(account_id=account_id, thread=OuterRef("thread"), to_us=True)
    known = Author.objects.filter(id=OuterRef("author_id"), node_id__isnull=False)
    answered = Post.objects.filter(item_id=OuterRef("id"))
    old = Item.objects.filter(account_id=account_id, at__lt=before, deleted_us=None, ours=False)
    old = old.exclude(Q(Exists(to_us)) | Q(Exists(known)) | Q(Exists(answered)))
    count = 0
    while ids := list(old.order_by("at", "id").values_list("id", flat=True)[:AT_ONCE]):
        with transaction.atomic():
            Item.objects.filter(id__in=ids).update(**GONE, author_id=None, deleted_us=at)
            signals.send(ItemsChanged(tuple(sorted(ids)), at))
        count += len(ids)
    return count


def forget_authors(*, at: int) -> int:
    """Names of strangers of whom nothing is left; how many. Hashes of the erased stay."""
    said = Item.objects.filter(author_id=OuterRef("id"))
    told = Post.objects.filter(author_id=OuterRef("id"))
    old = Author.objects.filter(node_id=None, last_us__lt=at - 30 * DAY).exclude(external__startswith="erased:")
    return old.exclude(Q(Exists(said)) | Q(Exists(told))).delete()[0]
