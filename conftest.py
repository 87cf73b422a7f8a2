"""What every test has: a business, and a fixed cast."""

from __future__ import annotations

import gc
import sys

import pytest
from hypothesis import settings

pytest_plugins = ("tests.answering", "tests.chromium")
settings.register_profile("hunt", settings.get_profile("ci"), derandomize=False)  # new examples, by `make hunt`
NOW = 1_790_000_000_000_000  # 2026-09-21 14:13:20 UTC
REMEMBERED = (
    ("journeys.versions", "version"), ("content.queries", "prepared"), ("inbox.understanding.serving", "own_model"),
    ("segments.standing", "_read_before"), ("content.factbase.queries", "_kept"), ("events.requests", "_namespaces"),
    ("channels.seldom", "_kept"), ("channels.delivery.counting", "_asked"), ("web.pages.inbox.media", "_kept"),
)  # fmt: skip


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Files with long tests come first, so that no process is left alone with one at the end."""
    marks = ("slow", "story", "browser")
    long = {item.path for item in items if any(map(item.get_closest_marker, marks))}
    items.sort(key=lambda item: item.path not in long)


def pytest_collection_finish():
    """What has been read stays: it need not be looked through for garbage, nor copied when a process forks."""
    gc.freeze()


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
def _nothing_remembered_by_number():
    """Rolled back, SQLite gives numbers of rows out again: what a process remembers of one would be of another."""
    for name, kept in REMEMBERED:
        if room := sys.modules.get(f"regulars.{name}"):
            found = getattr(room, kept)
            (found.cache_clear if hasattr(found, "cache_clear") else found.clear)()


@pytest.fixture(autouse=True)
def _our_own_house_is_closed(monkeypatch):
    """The demo, tested in the same process, lets itself call addresses of its own machine."""
    monkeypatch.delenv("REGULARS_PRIVATE_OUTSIDE", raising=False)


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


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The database of this process is migrated once; installations of their own are copies of it."""
    from regulars.events.tests import apart

    with django_db_blocker.unblock():
        apart.keep_template()


@pytest.fixture(autouse=True, scope="session")
def _quick_between_tests():
    """Emptying what a test wrote, and passwords that cost nothing to check."""
    from django.conf import settings
    from django.test import TransactionTestCase

    from tests.emptying import empty_tables

    plain, TransactionTestCase._fixture_teardown = TransactionTestCase._fixture_teardown, empty_tables
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    yield
    TransactionTestCase._fixture_teardown = plain
