"""What we do about news from networks: note what is to be taken in; the loop "inbox" does it."""

from __future__ import annotations

from regulars.channels.networks.signals import ItemsChanged, PostsChanged
from regulars.core.signals import on
from regulars.inbox.actions.carrying import note_posts
from regulars.inbox.actions.taking import note_items


@on(ItemsChanged)
def items_changed(changed: ItemsChanged) -> None:
    """What was said, edited or taken away."""
    note_items(changed.item_ids, at=changed.at)


@on(PostsChanged)
def posts_changed(changed: PostsChanged) -> None:
    """Our answers on their way."""
    note_posts(changed.post_ids, at=changed.at)
