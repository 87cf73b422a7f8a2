"""A post from the first word to the network: who agrees, when it goes out, what stops it."""

from __future__ import annotations

import pytest

from regulars.channels.networks.models import Post, PostState
from regulars.content.models import Picture
from regulars.core.clock import DAY, HOUR, MINUTE, WEEK
from regulars.social.actions import approving, clearing, handing, ruling, scheduling, writing
from regulars.social.actions.writing import Words
from regulars.social.errors import CannotDo
from regulars.social.models import Approval, Link, Plan, Variant
from regulars.social.publishing.clock import moment_of
from regulars.social.publishing.reading import entries, held_back, waiting, whole
from regulars.social.tests.press import (
    ANN,
    BEN,
    CID,
    MONDAY,
    TUESDAY,
    account,
    draft,
    picture,
    planned,
    posts,
    use_networks,
    variant,
    yes,
)

pytestmark = pytest.mark.django_db
DUE = moment_of(TUESDAY, "Europe/London")


@pytest.fixture(autouse=True)
def _networks(monkeypatch, business):
    use_networks(monkeypatch)


def state(plan: Plan) -> str:
    return whole(plan.id).standing.state


def test_a_post_goes_out_at_its_time_once_on_each_account():
    a, b = account(), account("beta")
    plan = planned(a, b)
    assert not handing.hand_over_due(at=DUE - 1)
    for _again in range(3):
        handing.hand_over_due(at=DUE)
    assert [post.key for post in posts()] == [f"plan:{plan.id}:{a.id}", f"plan:{plan.id}:{b.id}"]


def test_nobody_agrees_to_what_they_wrote_themselves():
    ruling.change_rules(approvals=1, by=CID, at=MONDAY)
    plan = planned(account())
    with pytest.raises(CannotDo, match="wrote at this yourself"):
        yes(plan, ANN)
    writing.change_plan(plan_id=plan.id, words=[Words(variant(plan).account_id, "Other boots.")], by=BEN, at=MONDAY)
    with pytest.raises(CannotDo, match="wrote at this yourself"):
        yes(plan, BEN)
    assert yes(plan, CID)


def test_a_post_nobody_agreed_to_waits_and_asks():
    ruling.change_rules(approvals=1, by=CID, at=MONDAY)
    plan = planned(account())
    assert (state(plan), waiting(at=MONDAY).agree) == ("wanted", [plan])
    handing.hand_over_due(at=DUE)
    assert posts() == []
    yes(plan)
    handing.hand_over_due(at=DUE + MINUTE)
    assert len(posts()) == 1


def test_two_people_where_one_of_the_accounts_asks_for_two():
    a, b = account(), account("beta")
    ruling.change_rules(approvals=0, by_account={b.id: 2}, by=CID, at=MONDAY)
    alone, both = planned(a, text="Only here."), planned(a, b)
    assert (state(alone), state(both)) == ("planned", "wanted")
    assert not yes(both, BEN)
    assert not yes(both, BEN)
    assert yes(both, CID)
    assert state(both) == "planned"


def test_another_word_takes_back_what_was_agreed():
    ruling.change_rules(approvals=1, by=CID, at=MONDAY)
    plan = planned(account())
    yes(plan)
    writing.change_plan(
        plan_id=plan.id, words=[Words(variant(plan).account_id, "New boots are out.")], by=ANN, at=MONDAY
    )
    assert state(plan) == "wanted"
    handing.hand_over_due(at=DUE)
    assert posts() == []


def test_the_same_words_again_are_agreed_to_already():
    ruling.change_rules(approvals=1, by=CID, at=MONDAY)
    plan = planned(account())
    yes(plan)
    for words in ("New boots are out.", "New boots are in."):
        writing.change_plan(plan_id=plan.id, words=[Words(variant(plan).account_id, words)], by=ANN, at=MONDAY)
    assert approving.is_agreed(Plan.objects.get(id=plan.id))


