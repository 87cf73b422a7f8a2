"""The policy, the training and the practice: who may speak in public, and what it takes."""

import ast
from pathlib import Path

import pytest

from regulars.core.clock import DAY
from regulars.team.actions import TeamError
from regulars.team.drills import actions as drills
from regulars.team.drills import queries as practised
from regulars.team.drills.scenarios import SCENARIOS
from regulars.team.models import AuditEntry, Lesson
from regulars.team.policy import actions as policy
from regulars.team.policy import queries as policies
from regulars.team.policy.parts import starting_parts
from regulars.team.queries import is_trained, why_not
from regulars.team.training import actions as training
from regulars.team.training import queries
from regulars.team.training.ready import READY

pytestmark = pytest.mark.django_db


def right(lesson: Lesson) -> list[list[int]]:
    return [one["right"] for one in lesson.questions]


def train(user, at):
    for lesson in queries.lessons():
        training.take_test(user_id=user.id, lesson_id=lesson.id, answers=right(lesson), at=at)


@pytest.fixture
def school(team, at):
    """All ready-made lessons, needed for speaking in public; the owner and Ari."""
    owner = team["owner"]
    training.take_ready_made(keys=[one.key for one in READY], by=owner.by, at=at)
    training.ask_for_training(needed=True, by=owner.by, at=at)
    return team


def test_everybody_may_speak_while_the_shop_asks_for_nothing(team, at):
    assert is_trained(team["agent"].id, "public", at) and why_not(team["agent"].by, at=at) == ""


def test_who_has_not_passed_may_not_speak_in_public_and_is_told_what_is_missing(school, at):
    ari = school["agent"]
    assert not is_trained(ari.id, "public", at)
    assert "Speaking in public" in why_not(ari.by, at=at)
    train(ari, at)
    assert is_trained(ari.id, "public", at) and why_not(ari.by, at=at) == ""
    assert why_not("system", at=at) == why_not("key:3", at=at) == ""


def test_a_pass_ends_and_has_to_be_renewed(school, at):
    ari = school["agent"]
    train(ari, at)
    assert is_trained(ari.id, "public", at + 365 * DAY - 1)
    assert not is_trained(ari.id, "public", at + 365 * DAY)


def test_too_few_right_answers_do_not_pass_and_ticking_everything_is_wrong(school, at):
    ari, lesson = school["agent"], queries.lessons()[0]
    everything = [list(range(len(one["answers"]))) for one in lesson.questions]
    for answers in ([], everything, [[99]] * 4, right(lesson)[:2]):
        assert training.take_test(user_id=ari.id, lesson_id=lesson.id, answers=answers, at=at).passed_us is None
    assert training.take_test(user_id=ari.id, lesson_id=lesson.id, answers=right(lesson), at=at).passed_us == at


def test_an_owner_lets_somebody_speak_for_their_first_days(school, at):
    ari, owner = school["agent"], school["owner"]
    for days, why in ((0, "first week"), (31, "first week"), (5, " ")):
        with pytest.raises(TeamError):
            training.grant(user_id=ari.id, days=days, why=why, by=owner.by, at=at)
    made = training.grant(user_id=ari.id, days=5, why="first week", by=owner.by, at=at)
    assert is_trained(ari.id, "public", at + 5 * DAY - 1) and not is_trained(ari.id, "public", at + 5 * DAY)
    training.end_grant(grant_id=made.id, by=owner.by, at=at)
    assert not is_trained(ari.id, "public", at)


def test_the_policy_is_read_anew_when_it_says_something_new(school, at):
    ari, owner = school["agent"], school["owner"]
    train(ari, at)
    first = policy.publish_policy(parts=starting_parts(), changed="", again=True, by=owner.by, at=at)
    assert not is_trained(ari.id, "public", at) and "read the policy" in why_not(ari.by, at=at)
    policy.acknowledge(user_id=ari.id, number=first.number, at=at)
    assert is_trained(ari.id, "public", at)
    small = policy.publish_policy(parts={"who": "All."}, changed="Shorter.", again=False, by=owner.by, at=at)
    assert is_trained(ari.id, "public", at)
    policy.publish_policy(parts={"who": "Few."}, changed="Fewer people.", again=True, by=owner.by, at=at)
    assert not is_trained(ari.id, "public", at)
    with pytest.raises(TeamError, match="newer version"):
        policy.acknowledge(user_id=ari.id, number=small.number, at=at)


def test_a_policy_says_what_changed_and_earlier_ones_stay(team, at):
    owner = team["owner"]
    policy.publish_policy(parts={"who": "All."}, changed="", again=True, by=owner.by, at=at)
    with pytest.raises(TeamError, match="what is different"):
        policy.publish_policy(parts={"who": "Few."}, changed=" ", again=True, by=owner.by, at=at)
    with pytest.raises(TeamError, match="says something"):
        policy.publish_policy(parts={}, changed="Nothing left.", again=True, by=owner.by, at=at)
    policy.publish_policy(parts={"who": "Few."}, changed="Fewer.", again=True, by=owner.by, at=at)
    assert policies.policy().parts["who"] == "Few." and policies.version(1).parts["who"] == "All."
    assert [when for _user, when in policies.readers(2)] == [None] * 5


