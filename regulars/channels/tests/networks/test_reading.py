"""Every account is read by itself: trouble of one is nobody else's, is said in a sentence, and loses nothing."""

import threading
import time
from dataclasses import replace

import pytest
from django.db import connection

from regulars.channels.networks import accounts, reading, searching
from regulars.channels.networks.crews import Crew
from regulars.channels.networks.models import Account, Item
from regulars.channels.networks.shape import Expired, Slower, Unreachable
from regulars.channels.networks.troubles import LONGEST, wait_after
from regulars.channels.tests.networks.pretend import PretendLine, connected
from regulars.core.clock import DAY, MINUTE, SECOND


def test_what_is_said_is_kept_and_the_place_moves_with_it(there, account, at):
    there.says("Hello")
    assert not reading.read_account(account.id, at)
    account.refresh_from_db()
    assert (account.cursor["read"], account.read_us, account.leased_us) == ({"place": 1}, at, 0)
    assert account.next_us == at + 60 * SECOND and Item.objects.get().text == "Hello"
    assert reading.due(at) == [] and reading.due(account.next_us) == [account.id]


def test_a_network_that_asks_to_wait_is_left_alone_for_so_long(there, account, at):
    there.says("Hello")
    there.troubles = [Slower("Too many requests.", 7 * MINUTE)]
    reading.read_account(account.id, at)
    account.refresh_from_db()
    assert (account.next_us, account.failures, account.trouble) == (at + 7 * MINUTE, 0, "Too many requests.")
    reading.read_account(account.id, at + 7 * MINUTE)
    account.refresh_from_db()
    assert account.trouble == "" and Item.objects.count() == 1


def test_an_outage_is_asked_after_ever_more_seldom_and_ends_by_itself(there, account, at):
    there.says("Hello")
    there.troubles = [Unreachable("It does not answer."), ValueError("odd"), Unreachable("It does not answer.")]
    when, waits = at, []
    for _ in range(3):
        reading.read_account(account.id, when)
        account.refresh_from_db()
        waits.append(account.next_us - when)
        when = account.next_us
    assert waits == [5 * SECOND, 10 * SECOND, 20 * SECOND]
    assert (account.failing_us, account.failures) == (at, 3)
    assert wait_after(30) == LONGEST
    reading.read_account(account.id, when)
    account.refresh_from_db()
    assert (account.failing_us, account.failures, account.trouble) == (None, 0, "") and Item.objects.count() == 1


def test_a_dead_key_pauses_the_account_until_it_is_connected_anew(there, account, at):
    there.says("Hello")
    there.troubles = [Expired("The password was taken back.")]
    reading.read_account(account.id, at)
    account.refresh_from_db()
    assert (account.paused_us, account.paused_why) == (at, "The password was taken back.")
    assert reading.due(at + DAY) == []
    accounts.change(account_id=account.id, values={"address": "a", "key": "new"}, by="user:1", at=at + DAY)
    reading.read_account(account.id, at + DAY)
    assert Item.objects.count() == 1


def test_many_accounts_that_share_a_limit_are_read_less_often_each(there, account, at):
    there.NETWORK = replace(there.NETWORK, every_s=1, shared_s=0.25)
    others = [Account(kind="pretend", name=n, external=n, connected_by="user:1", created_us=at) for n in "abcdefg"]
    Account.objects.bulk_create(others)
    reading.read_account(account.id, at)
    assert Account.objects.get(id=account.id).next_us == at + 2 * SECOND


def test_what_comes_after_the_lease_was_lost_is_refused(there, account, at, monkeypatch):
    there.says("Hello")
    read = PretendLine.read

    def slow(self, cursor, *, at):
        Account.objects.update(leased_us=at + 1)  # somebody else asks by now
        return read(self, cursor, at=at)

    monkeypatch.setattr(PretendLine, "read", slow)
    reading.read_account(account.id, at)
    assert Item.objects.count() == 0 and Account.objects.get().cursor == {}


def test_only_one_asks_at_a_time_and_who_died_is_followed_when_the_lease_ends(there, account, at):
    assert reading._leased(account.id, at)
    assert reading._leased(account.id, at + SECOND) is None
    assert reading.due(at + reading.LEASE) == [account.id]