def test_what_changed_while_somebody_read_it_is_not_agreed_to():
    ruling.change_rules(approvals=1, by=CID, at=MONDAY)
    plan = planned(account())
    read = plan.digest
    writing.change_plan(plan_id=plan.id, words=[Words(variant(plan).account_id, "Other.")], by=ANN, at=MONDAY)
    with pytest.raises(CannotDo, match="changed while you read"):
        approving.approve(plan_id=plan.id, digest=read, by=BEN, at=MONDAY)
    assert not Approval.objects.exists()


def test_a_picture_described_otherwise_is_another_post():
    ruling.change_rules(approvals=1, by=CID, at=MONDAY)
    a, boots = account(), picture()
    shown = [Words(a.id, "Boots", pictures=[{"picture": boots.id, "alt": "Brown boots"}])]
    plan = writing.write_plan(title="", words=shown, by=ANN, at=MONDAY)
    scheduling.place(plan_id=plan.id, local=TUESDAY, by=ANN, at=MONDAY)
    yes(plan)
    shown = [Words(a.id, "Boots", pictures=[{"picture": boots.id, "alt": "Black boots"}])]
    writing.change_plan(plan_id=plan.id, words=shown, by=ANN, at=MONDAY)
    assert state(plan) == "wanted"


def test_sent_back_with_a_reason_it_waits_for_its_writer():
    ruling.change_rules(approvals=1, by=CID, at=MONDAY)
    plan = planned(account())
    approving.send_back(plan_id=plan.id, why="Too loud.", by=BEN, at=MONDAY)
    assert whole(plan.id).standing.why == "Too loud."
    writing.change_plan(plan_id=plan.id, words=[Words(variant(plan).account_id, "Boots.")], by=ANN, at=MONDAY)
    assert state(plan) == "wanted"


def test_a_claim_the_gate_cannot_check_needs_a_second_person_even_where_nobody_has_to_agree():
    plan = planned(account(), text="CLAIM: the warmest boots.")
    handing.hand_over_due(at=DUE)
    assert (state(plan), posts()) == ("wanted", [])
    yes(plan)
    handing.hand_over_due(at=DUE + MINUTE)
    assert len(posts()) == 1


def test_what_the_gate_wants_changed_goes_out_only_over_a_reason():
    plan = planned(account(), text="BLAME the customer.")
    with pytest.raises(CannotDo, match="asks for a change"):
        yes(plan)
    clearing.overrule_gate(plan_id=plan.id, reason="It is a quotation from the play.", by=BEN, at=MONDAY)
    yes(plan)
    handing.hand_over_due(at=DUE)
    assert len(posts()) == 1


def test_what_missed_its_time_asks_before_it_goes_out():
    plan = planned(account())
    handing.hand_over_due(at=DUE + 3 * HOUR)
    assert (state(plan), posts()) == ("asked", [])
    handing.hand_over_due(at=DUE + 4 * HOUR)
    approving.say_it_stands(plan_id=plan.id, by=BEN, at=DUE + 5 * HOUR)
    handing.hand_over_due(at=DUE + 5 * HOUR)
    assert len(posts()) == 1


def test_the_brake_stops_everything_and_afterwards_each_old_post_is_asked_about():
    a = account()
    old, soon = planned(a), planned(a, text="Sandals.", local="2026-10-01T09:00")
    handing.stop_everything(why="Our warehouse burns", by=ANN, at=MONDAY + HOUR)
    handing.hand_over_due(at=DUE)
    assert (posts(), state(old)) == ([], "stopped")
    fresh = planned(a, text="We help everybody who ordered.", local="2026-09-23T10:00", at=DUE)
    assert handing.let_go_on(by=BEN, at=DUE + HOUR) == 2
    assert [state(one) for one in (old, soon, fresh)] == ["asked", "asked", "planned"]
    handing.hand_over_due(at=DUE + 2 * WEEK)
    assert [post.origin for post in posts()] == []
    approving.say_it_stands(plan_id=soon.id, by=BEN, at=DUE + DAY)
    handing.hand_over_due(at=moment_of("2026-10-01T09:00", "Europe/London"))
    assert [post.origin for post in posts()] == [f"plan:{soon.id}"]