def test_the_table_of_the_team_agrees_with_each_ones_own_standing(school, at):
    train(school["agent"], at)
    training.grant(user_id=school["reader"].id, days=3, why="first days", by=school["owner"].by, at=at)
    for user, standing, _passes in queries.standings(at=at):
        assert standing == queries.standing(user.id, at=at), user
        assert standing.may_speak == is_trained(user.id, "public", at)


def test_ready_made_lessons_can_be_passed_and_are_taken_in_once(team, at):
    keys = [one.key for one in READY]
    assert training.take_ready_made(keys=keys, by=team["owner"].by, at=at) == len(READY)
    assert training.take_ready_made(keys=keys, by=team["owner"].by, at=at) == 0
    assert all(
        set(one["right"]) <= set(range(len(one["answers"]))) for made in queries.lessons() for one in made.questions
    )


@pytest.mark.parametrize(
    "change",
    [
        {"title": " "},
        {"questions": []},
        {"share": 0},
        {"questions": [{"asks": "?", "answers": ["a"], "right": [0], "because": ""}]},
        {"questions": [{"asks": "?", "answers": ["a", "b"], "right": [2], "because": ""}]},
    ],
)
def test_a_lesson_that_cannot_be_passed_is_refused(team, at, change):
    questions = [{"asks": "?", "answers": ["a", "b"], "right": [0], "because": ""}]
    said = {"title": "T", "text": "x", "questions": questions, "share": 0.8, "days": 365, "needed": True} | change
    with pytest.raises(TeamError):
        training.save_lesson(lesson_id=None, said=said, by=team["owner"].by, at=at)


def test_changing_a_lesson_is_a_new_version_and_passes_stay_good(school, at):
    ari, lesson = school["agent"], queries.lessons()[0]
    train(ari, at)
    said = {name: getattr(lesson, name) for name in ("title", "questions", "share", "days", "needed")}
    changed = training.save_lesson(lesson_id=lesson.id, said=said | {"text": "New."}, by="user:1", at=at)
    assert changed.version == 2 and is_trained(ari.id, "public", at)


def play(user, scenario, at, findings=()):
    drill = drills.begin_drill(scenario=scenario, user_id=user.id, at=at)
    for turn in range(len(SCENARIOS[scenario].lines)):
        drills.answer_drill(
            drill_id=drill.id, turn=turn, text="Hello", verdict="clear", findings=list(findings), at=at + turn
        )
    return practised.drill(drill.id)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_practice_is_scored_by_the_gate_and_by_a_colleague(team, at, scenario):
    played = play(team["agent"], scenario, at, [{"weight": "change", "says": "", "do": "", "start": 0, "end": 0}])
    assert played.points == 65 and played.ended_us
    with pytest.raises(TeamError, match="your own"):
        drills.judge_drill(drill_id=played.id, points=5, said="Great", user_id=team["agent"].id, at=at)
    assert [one.id for one in practised.to_judge(team["owner"].id)] == [played.id]
    drills.judge_drill(drill_id=played.id, points=4, said="Kind. Say the hour.", user_id=team["owner"].id, at=at)
    assert practised.to_judge(team["owner"].id) == []


def test_a_message_is_answered_once_and_a_practice_goes_on_where_it_was_left(team, at):
    ari = team["agent"]
    drill = drills.begin_drill(scenario="late-parcel", user_id=ari.id, at=at)
    drills.answer_drill(drill_id=drill.id, turn=0, text="Hello", verdict="clear", findings=[], at=at)
    with pytest.raises(TeamError, match="already"):
        drills.answer_drill(drill_id=drill.id, turn=0, text="Hello", verdict="clear", findings=[], at=at)
    assert drills.begin_drill(scenario="late-parcel", user_id=ari.id, at=at).id == drill.id


def test_nothing_in_practice_knows_how_to_send():
    found = set()
    for path in (Path(drills.__file__).parent).glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom):
                found.add((node.module or "").split(".")[1] if (node.module or "").startswith("regulars.") else "")
    assert found <= {"", "core", "team"}


def test_everything_of_it_is_in_the_audit_log(school, at):
    owner, ari = school["owner"], school["agent"]
    train(ari, at)
    policy.publish_policy(parts={"who": "All."}, changed="", again=True, by=owner.by, at=at)
    policy.acknowledge(user_id=ari.id, number=1, at=at)
    training.grant(user_id=ari.id, days=1, why="first day", by=owner.by, at=at)
    play(ari, "rumour", at)
    acts = set(AuditEntry.objects.values_list("act", flat=True))
    assert acts >= {
        "training.rule",
        "lesson.take",
        "lesson.test",
        "policy.publish",
        "policy.acknowledge",
        "training.grant",
        "drill.begin",
        "drill.end",
    }
