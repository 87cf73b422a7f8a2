"""What every test has: a business, and a fixed cast."""

from __future__ import annotations

import pytest

pytest_plugins = ("tests.chromium",)
NOW = 1_790_000_000_000_000  # 2026-09-21 14:13:20 UTC


@pytest.fixture
def at() -> int:
    """The time the test plays at, in microseconds."""
    return NOW


@pytest.fixture(autouse=True)
def _no_cached_business():
    from regulars.core import recent
    from regulars.core.models import Business

    Business._cached = None
    recent.forget()
    yield
    Business._cached = None
    recent.forget()


@pytest.fixture(autouse=True)
def _no_attempts_counted():
    """Limits on how often one may try count in the cache, which the tests of a process share."""
    from django.core.cache import cache

    cache.clear()


@pytest.fixture
def business(db):
    """Northgate Sports: London time, weeks from Monday, pounds, gross prices."""
    from regulars.core.models import Business

    return Business.objects.create(name="Northgate Sports", timezone="Europe/London", currency="GBP")


@pytest.fixture(autouse=True, scope="session")
def _tables_can_be_emptied_between_tests():
    """SQLite empties a table by deleting its rows, which the ledger's guards refuse; migrating brings them back."""
    from django.db import connection

    from regulars.loyalty.ledger.guards import SQLITE

    operations = type(connection.ops)
    plain = operations.sql_flush

    def sql_flush(self, *args, **kwargs):
        return [*(f"DROP TRIGGER IF EXISTS {name}" for name in SQLITE), *plain(self, *args, **kwargs)]

    if connection.vendor == "sqlite":
        operations.sql_flush = sql_flush
    yield
    operations.sql_flush = plain
