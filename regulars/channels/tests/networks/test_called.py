"""Discourse and Meta call us at the door: only what is theirs is kept, and it is kept before they are answered."""

import hashlib
import hmac
import json

import pytest

from regulars.channels.networks.accounts import connect
from regulars.channels.networks.doors import account_path
from regulars.channels.networks.models import Item

pytestmark = pytest.mark.django_db
POST = {"post": {"id": 5, "topic_id": 2, "post_number": 1, "username": "anna", "cooked": "<p>hello @northgate</p>",
                 "created_at": "2026-09-21T10:00:00Z"}}  # fmt: skip


@pytest.fixture
def forum(business, at):
    values = {"url": "https://forum.example", "key": "k", "username": "northgate", "hook": "s"}
    return connect(kind="discourse", values=values, external="northgate", by="user:1", at=at, test=False)


@pytest.fixture
def page(business, at):
    values = {"page": "10", "token": "t", "app_secret": "s", "verify": "our words"}
    return connect(kind="facebook", values=values, external="10", by="user:1", at=at, test=False)


def path(account) -> str:
    return account_path(account.id)


def call(client, account, body, secret="s", **more):
    raw = json.dumps(body).encode()
    mark = "sha256=" + hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()
    headers = {"X-Discourse-Event-Signature": mark, "X-Discourse-Event": "post_created"}
    return client.post(more.get("path") or path(account), raw, content_type="application/json", headers=headers)


def test_what_a_network_tells_is_kept_once_however_often_it_calls(client, forum):
    assert [call(client, forum, POST).status_code for _ in range(2)] == [200, 200]
    item = Item.objects.get()
    assert (item.account_id, item.external, item.text, item.to_us) == (forum.id, "5", "hello @northgate", True)


def test_a_forged_call_a_wrong_address_and_nonsense_keep_nothing(client, forum):
    assert call(client, forum, POST, secret="guess").status_code == 403
    assert call(client, forum, POST, path=f"/hooks/accounts/{forum.id}/{'0' * 32}").status_code == 404
    assert call(client, forum, POST, path=f"/hooks/accounts/{forum.id + 9}/{'0' * 32}").status_code == 404
    assert call(client, forum, POST, path=f"/hooks/accounts/{forum.id}/é").status_code == 404
    assert not Item.objects.exists()


def test_meta_is_answered_in_its_own_words(client, page):
    asked = {"hub.mode": "subscribe", "hub.verify_token": "our words", "hub.challenge": "4711"}
    assert client.get(path(page), asked).content == b"4711"
    assert client.get(path(page), asked | {"hub.verify_token": "guess"}).status_code == 403
    assert client.get(path(page), asked)["Content-Type"].startswith("text/plain")