def test_whoever_lets_posts_go_again_may_say_that_all_of_them_stand():
    a = account()
    over, soon = planned(a), planned(a, text="Sandals.", local="2026-10-01T09:00")
    handing.stop_everything(why="Our warehouse burns", by=ANN, at=MONDAY + HOUR)
    handing.hand_over_due(at=DUE)
    assert held_back(at=DUE + HOUR) == (2, 1)
    assert handing.let_go_on(by=BEN, at=DUE + HOUR, stand=True) == 2
    assert [state(one) for one in (over, soon)] == ["planned", "planned"]
    handing.hand_over_due(at=DUE + HOUR)
    assert [post.origin for post in posts()] == [f"plan:{over.id}"]
    assert Plan.objects.get(id=soon.id).stood_by == BEN


def test_all_that_were_shown_stand_and_one_that_came_later_is_still_asked_about():
    a = account()
    old, other = planned(a, local="2026-10-01T09:00"), planned(a, text="Sandals.", local="2026-10-02T09:00")
    handing.stop_everything(why="Our warehouse burns", by=ANN, at=MONDAY + HOUR)
    handing.let_go_on(by=BEN, at=DUE)
    assert approving.all_stand(plan_ids=[old.id], by=BEN, at=DUE) == 1
    assert approving.all_stand(plan_ids=[old.id], by=BEN, at=DUE) == 0
    assert [state(one) for one in (old, other)] == ["planned", "asked"]


def test_what_waits_below_when_the_brake_is_pulled_is_taken_back():
    a = account()
    plan = planned(a)
    handing.hand_over_due(at=DUE)
    assert len(posts()) == 1
    handing.stop_everything(why="Our warehouse burns", by=ANN, at=DUE + MINUTE)
    assert posts() == []
    handing.let_go_on(by=ANN, at=DUE + HOUR)
    assert state(plan) == "asked"
    approving.say_it_stands(plan_id=plan.id, by=BEN, at=DUE + HOUR)
    handing.hand_over_due(at=DUE + HOUR)
    handing.hand_over_due(at=DUE + HOUR)
    assert [post.key for post in posts()] == [f"plan:{plan.id}:{a.id}:2"]


def test_a_brake_released_by_anybody_still_asks():
    from regulars.channels.networks import posting

    plan = planned(account())
    posting.pull_brake(why="Storm", by=CID, at=MONDAY + HOUR)
    posting.release_brake(by=CID, at=MONDAY + 2 * HOUR)
    handing.hand_over_due(at=DUE)
    assert (state(plan), posts()) == ("asked", [])


def test_the_same_text_is_refused_within_thirty_days_on_a_network_and_allowed_on_another():
    a, other, b = account(), account(name="Northgate Kids"), account("beta")
    planned(a)
    for where in (a, other):
        with pytest.raises(CannotDo, match="looks like a machine"):
            planned(where, text="  new BOOTS are in!  ", local="2026-10-05T10:00")
    assert planned(b, local="2026-10-05T10:00")
    assert planned(a, local="2026-10-25T10:00")


def test_one_idea_in_the_same_words_on_two_accounts_of_a_network_is_refused_when_it_is_planned():
    a, other, b = account(), account(name="Northgate Kids"), account("beta")
    with pytest.raises(CannotDo, match="Northgate and Northgate Kids are on the same network"):
        planned(a, other, b)
    assert planned(a, b)


