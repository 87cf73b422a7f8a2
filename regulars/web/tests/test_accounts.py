"""Connect, Accounts: connecting is asking first, trouble is said, and every kind tells what it allows."""

import pytest
from django.urls import reverse

from regulars.channels.networks import kinds, overview, posting, reading
from regulars.channels.networks.accounts import login_of
from regulars.channels.networks.models import Account
from regulars.channels.networks.shape import Expired, Slower, Unreachable
from regulars.channels.tests.networks.pretend import cleared, connected, pretended
from regulars.core.clock import DAY, HOUR, MINUTE, now_us
from regulars.team.models import User


@pytest.fixture
def there(db, business, settings, tmp_path):
    settings.REGULARS_HOME = tmp_path
    with pretended() as network:
        yield network


@pytest.fixture
def owner(client, business):
    client.force_login(User.objects.create_user("o@example.com", "three random words", name="Olive", role="owner"))
    return client


def text(answer):
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_while_nothing_is_connected_the_page_teaches_the_first_step(owner):
    page = text(owner.get(reverse("web:accounts")))
    assert "Begin with one place" in page and reverse("web:account_new", args=["bluesky"]) in page


def test_every_kind_shows_its_form_what_it_allows_and_whether_it_was_proven(owner):
    for known in kinds.networks():
        page = text(owner.get(reverse("web:account_new", args=[known.kind])))
        assert f"Connect {known.label}" in page
        assert ("Proven " in page) is bool(known.proven)
        assert ("Not yet proven against the live service" in page) is not known.proven
        assert all(f'name="n_{one.name}"' in page for one in known.fields)


def test_a_wrong_key_is_told_on_the_form_and_a_good_one_connects(owner, there, monkeypatch):
    url = reverse("web:account_new", args=["pretend"])
    given = {"n_address": "pretend.example", "n_key": "sesame", "reads": "on", "writes": "on", "keep_days": "30"}
    there.troubles = [Expired("This key is not ours.")]
    assert "This key is not ours." in text(owner.post(url, given))
    assert not Account.objects.exists()
    page = text(owner.post(url, given, follow=True))
    made = Account.objects.get()
    assert (made.keep_days, made.reads, made.writes) == (30, True, True)
    assert "sesame" not in page and "is connected" in page


def test_an_account_is_tried_paused_and_let_go(owner, there, at):
    account = connected(at=at)
    act = reverse("web:account_act", args=[account.id])
    there.troubles = [Unreachable("Nobody answers there.")]
    assert "Nobody answers there." in text(owner.post(act, {"act": "check"}, follow=True))
    assert "answers, and is read now" in text(owner.post(act, {"act": "check"}, follow=True))
    assert "is paused" in text(owner.post(act, {"act": "pause"}, follow=True))
    assert "goes on" in text(owner.post(act, {"act": "resume"}, follow=True))
    assert "let go" in text(owner.post(act, {"act": "archive"}, follow=True))
    assert owner.get(reverse("web:account", args=[account.id])).status_code == 404


def test_an_empty_password_keeps_what_is_there_and_other_settings_change(owner, there, at):
    account = connected(at=at)
    url = reverse("web:account", args=[account.id])
    text(owner.post(url, {"n_address": "new.example", "n_key": "", "name": "Our page", "reads": "on"}, follow=True))
    account.refresh_from_db()
    assert (account.name, account.settings["address"], account.writes) == ("Our page", "new.example", False)
    assert login_of(account).secrets == {"key": "secret"}


def test_who_may_not_connect_sees_how_accounts_do_and_changes_nothing(client, there, at):
    account = connected(at=at)
    client.force_login(User.objects.create_user("a@example.com", "three random words", name="Ari", role="agent"))
    assert account.name in text(client.get(reverse("web:accounts")))
    assert "Try and save" not in text(client.get(reverse("web:account", args=[account.id])))
    assert client.get(reverse("web:account_new", args=["bluesky"])).status_code == 403
    assert client.post(reverse("web:account_act", args=[account.id]), {"act": "pause"}).status_code == 403
    assert client.post(reverse("web:account", args=[account.id]), {}).status_code == 404


@pytest.mark.parametrize(("trouble", "word", "tone"), [
    (None, "good", "good"), (Slower("Too many.", MINUTE), "waits", "warn"),
    (Unreachable("Gone."), "does not answer", "bad"), (Expired("Taken back."), "connect anew", "bad"),
])  # fmt: skip
def test_how_an_account_does_is_one_word_and_a_sentence(there, at, trouble, word, tone):
    account = connected(at=at)
    there.troubles = [trouble] if trouble else []
    reading.read_account(account.id, at)
    (row,) = overview.rows(at)
    assert (row.health.word, row.health.tone) == (word, tone)
    assert row.health.says == (str(trouble) if trouble else "")


def test_a_key_that_ends_soon_and_a_worker_that_stands_still_are_said(there, at):
    account = connected(at=at)
    Account.objects.update(read_us=at, expires_us=at + 3 * DAY)
    account.refresh_from_db()
    assert "3 days" in overview.health(account, at).says
    Account.objects.update(expires_us=None)
    account.refresh_from_db()
    assert overview.health(account, at + HOUR).word == "was not read lately"


def test_posts_and_what_was_heard_are_counted(there, owner):
    at = now_us()
    account = connected(at=at)
    there.says("Hello", at=at)
    reading.read_account(account.id, at)
    for key, examined in (("a", cleared("Hi")), ("b", {})):
        posting.plan_post(
            key=key, account_id=account.id, purpose="post", text="Hi", examined=examined, by="user:1", at=at
        )
    (row,) = overview.rows(at)
    assert (row.heard, row.waiting, row.held) == (1, 1, 1)
    assert "1 planned" in text(owner.get(reverse("web:accounts")))


def test_today_names_what_needs_somebody_and_keeps_quiet_about_short_outages(owner, there, at):
    now = now_us()
    account = connected(at=at)
    there.troubles = [Unreachable("Nobody answers there.")] * 2
    reading.read_account(account.id, now)
    assert "Nobody answers there." not in text(owner.get(reverse("web:today")))
    Account.objects.update(failing_us=now - HOUR)
    assert "Nobody answers there." in text(owner.get(reverse("web:today")))
    Account.objects.update(failing_us=None, trouble="", read_us=now, expires_us=now + 3 * DAY + HOUR)
    assert "Its key ends in 3 days" in text(owner.get(reverse("web:today")))
