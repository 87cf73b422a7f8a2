"""People join, leave, and are known by their card."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.core.clock import DAY
from regulars.events.models import Event
from regulars.loyalty.actions.members import card_of, join, leave
from regulars.loyalty.actions.programmes import CannotDo, create_programme, end_programme
from regulars.loyalty.cards import ALPHABET, new_code, read_code, shown
from regulars.loyalty.models import Due, Earned, Member, Standing
from regulars.loyalty.queries import by_code, member
from regulars.loyalty.tests.programme.shop import NOW, PER_POUND, TIERS, begin, buys, has, settle, someone
from regulars.people.actions import erase_person, merge_people, undo_link
from regulars.people.models import Consent

HELLO = {"key": "hello", "kind": "signup", "points": 50}


@pytest.fixture
def club(db, business):
    return begin(PER_POUND, HELLO, membership="joined", wording="Collect points with us.")


@pytest.mark.django_db
def test_joining_is_an_event_with_consent_in_the_shops_wording_and_gives_the_sign_up_points(club):
    alice = someone()
    join(programme_id=club.id, node_id=alice, how="till:3", by="user:1", at=NOW)
    settle()
    said = Event.objects.get(name="Joined Programme")
    assert (said.node_id, said.ts) == (alice, NOW)
    assert Consent.objects.get(purpose="loyalty").wording == "Collect points with us."
    assert has(club, alice).active == 50


@pytest.mark.django_db
def test_joining_twice_is_joining_once(club):
    alice = someone()
    first = join(programme_id=club.id, node_id=alice, how="till", by="user:1", at=NOW)
    again = join(programme_id=club.id, node_id=alice, how="portal", by="user:1", at=NOW + 1)
    assert (first.id, Member.objects.count()) == (again.id, 1)


@pytest.mark.django_db
def test_only_what_members_buy_while_they_are_members_counts(club):
    alice = someone()
    buys(alice, "A1", ("balls", 10.0, 1), at=NOW - 2 * DAY)
    join(programme_id=club.id, node_id=alice, how="till", by="user:1", at=NOW - DAY)
    buys(alice, "A2", ("balls", 20.0, 1))
    leave(programme_id=club.id, person_id=alice, by="user:1", at=NOW + 1)
    buys(alice, "A3", ("balls", 40.0, 1), at=NOW + DAY)
    settle(NOW + DAY)
    assert has(club, alice, NOW + DAY).pending == 20


@pytest.mark.django_db
def test_who_comes_back_has_the_same_card(club):
    alice = someone()
    first = join(programme_id=club.id, node_id=alice, how="till", by="user:1", at=NOW)
    leave(programme_id=club.id, person_id=alice, by="user:1", at=NOW + 1)
    assert by_code(first.code) is None
    again = join(programme_id=club.id, node_id=alice, how="till", by="user:1", at=NOW + 2)
    assert (again.code, by_code(shown(first.code).lower())) == (first.code, alice)


@pytest.mark.django_db
def test_joined_profiles_keep_both_cards_and_add_their_points_up(club):
    alice, dora = someone("alice"), someone("dora")
    cards = [join(programme_id=club.id, node_id=n, how="till", by="user:1", at=NOW - DAY) for n in (alice, dora)]
    buys(alice, "A1", ("balls", 10.0, 1))
    buys(dora, "D1", ("balls", 20.0, 1))
    settle()
    merge_people(a=alice, b=dora, by="user:1", at=NOW, evidence={})
    settle()
    assert has(club, alice).pending == 30
    assert {by_code(card.code) for card in cards} == {alice, dora}
    assert member(alice, at=NOW).code == cards[0].code


@pytest.mark.django_db
def test_where_everybody_takes_part_a_card_is_made_when_asked_for(business):
    club, alice = begin(), someone()
    card = card_of(programme_id=club.id, person_id=alice, at=NOW)
    assert card.how == "known"
    assert card_of(programme_id=club.id, person_id=alice, at=NOW + 1).code == card.code


@pytest.mark.django_db
def test_one_programme_runs_at_a_time_and_an_ended_one_gives_nothing(club):
    alice = someone()
    with pytest.raises(CannotDo, match="runs already"):
        create_programme(name="Another", rules={"rules": [PER_POUND]}, starts_us=NOW, by="user:1", at=NOW)
    end_programme(programme_id=club.id, by="user:1", at=NOW)
    with pytest.raises(CannotDo, match="has ended"):
        join(programme_id=club.id, node_id=alice, how="till", by="user:1", at=NOW)


@given(st.text(ALPHABET, min_size=9, max_size=9), st.integers(0, 9), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_always_noticed(body, place, wrong):
    from regulars.loyalty.cards import _proof

    code = body + _proof(body)
    other = code[:place] + wrong + code[place + 1 :]
    assert read_code(code) == code
    assert other == code or read_code(other) is None


@given(st.text(ALPHABET, min_size=9, max_size=9), st.integers(0, 8))
def test_two_characters_that_changed_places_are_always_noticed(body, place):
    from regulars.loyalty.cards import _proof

    code = body + _proof(body)
    other = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert other == code or read_code(other) is None


def test_a_code_is_read_however_people_write_it():
    code = new_code()
    assert read_code(f" {code[:5].lower()}-{code[5:]} ") == code
    assert read_code("hello") is None


@pytest.mark.django_db
def test_merging_and_parting_gives_everybody_the_standing_of_their_own_orders(business):
    club = begin(tiers=TIERS)
    alice, dora = someone("alice"), someone("dora")
    buys(alice, "A1", ("balls", 60.0, 1), at=NOW - DAY)
    buys(dora, "D1", ("balls", 70.0, 1))
    settle()
    before = standings()
    assert before == [(alice, "", 6_000), (dora, "", 7_000)]
    link = merge_people(a=alice, b=dora, by="user:1", at=NOW, evidence={})
    settle()
    assert standings() == [(alice, "silver", 13_000)]
    assert has(club, alice).pending == 130
    undo_link(link_id=link.id, by="user:1", at=NOW)
    settle()
    assert standings() == before
    assert (has(club, alice).pending, has(club, dora).pending) == (60, 70)


def standings() -> list[tuple]:
    return list(Standing.objects.order_by("person_id").values_list("person_id", "tier", "progress"))


@pytest.mark.django_db
def test_erasing_a_member_leaves_nothing_that_names_them(business):
    club, alice = begin(tiers=TIERS), someone()
    buys(alice, "A1", ("balls", 160.0, 1))
    settle()
    code = card_of(programme_id=club.id, person_id=alice, at=NOW).code
    erase_person(person_id=alice, by="user:1", at=NOW)
    settle()
    assert by_code(code) is None
    assert not any(model.objects.exists() for model in (Standing, Member, Earned, Due))
