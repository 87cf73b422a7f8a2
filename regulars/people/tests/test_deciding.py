"""What staff decide about who is who: it takes effect, is told to the rooms above, and can be taken back."""

import pytest

from regulars.core import signals
from regulars.core.plugs import PersonalTable, registry
from regulars.people.actions import (
    CannotDo,
    Sighting,
    accept_suggestion,
    merge_people,
    quarantine_value,
    record_consent,
    record_sightings,
    reject_suggestion,
    release_quarantine,
    reopen_suggestion,
    separate,
    undo_link,
    undo_separation,
)
from regulars.people.models import Link, Node, Person, Quarantine, Separation, Suggestion, Touch
from regulars.people.queries import consent_state, person_id_of, profile, quarantine_page
from regulars.people.signals import PeopleMerged, PeopleSplit

pytestmark = pytest.mark.django_db
MAIL = ("email", "anna@example.com")
BY = {"by": "user:1", "at": 9}


def see(key, *identifiers, namespace="shop"):
    sighting = Sighting(namespace=namespace, keys=(("user", key),), identifiers=identifiers, at=5)
    return record_sightings(sightings=[sighting], source_id=1, at=5)[0]


@pytest.fixture
def two():
    return see("1"), see("2")


@pytest.fixture
def suggestion(two):
    return Suggestion.objects.create(a=two[0], b=two[1], score=0.93, made_us=1, evidence=[["name", "like"]])


@pytest.fixture
def heard(monkeypatch):
    found = []
    monkeypatch.setitem(signals._reactions, PeopleMerged, [found.append])
    monkeypatch.setitem(signals._reactions, PeopleSplit, [found.append])
    return found


def together(*nodes) -> bool:
    return len(set(person_id_of(nodes).values())) == 1


def test_a_merge_is_told_and_so_is_its_undoing(two, heard):
    a, b = two
    link = merge_people(a=b, b=a, evidence={"seen": "passport"}, **BY)
    assert together(a, b)
    undo_link(link_id=link.id, by="user:2", at=11)
    assert not together(a, b)
    assert heard == [PeopleMerged(kept=a, lost=(b,), at=9, were=((a,), (b,))), PeopleSplit(parts=(a, b), at=11)]
    assert [t.cause for t in Touch.objects.filter(cause__contains="merge").order_by("id")] == [
        "merge", "merge", "unmerge", "unmerge",
    ]  # fmt: skip


def test_what_rooms_keep_per_person_is_rebuilt_for_both(two, monkeypatch):
    moved = []
    table = PersonalTable(
        table="x",
        room="x",
        holds="x",
        export=lambda n: [],
        erase=lambda n, at: 0,
        moved=lambda p, at: moved.append(p),
    )
    monkeypatch.setitem(registry.personal, "x", table)
    merge_people(a=two[0], b=two[1], evidence={}, **BY)
    assert moved == [list(two)]


def test_new_nodes_that_join_at_once_are_no_news(heard):
    see("1", MAIL)
    see("2", MAIL)
    assert heard == []


def test_merging_what_is_merged_returns_the_link(two):
    first = merge_people(a=two[0], b=two[1], evidence={}, **BY)
    assert merge_people(a=two[1], b=two[0], evidence={}, **BY) == first


def test_merging_nobody_or_oneself_is_refused_with_a_sentence(two):
    with pytest.raises(CannotDo, match="one and the same"):
        merge_people(a=two[0], b=two[0], evidence={}, **BY)
    with pytest.raises(Person.DoesNotExist, match="perhaps erased"):
        merge_people(a=two[0], b=999_999, evidence={}, **BY)


def test_undoing_a_rule_keeps_the_two_apart_whatever_comes(two):
    a, b = see("1", MAIL), see("2", MAIL)
    undo_link(link_id=Link.objects.get().id, **BY)
    assert not together(a, b)
    for key in "12":
        see(key, ("card", "NG55217"))
    assert not together(a, b)
    assert "not one person" in Link.objects.get(rule="same_card").held_back
    undo_separation(separation_id=Separation.objects.get().id, **BY)
    assert together(a, b)


