"""What listening holds of people goes with them; how they feel follows their readings; facts agree with the lake."""

from __future__ import annotations

import ibis
import pytest

from regulars.channels.networks.models import Author
from regulars.core.clock import DAY, HOUR
from regulars.core.plugs import registry
from regulars.core.signals import send
from regulars.events.inside import Noticed, note_events
from regulars.inbox.understanding.models import Reading
from regulars.inbox.understanding.signals import ItemsRead
from regulars.lake import queries as lake
from regulars.lake import truth
from regulars.people.actions import Sighting, erase_person, record_sightings
from regulars.people.queries import export_person, person_id_of
from regulars.social.actions.mentions import follow
from regulars.social.facts import last_mention, mentions_30d
from regulars.social.listening.feelings import feelings
from regulars.social.listening.reports import breakdown, filtered, one
from regulars.social.models import Loudness, Mention, Topic
from regulars.social.tests.hearing import account, author, change, listen, say, topic

pytestmark = pytest.mark.django_db


def somebody(at: int) -> int:
    (node,) = record_sightings(sightings=[Sighting("shop", (("user", "anna"),), (), {}, (), at)], source_id=1, at=at)
    assert node is not None
    return node


def test_erasing_a_person_takes_their_mentions_and_counts_along(business, at):
    where, number, node = account(), topic("Northgate", "northgate", at), somebody(at)
    say(where, "anna", "northgate again", at)
    say(where, "bob", "northgate too", at)
    Author.objects.filter(handle="anna").update(node_id=node)
    listen(at)
    person = person_id_of([node])[node]
    assert "Northgate" in str(export_person(person))
    erase_person(person_id=person, by="user:1", at=at + HOUR)
    listen(at + HOUR)
    assert Mention.objects.filter(topic_id=number).count() == 1
    assert Loudness.objects.get(topic_id=number, minutes=60).people == 1
    assert registry.personal["social_mention"].room == "social"


def test_how_it_feels_follows_its_reading_and_a_colleague_counts_as_told(business, at):
    where, number = account(), topic("Northgate", "northgate", at)
    item = say(where, "anna", "northgate is awful", at)
    listen(at)
    assert Mention.objects.get().feels == ""
    read = {"feels": "negative", "predicted": "negative", "source": "model", "intent": "complaint", "version": "x",
            "digest": 1, "lot": 1, "at": at, "language": "en"}  # fmt: skip
    Reading.objects.update_or_create(item_id=item.id, defaults=read)
    send(ItemsRead((item.id,), at))
    follow(at=at)
    mention = Mention.objects.get()
    assert (mention.feels, mention.intent, mention.told, mention.language) == ("negative", "complaint", False, "en")
    assert Loudness.objects.get(topic_id=number, minutes=60).negative == 1
    Reading.objects.filter(item_id=item.id).update(feels="positive", source="person")
    send(ItemsRead((item.id,), at))
    follow(at=at)
    mention.refresh_from_db()
    assert (mention.feels, mention.told) == ("positive", True)


def test_shares_carry_an_interval_and_few_texts_give_none(business, at):
    where, number = account(), topic("Northgate", "northgate", at)
    for n in range(30):
        say(where, f"p{n}", f"northgate {n}", at - n * HOUR)
    listen(at)
    Mention.objects.filter(item_id__in=Mention.objects.values("item_id")[:20]).update(feels="negative")
    Mention.objects.exclude(feels="negative").update(feels="positive")
    loud = one(Topic.objects.get(id=number), at=at, days=28)
    (found,) = feelings([loud])
    assert found.texts == 30
    share = found["negative"]
    assert 0 <= share.low < share.share < share.high <= 1
    assert feelings([one(Topic.objects.get(id=number), at=at - 25 * HOUR, days=28)]) == [None]


def test_the_same_filters_count_what_they_list(business, at):
    where, number = account(), topic("Northgate", "northgate", at)
    for n in range(12):
        say(where, f"p{n % 4}", f"northgate {n}", at - n * DAY, language="de" if n % 3 else "en")
    listen(at)
    for language, people, mentions in breakdown(number, "language", since=-1, until=at):
        rows = filtered([number], {"language": language}, at=at)
        assert (rows.count(), rows.values("voice").distinct().count()) == (mentions, people)
    assert filtered([number], {"days": "3"}, at=at).count() == 3
    assert filtered([number], {"q": "northgate 1"}, at=at).count() == 3


def test_facts_count_what_was_said_of_us_in_thirty_days(business, at):
    node = somebody(at - 60 * DAY)
    times = (at - 40 * DAY, at - 5 * DAY, at - DAY, at + DAY)
    note_events(source_id=1, items=[Noticed(node, "Mentioned Us", t, f"m{t}", {}) for t in times], at=at)
    person = person_id_of([node])[node]
    assert mentions_30d([person], at) == {person: 2} and last_mention([person], at) == {person: at - DAY}
    for later in (0, DAY, 2 * DAY, 26 * DAY, 60 * DAY):
        for fact, now in (("mentions_30d", mentions_30d), ("last_mention", last_mention)):
            found = {n: value for n, (value, _) in in_lake(fact, at + later).items() if value is not None}
            assert found == now([person], at + later), (fact, later)
        (_value, changes) = in_lake("mentions_30d", at)[person]
        assert changes == at + DAY  # what is dated ahead counts from then on


def in_lake(name, at):
    with lake.memory({table: truth.select(registry.replica[table]) for table in ("nodes", "events")}) as snapshot:
        rows = snapshot.rows(registry.facts[name].lake(Tables(at)))
        return {row["person_id"]: (row["value"], row["next_us"]) for row in rows}


class Tables:
    """What a fact's lake reader is given."""

    def __init__(self, now_us: int) -> None:
        self.now_us = ibis.literal(now_us, "int64")

    def __call__(self, name: str) -> ibis.Table:
        return lake.table(name)


def test_what_is_forgotten_after_a_time_leaves_its_counts(business, at):
    where, number = account(), topic("Northgate", "northgate", at)
    old = say(where, "anna", "northgate", at - 100 * DAY)
    new = say(where, "bob", "northgate", at - DAY)
    listen(at)
    change(old, at, text="", deleted_us=at)
    change(new, at, text="", deleted_us=at)
    listen(at)
    assert not Mention.objects.exists()
    assert [row.people for row in Loudness.objects.filter(topic_id=number, minutes=60)] == [1]
    assert author("anna", at).handle == "anna"
