"""A message to somebody who is nobody yet: the address becomes no person before they confirm."""

import pytest

from regulars.channels.actions import suppress
from regulars.channels.gathering import subjects
from regulars.channels.models import Campaign
from regulars.people.models import Node

pytestmark = pytest.mark.django_db


def test_nobody_is_only_the_address_the_message_brings(business, at):
    campaign = Campaign(channel="email", purpose="transactional")
    suppress(channel="email", address="eve@example.org", reason="manual", by="user:1", at=at)
    own = {-1: "anna@example.org", -2: "eve@example.org"}
    found = subjects(campaign, [-1, -2, -3], at, addresses=own)
    assert (found[-1].address, found[-1].gone, found[-1].suppressed) == ("anna@example.org", False, None)
    assert found[-2].suppressed.reason == "manual"
    assert found[-3].gone and not Node.objects.exists()