def test_a_decision_beats_a_separation_and_leaves_it_when_undone(two):
    a, b = two
    separate(a=a, b=b, **BY)
    link = merge_people(a=a, b=b, evidence={}, **BY)
    assert together(a, b)
    undo_link(link_id=link.id, **BY)
    see("1", MAIL), see("2", MAIL)
    assert not together(a, b)


def test_undoing_twice_changes_nothing(two):
    link = merge_people(a=two[0], b=two[1], evidence={}, **BY)
    undo_link(link_id=link.id, **BY)
    undo_link(link_id=link.id, by="user:5", at=99)
    assert Link.objects.get().revoked_us == 9


def test_an_accepted_suggestion_joins_and_says_by_whom(two, suggestion):
    accept_suggestion(suggestion_id=suggestion.id, **BY)
    assert together(*two)
    (join,) = profile(two[0]).links
    assert join.words == "account 1 (shop) and account 2 (shop) look alike (93%), and staff member 1 agreed."
    assert accept_suggestion(suggestion_id=suggestion.id, **BY) is None


def test_an_accepted_suggestion_undone_is_open_again(two, suggestion):
    link = accept_suggestion(suggestion_id=suggestion.id, **BY)
    undo_link(link_id=link.id, **BY)
    suggestion.refresh_from_db()
    assert (suggestion.state, suggestion.link_id) == ("open", None)
    assert not together(*two) and not Separation.objects.exists()


def test_a_rejected_suggestion_keeps_apart_until_it_is_reopened(two, suggestion):
    reject_suggestion(suggestion_id=suggestion.id, **BY)
    see("1", MAIL), see("2", MAIL)
    assert not together(*two)
    reopen_suggestion(suggestion_id=suggestion.id, **BY)
    assert together(*two)
    suggestion.refresh_from_db()
    assert suggestion.state == "open"


def test_minds_can_be_changed_straight_from_one_answer_to_the_other(two, suggestion):
    accept_suggestion(suggestion_id=suggestion.id, **BY)
    reject_suggestion(suggestion_id=suggestion.id, **BY)
    assert not together(*two) and Separation.objects.count() == 1
    accept_suggestion(suggestion_id=suggestion.id, **BY)
    assert together(*two) and not Separation.objects.exists()
    suggestion.refresh_from_db()
    assert suggestion.state == "accepted"


def test_the_shops_own_number_can_be_set_aside_and_released(two):
    a, b = see("1", ("phone", "0113 496 0000")), see("2", ("phone", "+44 113 496 0000"))
    assert together(a, b)
    quarantine_value(type="phone", value="0113 4960000", reason="the shop's own number", **BY)
    assert not together(a, b)
    assert [(c.shown, c.holders) for c in quarantine_page().rows] == [("+441134960000", 2)]
    known = profile(a).identifiers[0]
    assert known.links_nobody == "in quarantine: the shop's own number"
    release_quarantine(type="phone", value="0113 4960000", **BY)
    assert together(a, b)
    assert Quarantine.objects.get().released_by == "user:1"


def test_a_released_value_may_join_any_number():
    nodes = [see(f"t{n}", ("phone", "07123 456 701")) for n in range(6)]
    assert len(set(person_id_of(nodes).values())) == 6
    release_quarantine(type="phone", value="07123 456 701", **BY)
    nodes.append(see("t6", ("phone", "07123 456 701")))
    assert together(*nodes)


def test_consent_needs_a_state_and_somebody(two):
    with pytest.raises(ValueError, match="granted, pending or withdrawn"):
        record_consent(node_id=two[0], purpose="marketing", channel="email", state="yes", evidence={}, **BY)
    with pytest.raises(Node.DoesNotExist):
        record_consent(node_id=99_999, purpose="marketing", channel="email", state="granted", evidence={}, **BY)
    assert consent_state([two[0]]) == {}


def test_a_merge_costs_the_same_however_many_nodes_there_are(two, django_assert_max_num_queries):
    with django_assert_max_num_queries(30) as few:
        merge_people(a=two[0], b=two[1], evidence={}, **BY)
    more = [see(f"m{n}", ("card", f"NG5521{n}")) for n in range(40)]
    for node in more[1:30]:
        merge_people(a=more[0], b=node, evidence={}, **BY)
    with django_assert_max_num_queries(len(few)):
        merge_people(a=two[0], b=more[0], evidence={}, **BY)
