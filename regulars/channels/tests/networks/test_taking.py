"""What the networks say ends in the right state: late, twice, out of order, edited, deleted, hostile, erased."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regulars.channels.networks.authors import forget_proof, prove_author
from regulars.channels.networks.models import Account, Author, Item
from regulars.channels.networks.shape import Heard, Seen, Who
from regulars.channels.networks.signals import ItemsChanged
from regulars.channels.networks.taking import take
from regulars.core import signals
from regulars.people.actions import Sighting, erase_person, record_sightings
from tests.databases import examples

ANNE = Who("did:anne", handle="anne.example", name="Anne", followers=12)
HELLO = Seen("at://anne/1", "mention", 1_789_999_999_000_000, who=ANNE, text="Hello @northgate", to_us=True)


@pytest.fixture
def news(monkeypatch):
    heard = []
    reactions = [*signals._reactions[ItemsChanged], heard.append]
    monkeypatch.setitem(signals._reactions, ItemsChanged, reactions)
    return heard


def readings():
    """Readings of three items: (when it was read, what it showed)."""
    made = st.builds(
        Seen,
        external=st.sampled_from(["a", "b", "c"]),
        kind=st.sampled_from(["post", "mention", "reply"]),
        at=st.integers(1_000_000, 1_000_003),
        text=st.sampled_from(["one", "two", "three", ""]),
        public=st.booleans(),
        to_us=st.booleans(),
        thread=st.sampled_from(["", "t", "u"]),
        who=st.sampled_from([None, ANNE]),
        metrics=st.sampled_from([{}, {"likes": 1}, {"likes": 2}]),
        edited_us=st.sampled_from([None, 5, 6]),
        deleted=st.sampled_from([False, False, False, True]),
    )
    return st.lists(st.tuples(st.integers(10_000_000, 10_000_005), made), min_size=1, max_size=8)


def state():
    authors = dict(Author.objects.values_list("id", "external"))
    rows = Item.objects.order_by("external").values()
    return [{**row, "id": 0, "author_id": authors.get(row["author_id"])} for row in rows]


@settings(max_examples=examples(150), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(readings(), st.randoms(use_true_random=False))
def test_any_order_and_repetition_ends_in_the_same_state(account, said, chance):
    ends = []
    for turn in range(3):
        Item.objects.all().delete()
        Author.objects.all().delete()
        order = list(said)
        if turn:
            order += chance.sample(said, chance.randint(0, len(said)))
            chance.shuffle(order)
        for at, one in order:
            take(account_id=account.id, heard=[one], at=at)
        ends.append(state())
    assert ends[0] == ends[1] == ends[2]


@settings(max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(readings())
def test_all_at_once_is_one_after_the_other(account, said):
    said = [(10_000_000, one) for _, one in said]
    ends = []
    for batches in ([[one] for _, one in said], [[one for _, one in said]]):
        Item.objects.all().delete()
        for batch in batches:
            take(account_id=account.id, heard=batch, at=10_000_000)
        ends.append(state())
    assert ends[0] == ends[1]


def test_only_what_differs_is_told(account, at, news):
    take(account_id=account.id, heard=Heard((HELLO,)), at=at)
    take(account_id=account.id, heard=Heard((HELLO,)), at=at + 1)
    take(account_id=account.id, heard=Heard((replace(HELLO, text="Hi", edited_us=at),)), at=at + 2)
    number = Item.objects.get().id
    assert [(one.item_ids, one.at) for one in news] == [((number,), at), ((number,), at + 2)]


def test_a_deletion_that_comes_first_keeps_the_words_out(account, at):
    take(account_id=account.id, heard=[replace(HELLO, deleted=True, text="", who=None)], at=at)
    take(account_id=account.id, heard=[HELLO], at=at + 5)
    item = Item.objects.get()
    assert (item.text, item.deleted_us) == ("", at)


def test_text_from_outside_cannot_hide_reorder_or_grow(account, at):
    hostile = "pay\u202elive.com\u202c\x00\x1b[2J\u200b" + "x" * 100_000
    who = replace(ANNE, url="javascript:alert(1)", name="An\u202ena\n\nB")
    media = ({"url": "file:///etc/passwd", "type": "image/png"},)
    evil = Seen(
        "e", "mention", at, who=who, text=hostile, url="https://a@evil.example/", media=media, title="t" * 900
    )
    take(account_id=account.id, heard=[evil], at=at)
    item, author = Item.objects.get(), Author.objects.get()
    assert item.text.startswith("paylive.com[2Jxxx") and len(item.text) == 20_000
    assert (item.url, item.media, len(item.title)) == ("", [], 300)
    assert (author.url, author.name) == ("", "Anna B")


def test_an_erased_author_stays_refused_and_nothing_names_them(account, at):
    reply = Seen("at://bob/2", "reply", at, who=Who("did:bob"), text="@anne yes", thread=HELLO.external,
                 parent=HELLO.external)  # fmt: skip
    take(account_id=account.id, heard=[HELLO, reply], at=at)
    (node,) = record_sightings(sightings=[Sighting("shop", (("user", "anne"),), (), {}, (), at)], source_id=1, at=at)
    author = Author.objects.get(external="did:anne")
    prove_author(author_id=author.id, node_id=node, proof="said", by="user:1", at=at)
    watch = [["at://did:anne/9", at, "x"], ["at://did:bob/9", at, "y"], [HELLO.external, at, "z"]]
    Account.objects.update(cursor={"read": {"watch": watch, "place": 3}}, leased_us=at + 5)
    erase_person(person_id=node, by="user:1", at=at)
    assert Account.objects.get().cursor == {"read": {"watch": watch[1:2], "place": 3}}
    assert Account.objects.get().leased_us == 0
    again = replace(HELLO, external="at://anne/9", text="I am back")
    taken = take(
        account_id=account.id, heard=[HELLO, again, replace(HELLO, deleted=True, who=None), reply], at=at + 1
    )
    assert taken.refused == 3
    held = str(list(Item.objects.values())) + str(list(Author.objects.values()))
    assert "did:anne" not in held and "at://anne" not in held and "anne.example" not in held
    assert Item.objects.filter(text="").count() == 1 and Author.objects.count() == 2
    kept = Item.objects.get(external="at://bob/2")
    assert kept.thread == kept.parent == Item.objects.exclude(id=kept.id).get().external


def test_an_address_of_one_person_proves_who_writes(account, at):
    sighting = Sighting("shop", (("user", "anne"),), (("email", "anne@customer.example"),), {}, (), at)
    (node,) = record_sightings(sightings=[sighting], source_id=1, at=at)
    mail = Seen("m1", "mail", at, who=Who("anne@customer.example", email="Anne@Customer.example"), text="Hi")
    other = Seen("m2", "mail", at, who=Who("bob@customer.example", email="bob@customer.example"), text="Hi")
    take(account_id=account.id, heard=[mail, other], at=at)
    assert list(Author.objects.order_by("external").values_list("node_id", "proof")) == [(node, "email"), (None, "")]


def test_whom_a_colleague_says_it_is_not_no_address_makes_them_again(account, at):
    sighting = Sighting("shop", (("user", "anne"),), (("email", "family@customer.example"),), {}, (), at)
    (node,) = record_sightings(sightings=[sighting], source_id=1, at=at)
    who = Who("family@customer.example", email="family@customer.example")
    take(account_id=account.id, heard=[Seen("m1", "mail", at, who=who, text="Hi")], at=at)
    author = Author.objects.get(node_id=node)
    forget_proof(author_id=author.id, by="user:1", at=at)
    take(account_id=account.id, heard=[Seen("m2", "mail", at + 1, who=who, text="Again")], at=at + 1)
    assert Author.objects.get(id=author.id).node_id is None
    prove_author(author_id=author.id, node_id=node, proof="said", by="user:1", at=at)
    assert Author.objects.get(id=author.id).node_id == node


def test_a_thousand_items_cost_a_handful_of_statements(account, at, django_assert_max_num_queries):
    many = [replace(HELLO, external=f"i{n}", who=replace(ANNE, external=f"did:{n}")) for n in range(1000)]
    with django_assert_max_num_queries(20):
        taken = take(account_id=account.id, heard=many, at=at)
    assert taken.new == 1000