def test_the_same_text_again_may_follow_one_that_was_withdrawn_or_taken_back():
    a = account()
    first = planned(a)
    scheduling.withdraw(plan_id=first.id, by=ANN, at=MONDAY)
    second = planned(a)
    handing.hand_over_due(at=DUE)
    handing.stop_one(variant_id=variant(second).id, by=ANN, at=DUE)
    assert planned(a, local="2026-09-24T10:00", at=DUE)


@pytest.mark.parametrize(
    ("kind", "text", "said"),
    [
        ("alpha", "x" * 301, "1 signs too long"),
        ("beta", "Hello {{ person.first_name }}", "Everybody reads the same"),
        ("insta", "No picture", "needs a picture"),
        ("feed", "Anything", "can only be read"),
    ],
)
def test_what_cannot_be_published_is_said_before_it_is_planned(kind, text, said):
    plan = draft(account(kind), text=text)
    with pytest.raises(CannotDo, match=said):
        scheduling.place(plan_id=plan.id, local=TUESDAY, by=ANN, at=MONDAY)
    assert variant(plan).due_us is None


def test_a_picture_without_a_description_is_not_published():
    a, boots = account(), picture()
    plan = writing.write_plan(
        title="", words=[Words(a.id, "Boots", pictures=[{"picture": boots.id}])], by=ANN, at=MONDAY
    )
    with pytest.raises(CannotDo, match="needs a description"):
        scheduling.place(plan_id=plan.id, local=TUESDAY, by=ANN, at=MONDAY)


def test_what_is_out_is_never_changed():
    a = account()
    plan = planned(a)
    handing.hand_over_due(at=DUE)
    with pytest.raises(CannotDo, match="went out on one of the accounts"):
        writing.change_plan(plan_id=plan.id, words=[Words(a.id, "Something else.")], by=ANN, at=DUE)


def test_links_go_out_short_and_each_account_has_its_own():
    a, b = account(), account("beta")
    plan = planned(a, b, text="Look: https://shop.example/boots?size=9.")
    handing.hand_over_due(at=DUE)
    codes = dict(Link.objects.values_list("account_id", "code"))
    assert len(set(codes.values())) == 2
    assert all(f"/g/{codes[post.account_id]}." in post.text and "shop.example" not in post.text for post in posts())
    assert variant(plan, a).text == "Look: https://shop.example/boots?size=9."


def test_failed_is_tried_again_under_the_same_key_and_unknown_is_not():
    plan = planned(account())
    handing.hand_over_due(at=DUE)
    one = variant(plan)
    Post.objects.update(state=PostState.UNKNOWN)
    with pytest.raises(CannotDo):
        handing.say_again(variant_id=one.id, by=ANN, at=DUE)
    Post.objects.update(state=PostState.FAILED, trouble="No such page.")
    assert whole(plan.id).standing.why == "No such page."
    handing.say_again(variant_id=one.id, by=ANN, at=DUE)
    assert Post.objects.count() == 1


def test_every_state_of_the_post_below_is_shown_as_what_it_is():
    plan = planned(account())
    handing.hand_over_due(at=DUE)
    said = {}
    for one in PostState:
        Post.objects.update(state=one)
        said[one] = state(plan)
    assert said[PostState.HANDED_OFF] == "there" and said[PostState.CONFIRMED] == "seen"
    assert said[PostState.UNKNOWN] == "unknown" and said[PostState.FAILED] == "failed"
    assert said[PostState.HELD] == "held"


def test_a_month_of_the_calendar_costs_a_handful_of_statements(django_assert_max_num_queries):
    a, b = account(), account("beta")
    for n in range(30):
        planned(a, b, text=f"Boots number {n}.", local=f"2026-10-{n % 30 + 1:02d}T10:00")
    with django_assert_max_num_queries(12):
        found = entries(since="2026-10-01", until="2026-10-31")
    assert len(found) == 30 and all(len(one.variants) == 2 for one in found)


