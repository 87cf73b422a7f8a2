"""What a shop does on Bluesky, on a real network: hear, find, answer, publish, look again, take down."""

from __future__ import annotations

import itertools

import pytest
from atproto import client_utils, models

from regulars.channels.networks import accounts, posting, reading
from regulars.channels.networks.errors import CannotConnect, CannotSay
from regulars.channels.networks.models import Account, Item, Post, PostState
from regulars.channels.networks.taking import take
from regulars.channels.tests.networks.pretend import cleared
from regulars.content.actions import add_picture
from regulars.core.clock import HOUR, MINUTE, SECOND, now_us
from regulars.social.actions import handing, scheduling, threads, writing
from regulars.social.models import Variant
from tests.bluesky.network import until
from tests.bluesky.pictures import png

pytestmark = pytest.mark.slow


def says(person, text, *, to=None, reply_to=None):
    """Somebody posts; with `to`, the text names them."""
    words = client_utils.TextBuilder()
    if to:
        words = words.mention(f"@{to.handle}", to.did).text(" ")
    made = person.client.send_post(words.text(text), profile_identify=person.did, reply_to=reply_to)
    return models.create_strong_ref(made)


def read(account, at=None):
    Account.objects.update(next_us=0, leased_us=0)
    reading.read_account(account.id, at or now_us())
    account.refresh_from_db()
    assert account.trouble == "", account.trouble


def heard(account, **which):
    """An item, as soon as it is there."""

    def ask():
        read(account)
        return Item.objects.filter(**which).first()

    return until(ask)


def say(account, key, text, at=None, **more):
    at = at or now_us()
    values = {"purpose": "reply" if more.get("item_id") else "post", "examined": cleared(text), "by": "user:1"}
    post = posting.plan_post(key=key, account_id=account.id, text=text, at=at, **(values | more))
    assert posting.say_some(account_id=account.id, at=at)
    post.refresh_from_db()
    return post


def records(person):
    return person.client.com.atproto.repo.list_records(
        {"repo": person.did, "collection": "app.bsky.feed.post", "limit": 100}
    ).records


def test_a_mention_is_heard_answered_in_its_thread_and_read_back(account, northgate, anna):
    asked = says(anna, "do you have boots in 46?", to=northgate)
    item = heard(account, to_us=True)
    assert (item.kind, item.external, item.thread, item.public) == ("mention", asked.uri, asked.uri, True)
    assert item.text == f"@{northgate.handle} do you have boots in 46?"
    post = say(account, "case:1:1", "Yes, Anna: three pairs of the Ridge in 46.", item_id=item.id)
    assert (post.state, post.trouble) == (PostState.HANDED_OFF, "")
    assert posting.look_some(account_id=account.id, at=now_us() + 3 * SECOND)
    post.refresh_from_db()
    assert post.state == PostState.CONFIRMED and len(records(northgate)) == 1
    thread = until(lambda: anna.client.get_post_thread(asked.uri).thread.replies)
    assert [one.post.uri for one in thread] == [post.external]
    more = says(anna, "thank you!", reply_to=models.AppBskyFeedPost.ReplyRef(
        root=asked, parent=models.ComAtprotoRepoStrongRef.Main(uri=post.external, cid=thread[0].post.cid)
    ))  # fmt: skip
    reply = heard(account, external=more.uri)
    assert (reply.kind, reply.thread, reply.parent, reply.to_us) == ("reply", asked.uri, post.external, True)
    ours = heard(account, external=post.external)
    assert (ours.ours, ours.to_us, ours.thread) == (True, False, asked.uri)


def test_who_is_named_in_the_middle_of_a_conversation_sees_its_beginning(account, northgate, anna, bluesky):
    first = says(anna, "my tent leaks after two weeks")
    ben = bluesky.joins("ben")
    ref = models.AppBskyFeedPost.ReplyRef(root=first, parent=first)
    until(lambda: anna.client.get_posts([first.uri]).posts)
    says(ben, "what do you say?", to=northgate, reply_to=ref)
    heard(account, to_us=True)
    told = {one.text: one.to_us for one in Item.objects.filter(thread=first.uri)}
    assert told == {"my tent leaks after two weeks": False, f"@{northgate.handle} what do you say?": True}


def test_a_complaint_that_names_nobody_is_found_by_searching(account, anna, monkeypatch):
    from regulars.channels.networks import searching

    says(anna, "my zorvex stove will not light")
    monkeypatch.setattr(searching, "_questions", [lambda kind, at: ["zorvex"]])
    clock = iter(range(0, 10_000))

    def ask():
        read(account, now_us() + next(clock) * MINUTE)
        return Item.objects.filter(text__contains="zorvex").first()

    item = until(ask)
    assert (item.kind, item.to_us, item.public) == ("post", False, True)


