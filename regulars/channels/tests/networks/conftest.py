"""Networks on loopback (the guard against private addresses is opened for the test, by the switch it has), and a
pretended one with an account on it."""

from __future__ import annotations

import pytest

from regulars.channels.tests.networks.loopback import Net, serving
from regulars.channels.tests.networks.pretend import connected, pretended


@pytest.fixture
def net(monkeypatch):
    """An empty network on loopback: declare its routes with `@net.on("GET", "/path")`."""
    monkeypatch.setenv("REGULARS_PRIVATE_OUTSIDE", "1")
    with serving(Net()) as made:
        yield made


@pytest.fixture
def there(db, business, settings, tmp_path):
    """The pretended network. The home is a fresh one: the heartbeat of other tests is not in it."""
    settings.REGULARS_HOME = tmp_path
    with pretended() as network:
        yield network


@pytest.fixture
def account(there, at):
    """Our account on it."""
    return connected(at=at)