def test_withdrawn_is_never_said():
    plan = planned(account())
    scheduling.withdraw(plan_id=plan.id, by=ANN, at=MONDAY)
    handing.hand_over_due(at=DUE)
    assert (posts(), state(plan)) == ([], "withdrawn")
    assert Variant.objects.get().next_us is None


def test_a_thread_goes_out_part_by_part_each_answering_the_one_before():
    plan = planned(account(), text="One.\n---\nTwo.\n---\nThree.")
    for n in range(8):
        handing.hand_over_due(at=DUE + n * MINUTE)
        if n == 1:
            assert len(posts()) == 1
            Post.objects.update(state=PostState.CONFIRMED, external="at:1")
        elif n > 1:
            for post in Post.objects.exclude(state=PostState.CONFIRMED):
                Post.objects.filter(id=post.id).update(state=PostState.CONFIRMED, external=f"at:{post.id}")
    one, two, three = posts()
    assert [post.text for post in posts()] == ["One.", "Two.", "Three."]
    assert (two.facts["reply_to"], three.facts["reply_to"]) == ("at:1", f"at:{two.id}")
    assert three.facts["thread"] == "at:1" and three.key == f"{one.key}.3"
    assert state(plan) == "seen"


def test_a_thread_whose_part_failed_breaks_off_and_says_so():
    plan = planned(account(), text="One.\n---\nTwo.")
    handing.hand_over_due(at=DUE)
    Post.objects.update(state=PostState.FAILED, trouble="No.")
    handing.hand_over_due(at=DUE + MINUTE)
    assert len(posts()) == 1
    assert "broke off" in variant(plan).trouble


def test_a_video_goes_where_videos_go_and_says_so_where_they_do_not():
    a, b = account(), account("beta")
    film = picture("walk.mp4", size=9_000_000, type="video/mp4")
    Picture.objects.filter(id=film.id).update(seconds=90.0)
    said = [{"picture": film.id, "alt": "A walk over the fells"}]

    def shown(*where) -> Plan:
        words = [Words(one.id, "Come along", pictures=said) for one in where]
        return writing.write_plan(title="", words=words, by=ANN, at=MONDAY)

    assert variant(shown(a)).format == "video"
    with pytest.raises(CannotDo, match="runs 90 seconds: Alpha takes 60"):
        scheduling.place(plan_id=shown(a).id, local=TUESDAY, by=ANN, at=MONDAY)
    with pytest.raises(CannotDo, match="takes no videos"):
        scheduling.place(plan_id=shown(b).id, local=TUESDAY, by=ANN, at=MONDAY)
    Picture.objects.filter(id=film.id).update(seconds=30.0)
    scheduling.place(plan_id=shown(a).id, local=TUESDAY, by=ANN, at=MONDAY)
    handing.hand_over_due(at=DUE)
    assert posts()[0].pictures == said


def test_a_story_needs_a_network_that_has_them():
    a, insta, boots = account(), account("insta"), picture()
    said = [{"picture": boots.id, "alt": "Boots"}]
    for where, problem in ((a, "has no stories"), (insta, "")):
        words = [Words(where.id, "", pictures=said, story=True)]
        plan = writing.write_plan(title="Boots", words=words, by=ANN, at=MONDAY)
        assert variant(plan).format == "story"
        if problem:
            with pytest.raises(CannotDo, match=problem):
                scheduling.place(plan_id=plan.id, local=TUESDAY, by=ANN, at=MONDAY)
        else:
            scheduling.place(plan_id=plan.id, local=TUESDAY, by=ANN, at=MONDAY)


def test_who_works_alone_can_overrule_the_gate_with_a_reason():
    plan = planned(account(), text="BLAME the customer.")
    clearing.overrule_gate(plan_id=plan.id, reason="It is a quotation from the play.", by=ANN, at=MONDAY)
    assert state(plan) == "planned"
    handing.hand_over_due(at=DUE)
    assert posts()[0].examined["overruled_by"] == ANN