def test_a_picture_goes_along_with_its_description_and_comes_back(account, northgate, anna, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    picture = add_picture(data=png(64, 48), name="boots.png", by="user:1", at=now_us())
    alt = "Two brown boots on a rock"
    text = f"New boots: https://northgate.example/boots #hiking @{anna.handle}"
    pictures = [{"picture": picture.id, "alt": alt}]
    post = say(account, "plan:1", text, pictures=pictures, examined=cleared(text, alts=[alt]))
    assert post.trouble == ""
    shown = until(lambda: anna.client.get_posts([post.external]).posts)[0]
    assert [(one.alt, one.aspect_ratio.width) for one in shown.embed.images] == [(alt, 64)]
    features = [facet.features[0].py_type.partition("#")[2] for facet in shown.record.facets]
    assert features == ["link", "tag", "mention"]
    assert shown.record.facets[2].features[0].did == anna.did


def test_likes_are_counted_and_what_is_deleted_there_is_noticed(account, northgate, anna):
    post = say(account, "plan:1", "Our sale begins on Friday.")
    shown = until(lambda: anna.client.get_posts([post.external]).posts)[0]
    anna.client.app.bsky.feed.like.create(
        anna.did, models.AppBskyFeedLike.Record(
            subject=models.create_strong_ref(shown), created_at=anna.client.get_current_time_iso()
        )
    )  # fmt: skip
    until(lambda: anna.client.get_posts([post.external]).posts[0].like_count)
    posting.look_some(account_id=account.id, at=now_us() + 3 * SECOND)
    posting.look_some(account_id=account.id, at=now_us() + HOUR)
    post.refresh_from_db()
    assert post.metrics["likes"] == 1
    posting.take_down(post_id=post.id, reason="The date was wrong.", by="user:1", at=now_us())
    assert records(northgate) == [] and Post.objects.get().state == PostState.REMOVED


def test_an_answer_we_take_down_is_gone_on_the_network_and_in_the_thread_and_what_others_said_stays(
    account, northgate, anna
):
    asked = says(anna, "do you have boots in 46?", to=northgate)
    item = heard(account, external=asked.uri)
    post = say(account, "case:1:1", "Yes: three pairs.", item_id=item.id)
    until(lambda: anna.client.get_post_thread(asked.uri).thread.replies)
    posting.take_down(post_id=post.id, reason="It was two pairs.", by="user:1", at=now_us())
    assert records(northgate) == [] and Post.objects.get().state == PostState.REMOVED
    until(lambda: not anna.client.get_post_thread(asked.uri).thread.replies)
    posting.take_down(post_id=post.id, reason="again", by="user:1", at=now_us())
    assert len(records(anna)) == 1 and Post.objects.get().trouble == "It was two pairs."


def test_what_somebody_else_said_cannot_be_deleted_on_bluesky_and_is_not_called_deleted(account, northgate, anna):
    asked = says(anna, "your boots are ugly", to=northgate)
    item = heard(account, external=asked.uri)
    with pytest.raises(CannotSay):
        posting.delete_item(item_id=item.id, by="user:1", at=now_us())
    item.refresh_from_db()
    assert item.deleted_us is None and item.text and len(records(anna)) == 1


def test_a_thread_goes_out_part_by_part_without_waiting_for_the_index(account, northgate):
    posts = [say(account, "thread:0", "One of three.")]
    for number in (1, 2):
        told = {"reply_to": posts[-1].external, "thread": posts[0].external}
        posts.append(say(account, f"thread:{number}", f"Part {number}.", facts=told))
    assert [(post.state, post.trouble) for post in posts] == [(PostState.HANDED_OFF, "")] * 3
    there = {one.uri: one.value.reply for one in records(northgate)}
    assert there[posts[0].external] is None
    for before, post in itertools.pairwise(posts):
        assert there[post.external].parent.uri == before.external
        assert there[post.external].root.uri == posts[0].external


def test_a_mention_that_its_author_deletes_loses_its_words_here(account, northgate, anna):
    said = says(anna, "please delete this later", to=northgate)
    item = heard(account, external=said.uri)
    anna.client.delete_post(said.uri)
    until(lambda: not anna.client.get_posts([said.uri]).posts)
    read(account, now_us() + 10 * MINUTE)
    item.refresh_from_db()
    assert item.deleted_us and item.text == ""


def test_a_rude_answer_below_our_post_is_hidden_for_everybody(account, northgate, anna, bluesky):
    post = say(account, "plan:1", "Our sale begins on Friday.")
    ours = until(lambda: anna.client.get_posts([post.external]).posts)[0]
    ref = models.create_strong_ref(ours)
    rude = says(anna, "buy followers at spam.example", reply_to=models.AppBskyFeedPost.ReplyRef(root=ref, parent=ref))
    item = heard(account, external=rude.uri)
    posting.hide_item(item_id=item.id, hidden=True, by="user:1", at=now_us())
    gates = "app.bsky.feed.threadgate"
    kept = northgate.client.com.atproto.repo.list_records({"repo": northgate.did, "collection": gates}).records
    assert [one.value.hidden_replies for one in kept] == [[rude.uri]]


def test_the_same_key_said_twice_is_one_record(account, northgate):
    post = say(account, "plan:1", "Our sale begins on Friday.")
    Post.objects.update(state=PostState.PLANNED, external="", handed_us=None)
    assert posting.say_some(account_id=account.id, at=now_us())
    again = Post.objects.get()
    assert (again.state, again.external) == (PostState.HANDED_OFF, post.external) and len(records(northgate)) == 1


def test_the_rest_of_a_thread_that_broke_off_follows_what_is_there_and_nothing_is_there_twice(account, northgate):
    text, at = "Here is how.\n---\nDry them slowly.\n---\nWax them.", now_us()
    plan = writing.write_plan(title="Wax", words=[writing.Words(account.id, text)], by="user:1", at=at)
    scheduling.say_now(plan_id=plan.id, by="user:1", at=at)
    one = Variant.objects.get(plan_id=plan.id)
    second = Post.objects.filter(key__endswith=".2")
    for _step in range(20):
        handing.hand_over_due(at=at)
        if second.update(state=PostState.FAILED):
            break
        at = pass_time(account, at, 1)
    at = pass_time(account, at + 4 * SECOND, 3)
    one.refresh_from_db()
    assert "broke off after part 1" in one.trouble and len(records(northgate)) == 1
    assert threads.send_the_rest(variant_id=one.id, by="user:1", at=at)
    pass_time(account, at, 40)
    assert set(Post.objects.values_list("state", "trouble")) == {(PostState.CONFIRMED, "")}
    told = {record.uri: record.value for record in records(northgate)}
    assert sorted(value.text for value in told.values()) == sorted(text.split("\n---\n"))
    parents = {value.text: told[value.reply.parent.uri].text for value in told.values() if value.reply}
    assert parents == {"Dry them slowly.": "Here is how.", "Wax them.": "Dry them slowly."}


def pass_time(account, at, times):
    """The house is awake for so many steps of four seconds; when that is."""
    for _step in range(times):
        handing.hand_over_due(at=at)
        posting.say_some(account_id=account.id, at=at)
        posting.look_some(account_id=account.id, at=at)
        at += 4 * SECOND
    return at


def test_everything_heard_twice_is_there_once(account, northgate, anna):
    said = says(anna, "hello", to=northgate)
    heard(account, external=said.uri)
    before = list(Item.objects.values())
    Account.objects.update(cursor={})
    read(account)
    assert list(Item.objects.values_list("id", "text")) == [(one["id"], one["text"]) for one in before]
    assert take(account_id=account.id, heard=[], at=now_us()).changed == ()


def test_a_wrong_password_is_told_before_anything_is_kept(db, business, open_house, bluesky, northgate):
    values = {"handle": northgate.handle, "password": "wrong-wrong", "server": bluesky.pds}
    with pytest.raises(CannotConnect, match="app password"):
        accounts.connect(kind="bluesky", values=values, by="user:1", at=now_us())
    assert not Account.objects.exists()


def test_a_password_taken_back_pauses_the_account_with_a_sentence(account, northgate):
    northgate.client.com.atproto.server.revoke_app_password({"name": "regulars"})
    Account.objects.update(state={}, next_us=0, leased_us=0)
    reading.read_account(account.id, now_us())
    account.refresh_from_db()
    assert account.paused_us and "app password" in account.paused_why


def test_the_session_outlives_the_process(account, monkeypatch):
    from regulars.channels.networks import borrowing
    from regulars.channels.providers.bluesky.asking import Asking

    read(account)
    borrowing.close_all()
    monkeypatch.setattr(Asking, "_sign_in", lambda self, anew=False: None)
    read(account)
    assert account.failing_us is None and account.secrets not in str(account.state)
