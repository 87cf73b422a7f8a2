"""What strangers say is kept as long as the account says; conversations and known people stay."""

from dataclasses import replace

from regulars.channels.networks.authors import prove_author
from regulars.channels.networks.keeping import forget_authors, forget_strangers
from regulars.channels.networks.models import Account, Author, Item
from regulars.channels.networks.shape import Seen, Who
from regulars.channels.networks.taking import take
from regulars.core.clock import DAY
from regulars.people.actions import Sighting, record_sightings


def test_only_what_strangers_said_to_others_is_forgotten_and_does_not_come_back(account, at):
    old = at - 60 * DAY
    heard = [
        Seen("stranger", "post", old, who=Who("s"), text="I like boots"),
        Seen("young", "post", at - DAY, who=Who("s2"), text="Me too"),
        Seen("known", "post", old, who=Who("k"), text="Nice shop"),
        Seen("asked", "mention", old, who=Who("a"), text="Hello @northgate", to_us=True, thread="t"),
        Seen("beside", "reply", old, who=Who("b"), text="I wonder too", thread="t"),
        Seen("ours", "post", old, who=Who("us"), text="Our sale", ours=True),
    ]
    take(account_id=account.id, heard=heard, at=at)
    (node,) = record_sightings(sightings=[Sighting("shop", (("user", "k"),), (), {}, (), at)], source_id=1, at=at)
    prove_author(author_id=Author.objects.get(external="k").id, node_id=node, proof="said", by="user:1", at=at)
    assert forget_strangers(at=at) == 0
    Account.objects.update(keep_days=30)
    assert forget_strangers(at=at) == 1
    assert list(Item.objects.filter(text="").values_list("external", flat=True)) == ["stranger"]
    take(account_id=account.id, heard=[replace(heard[0], metrics={"likes": 3})], at=at + 1)
    assert Item.objects.get(external="stranger").text == ""


def test_names_of_strangers_go_when_nothing_of_them_is_left(account, at):
    old = at - 500 * DAY
    take(account_id=account.id, heard=[Seen("x", "post", old, who=Who("s"), text="I like boots")], at=old)
    assert forget_authors(at=at) == 0
    forget_strangers(at=at)
    assert forget_authors(at=at) == 1 and not Author.objects.exists()
