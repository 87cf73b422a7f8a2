"""The desk of Northgate Sports: colleagues, and a network that keeps what it is told in memory."""

from __future__ import annotations

import pytest

from regulars.channels.tests.networks.pretend import connected, pretended
from regulars.inbox.tests.talk import MONDAY
from regulars.team.models import User


@pytest.fixture
def ann(business):
    return User.objects.create_user("ann@northgate.example", name="Ann Agent", role="agent")


@pytest.fixture
def ben(business):
    return User.objects.create_user("ben@northgate.example", name="Ben", role="agent")


@pytest.fixture
def mo(business):
    return User.objects.create_user("mo@northgate.example", name="Mo Marketer", role="marketer")


@pytest.fixture
def there(business, settings, tmp_path):
    """A network in memory with our account on it. The home is fresh: the heartbeat of other tests is not in it."""
    settings.REGULARS_HOME = tmp_path
    with pretended() as network:
        network.account = connected(at=MONDAY)
        yield network
