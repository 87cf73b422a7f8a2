"""Networks that call us are believed when they prove who they are, and only at an address nobody can guess."""

from regulars.channels.networks import accounts
from regulars.channels.networks.doors import account_path
from regulars.channels.networks.models import Item


def call(client, path, key="secret", text="Hello"):
    return client.post(path, text, content_type="text/plain", headers={"X-Key": key})


def test_what_a_network_calls_us_with_is_taken_like_a_reading(client, account):
    assert call(client, account_path(account.id)).status_code == 200
    assert Item.objects.get().text == "Hello"


def test_a_forged_call_and_a_guessed_address_are_refused(client, account):
    path = account_path(account.id)
    assert call(client, path, key="guessed").status_code == 403
    assert call(client, path[:-1] + ("0" if path[-1] != "0" else "1")).status_code == 404
    assert not Item.objects.exists()


def test_a_paused_account_asks_to_be_called_later_and_one_let_go_is_gone(client, account, at):
    path = account_path(account.id)
    accounts.pause(account_id=account.id, by="user:1", at=at)
    assert call(client, path).status_code == 503
    accounts.archive(account_id=account.id, by="user:1", at=at)
    assert call(client, path).status_code == 404
