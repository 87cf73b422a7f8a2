"""What the portal does about news from networks: visitors' pages and mails follow our answers."""

from __future__ import annotations

from regulars.channels.networks.models import Account, Item
from regulars.channels.networks.signals import ItemsChanged
from regulars.core.signals import on
from regulars.portal.actions.talking import KINDS
from regulars.portal.models import Talk


@on(ItemsChanged)
def note_answers(news: ItemsChanged) -> None:
    """An answer of ours to a visitor waits to be seen or mailed."""
    places = Account.objects.filter(kind__in=KINDS).values("id")
    ours = Item.objects.filter(id__in=news.item_ids, account_id__in=places, ours=True, deleted_us=None)
    latest: dict[str, int] = {}
    for thread, at in ours.values_list("thread", "at"):
        latest[thread] = max(at, latest.get(thread, 0))
    for talk in Talk.objects.filter(thread__in=latest) if latest else ():
        Talk.objects.filter(id=talk.id, answered_us__lt=latest[talk.thread]).update(answered_us=latest[talk.thread])
