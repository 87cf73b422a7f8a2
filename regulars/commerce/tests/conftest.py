import pytest


@pytest.fixture(autouse=True)
def _t(monkeypatch):
    monkeypatch.setattr("regulars.commerce.actions.orders._touch", lambda n, a: None)
