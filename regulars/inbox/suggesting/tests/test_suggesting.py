"""Suggestions: what ended well is found again, with its answer; nothing is sent by it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.channels.networks.models import Post
from regulars.content.factbase import actions as facts
from regulars.content.factbase.actions import Wording
from regulars.core.clock import DAY
from regulars.core.models import QueuedJob
from regulars.core.plugs import discover
from regulars.inbox import actions
from regulars.inbox.models import Case, Entry, SolvedTerm, TermCount
from regulars.inbox.suggesting import for_case, learning
from regulars.inbox.suggesting.similar import like

pytestmark = pytest.mark.django_db
TENT = "The seam of my tent is leaking, how can I seal it?"
HOW = "Dry it, brush seam sealer on it and leave it for a night."


def talk(number: int, asked: str, answer: str = "", *, at: int, outcome: str = "answered", node=None) -> int:
    """A conversation that was answered and closed."""
    case = actions.open_case(
        origin=f"test:{number}", kind="mail", title=asked[:50], node_id=node, at=at, said_by="person", body=asked
    )
    if answer:
        Entry.objects.create(case_id=case, kind="answer", by="user:1", at=at + 1, text=answer)
        actions.close(case_id=case, outcome=outcome, by="user:1", at=at + 2)
    return case


def learn_all() -> None:
    learning.learn(case_ids=list(Case.objects.values_list("id", flat=True)))


def test_a_like_question_is_found_with_its_answer_and_age(business, at):
    old = talk(1, TENT, HOW, at=at)
    talk(2, "When do you open on Sunday?", "We are closed on Sundays.", at=at)
    now = talk(3, "My tent leaks at the seams, what can I do to seal them?", at=at + DAY)
    learn_all()
    found = for_case(now, at=at + DAY).solved
    assert [(one.case_id, one.answer, one.by, one.at) for one in found] == [(old, HOW, "user:1", at + 1)]
    assert 0.25 <= found[0].fit <= 1


def test_what_did_not_end_well_or_was_never_answered_teaches_nothing(business, at):
    talk(1, TENT, HOW, at=at, outcome="gave up")
    talk(2, TENT, at=at)
    learn_all()
    assert like(TENT) == [] and SolvedTerm.objects.count() == 0


def test_closing_and_opening_again_are_followed(business, at):
    case = talk(1, TENT, HOW, at=at)
    assert QueuedJob.objects.filter(name__endswith="learning.learn").exists()
    learn_all()
    assert [one.case_id for one in like(TENT)] == [case]
    actions.reopen(case_id=case, by="user:1", at=at + 5)
    learn_all()
    assert like(TENT) == [] and set(TermCount.objects.values_list("cases", flat=True)) == {0}


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 4), max_size=12))
def test_counts_agree_with_the_index_however_often_it_is_learnt(django_db_blocker, steps):
    from django.db import transaction

    with transaction.atomic():
        base = 1_790_000_000_000_000
        cases = [talk(n, f"{TENT} {'zip ' * n}", HOW, at=base) for n in range(5)]
        for step in steps:
            learning.learn(case_ids=cases[: step + 1]) if step % 2 else learning.forget(cases[step:])
        told = dict(TermCount.objects.filter(cases__gt=0).values_list("term", "cases"))
        there: dict[int, int] = {}
        for term, _case in SolvedTerm.objects.values_list("term", "case_id"):
            there[term] = there.get(term, 0) + 1
        assert {term: count for term, count in told.items() if term} == there
        transaction.set_rollback(True)


def test_statements_come_with_their_source_and_a_draft_with_one_for_every_sentence(business, at):
    for kind, wording in (
        (
            "article",
            Wording(title="Sealing a tent seam", text="Dry the tent. Brush sealer on the seam.", source="workshop"),
        ),
        (
            "option",
            Wording(title="Seam sealer", text="Closes a leaking tent seam.", source="maker", where="Mill Lane"),
        ),
    ):
        made = facts.write(kind=kind, wording=wording, owner="user:1", by="user:1", at=at)
        facts.approve(statement_id=made.id, number=1, by="user:2", at=at)
    found = for_case(talk(1, TENT, at=at), at=at)
    assert [one.source for one in found.statements] == ["workshop"]
    assert found.draft is not None and all(sentence.source for sentence in found.draft.sentences)


def test_looking_at_suggestions_sends_and_writes_nothing(business, at):
    case = talk(1, TENT, at=at)
    before = Entry.objects.count(), Post.objects.count(), QueuedJob.objects.count()
    for_case(case, at=at)
    assert (Entry.objects.count(), Post.objects.count(), QueuedJob.objects.count()) == before


def test_it_asks_the_database_a_handful_of_times_whatever_there_is(business, at, django_assert_max_num_queries):
    for number in range(40):
        talk(number, f"{TENT} {number}", HOW, at=at)
    learn_all()
    case = talk(99, TENT, at=at)
    with django_assert_max_num_queries(14):
        assert len(for_case(case, at=at).solved) == 5


def test_what_an_erased_person_asked_is_neither_shown_nor_kept_in_the_index(business, at):
    from regulars.core.plugs import registry

    discover()
    talk(1, TENT, HOW, at=at, node=77)
    learn_all()
    for table in reversed(registry.personal.values()):
        if table.room == "inbox":
            table.erase([77], at)
    assert SolvedTerm.objects.count() == 0 and like(TENT) == []


def test_who_stands_for_a_statement_that_ends_gets_one_task_with_its_day(business, at):
    from regulars.content.upkeep import warn_of_expiry
    from regulars.team.actions import add_member

    ann = add_member(email="ann@example.com", name="Ann", role="agent", by="system", at=at)
    wording = Wording(text="The wall is closed.", source="landlord", expires_us=at + 5 * DAY)
    made = facts.write(kind="fact", wording=wording, owner=ann.by, by=ann.by, at=at)
    facts.approve(statement_id=made.id, number=1, by="user:99", at=at)
    for day in range(3):
        warn_of_expiry(at=at + day * DAY)
    task = Case.objects.get(origin=f"content:statement:{made.id}:{at + 5 * DAY}")
    assert (task.owner, task.due_us, task.kind) == (
        ann.by,
        at + 5 * DAY,
        "task",
    ) and "The wall is closed." in task.title
    assert Case.objects.count() == 1
