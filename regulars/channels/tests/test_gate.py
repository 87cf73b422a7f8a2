"""After a restore or a standstill nothing is sent until a person says so."""

import pytest

from regulars.channels.actions import Planned, open_gate, plan
from regulars.channels.delivery import gate, rounds
from regulars.channels.models import Gate, Message, State
from regulars.core.clock import HOUR, MINUTE, SECOND

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("gone_home")]


@pytest.fixture
def planned(campaign, make_people, mailbox, at):
    (person,) = make_people()

    def make(key="m"):
        plan(campaign_id=campaign.id, items=[Planned(key, person, at)], at=at)

    return make


def test_a_new_installation_is_open(planned, mailbox, at):
    planned()
    assert rounds.deliver_some("bulk", at)
    assert len(mailbox.parcels) == 1


def test_after_a_standstill_with_work_due_nothing_goes_until_somebody_opens(planned, mailbox, at):
    assert gate.is_open(at)
    planned()
    assert not rounds.deliver_some("bulk", at + 31 * MINUTE)
    assert "31 minutes" in Gate.objects.get().why
    assert not rounds.deliver_some("bulk", at + 32 * MINUTE)
    assert Message.objects.get().state == State.PLANNED
    open_gate(by="user:1", at=at + 40 * MINUTE)
    assert rounds.deliver_some("bulk", at + 41 * MINUTE)
    assert len(mailbox.parcels) == 1


def test_a_standstill_with_nothing_due_is_none(business, at):
    assert gate.is_open(at)
    assert gate.is_open(at + 5 * HOUR)


def test_a_standstill_with_work_of_another_room_closes_it_too(business, at, monkeypatch):
    monkeypatch.setattr(gate, "WORK", [])
    gate.due_work(lambda at: True)
    assert gate.is_open(at)
    assert not gate.is_open(at + HOUR)


def test_half_an_hour_of_quiet_running_is_no_standstill(business, at):
    assert all(gate.is_open(at + n * MINUTE) for n in range(60))


def test_a_restored_database_closes_it_however_young_the_backup(planned, mailbox, at):
    planned()
    assert gate.is_open(at)
    backup = Gate.objects.get()
    assert gate.is_open(at + MINUTE)
    backup.save()  # the database of a minute ago
    assert not rounds.deliver_some("bulk", at + MINUTE + 1)
    assert "restored" in Gate.objects.get().why
    open_gate(by="user:1", at=at + 2 * MINUTE)
    assert rounds.deliver_some("bulk", at + 2 * MINUTE)


def test_a_whole_home_restored_from_a_young_backup_closes_it(planned, mailbox, at, gone_home, settings):
    planned()
    assert gate.is_open(at)
    backup, beside = Gate.objects.get(), settings.REGULARS_HOME / "delivery-beat"
    of_then = beside.read_text()
    assert gate.is_open(at + SECOND, moving=True)
    backup.save()
    beside.write_text(of_then)
    assert not rounds.deliver_some("bulk", at + 2 * SECOND)
    assert "restored" in Gate.objects.get().why


def test_keys_that_nobody_may_write_to_are_no_reason_to_stop(planned, mailbox, at, monkeypatch, tmp_path):
    planned()
    (tmp_path / "file").touch()
    monkeypatch.setenv("REGULARS_KEYS", str(tmp_path / "file" / "keys.json"))
    assert gate.is_open(at) and gate.is_open(at + MINUTE)


def test_a_database_without_a_heartbeat_in_an_old_home_is_closed_when_something_is_due(planned, mailbox, at):
    assert gate.is_open(at)
    Gate.objects.all().delete()
    planned()
    assert not rounds.deliver_some("bulk", at + 1)
