"""One network for all stories of a process, and a shop with an account on it."""

from __future__ import annotations

import pytest

from regulars.channels.networks import accounts, borrowing
from regulars.core.clock import now_us
from tests.bluesky.network import missing, running


@pytest.fixture(scope="session")
def bluesky():
    """The network."""
    if why := missing():
        pytest.skip(why)
    with running() as network:
        yield network


@pytest.fixture
def open_house(monkeypatch, settings, tmp_path):
    """Loopback may be reached; the home is a fresh one."""
    monkeypatch.setenv("REGULARS_PRIVATE_OUTSIDE", "1")
    settings.REGULARS_HOME = tmp_path
    yield
    borrowing.close_all()


@pytest.fixture
def northgate(bluesky):
    """The shop as somebody on Bluesky."""
    return bluesky.joins("northgate")


@pytest.fixture
def anna(bluesky):
    """A customer on Bluesky."""
    return bluesky.joins("anna")


@pytest.fixture
def account(db, business, open_house, bluesky, northgate):
    """The shop's account, connected."""
    values = {"handle": northgate.handle, "password": northgate.password, "server": bluesky.pds}
    return accounts.connect(kind="bluesky", values=values, by="user:1", at=now_us())
