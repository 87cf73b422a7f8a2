"""The order of the logs on PostgreSQL, after a restore."""

import pytest
from django.db import connection

from regulars.core import log
from regulars.core.models import Epoch, Offset

pytestmark = pytest.mark.django_db


def test_a_healthy_cluster_needs_no_new_epoch(at):
    Offset.objects.create(consumer="c", tx=max(0, log.current_tx() - 5), entry=1)
    assert not log.check_epoch(at)
    assert not Epoch.objects.exists()


def test_after_a_restore_the_numbers_count_on(at):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no transaction numbers")
    Offset.objects.create(consumer="c", tx=log.current_tx() + 1_000_000, entry=1)
    assert log.check_epoch(at)
    assert log.current_tx() > Offset.objects.get().tx
    assert not log.check_epoch(at)
