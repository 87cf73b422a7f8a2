"""An order under noreply@ or a@a.a counts in the totals, for nobody; it is no dead letter and makes no person."""

import pytest

from regulars.events.actions import create_source
from regulars.events.ingest import take_in
from regulars.events.models import Event
from regulars.people.models import Identifier, Node, Trait

pytestmark = [pytest.mark.django_db, pytest.mark.story]


def order(number, email):
    said = {"order_id": number, "total": 10, "email": email, "products": []}
    return {"type": "track", "event": "Order Completed", "messageId": number, "properties": said}


@pytest.mark.parametrize("email", ["noreply@example.com", "test@example.com", "a@a.a"])
def test_an_order_known_by_a_placeholder_alone_belongs_to_nobody(business, at, email):
    source = create_source(name="till", namespace="till", by="system", at=at).id
    taken = take_in(source_id=source, items=[order("1", email), order("2", email)], at=at)
    assert (taken.accepted, taken.refused) == (2, 0) and Event.objects.count() == 2
    assert [node.person_id for node in Node.objects.all()] == [None]
    assert not Identifier.objects.exists() and not Trait.objects.exists()


def test_an_order_without_anything_to_know_by_is_still_refused(business, at):
    source = create_source(name="till", namespace="till", by="system", at=at).id
    taken = take_in(source_id=source, items=[order("1", "")], at=at)
    assert taken.refused == 1 and "no userId or anonymousId" in taken.rejects[0].reason
