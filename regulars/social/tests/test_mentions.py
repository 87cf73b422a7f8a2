"""Mentions follow what is said, whatever comes late, twice, edited or deleted."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.channels.networks.models import Author, Item
from regulars.channels.networks.signals import ItemsChanged
from regulars.core.clock import DAY, HOUR, MINUTE
from regulars.core.signals import send
from regulars.events.models import Event
from regulars.people.models import Node
from regulars.social.actions import mentions as following
from regulars.social.actions.mentions import follow
from regulars.social.actions.topics import archive_topic, clear_archived, save_topic
from regulars.social.errors import CannotDo
from regulars.social.listening.repeats import coordinated, folds, is_ours, our_runs
from regulars.social.models import ListenDue, Loudness, Mention, Topic
from regulars.social.tests.hearing import account, change, fields, listen, say, topic

pytestmark = pytest.mark.django_db


def mentions(topic_id):
    return set(Mention.objects.filter(topic_id=topic_id).values_list("item_id", flat=True))


def loud(topic_id, minutes=60):
    return list(
        Loudness.objects.filter(topic_id=topic_id, minutes=minutes).order_by("slot").values_list("people", "mentions")
    )


def test_what_matches_becomes_a_mention_and_what_is_private_or_ours_does_not(business, at):
    where, brand = account(), topic("Northgate", "northgate", at)
    one = say(where, "anna", "Northgate boots are great", at)
    say(where, "bob", "other boots", at)
    say(where, "bob", "dear northgate, my address is", at, public=False)
    say(where, "northgate", "Northgate opens at nine", at, ours=True)
    listen(at)
    assert mentions(brand) == {one.id}
    assert not ListenDue.objects.exists()


def test_an_edit_moves_an_item_in_and_out_and_deletion_takes_it_away(business, at):
    where, brand = account(), topic("Northgate", "northgate", at)
    item = say(where, "anna", "boots are great", at)
    listen(at)
    assert mentions(brand) == set() and loud(brand) == []
    change(item, at, text="northgate boots are great")
    listen(at)
    assert mentions(brand) == {item.id} and loud(brand) == [(1, 1)]
    change(item, at, text="", deleted_us=at)
    listen(at)
    assert mentions(brand) == set() and loud(brand) == []


def test_twice_heard_is_once_counted_and_one_voice_is_one_person(business, at):
    where, brand = account(), topic("Northgate", "northgate", at)
    item = say(where, "anna", "northgate one", at)
    say(where, "anna", "northgate two", at + MINUTE)
    say(where, "bob", "northgate three", at + MINUTE)
    listen(at)
    send(ItemsChanged((item.id,), at))
    listen(at)
    assert loud(brand) == [(2, 3)]


def test_a_new_query_is_matched_against_what_is_stored_with_progress(business, at):
    where = account()
    said = [say(where, "anna", text, at) for text in ("flat battery again", "new boots", "battery flat")]
    listen(at)
    number = topic("Battery", "battery", at, kind="problem")
    row = Topic.objects.get(id=number)
    assert (row.again_id, row.again_total, row.again_done) == (said[-1].id, 3, 0)
    listen(at)
    assert mentions(number) == {said[0].id, said[2].id}
    row.refresh_from_db()
    assert (row.again_id, row.again_done) == (None, 3)
    save_topic(topic_id=number, name="Battery", kind="problem", query='"flat battery"', by="user:1", at=at)
    listen(at)
    assert mentions(number) == {said[0].id} and loud(number) == [(1, 1)]


def test_changing_only_the_name_matches_nothing_again(business, at):
    number = topic("Battery", "battery", at)
    listen(at)
    save_topic(topic_id=number, name="Batteries", kind="brand", query="battery", by="user:1", at=at + 1)
    assert Topic.objects.get(id=number).again_id is None and Topic.objects.get(id=number).version == 1


def test_two_topics_of_one_name_are_refused(business, at):
    topic("Battery", "battery", at)
    with pytest.raises(CannotDo, match="already"):
        topic("battery", "akku", at)


def test_an_archived_topic_leaves_nothing(business, at):
    where, number = account(), topic("Northgate", "northgate", at)
    say(where, "anna", "northgate", at)
    listen(at)
    archive_topic(topic_id=number, by="user:1", at=at)
    while clear_archived():
        pass
    assert not Mention.objects.exists() and not Loudness.objects.exists()
    assert topic("Northgate", "northgate", at) != number


def test_a_crash_before_the_commit_loses_and_doubles_nothing(business, at, monkeypatch):
    where, brand = account(), topic("Northgate", "northgate", at)
    item = say(where, "anna", "northgate", at)
    monkeypatch.setattr(following, "failpoint", lambda name: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        follow(at=at)
    monkeypatch.undo()
    assert mentions(brand) == set() and ListenDue.objects.count() == 1
    listen(at)
    assert mentions(brand) == {item.id} and loud(brand) == [(1, 1)]


def test_the_same_words_again_count_nobody_anew_and_the_earliest_counts(business, at):
    where, brand = account(), topic("Northgate", "northgate", at)
    text = "Win a pair of northgate boots now, just click here"
    late = say(where, "anna", text, at)
    listen(at)
    early = say(where, "bob", f"RT {text}! https://example.com/x", at - HOUR)
    listen(at)
    assert Mention.objects.get(item_id=late.id).same_as == early.id
    assert loud(brand) == [(1, 1), (0, 0)]
    change(early, at, deleted_us=at, text="")
    listen(at)
    assert Mention.objects.get(item_id=late.id).fold == "" and loud(brand) == [(1, 1)]


def test_reposts_and_our_own_words_are_folded(business, at):
    where, brand = account(), topic("Northgate", "northgate OR fleek", at)
    first = say(where, "anna", "northgate is closed", at)
    say(where, "bob", "northgate is closed", at, kind="repost", parent=first.external)
    say(where, "us", "Our new fleet of bikes is on fleek, come and see", at - DAY, ours=True)
    say(where, "chen", "our new fleet of bikes is on fleek lol", at)
    listen(at)
    assert sorted(Mention.objects.values_list("fold", flat=True)) == ["", "ours", "repost"]
    assert loud(brand) == [(1, 1)]


def test_what_a_proven_person_says_of_us_is_an_event_once_and_without_words(business, at):
    where, brand = account(), topic("Northgate", "northgate", at)
    topic("Rival", "rivalco", at, kind="competitor")
    node = Node.objects.create(namespace="test", kind="user", key="anna", created_us=at)
    item = say(where, "anna", "northgate is better than rivalco", at)
    say(where, "anna", "rivalco is cheap", at)
    listen(at)
    assert not Event.objects.exists()
    Author.objects.filter(handle="anna").update(node_id=node.id)
    send(ItemsChanged(tuple(Item.objects.values_list("id", flat=True)), at))
    listen(at)
    send(ItemsChanged((item.id,), at))
    listen(at)
    event = Event.objects.get()
    assert (event.name, event.node_id, event.ts) == ("Mentioned Us", node.id, at) and mentions(brand)
    assert "better" not in str(event.properties)


NEWS = ("northgate", "boots", "northgate closes today for good", "gone")


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 4), st.sampled_from(NEWS)), min_size=1, max_size=12), st.randoms())
@pytest.mark.django_db(transaction=False)
def test_any_order_of_news_ends_as_the_last_state_of_each_item_says(news, random):
    from django.db import transaction

    with transaction.atomic():
        business_at = 1_790_000_000_000_000
        where, brand = account(), topic("Northgate", "northgate", business_at)
        items = [
            Item.objects.create(**fields(where, f"a{n}", "nothing", business_at + n * HOUR * 20)) for n in range(5)
        ]
        for n, text in news:
            change(items[n], business_at, text="" if text == "gone" else text,
                   deleted_us=business_at if text == "gone" else None)  # fmt: skip
            if random.random() < 0.5:
                listen(business_at)
        listen(business_at)
        final = {items[n].id: text for n, text in news}
        assert mentions(brand) == {number for number, text in final.items() if "northgate" in text}
        same = sorted(n for n, item in enumerate(items) if "closes" in final.get(item.id, ""))
        counted = [(m.item_id, m.same_as) for m in Mention.objects.filter(words__gt=0).order_by("at")]
        assert counted == [(items[n].id, None if n == same[0] else items[same[0]].id) for n in same]
        assert sum(mentions_ for _, mentions_ in loud(brand)) == Mention.objects.filter(fold="").count()
        transaction.set_rollback(True)


@given(st.lists(st.tuples(st.integers(0, 30 * DAY), st.integers(1, 50)), unique_by=lambda row: row[1]))
def test_folding_depends_on_the_set_alone(rows):
    found = folds(rows)
    assert found == folds(reversed(rows))
    moments = {item: at for at, item in rows}
    assert all(0 <= moments[item] - moments[first] <= 7 * DAY and first not in found for item, first in found.items())


def test_nearly_the_same_text_of_many_voices_is_a_crowd():
    text = ["this", "shop", "sold", "me", "broken", "boots", "and", "never", "answered", "my", "mails"]
    crowd = [(n, [*text, f"word{n}"]) for n in range(4)]
    assert coordinated([*crowd, (9, ["i", "like", "their", "boots", "a", "lot", "and", "the", "staff"])]) == 4
    assert coordinated([(1, one) for _, one in crowd]) == 0


def test_our_words_are_ours_only_after_we_said_them():
    ours = our_runs([(100, ["our", "new", "fleet", "is", "on", "fleek"])])
    assert is_ours(["our", "new", "fleet", "is", "on", "fleek"], 200, ours)
    assert not is_ours(["our", "new", "fleet", "is", "on", "fleek"], 50, ours)
