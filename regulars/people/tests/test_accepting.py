"""Accepting all that is almost certain at once: shown before, done pair by pair, taken back whole."""

import pytest

from regulars.core.models import QueuedJob
from regulars.people.actions import (
    CannotDo,
    Sighting,
    accept_surest,
    plan_acceptance,
    record_sightings,
    reject_suggestion,
    take_back,
)
from regulars.people.actions.accepting import merge_surest, separate_again
from regulars.people.models import Link, Node, Separation, Suggestion
from regulars.people.queries import acceptances, person_id_of

pytestmark = pytest.mark.django_db
BY = {"by": "user:1", "at": 9}


def people(count):
    seen = [Sighting("shop", (("user", str(n)),), (), {}, (), 5) for n in range(count)]
    return record_sightings(sightings=seen, source_id=1, at=5)


def pair(a, b, score=0.99, made=1, left="Dora", right="Dora", **more):
    evidence = [{"field": "first_name", "left": left, "right": right, "verdict": "the same", "weight": 8.0}]
    return Suggestion.objects.create(a=a, b=b, score=score, made_us=made, evidence=evidence, **more)


def persons():
    return sorted(Node.objects.values_list("id", "person_id"))


@pytest.fixture
def six():
    return people(6)


def carried_out(acceptance):
    return merge_surest(acceptance_id=acceptance.id, at=9)


def test_the_plan_says_how_many_profiles_become_how_many_people(six):
    a, b, c, d, e, f = six
    sure = [pair(a, b), pair(b, c, 0.97), pair(d, e, 0.95)]
    pair(e, f, 0.94)
    plan = plan_acceptance(least=0.95, seen_us=1)
    assert (set(plan.ids), plan.left, plan.profiles, plan.people) == ({one.id for one in sure}, (), 5, 2)


def test_only_what_was_shown_is_accepted(six):
    a, b, c, d, *_ = six
    pair(a, b)
    later, shared = pair(c, d, made=2), pair(a, c, kind="shared")
    made = accept_surest(least=0.95, seen_us=1, **BY)
    assert (made.pairs, carried_out(made)) == (1, 1)
    for one in (later, shared):
        one.refresh_from_db()
        assert one.state == "open"


def test_taking_back_leaves_everything_as_it_was(six):
    a, b, c, d, *_ = six
    suggested, before = [pair(a, b), pair(b, c), pair(c, d)], persons()
    made = accept_surest(least=0.95, seen_us=1, **BY)
    assert carried_out(made) == 3 and set(person_id_of([a, b, c, d]).values()) == {a}
    assert [(m.done, m.waiting) for m in acceptances()] == [(3, 0)]
    take_back(acceptance_id=made.id, by="user:2", at=11)
    assert separate_again(acceptance_id=made.id, by="user:2", at=11) == 3
    assert persons() == before and not Separation.objects.exists() and acceptances() == []
    for one in suggested:
        one.refresh_from_db()
        assert (one.state, one.link_id, one.acceptance_id) == ("open", None, None) and one.evidence
    assert len(plan_acceptance(least=0.95, seen_us=1).ids) == 3


def test_taking_back_while_it_is_under_way_stops_the_rest(six):
    a, b, c, d, *_ = six
    pair(a, b), pair(c, d)
    made = accept_surest(least=0.95, seen_us=1, **BY)
    take_back(acceptance_id=made.id, **BY)
    assert carried_out(made) == 0 and not Link.objects.exists()


def test_a_killed_job_goes_on_where_it_was(six, monkeypatch):
    from regulars.people.actions import accepting

    a, b, c, d, *_ = six
    pair(a, b), pair(c, d)
    made = accept_surest(least=0.95, seen_us=1, **BY)
    real, calls = accepting._merge, []

    def dies(*args):
        calls.append(args)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(*args)

    monkeypatch.setattr(accepting, "_merge", dies)
    with pytest.raises(KeyboardInterrupt):
        carried_out(made)
    monkeypatch.setattr(accepting, "_merge", real)
    assert carried_out(made) == 1 and Link.objects.count() == 2
    assert QueuedJob.objects.filter(name=merge_surest.name).count() == 1


def test_groups_with_people_somebody_keeps_apart_are_left_for_one_look_each(six):
    a, b, c, d, e, _ = six
    one, other, fine = pair(a, b), pair(b, c), pair(d, e)
    Separation.objects.create(a=a, b=c, cause="by hand", at=1, by="user:1")
    plan = plan_acceptance(least=0.95, seen_us=1)
    assert (plan.ids, set(plan.left)) == ((fine.id,), {one.id, other.id})


def test_a_chain_from_one_first_name_to_another_is_left_too(six):
    a, b, c, *_ = six
    pair(a, b, left="Dora", right="D"), pair(b, c, left="D", right="Danielle")
    assert plan_acceptance(least=0.95, seen_us=1).ids == ()


def test_what_was_decided_in_the_meantime_stays_decided(six):
    a, b, c, d, *_ = six
    one, _other = pair(a, b), pair(c, d)
    made = accept_surest(least=0.95, seen_us=1, **BY)
    reject_suggestion(suggestion_id=one.id, by="user:3", at=10)
    assert carried_out(made) == 1
    one.refresh_from_db()
    assert one.state == "rejected" and person_id_of([a, b]) == {a: a, b: b}
    with pytest.raises(CannotDo, match="decided in the meantime"):
        accept_surest(least=0.95, seen_us=1, **BY)
