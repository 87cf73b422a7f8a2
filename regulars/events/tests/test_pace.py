"""Transactions stay short whatever an event costs: nobody holds SQLite's writer lock over 20 ms."""

import itertools
import json
from types import SimpleNamespace

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from regulars.core.sqlite import holds
from regulars.events import inbox, ingest, intake
from regulars.events.models import Event, Source
from regulars.events.pace import LOCK_TARGET, Pace

LIMIT = 0.020


@given(
    st.floats(2e-6, 200e-6),
    st.lists(st.floats(0.8, 1.4), min_size=1, max_size=40),
    st.floats(0, 0.002),
)
def test_no_transaction_ever_takes_longer_than_the_lock_may_be_held(per_event, noise, fixed):
    pace = Pace()
    for factor in itertools.islice(itertools.cycle(noise), 300):
        took = fixed + pace.size * per_event * factor
        assert took <= max(LIMIT, fixed + 100 * per_event * 1.4)  # the first one is a guess of a hundred
        pace.learn(pace.size, took)
    assert fixed + pace.size * per_event * 1.4 <= LIMIT


@given(st.floats(2e-6, 150e-6), st.floats(6, 20))
def test_when_events_become_dearer_one_transaction_is_long_and_the_next_is_not(per_event, dearer):
    pace = Pace(least=1)
    for _ in range(100):
        pace.learn(pace.size, pace.size * per_event)
    pace.learn(pace.size, pace.size * per_event * dearer)
    assert pace.size * per_event * dearer <= LOCK_TARGET + per_event * dearer


@given(st.floats(2e-6, 9e-6))
def test_cheap_events_share_a_transaction_by_the_thousand(per_event):
    pace = Pace()
    for _ in range(60):
        pace.learn(pace.size, pace.size * per_event)
    assert pace.size == pace.most


def test_a_last_small_batch_says_nothing_about_how_many_fit():
    pace = Pace(200)
    pace.learn(3, 0.0001)
    assert pace.size == 200


@pytest.fixture
def slow_statements(monkeypatch):
    """A clock that moves only while events are written: 0.2 ms each. Yields how long each transaction took."""
    clock, put, spent = SimpleNamespace(now=0.0), intake.put, []

    def slowly(batch, *, at):
        stored = put(batch, at=at)
        clock.now += 0.0002 * len(batch)
        spent.append(0.0002 * len(batch))
        return stored

    monkeypatch.setattr(ingest, "time", SimpleNamespace(monotonic=lambda: clock.now))
    monkeypatch.setattr(intake, "put", slowly)
    monkeypatch.setattr(ingest, "_pace", Pace(400))
    return spent


@pytest.mark.django_db
def test_a_large_request_goes_in_by_transactions_cut_to_the_pace(slow_statements):
    if connection.vendor == "postgresql":
        pytest.skip("PostgreSQL has no lock that all writers share")
    shop = Source.objects.create(name="shop", namespace="shop", created_us=1)
    batch = [{"type": "track", "event": "Seen", "userId": f"u{n}", "messageId": f"m{n}"} for n in range(1500)]
    inbox.append(source_id=shop.id, path="/v1/batch", body=json.dumps({"batch": batch}).encode(), at=1)
    inbox.stop()
    while ingest.step(1):
        pass
    assert Event.objects.count() == 1500
    first, *others = slow_statements
    assert first > LIMIT  # the guess was wrong
    assert others
    assert max(others) <= LIMIT


@pytest.mark.django_db(transaction=True)
def test_how_long_the_lock_was_held_is_noted():
    if connection.vendor == "postgresql":
        pytest.skip("only SQLite has one writer")
    holds.clear()
    Source.objects.create(name="shop", namespace="shop", created_us=1)
    from django.db import transaction

    with transaction.atomic():
        Source.objects.update(created_us=2)
    assert holds
    assert 0 < holds[-1].working <= holds[-1].whole
