"""Connecting is asking first; secrets stay secret; what is wrong is said."""

import pytest

from regulars.channels.networks import accounts
from regulars.channels.networks.errors import CannotConnect
from regulars.channels.networks.models import Account
from regulars.channels.networks.shape import Expired
from regulars.channels.tests.networks.pretend import connected
from regulars.core.clock import DAY
from regulars.team.models import AuditEntry


def test_an_account_is_asked_before_it_is_kept(there, at):
    there.troubles = [Expired("The password is wrong.")]
    with pytest.raises(CannotConnect, match="password is wrong"):
        connected(at=at)
    assert Account.objects.count() == 0
    made = connected(at=at)
    assert (made.external, made.handle, made.name) == ("us", "northgate", "Northgate")


def test_secrets_are_encrypted_and_an_empty_one_keeps_what_is_there(account, at):
    assert "secret" not in account.secrets
    accounts.change(account_id=account.id, values={"address": "other.example", "key": ""}, by="user:1", at=at)
    login = accounts.login_of(Account.objects.get())
    assert (login.secrets, login.settings) == ({"key": "secret"}, {"address": "other.example"})
    assert "secret" not in repr(login)


def test_the_same_account_is_not_connected_twice(account, at):
    with pytest.raises(CannotConnect, match="already"):
        connected(at=at)


def test_a_paused_account_goes_on_and_an_archived_one_forgets_its_keys(account, at):
    accounts.pause(account_id=account.id, why="holidays", by="user:1", at=at)
    accounts.resume(account_id=account.id, by="user:1", at=at)
    accounts.archive(account_id=account.id, by="user:1", at=at)
    account.refresh_from_db()
    assert (account.secrets, account.archived_us, account.paused_us) == ("", at, None)
    acts = list(AuditEntry.objects.order_by("id").values_list("act", flat=True))
    assert acts == ["account.connect", "account.pause", "account.resume", "account.archive"]


def test_keys_that_end_soon_are_warned_of(account, at):
    Account.objects.update(expires_us=at + 10 * DAY)
    assert accounts.expiring(at) == [account]
    assert accounts.expiring(at, within_us=DAY) == []