def test_words_that_are_wanted_are_searched_once_per_kind_and_again_later(there, account, at, monkeypatch):
    asked = []
    monkeypatch.setattr(searching, "_questions", [lambda kind, at: ["boots", " boots ", "tent"]])
    search = PretendLine.search

    def heard(self, words, cursor, *, at):
        asked.append(words)
        return search(self, words, cursor, at=at)

    monkeypatch.setattr(PretendLine, "search", heard)
    Account.objects.create(kind="pretend", name="second", external="x", connected_by="user:1", created_us=at)
    for row in Account.objects.order_by("id"):
        reading.read_account(row.id, at)
    assert sorted(asked) == ["boots", "tent"]
    reading.read_account(account.id, at + MINUTE)
    assert len(asked) == 2
    reading.read_account(account.id, at + 3 * MINUTE)
    assert len(asked) == 4


def test_a_search_that_fails_holds_up_no_reading_and_is_tried_again(there, account, at, monkeypatch):
    there.says("I want boots", to_us=False)
    monkeypatch.setattr(searching, "_questions", [lambda kind, at: ["boots"]])
    search, failing = PretendLine.search, [Slower("Only so many searches.", 10 * MINUTE), Unreachable("Odd words.")]

    def fails(self, words, cursor, *, at):
        if failing:
            raise failing.pop(0)
        return search(self, words, cursor, at=at)

    monkeypatch.setattr(PretendLine, "search", fails)
    reading.read_account(account.id, at)
    account.refresh_from_db()
    assert (account.read_us, account.failures, account.trouble) == (at, 0, "Only so many searches.")
    for minutes in (9, 10, 15):
        reading.read_account(account.id, at + minutes * MINUTE)
    account.refresh_from_db()
    assert failing == [] and account.trouble == ""


def test_a_session_is_kept_encrypted_and_given_back(there, account, at, monkeypatch):
    seen = []

    def read(self, cursor, *, at):
        seen.append(dict(self.state))
        self.state = {"session": "jwt-very-secret", "expires_us": at + DAY}
        return reading.Heard(cursor={})

    monkeypatch.setattr(PretendLine, "read", read)
    reading.read_account(account.id, at)
    from regulars.channels.networks import borrowing

    borrowing.close_all()
    reading.read_account(account.id, at + MINUTE)
    row = Account.objects.get()
    assert seen[1]["session"] == "jwt-very-secret" and "jwt" not in str(row.state)
    assert row.expires_us == at + MINUTE + DAY


def test_a_network_that_hangs_keeps_no_other_waiting():
    """Threads, without a database: one account hangs for ever, the others go on round after round."""
    stuck, rounds = threading.Event(), []

    def work(account_id, at):
        if account_id == 1:
            stuck.wait(200)
        else:
            rounds.append(account_id)
        return False

    crew = Crew("test", work, patience=60)
    until = time.monotonic() + 120
    while rounds.count(2) < 5 or rounds.count(3) < 5:
        crew.send([1, 2, 3])
        assert time.monotonic() < until
        time.sleep(0.002)
    assert crew.busy[1][0].is_alive()
    stuck.set()
    crew.wait()


def test_a_thread_that_hangs_longer_than_its_lease_no_longer_counts():
    stuck, began = threading.Event(), []

    def work(account_id, at):
        began.append(account_id)
        stuck.wait(200)
        return False

    crew = Crew("test", work, patience=0.05)
    until = time.monotonic() + 120
    while len(began) < 2:
        crew.send([1])
        assert time.monotonic() < until
        time.sleep(0.01)
    stuck.set()


@pytest.mark.django_db(transaction=True)
def test_the_loop_reads_every_account_in_a_thread_of_its_own(there, at):
    if connection.vendor == "sqlite" and "memory" in str(connection.settings_dict["NAME"]):
        pytest.skip("threads do not share a database in memory")
    one = connected(at=at)
    other = Account.objects.create(kind="pretend", name="b", external="b", connected_by="user:1", created_us=at)
    there.says("Hello")
    reading.read_networks(at)
    reading.READERS.wait()
    assert set(Item.objects.values_list("account_id", flat=True)) == {one.id, other.id}
