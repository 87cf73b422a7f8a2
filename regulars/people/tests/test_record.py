"""Taking in sightings: who is joined, who is not, and what is written."""

import pytest

from regulars.core.crypto import digest
from regulars.people.actions import ConsentSaid, Sighting, record_sightings
from regulars.people.models import Consent, Erased, Identifier, Link, Node, Person, Quarantine, Touch, Trait
from regulars.people.queries import person_id_of

pytestmark = pytest.mark.django_db


def see(*sightings, at=1000):
    return record_sightings(sightings=sightings, source_id=1, at=at)


def user(id_, *identifiers, namespace="shop", at=1000, **more):
    return Sighting(namespace=namespace, keys=(("user", id_),), identifiers=identifiers, at=at, **more)


def persons(nodes):
    return list(map(person_id_of(nodes).get, nodes))


def test_a_new_account_is_a_person_of_its_own():
    (node,) = see(user("7"))
    assert persons([node]) == [node]
    assert Person.objects.get().id == node


def test_the_same_account_again_writes_nothing_but_when_it_was_seen(django_assert_max_num_queries):
    one = user("7", ("email", "anna@example.com"), traits={"city": "Leeds"})
    first = see(one)
    with django_assert_max_num_queries(8) as queries:
        assert see(one) == first
    assert not [q for q in queries if "INSERT" in q["sql"]]
    assert Node.objects.count() == Identifier.objects.count() == Trait.objects.count() == 1


def test_one_email_in_two_sources_makes_one_person():
    a, b = see(
        user("7", ("email", "Anna@Example.com "), namespace="shop"),
        user("k9", ("email", "anna@example.com"), namespace="till"),
    )
    assert persons([a, b]) == [min(a, b)] * 2
    link = Link.objects.get()
    assert (link.rule, link.value) == ("same_email", "anna@example.com")


def test_a_user_beats_an_anonymous_device_and_they_are_linked():
    (node,) = see(Sighting(namespace="web", keys=(("anonymous", "c1"), ("user", "7")), at=1))
    assert Node.objects.get(id=node).kind == "user"
    assert len(set(persons(list(Node.objects.values_list("id", flat=True))))) == 1


@pytest.mark.parametrize("order", [("7", "8"), ("8", "7")])
def test_a_device_shared_by_two_accounts_joins_nobody(order):
    for who in order:
        see(Sighting(namespace="web", keys=(("user", who), ("anonymous", "kiosk")), at=1))
    assert Node.objects.count() == 3
    assert len(set(persons(list(Node.objects.values_list("id", flat=True))))) == 3
    assert Quarantine.objects.get().reason == "a device shared by several accounts"


def test_a_value_on_too_many_accounts_is_quarantined_and_joins_nobody():
    nodes = [see(user(f"t{i}", ("phone", "07123 456 780"), namespace="till"))[0] for i in range(5)]
    assert len(set(persons(nodes[:4]))) == 4
    assert len(set(persons(nodes))) == 5
    assert Quarantine.objects.get().value == "+447123456780"
    assert Link.objects.filter(quarantined=False).count() == 0


def test_a_placeholder_is_kept_with_its_reason_and_links_nobody():
    a, b = see(user("1", ("phone", "0000000000")), user("2", ("phone", "0000000000")))
    assert persons([a, b]) == [a, b]
    assert set(Identifier.objects.values_list("refused", flat=True)) == {"looks like a placeholder"}


def test_the_latest_trait_by_event_time_wins_whatever_comes_last():
    see(user("7", at=20, traits={"city": "York"}))
    see(user("7", at=10, traits={"city": "Leeds"}))
    assert Trait.objects.get().value == '"York"'


def test_a_changed_trait_touches_the_person_and_the_same_one_does_not():
    see(user("7", at=10, traits={"city": "York"}))
    Touch.objects.all().delete()
    see(user("7", at=20, traits={"city": "York"}))
    assert not Touch.objects.exists()
    see(user("7", at=30, traits={"city": "Leeds"}))
    assert Touch.objects.get().cause == "trait"


def test_consent_said_again_is_one_entry_with_a_new_time():
    for at in (10, 20):
        see(user("7", at=at, consents=(ConsentSaid(channel="email", state="granted"),)))
    see(user("7", at=30, consents=(ConsentSaid(channel="email", state="withdrawn"),)))
    assert list(Consent.objects.order_by("id").values_list("state", "at", "confirmed_us")) == [
        ("granted", 10, 20),
        ("withdrawn", 30, 30),
    ]


def test_an_erased_email_or_account_is_refused_and_the_rest_of_the_batch_is_not():
    Erased.objects.create(digest=digest("email", "anna@example.com"), at=1)
    Erased.objects.create(digest=digest("node shop user", "13"), at=1)
    refused, gone, fine = see(user("7", ("email", "ANNA@example.com")), user("13"), user("8"))
    assert refused is None and gone is None and fine is not None
    assert Node.objects.count() == 1


def test_a_key_that_is_too_long_is_refused_not_cut():
    assert see(user("x" * 256)) == [None]


def test_without_keys_the_strongest_identifier_names_the_node():
    (node,) = see(Sighting(namespace="till", identifiers=(("email", "Anna@example.com"),), at=1))
    assert Node.objects.get(id=node).key == "anna@example.com"
