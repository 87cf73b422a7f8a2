"""What never happens to a post, whatever people do in whatever order: Hypothesis tries."""

from __future__ import annotations

import contextlib
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regulars.channels.networks import posting
from regulars.channels.networks.errors import CannotSay
from regulars.channels.networks.models import Account, Post, PostState
from regulars.core.clock import DAY, HOUR
from regulars.core.models import Business
from regulars.social.actions import approving, handing, repeating, ruling, scheduling, writing
from regulars.social.actions.writing import Words
from regulars.social.errors import CannotDo
from regulars.social.models import Approval, Plan, Slot, Variant
from regulars.social.publishing.clock import local_of
from regulars.social.publishing.formats import parts
from regulars.social.publishing.links import tracked
from regulars.social.publishing.wording import digest_of_all
from regulars.social.tests.press import ANN, BEN, CID, MONDAY, account, use_networks

pytestmark = pytest.mark.django_db
PEOPLE = st.sampled_from([ANN, BEN, CID])
TEXTS = st.sampled_from(["Boots.", "boots!", "Sandals.", "CLAIM: the best.", "BLAME them.", "Tents."])
STEPS = st.one_of(
    st.tuples(st.just("write"), PEOPLE, TEXTS, st.integers(0, 1)),
    st.tuples(st.just("change"), PEOPLE, TEXTS, st.integers(0, 4)),
    st.tuples(st.just("approve"), PEOPLE, st.integers(0, 4)),
    st.tuples(st.just("place"), PEOPLE, st.integers(0, 4), st.integers(0, 40)),
    st.tuples(st.just("queue"), PEOPLE, st.integers(0, 4)),
    st.tuples(st.just("now"), PEOPLE, st.integers(0, 4)),
    st.tuples(st.just("stands"), PEOPLE, st.integers(0, 4)),
    st.tuples(st.just("withdraw"), PEOPLE, st.integers(0, 4)),
    st.tuples(st.just("stop"), PEOPLE),
    st.tuples(st.just("release"), PEOPLE),
    st.tuples(st.just("back"), PEOPLE, st.integers(0, 4)),
    st.tuples(st.just("network"), st.sampled_from([PostState.CONFIRMED, PostState.FAILED, PostState.UNKNOWN])),
    st.tuples(st.just("wait"), st.integers(1, 400)),
)


@pytest.fixture(autouse=True)
def _networks(monkeypatch, business):
    use_networks(monkeypatch)


