"""Run by the tests in a process of its own, and killed there: what people say is matched, written and told."""

from __future__ import annotations

import json
import sys

import django

django.setup()

from regulars.channels.networks.models import Author, Item  # noqa: E402
from regulars.channels.networks.signals import ItemsChanged  # noqa: E402
from regulars.core.clock import MINUTE  # noqa: E402
from regulars.core.models import Business  # noqa: E402
from regulars.core.signals import send  # noqa: E402
from regulars.events.models import Event  # noqa: E402
from regulars.people.actions import Sighting, record_sightings  # noqa: E402
from regulars.social.actions import mentions  # noqa: E402
from regulars.social.listening.loops import match_changed, match_stored  # noqa: E402
from regulars.social.models import ListenDue, Loudness, Mention, Topic  # noqa: E402
from regulars.social.tests.hearing import account, fields, topic  # noqa: E402

AT = 1_790_000_000_000_000
for pace in (mentions.pace, mentions.pace_again):
    pace.size = pace.least = pace.most = 4  # several commits in a small shop


def begin() -> None:
    """Sixteen people say things, some the same, some edited or taken away; one of them is known; two topics, one
    of which is new and looks through what is stored."""
    Business.objects.create(name="Northgate Sports", timezone="Europe/London", currency="GBP")
    where = account()
    topic("Northgate", "northgate", AT)
    said = [f"northgate boots {n % 5} are leaking" if n % 3 else f"tent number {n}" for n in range(16)]
    rows = [Item(**fields(where, f"p{n}", text, AT - n * 7 * MINUTE)) for n, text in enumerate(said)]
    items = Item.objects.bulk_create(rows)
    (node,) = record_sightings(
        sightings=[Sighting("shop", (("user", "zoe"),), (), {}, at=AT)], source_id=1, at=AT
    )  # fmt: skip
    Author.objects.filter(handle="p1").update(node_id=node)
    send(ItemsChanged(tuple(item.id for item in items), AT))
    Item.objects.filter(id=items[2].id).update(text="a tent of northgate")
    Item.objects.filter(id=items[4].id).update(text="", deleted_us=AT)
    send(ItemsChanged((items[2].id, items[4].id), AT))
    topic("Tents", "tent", AT)


def work() -> None:
    """The loops, until there is nothing to do; then what is stored, as one line."""
    while match_changed(AT) | match_stored(AT):
        pass
    heard = sorted(Mention.objects.values_list("topic_id", "item_id", "at", "fold", "same_as"))
    loud = sorted(Loudness.objects.values_list("topic_id", "minutes", "slot", "people", "mentions", "folded"))
    told = sorted(Event.objects.filter(name="Mentioned Us").values_list("node_id", "ts"))
    looked = sorted(Topic.objects.values_list("name", "again_id", "again_done"))
    print("report", json.dumps([heard, loud, told, looked, ListenDue.objects.count()]))


if __name__ == "__main__":
    {"begin": begin, "work": work}[sys.argv[1]]()
