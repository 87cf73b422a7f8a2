"""Cases from opening to outcome."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from regulars.core.clock import DAY, HOUR, MINUTE, to_us
from regulars.core.signals import on
from regulars.inbox import queries
from regulars.inbox.actions import (
    CannotDo,
    NewCase,
    assign,
    change_desk,
    change_routing,
    close,
    look,
    open_case,
    open_cases,
    reopen,
    snooze,
    watch,
    write_answer,
    write_note,
)
from regulars.inbox.models import Case, Entry, Notice
from regulars.inbox.signals import CaseClosed
from regulars.people.actions import Sighting, erase_person, record_sightings
from regulars.people.queries import export_person, person_id_of
from regulars.team.models import User

pytestmark = pytest.mark.django_db
MONDAY = to_us(datetime(2026, 9, 21, 9, 0, tzinfo=ZoneInfo("Europe/London")))


@pytest.fixture
def ann(business):
    return User.objects.create_user("ann@northgate.example", name="Ann Agent", role="agent")


@pytest.fixture
def ben(business):
    return User.objects.create_user("ben@northgate.example", name="Ben", role="agent")


def new(origin="t:1", **more):
    return open_case(
        **{"origin": origin, "kind": "question", "title": "Boots", "node_id": None, "at": MONDAY, **more}
    )


def test_the_same_origin_opens_one_case(ann):
    assert new() == new(title="Again")
    assert Case.objects.get().title == "Boots"


def test_many_are_opened_in_a_handful_of_questions(ann, ben, django_assert_max_num_queries):
    items = [NewCase(origin=f"t:{n}", kind="question", title="x", node_id=n, body="Call") for n in range(200)]
    with django_assert_max_num_queries(25):
        found = open_cases(items=items, at=MONDAY)
    assert len(found) == 200
    assert open_cases(items=items, at=MONDAY) == found
    assert Entry.objects.count() == 200


def test_colleagues_take_turns_and_who_has_fewest_is_next(ann, ben):
    new("t:1", owner=ann.by)
    owners = [Case.objects.get(id=new(f"t:{n}")).owner for n in (2, 3, 4)]
    assert owners == [ben.by, ann.by, ben.by]


def test_only_those_who_were_chosen_take_turns_and_nobody_who_left(ann, ben):
    change_routing(kind="question", hours=2, share="turn", owners=[ben.id], by=ann.by, at=MONDAY)
    assert Case.objects.get(id=new("t:1")).owner == ben.by
    User.objects.filter(id=ben.id).update(is_active=False)
    assert Case.objects.get(id=new("t:2")).owner == ""


def test_a_case_is_due_by_business_hours_of_its_kind(ann):
    assert Case.objects.get(id=new()).due_us == MONDAY + 8 * HOUR
    change_desk(week=[[["09:00", "12:00"]]] * 7, holidays={"2026-09-22": "Fair"}, by=ann.by, at=MONDAY)
    assert Case.objects.get(id=new("t:2")).due_us == MONDAY + 3 * DAY + 2 * HOUR


@pytest.mark.parametrize("week", [[[["9", "10:00"]]] * 7, [[["10:00", "09:00"]]] * 7, [[]] * 6])
def test_a_desk_that_makes_no_sense_is_refused(ann, week):
    with pytest.raises(CannotDo):
        change_desk(week=week, holidays={}, by=ann.by, at=MONDAY)


def test_an_overdue_case_is_brought_up_to_its_owner_then_to_the_owners_of_the_business(ann):
    boss = User.objects.create_user("boss@northgate.example", name="Bo", role="owner")
    case = new(due_us=MONDAY + HOUR, owner=ann.by)
    assert watch(at=MONDAY + HOUR - 1) == 0
    assert watch(at=MONDAY + HOUR) == 1 and watch(at=MONDAY + HOUR) == 0
    assert list(Notice.objects.filter(what="overdue").values_list("user_id", flat=True)) == [ann.id]
    assert watch(at=MONDAY + 5 * HOUR - 1) == 0
    assert watch(at=MONDAY + 5 * HOUR) == 1 and watch(at=MONDAY + DAY) == 0
    assert list(Notice.objects.filter(what="escalated").values_list("user_id", flat=True)) == [boss.id]
    assert Case.objects.get(id=case).priority == 2


def test_an_overdue_case_of_nobody_goes_to_the_owners_of_the_business_at_once(business):
    boss = User.objects.create_user("boss@northgate.example", role="owner")
    change_routing(kind="question", hours=1, share="none", owners=[], by="user:1", at=MONDAY)
    new()
    watch(at=MONDAY + 2 * HOUR)
    assert Notice.objects.filter(user_id=boss.id, what="escalated").count() == 1


def test_an_answer_stops_the_clock_and_a_note_does_not(ann):
    case = new(due_us=MONDAY + HOUR)
    write_note(case_id=case, text="Looks like a bad batch", by=ann.by, at=MONDAY + 1)
    assert Case.objects.get(id=case).first_us is None
    write_answer(case_id=case, text="We are on it", way="phone", by=ann.by, at=MONDAY + 2)
    write_answer(case_id=case, text="Solved", way="phone", by=ann.by, at=MONDAY + 3)
    assert Case.objects.get(id=case).first_us == MONDAY + 2
    assert watch(at=MONDAY + DAY) == 0


def test_who_is_named_in_a_note_is_told_and_nobody_else(ann, ben):
    case = new(owner=ann.by)
    Notice.objects.all().delete()
    write_note(case_id=case, text="@ben can you look? Mail a@annika.example", by=ann.by, at=MONDAY)
    assert list(Notice.objects.values_list("user_id", "what")) == [(ben.id, "mention")]


def test_a_case_put_aside_leaves_the_list_and_comes_back(ann):
    case = new()
    snooze(case_id=case, until_us=MONDAY + DAY, by=ann.by, at=MONDAY)
    assert queries.cases_page(at=MONDAY).rows == []
    assert [c.id for c in queries.cases_page(at=MONDAY, state="snoozed").rows] == [case]
    watch(at=MONDAY + DAY)
    assert Case.objects.get(id=case).snoozed_us is None
    with pytest.raises(CannotDo, match="ahead"):
        snooze(case_id=case, until_us=MONDAY, by=ann.by, at=MONDAY)


def test_a_case_closes_once_with_an_outcome_of_its_kind_and_says_so(ann):
    heard = []
    on(CaseClosed)(heard.append)
    case = new()
    with pytest.raises(CannotDo, match="outcome"):
        close(case_id=case, outcome="exploded", by=ann.by, at=MONDAY)
    assert close(case_id=case, outcome="answered", by=ann.by, at=MONDAY)
    assert not close(case_id=case, outcome="nothing", by=ann.by, at=MONDAY + 1)
    assert heard == [CaseClosed(case, "t:1", "answered", MONDAY)]
    with pytest.raises(CannotDo, match="closed"):
        assign(case_id=case, owner="", by=ann.by, at=MONDAY)
    assert reopen(case_id=case, by=ann.by, at=MONDAY + 2)
    assert Case.objects.get(id=case).outcome == ""


def test_a_case_is_not_given_to_somebody_who_may_not_answer(ann):
    reader = User.objects.create_user("r@northgate.example", role="reader")
    with pytest.raises(CannotDo, match="may not answer"):
        assign(case_id=new(), owner=reader.by, by=ann.by, at=MONDAY)


def test_pages_follow_each_other_without_gaps_also_where_nothing_is_due(ann):
    for n in range(9):
        new(f"t:{n}", kind="task", due_us=None if n % 3 == 0 else MONDAY + (n % 2) * HOUR)
    for state in ("open", "all"):
        seen, after = [], ""
        while True:
            page = queries.cases_page(at=MONDAY, state=state, after=after, limit=2)
            seen += [case.id for case in page.rows]
            if not (after := page.after):
                break
        assert sorted(seen) == sorted(Case.objects.values_list("id", flat=True))
        assert len(seen) == 9


def test_who_else_looks_is_seen_for_a_minute(ann, ben):
    case = new()
    look(case_id=case, user_id=ben.id, typing=True, at=MONDAY)
    look(case_id=case, user_id=ben.id, typing=False, at=MONDAY + 1)
    look(case_id=case, user_id=ann.id, typing=False, at=MONDAY)
    for at, others in ((2, [(ben.id, True)]), (MINUTE // 2, [(ben.id, False)]), (2 * MINUTE, [])):
        assert queries.pulse(case, user_id=ann.id, at=MONDAY + at).others == others
    assert queries.pulse(case + 1, user_id=ann.id, at=MONDAY) is None


def test_erasing_a_person_leaves_that_there_was_a_case_and_no_word_of_it(ann):
    seen = Sighting("shop", (("user", "u1"),), (("email", "dora@example.com"),), {}, (), MONDAY)
    (node,) = record_sightings(sightings=[seen], source_id=1, at=MONDAY)
    person = person_id_of([node])[node]
    case = new(node_id=node, title="Dora is cross", body="Call Dora", facts={"score": 2})
    write_note(case_id=case, text="Dora said no", by=ann.by, at=MONDAY)
    assert "Call Dora" in str(export_person(person))
    erase_person(person_id=person, by=ann.by, at=MONDAY + 1)
    kept = Case.objects.get(id=case)
    assert (kept.title, kept.facts, kept.node_id, kept.outcome) == ("", {}, None, "erased")
    assert not Entry.objects.filter(case_id=case).exclude(text="").exists()
