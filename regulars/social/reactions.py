"""What we do about news from below: items and authors that changed, cases that ended."""

from __future__ import annotations

from regulars.channels.networks.models import Item
from regulars.channels.networks.signals import AuthorProved, ItemsChanged
from regulars.core.signals import on
from regulars.inbox.signals import CaseClosed, CaseReopened
from regulars.inbox.understanding.signals import ItemsRead
from regulars.social.actions.alerts import alert_ended
from regulars.social.actions.mentions import items_changed
from regulars.social.listening import asking as _asking  # noqa: F401 - what networks are asked
from regulars.social.listening import loops as _loops  # noqa: F401 - what listening does again and again
from regulars.social.measuring import reactions as _measuring  # noqa: F401 - who engaged, who came by a link


@on(ItemsChanged)
def match_items(changed: ItemsChanged) -> None:
    """Matched soon against every topic."""
    items_changed(item_ids=changed.item_ids)


@on(ItemsRead)
def take_readings(read: ItemsRead) -> None:
    """How they feel, what they want and their language may have changed what they mean to a topic."""
    items_changed(item_ids=read.item_ids)


@on(AuthorProved)
def tell_of_author(proved: AuthorProved) -> None:
    """What they said becomes part of what we know of the person."""
    if proved.node_id is not None:
        items_changed(item_ids=Item.objects.filter(author_id=proved.author_id).values_list("id", flat=True))


@on(CaseClosed)
def note_outcome(closed: CaseClosed) -> None:
    """An alert ends as its case does."""
    alert_ended(origin=closed.origin, outcome=closed.outcome, at=closed.at)


@on(CaseReopened)
def note_reopening(again: CaseReopened) -> None:
    """It goes on."""
    alert_ended(origin=again.origin, outcome="", at=None)
