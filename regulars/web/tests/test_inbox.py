"""Pages of the inbox: words from outside are harmless, clocks are words, rules are kept as shown."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags
from hypothesis import given
from hypothesis import strategies as st

from regulars.channels.networks.models import Author, Item
from regulars.core.clock import DAY, HOUR, MINUTE, now_us
from regulars.inbox import actions
from regulars.inbox.models import Case, CaseLabel, Entry, Macro, Moderation, Reading, Routing, Rule, SavedReply, Wait
from regulars.inbox.tests.talk import account, change, conversation, hear, said
from regulars.team.models import User
from regulars.web.pages.inbox import media, times
from regulars.web.pages.inbox.outside import host_of, link, plain, shown
from regulars.web.tests.talk import person

pytestmark = pytest.mark.django_db
US = "did:plc:northgate"


@pytest.fixture
def owner(business):
    return signed_in("owner")


def signed_in(role: str) -> Client:
    client = Client()
    user = User.objects.create_user(f"{role}@example.com", name=role.capitalize(), role=role)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    client.user = user
    return client


def talk(client, case_id: int) -> str:
    return client.get(reverse("web:case", args=[case_id])).content.decode()


# --- words from outside


@given(st.text(max_size=300))
def test_no_text_from_outside_ever_becomes_markup_of_its_own(text):
    html = shown(text)
    tags = html.replace('<p dir="auto">', "").replace("</p>", "").replace("<br>", "")
    assert "<" not in strip_links(tags) and ">" not in strip_links(tags)


def strip_links(html: str) -> str:
    import re

    return re.sub(r'<a href="https?://[^"<>]*" rel="[^"<>]*" target="_blank" title="[^"<>]*">[^<>]*</a>', "", html)


def test_signs_that_turn_the_reading_direction_or_hide_are_gone():
    assert plain("abc\u202egnp.exe\u200b\x07") == "abcgnp.exe"
    assert strip_tags(shown("one\ntwo\n\nthree")).replace("\n", "") == "onetwothree"


def test_a_link_names_the_host_it_really_leads_to():
    assert host_of("https://аpple.com/login") == "xn--pple-43d.com"  # the first letter is Cyrillic
    assert ">xn--pple-43d.com/login</a>" in link("https://аpple.com/login")
    assert "<a" not in link("javascript:alert(1)") and "<a" not in link("data:text/html,x")


def test_hostile_words_and_names_stand_on_the_page_as_text(owner):
    text = '<script>alert(1)</script> <img src=x onerror="x"> {{ 7|add:7 }} https://evil.example/"onmouseover=x'
    hear(said("t", text, title="<b>x</b>"), at=now_us())
    page = talk(owner, conversation().id)
    assert "<script>alert(1)" not in page and "&lt;script&gt;" in page
    assert "{{ 7|add:7 }}" in page and '"onmouseover=x' not in page.replace("&quot;onmouseover=x", "")


def test_pictures_of_others_are_fetched_by_nobody_until_asked_and_never_from_inside(owner):
    picture = {"url": "http://127.0.0.1:9/secret.png", "type": "image/png", "alt": "A boot"}
    item = said("t", media=[picture])
    hear(item, at=now_us())
    page = talk(owner, conversation().id)
    assert "<img" not in page.split('id="thread"')[1].split("</ol>")[0] and "A boot" in page
    answer = owner.get(reverse("web:inbox_picture", args=[item.id, 0])).content.decode()
    assert "private network" in answer
    assert owner.get(reverse("web:inbox_picture_raw", args=[item.id, 0])).status_code == 404
    assert not media._kept


def test_what_was_deleted_edited_and_said_by_others_is_shown_as_such(owner):
    at = now_us()
    first = said("t", "Where is it?", at=at - HOUR)
    other = said("o", "Same here", at=at - 50 * MINUTE, by="passer", to_us=False, thread="t")
    hear(first, other, at=at)
    change(first, at=at, text="Where is my parcel?", edited_us=at)
    change(other, at=at, text="", deleted_us=at)
    page = talk(owner, conversation().id)
    assert "Where is my parcel?" in page and "edited" in page
    assert "in the same thread, not to us" in page and "deleted there by who wrote it" in page


def test_how_a_text_reads_is_a_guess_that_a_colleague_corrects_in_place(owner):
    item = said("t", "Great. Broken again.")
    hear(item, at=now_us())
    Reading.objects.create(item_id=item.id, feels="positive", predicted="positive", source="model", intent="praise",
                           version="x", digest=0, lot=0, at=now_us())  # fmt: skip
    case = conversation()
    assert "reads as praise, positive" in talk(owner, case.id)
    owner.post(reverse("web:inbox_judge", args=[case.id, item.id]), {"feels": "negative"})
    assert Reading.objects.get(item_id=item.id).feels == "negative"
    assert "negative" in talk(owner, case.id)


# --- clocks in words


@pytest.mark.parametrize(
    ("due", "words", "tone"),
    [
        (40 * MINUTE, "answer within 40 min", "warn"),
        (3 * HOUR + 10 * MINUTE, "answer within 3 h 10 min", ""),
        (-2 * HOUR, "overdue for 2 hours", "bad"),
    ],
)
def test_what_is_owed_is_said_in_words(due, words, tone):
    at = now_us()
    found = times.first(Case(next_due_us=at + due, waiting_us=at), at=at, zone="Europe/London")
    assert (found.words, found.tone) == (words, tone)


def test_a_window_that_closes_is_warned_of_and_one_that_closed_is_said():
    at = now_us()
    soon, over = (times.clocks(Case(window_us=at + by), at=at, zone="UTC")[-1] for by in (HOUR, -HOUR))
    assert "window closes at" in soon.words and soon.tone == "warn"
    assert "private window closed" in over.words and over.tone == "bad"


# --- lists


def test_boxes_and_filters_find_what_they_say(owner):
    at, there = now_us(), account(kind="mastodon")
    place = {"account_id": there.id, "at": at}
    hear(said("a", "Refund please", **place), said("b", "Hello", by="bob", **place), at=at)
    case = Case.objects.get(title__startswith="Refund")
    actions.save_label(name="Refund", by=owner.user.by, at=at)
    actions.add_label(case_id=case.id, label="Refund", by=owner.user.by, at=at)
    url = reverse("web:inbox")
    for query, there_are in (
        ("box=open", 2), ("box=waiting", 2), ("box=overdue", 0), ("box=closed", 0), ("box=open&label=Refund", 1),
        (f"box=open&account={there.id}", 2), ("box=open&kind=review", 0), ("box=mine&q=refund", 1), ("box=held", 0),
    ):  # fmt: skip
        page = owner.get(f"{url}?{query}").content.decode()
        assert page.count("<li data-case=") == there_are, query
    assert owner.get(f"{url}?box=nowhere").status_code == 404


def test_a_fragment_is_no_page_and_the_beat_says_only_whether_something_is_new(owner):
    hear(said("a"), at=now_us())
    case, url = conversation(), reverse("web:inbox_beat")
    part = owner.get(reverse("web:case", args=[case.id]), headers={"HX-Request": "true"})
    assert "<html" not in part.content.decode() and "HX-Request" in part["Vary"]
    before = owner.get(url, {"case": case.id, "list": "box=open"}).json()
    assert before == owner.get(url, {"case": case.id, "list": "box=open"}).json()
    actions.write_note(case_id=case.id, text="hm", by=owner.user.by, at=now_us())
    after = owner.get(url, {"case": case.id, "list": "box=open"}).json()
    assert before["talk"] != after["talk"] and before["rows"] != after["rows"]


def test_bulk_says_what_could_not_be_done_and_undo_leaves_what_others_changed(owner):
    at = now_us()
    hear(said("a"), said("b", by="bob"), at=at)
    one, two = Case.objects.order_by("id")
    actions.close(case_id=two.id, outcome="solved", by="user:9", at=at)
    owner.post(reverse("web:inbox_bulk"), {"do": "take", "case": [one.id, two.id]})
    assert Case.objects.get(id=one.id).owner == owner.user.by
    page = owner.get(reverse("web:inbox")).content.decode()
    assert "Done with 1." in strip_tags(page).replace("\xa0", " ") or "Done with" in page
    assert "Not done with 1" in page
    actions.set_priority(case_id=one.id, priority=2, by="user:9", at=now_us() + 1)
    owner.post(reverse("web:inbox_undo"))
    assert Case.objects.get(id=one.id).owner == owner.user.by  # somebody changed it since


# --- rules, replies, targets


def test_a_rule_is_tried_on_last_month_then_kept_as_it_was_shown(owner):
    at = now_us()
    CaseLabel.objects.create(name="Damage", created_us=at)
    hear(said("a", "My boots are broken", at=at - DAY), said("b", "Hello", by="bob", at=at - DAY), at=at)
    form = {"name": "Broken", "occasion": "arrival", "words": "broken\nsplit", "audience": "public",
            "do0": "label", "label0": "Damage", "do1": "priority", "priority1": "1"}  # fmt: skip
    tried = owner.post(reverse("web:inbox_rule_new"), form | {"do": "try"}).content.decode()
    assert "Last month it would have acted in 1 conversation" in tried and not Rule.objects.exists()
    assert owner.post(reverse("web:inbox_rule_new"), form).status_code == 302
    rule = Rule.objects.get()
    assert rule.conditions == {"words": ["broken", "split"], "audience": "public"}
    assert rule.steps == [{"do": "label", "label": "Damage"}, {"do": "priority", "priority": 1}]
    page = owner.get(reverse("web:inbox_rules")).content.decode()
    assert "it says “broken” or “split”" in page and "Put on a label: Damage" in page
    again = owner.get(reverse("web:inbox_rule_edit", args=[rule.id])).content.decode()
    assert "broken\nsplit</textarea>" in again
    owner.post(reverse("web:inbox_rule_act", args=[rule.id]), {"do": "pause"})
    assert Rule.objects.get().paused_us


def test_a_rule_that_would_speak_because_of_a_feeling_is_refused_with_what_was_written(owner):
    form = {"name": "Sorry", "occasion": "reading", "feels": "negative", "do0": "acknowledge",
            "acknowledge0": "We have read it."}  # fmt: skip
    answer = owner.post(reverse("web:inbox_rule_new"), form)
    assert answer.status_code == 422 and "because of how their words feel" in answer.content.decode()
    assert "We have read it.</textarea>" in answer.content.decode()


def test_replies_macros_labels_and_targets_are_kept(owner):
    url = reverse("web:inbox_reply_save")
    words = 'Hi {{ person.first_name | default: "there" }}, we open at 9.'
    assert owner.post(url, {"name": "Hours", "shortcut": "hours", "text": words}).status_code == 302
    assert owner.post(url, {"name": "Odd", "text": "{{ nothing.here }}"}).status_code == 422
    reply = SavedReply.objects.get()
    hear(said("a"), at=now_us())
    filled = owner.post(reverse("web:inbox_fill", args=[conversation().id, reply.id]))
    assert filled.content.decode() == "Hi there, we open at 9."
    macro = {"name": "Hours", "do0": "reply", "reply0": str(reply.id)}
    assert owner.post(reverse("web:inbox_macro_save"), macro).status_code == 302
    run = owner.post(reverse("web:inbox_macro", args=[conversation().id]), {"macro": Macro.objects.get().id},
                     headers={"HX-Request": "true"})  # fmt: skip
    assert "Hi there, we open at 9.</textarea>" in run.content.decode()
    owner.post(reverse("web:inbox_labels"), {"name": "Refund"})
    assert CaseLabel.objects.get().name == "Refund"
    target = {"kind": "mention", "account": str(account().id), "hours": "0,5", "next_hours": "2", "hand_on": "on"}
    owner.post(reverse("web:inbox_target"), target | {"share": "turn"})
    assert (Routing.objects.get().hours, Routing.objects.get().hand_on) == (0.5, True)


def test_only_who_keeps_the_rules_changes_them(business):
    agent = signed_in("agent")
    for name in ("inbox_rules", "inbox_replies", "inbox_macros", "inbox_labels", "inbox_desk"):
        assert agent.get(reverse(f"web:{name}")).status_code == 403, name
    assert agent.get(reverse("web:inbox_hidden")).status_code == 200


# --- what was hidden, how well we answer


def test_the_log_of_hidden_things_says_how_much_was_criticism(owner):
    item = said("a", "This is a scam, click here")
    hear(item, at=now_us())
    Moderation.objects.create(case_id=conversation().id, entry_id=1, item_id=item.id, account_id=item.account_id,
                              act="hide", reason="spam", state="asked", by="user:99", at=now_us())  # fmt: skip
    page = owner.get(reverse("web:inbox_hidden")).content.decode()
    assert "click here" in page and "Spam" in page and "waits for a second person" in page
    assert "Agree" in page
    Moderation.objects.update(by=owner.user.by)
    assert ">Agree<" not in owner.get(reverse("web:inbox_hidden")).content.decode()  # never one's own wish


def test_a_second_person_decides_about_hiding_where_the_words_stand_and_everybody_sees_how_it_ended(owner):
    item = said("a", "This is a scam, click here")
    hear(item, at=now_us())
    case, entry = conversation(), Entry.objects.get(item_id=item.id)
    wish = Moderation.objects.create(case_id=case.id, entry_id=entry.id, item_id=item.id, account_id=item.account_id,
                                     act="hide", reason="spam", state="asked", by="user:99", at=now_us())  # fmt: skip
    decide, address = reverse("web:inbox_decide", args=[wish.id]), reverse("web:case", args=[case.id])
    assert decide in owner.get(address).content.decode()
    assert owner.post(decide, {"do": "refuse", "case": case.id})["Location"] == address
    shown = owner.get(address).content.decode()
    assert decide not in shown and "wanted it to stay visible" in shown
    Moderation.objects.update(state="failed", trouble="The network did not do it.")
    assert "could not be hidden or deleted there. The network did not do it." in owner.get(address).content.decode()


def test_hiding_is_offered_only_where_the_network_could_do_it(owner):
    ours, us = f"at://{US}/app.bsky.feed.post/1", account("bluesky", external=US)
    hear(said("at://did:plc:ada/app.bsky.feed.post/1", "You all cheat", account_id=us.id), at=now_us())
    strangers = conversation().id
    assert "Hide or delete" not in talk(owner, strangers)
    hear(said("at://did:plc:ada/app.bsky.feed.post/2", "Cheap pills", account_id=us.id, thread=ours), at=now_us())
    below_ours = Case.objects.exclude(id=strangers).get(account_id=us.id).id
    assert "Hide or delete" in talk(owner, below_ours)


def test_whom_a_network_vouches_for_can_be_said_to_be_somebody_else(owner):
    hear(said("t"), at=now_us())
    case = conversation()
    node = person("Alice", now_us())
    Author.objects.filter(id=case.author_id).update(node_id=node, proof="email", proved_by="system")
    Case.objects.filter(id=case.id).update(node_id=node)
    address = reverse("web:inbox_disown", args=[case.id])
    assert address in talk(owner, case.id)
    owner.post(address)
    assert conversation().node_id is None and address not in talk(owner, case.id)


def test_every_figure_of_the_report_leads_to_its_conversations(owner):
    at = now_us()
    hear(said("a", "Where is it?", at=at - DAY), said("b", "Hello", by="bob", at=at - DAY), at=at - DAY)
    case = Case.objects.get(title__startswith="Where")
    actions.write_answer(case_id=case.id, text="Called.", way="phone", by=owner.user.by, at=at)
    page = owner.get(reverse("web:inbox_numbers")).content.decode()
    assert "By colleague" in page and "Owner" in page
    url = reverse("web:inbox_behind")
    for what, there_are in (("all", 2), ("answered", 1), ("waiting", 1), ("unanswered", 0)):
        found = owner.get(url, {"what": what}).content.decode()
        assert found.count('<a class="name"') == there_are, what
    by = owner.get(url, {"what": "all", "by": owner.user.id}).content.decode()
    assert by.count('<a class="name"') == 1
    assert Wait.objects.count() == 2 and Item.objects.count() == 2
