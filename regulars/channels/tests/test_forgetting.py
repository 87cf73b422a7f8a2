"""Tables stay bounded, and nothing that still counts is forgotten."""

import pytest

from regulars.channels.models import Contact, Message, Tally
from regulars.channels.upkeep import CONTACTS_US, NOBODY_US, TALLIES_US, forget_old
from regulars.core.clock import HOUR

pytestmark = pytest.mark.django_db


def test_only_what_nobody_needs_any_more_is_forgotten(at):
    for number, age in enumerate((CONTACTS_US + 1, CONTACTS_US - HOUR)):
        Contact.objects.create(node_id=1, message_id=number, channel="email", at=at - age)
    for age in (TALLIES_US + 2 * HOUR, TALLIES_US - HOUR):
        Tally.objects.create(key="server:1", hour=(at - age) // HOUR)
    for node, age in ((-1, NOBODY_US + 1), (-2, 0), (3, NOBODY_US + 1)):
        Message.objects.create(
            key=f"k{node}", campaign_id=1, node_id=node, channel="email", address="a@example.org", due_us=at,
            planned_us=at - age,
        )  # fmt: skip
    for _twice in range(2):
        forget_old(at=at)
    assert list(Contact.objects.values_list("message_id", flat=True)) == [1]
    assert Tally.objects.count() == 1
    assert set(Message.objects.filter(address="").values_list("node_id", flat=True)) == {-1}