class Shop:
    """People at work, with a clock; what they may not do they are told, and go on."""

    def __init__(self, approvals: int) -> None:
        for model in (Approval, Variant, Plan, Slot, Post, Account):
            model.objects.all().delete()
        posting.release_brake(by=ANN, at=MONDAY)
        self.at = MONDAY
        self.accounts = [account(), account("alpha", "Kids")]
        for one in self.accounts:
            scheduling.keep_slot(account_id=one.id, weekday=2, clock="18:00", by=ANN, at=MONDAY)
        ruling.change_rules(approvals=approvals, same_days=10, by=ANN, at=MONDAY)

    def plan(self, n: int) -> int:
        return (list(Plan.objects.order_by("id").values_list("id", flat=True)[n : n + 1]) or [0])[0]

    def step(self, what: str, *said) -> None:
        with contextlib.suppress(CannotDo, CannotSay):
            getattr(self, f"do_{what}")(*said)
        self.at += HOUR

    def do_write(self, by, text, n):
        some = [Words(one.id, text) for one in self.accounts[: n + 1]]
        writing.write_plan(title="Idea", words=some, by=by, at=self.at)

    def do_change(self, by, text, n):
        known = list(Variant.objects.filter(plan_id=self.plan(n)).values_list("account_id", flat=True))
        writing.change_plan(plan_id=self.plan(n), words=[Words(one, text) for one in known], by=by, at=self.at)

    def do_approve(self, by, n):
        digest = Plan.objects.filter(id=self.plan(n)).values_list("digest", flat=True).first() or ""
        approving.approve(plan_id=self.plan(n), digest=digest, by=by, at=self.at)

    def do_place(self, by, n, hours):
        local = local_of(self.at + hours * HOUR, Business.load().timezone)
        scheduling.place(plan_id=self.plan(n), local=local, by=by, at=self.at)

    def do_queue(self, by, n):
        scheduling.queue_plan(plan_id=self.plan(n), by=by, at=self.at)

    def do_now(self, by, n):
        scheduling.say_now(plan_id=self.plan(n), by=by, at=self.at)

    def do_stands(self, by, n):
        approving.say_it_stands(plan_id=self.plan(n), by=by, at=self.at)

    def do_withdraw(self, by, n):
        scheduling.withdraw(plan_id=self.plan(n), by=by, at=self.at)

    def do_stop(self, by):
        handing.stop_everything(why="A crisis", by=by, at=self.at)

    def do_release(self, by):
        handing.let_go_on(by=by, at=self.at)

    def do_back(self, by, n):
        for number in Variant.objects.filter(plan_id=self.plan(n)).values_list("id", flat=True):
            handing.stop_one(variant_id=number, by=by, at=self.at)

    def do_network(self, state):
        Post.objects.filter(state__in=(PostState.HELD, PostState.PLANNED)).update(state=state)

    def do_wait(self, hours):
        self.at += hours * HOUR

    def run(self) -> None:
        """Hand over, and look at each post at the moment it is handed over."""
        before = set(Post.objects.values_list("key", flat=True))
        handing.hand_over_due(at=self.at)
        for post in Post.objects.exclude(key__in=before):
            self.judge(post)

    def judge(self, post: Post) -> None:
        one = Variant.objects.get(post_key=post.key)
        plan = Plan.objects.get(id=one.plan_id)
        assert posting.pulled() is None
        assert plan.withdrawn_us is None and plan.asked_us is None
        assert post.text == parts(tracked(one.text, plan_id=plan.id, account_id=one.account_id))[0]
        everything = Variant.objects.filter(plan_id=plan.id).values_list("account_id", "digest")
        assert plan.digest == digest_of_all(everything)
        said = set(Approval.objects.filter(plan_id=plan.id, digest=plan.digest).values_list("by", flat=True))
        assert len(said - set(plan.writers)) >= ruling.PublishRules.objects.get().approvals
        if "CLAIM" in one.text:
            assert said - set(plan.writers)
        assert "BLAME" not in one.text


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 2), st.lists(STEPS, min_size=5, max_size=45))
def test_nothing_unapproved_withdrawn_or_stopped_ever_leaves_and_no_words_twice(approvals, steps):
    shop = Shop(approvals)
    for step in steps:
        shop.step(*step)
        shop.run()
        held = list(Variant.objects.filter(slot_us__isnull=False).values_list("account_id", "slot_us"))
        assert len(held) == len(set(held))
    out = [
        (one.sameness, one.network, one.given_us)
        for one in Variant.objects.filter(given_us__isnull=False)
        if Post.objects.get(key=one.post_key).state not in (PostState.FAILED, PostState.CANCELLED)
    ]
    for n, (words, network, when) in enumerate(out):
        for other, where, then in out[n + 1 :]:
            assert (words, network) != (other, where) or abs(when - then) >= 9 * DAY


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(0, 80), min_size=1, max_size=12), st.integers(5, 40))
def test_a_series_never_says_a_text_before_it_rested_and_makes_each_day_once(days, rest):
    shop = Shop(0)
    series = repeating.keep_series(
        name="Tips", weekdays=[0, 3], clock="10:00", begins="2026-09-21", rest_days=rest, by=ANN, at=MONDAY
    )
    for text in ("Wax your boots.", "Dry them slowly."):
        plan = writing.write_plan(title=text, words=[Words(shop.accounts[0].id, text)], by=ANN, at=MONDAY)
        repeating.put_into_series(plan_id=plan.id, series_id=series.id, by=ANN, at=MONDAY)
    ruling.change_rules(same_days=rest, by=ANN, at=MONDAY)
    for day in sorted(days):
        repeating.make_days(at=MONDAY + day * DAY)
        repeating.make_days(at=MONDAY + day * DAY)
    said = list(Variant.objects.exclude(due_us=None).order_by("due_us").values_list("sameness", "due_us"))
    assert len({due for _words, due in said}) == len(said)
    for words in {words for words, _due in said}:
        times = [due for other, due in said if other == words]
        assert all(later - sooner >= rest * DAY - 2 * HOUR for sooner, later in pairwise(times))
    repeating.keep_series(series_id=series.id, by=ANN, at=MONDAY, name=f"Tips {series.id}")
    repeating.stop_series(series_id=series.id, by=ANN, at=MONDAY)
