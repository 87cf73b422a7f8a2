"""What measuring does about news from below: items, authors, page views with a link of ours."""

from __future__ import annotations

from regulars.channels.networks.signals import AuthorProved, ItemsChanged
from regulars.core.signals import on
from regulars.events.consumers import Entry, consumer
from regulars.social.actions.engaging import VISITS, note_author, note_items, note_visits


@on(ItemsChanged)
def count_items(changed: ItemsChanged) -> None:
    """Known people who spoke to us."""
    note_items(item_ids=changed.item_ids, at=changed.at)


@on(AuthorProved)
def count_author(proved: AuthorProved) -> None:
    """An author is a person now, or no longer."""
    note_author(author_id=proved.author_id, node_id=proved.node_id, at=proved.at)


@consumer("social_visits", events=VISITS)
def count_visits(entries: list[Entry], at: int) -> None:
    """Visits that came by a link in a post."""
    note_visits(entries, at=at)
