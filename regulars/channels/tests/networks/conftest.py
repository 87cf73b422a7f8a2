"""Networks on loopback: the guard against private addresses is opened for the test, by the switch it has."""

from __future__ import annotations

import pytest

from regulars.channels.tests.networks.loopback import Net, serving


@pytest.fixture
def net(monkeypatch):
    """An empty network on loopback: declare its routes with `@net.on("GET", "/path")`."""
    monkeypatch.setenv("REGULARS_PRIVATE_OUTSIDE", "1")
    with serving(Net()) as made:
        yield made
