"""X: payloads as its API documents them, and money that is never spent beyond the cap."""

import threading
from types import SimpleNamespace

import pytest
from django.db import OperationalError, connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regulars.channels.networks import accounts, budgets, renewing, searching
from regulars.channels.networks.models import Account, Spent
from regulars.channels.networks.renewing import Tokens as OAuth
from regulars.channels.networks.renewing import store_secrets, stored_secrets
from regulars.channels.networks.shape import Expired, Login, Picture, Saying, Slower
from regulars.channels.providers import x
from regulars.channels.providers.x import line as x_line
from regulars.channels.providers.x.spending import Purse, price_of
from regulars.channels.tests.networks.loopback import Answer
from regulars.channels.tests.networks.tokens import Tokens
from regulars.core.clock import DAY, MINUTE, from_us

pytestmark = pytest.mark.django_db


class Net:
    """Posts in memory, and what X would have charged."""

    def __init__(self, net, at) -> None:
        self.net, self.at, self.posts, self.charged, self.number = net, at, {}, 0, 100
        self.tokens, self.dms, self.alts, self.hidden = Tokens(net, rotate=True, path="/oauth2/token"), [], {}, {}
        for method, path, does in (
            ("GET", "/users/me", self.me), ("GET", "/users/1/mentions", self.mentions), ("GET", "/tweets", self.some),
            ("GET", "/users/1/tweets", self.own), ("POST", "/tweets", self.create),
            ("GET", "/dm_events", self.letters),
            ("DELETE", r"/tweets/(\d+)", self.delete), ("PUT", r"/tweets/(\d+)/hidden", self.hide),
            ("GET", "/tweets/search/recent", self.mentions), ("POST", "/media/upload", self.upload),
            ("POST", "/media/metadata", self.describe),
            ("POST", r"/dm_conversations/with/(\d+)/messages", self.write),
        ):  # fmt: skip
            net.on(method, path)(lambda asked, *more, does=does: self.tokens.check(asked) or does(asked, *more))

    def post(self, author, words, **more):
        self.number += 1
        when = from_us(self.at + self.number * MINUTE).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        made = {"id": str(self.number), "text": words, "author_id": author, "created_at": when, "lang": "en",
                "conversation_id": str(self.number), "edit_history_tweet_ids": [str(self.number)],
                "public_metrics": {"like_count": 2, "retweet_count": 1, "reply_count": 0, "quote_count": 0,
                                   "impression_count": 9}, **more}  # fmt: skip
        self.posts[made["id"]] = made
        return made

    def me(self, asked):
        self.charged += 10_000
        return {"data": {"id": "1", "username": "northgate", "name": "Northgate"}}

    def mentions(self, asked):
        since, size = int(asked.params.get("since_id", 0)), int(asked.params["max_results"])
        assert 5 <= size <= 100
        start = int(asked.params.get("pagination_token", 0))
        found = sorted((one for one in self.posts.values() if one["author_id"] != "1" and int(one["id"]) > since),
                       key=lambda one: -int(one["id"]))  # fmt: skip
        page = found[start : start + size]
        authors = {one["author_id"] for one in page}
        people = [{"id": who, "username": f"user{who}", "name": f"User {who}",
                   "public_metrics": {"followers_count": 7}} for who in authors]  # fmt: skip
        self.charged += 5_000 * len(page) + 10_000 * len(people)
        meta = {"result_count": len(page), **({"next_token": str(start + size)} if start + size < len(found) else {})}
        return {"data": page, "includes": {"users": people}, "meta": meta} if page else {"meta": meta}

    def some(self, asked):
        ids = asked.params["ids"].split(",")
        found = [self.posts[one] for one in ids if one in self.posts]
        self.charged += 5_000 * len(found)
        gone = [{"resource_id": one, "value": one, "type": "https://api.twitter.com/2/problems/resource-not-found"}
                for one in ids if one not in self.posts]  # fmt: skip
        return {"data": found, "errors": gone}

    def own(self, asked):
        found = [one for one in self.posts.values() if one["author_id"] == "1"]
        self.charged += 1_000 * len(found)
        return {"data": found, "meta": {}}

    def create(self, asked):
        words, to = asked.said["text"], asked.said.get("reply", {}).get("in_reply_to_tweet_id")
        if any(one["text"] == words and one["author_id"] == "1" for one in self.posts.values()):
            return Answer({"detail": "You are not allowed to create a Tweet with duplicate content."}, 403)
        self.charged += price_of(words)
        more = {"referenced_tweets": [{"type": "replied_to", "id": to}]} if to else {}
        return Answer({"data": self.post("1", words, **more) | {"media": asked.said.get("media")}}, 201)

    def delete(self, asked, number):
        return {"data": {"deleted": self.posts.pop(number, None) is not None}}

    def hide(self, asked, number):
        self.hidden[number] = asked.said["hidden"]
        return {"data": {"hidden": asked.said["hidden"]}}

    def upload(self, asked):
        return {"data": {"id": "77", "media_key": "3_77"}}

    def describe(self, asked):
        self.alts[asked.said["id"]] = asked.said["metadata"]["alt_text"]["text"]
        return {"data": {}}

    def letters(self, asked):
        self.charged += 10_000 * len(self.dms)
        return {"data": self.dms, "includes": {"users": [{"id": "8", "username": "anna", "name": "Anna"}]}}

    def write(self, asked, to):
        self.charged += 15_000
        return Answer({"data": {"dm_conversation_id": f"1-{to}", "dm_event_id": "555"}}, 201)


@pytest.fixture
def theirs(net, at):
    return Net(net, at)


@pytest.fixture
def account(at):
    made = Account.objects.create(kind="x", name="X", connected_by="user:1", created_us=at)
    store_secrets(made.id, {"client_secret": "s", "access": "ended", "until": "1", "refresh": "r1"})
    return made


def line(net, account, cap="10", **more):
    known = {"api": net.base, "token_url": f"{net.base}/oauth2/token", "client_id": "c", "cap": cap, **more}
    return x.open(Login(account.id, "x", known, stored_secrets(account.id), {"me": "1"}))


def spent(account, at):
    return budgets.spent(account_id=account.id, name="usd", period=from_us(at).strftime("%Y-%m"))


def saying(at, text="We open at nine.", **more):
    return Saying("case:1:2", text, at, **more)


def test_mentions_are_read_once_and_what_they_cost_is_known_exactly(net, theirs, account, at):
    for number in range(7):
        theirs.post("8", f"@northgate &amp; {number}")
    here = line(net, account)
    heard = here.read({}, at=at)
    assert [one.text for one in heard.items][-1] == "@northgate & 0" and heard.items[0].who.handle == "@user8"
    assert spent(account, at) == theirs.charged == 7 * 5_000 + 10_000
    assert not here.read(heard.cursor, at=at).items


def test_everything_is_read_however_many_pages_it_takes(net, theirs, account, at):
    for number in range(250):
        theirs.post("8", f"{number}")
    here, cursor, found, more = line(net, account), {}, [], True
    while more:
        heard = here.read(cursor, at=at)
        cursor, more = heard.cursor, heard.more
        found += [one.external for one in heard.items]
    assert len(found) == len(set(found)) == 250 and not here.read(cursor, at=at).items


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.integers(0, 200_000), st.lists(st.sampled_from(["read", "say", "link", "find", "measure", "cut"]), max_size=12)
)
def test_never_more_is_spent_than_the_cap_whatever_is_asked_and_whatever_breaks(net, theirs, account, at, cap, steps):
    theirs.charged, began = 0, account.id
    here = line(net, Account(id=began), cap=str(cap / 1_000_000))
    Spent.objects.all().delete()
    for number, step in enumerate(steps):
        theirs.post("8", "hello")
        net.take_and_cut = ["GET", "POST"] if step == "cut" else []
        try:
            if step in ("read", "cut"):
                here.read({}, at=at)
            elif step in ("say", "link"):
                here.say(saying(at, f"{number} {theirs.number}{' shop.example/x' if step == 'link' else ''}"))
            elif step == "find":
                here.find(saying(at))
            else:
                here.measure(("101",))
        except Exception as problem:
            assert not isinstance(problem, AssertionError)
        net.take_and_cut = []
    months = list(Spent.objects.filter(account_id=began).values_list("amount", flat=True))
    assert theirs.charged <= sum(months) and all(amount <= cap for amount in months)


@pytest.mark.django_db(transaction=True)
def test_many_at_once_cannot_spend_more_than_the_cap_together(business, at):
    account = Account.objects.create(kind="x", name="X", connected_by="user:1", created_us=at)
    done = []

    def spend():
        try:
            done.append(
                budgets.take(account_id=account.id, name="usd", period="2026-09", amount=15_000, most=100_000)
            )
        finally:
            connection.close()

    threads = [threading.Thread(target=spend) for _ in range(12)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sum(done) == 6 and spent(account, at) == 90_000


def test_at_the_cap_nothing_more_is_asked_and_the_month_says_until_when(net, theirs, account, at):
    here = line(net, account, cap="0.02")
    assert here.say(saying(at)).state == "handed_off"
    before = len(net.asked)
    done = here.say(saying(at, "Again"))
    with pytest.raises(Slower, match=r"\$0\.02 a month") as slower:
        here.read({}, at=at)
    assert done.state == "retry" and len(net.asked) == before
    assert from_us(at + slower.value.wait_us).isoformat() == "2026-10-01T00:00:00+00:00"
    assert x.spent(here.login, at=at) == {"spent": 15_000, "cap": 20_000}
    assert x.spent(here.login, at=at + 11 * DAY)["spent"] == 0


@pytest.mark.parametrize(
    ("words", "price"),
    [("hello", 15_000), ("see https://a.example", 200_000), ("see shop.example/x", 200_000), ("Nice. Thanks", 15_000),
     ("at 10.30 we open", 15_000)],
)  # fmt: skip
def test_a_post_with_a_link_costs_more(words, price):
    assert price_of(words) == price


def test_refresh_tokens_work_once_and_the_next_one_is_kept_at_once_and_encrypted(net, theirs, account, at):
    line(net, account).read({}, at=at)
    first = stored_secrets(account.id)
    assert first["refresh"] == "r2" and "r2" not in Account.objects.get(id=account.id).secrets
    line(net, account).read({}, at=at + DAY)  # ended long ago
    assert stored_secrets(account.id)["refresh"] == "r3"


def test_a_token_that_worked_once_while_the_account_was_tried_is_not_kept_but_the_next_one(
    net, theirs, business, at, monkeypatch
):
    monkeypatch.setattr(x_line, "API", net.base)
    monkeypatch.setattr(x_line, "TOKENS", OAuth("X", f"{net.base}/oauth2/token", basic=True))
    values = {"client_id": "c", "refresh": "r1", "cap": "10"}
    made = accounts.connect(kind="x", values=values, by="user:1", at=at)
    assert (made.handle, stored_secrets(made.id)["refresh"]) == ("@northgate", "r2")
    theirs.tokens.refresh = "r9"  # the user let us in anew
    accounts.change(account_id=made.id, values=values | {"refresh": "r9"}, by="user:1", at=at + DAY)
    theirs.tokens.number += 5
    assert x.open(accounts.login_of(Account.objects.get(id=made.id))).me().handle == "@northgate"


def test_a_key_that_is_renewed_while_somebody_changes_the_account_is_kept(net, theirs, business, at, monkeypatch):
    monkeypatch.setattr(x_line, "API", net.base)
    monkeypatch.setattr(x_line, "TOKENS", OAuth("X", f"{net.base}/oauth2/token", basic=True))
    made = accounts.connect(kind="x", values={"client_id": "c", "refresh": "r1", "cap": "10"}, by="user:1", at=at)
    asked = accounts._asked

    def meanwhile(login):
        found = asked(login)
        x.open(accounts.login_of(Account.objects.get(id=made.id))).keys.renew(at=at)
        return found

    monkeypatch.setattr(accounts, "_asked", meanwhile)
    accounts.change(account_id=made.id, values={"client_id": "c", "cap": "20"}, by="user:1", at=at + DAY)
    kept = stored_secrets(made.id)
    assert "r2" != kept["refresh"] == theirs.tokens.refresh and kept["access"] == theirs.tokens.good
    assert Account.objects.get(id=made.id).settings["cap"] == "20"


def test_what_could_not_be_stored_at_once_is_stored_with_the_next_try(net, theirs, account, at, monkeypatch):
    failures, tried = [OperationalError("gone"), OperationalError("gone")], []

    def write():
        tried.append(1)
        if failures:
            raise failures.pop()

    monkeypatch.setattr(renewing, "connection", SimpleNamespace(in_atomic_block=False, close=lambda: None))
    renewing.surely(write)
    assert len(tried) == 3
    failures[:] = [OperationalError("gone")] * 3
    with pytest.raises(OperationalError):
        renewing.surely(write)


def test_a_line_whose_token_somebody_else_renewed_takes_theirs(net, theirs, account, at):
    one, two = line(net, account), line(net, account)
    one.read({}, at=at)
    two.read({}, at=at)
    assert net.paths("POST") == ["/oauth2/token"]


def test_a_refresh_token_that_was_taken_back_wants_the_account_connected_anew(net, theirs, account, at):
    theirs.tokens.refused = True
    with pytest.raises(Expired, match="anew"):
        line(net, account).read({}, at=at)
    assert line(net, account).say(saying(at)).state == "unauthorised"


def test_a_post_lost_on_the_way_is_found_and_one_refused_as_a_copy_is_looked_for(net, theirs, account, at):
    asked = theirs.post("8", "@northgate when do you open?")
    one = saying(at, reply_to=asked["id"])
    here = line(net, account)
    here.find(one)
    net.take_and_cut = ["POST"]
    assert here.find(one) is None
    assert [here.say(one).state, here.say(one).state] == ["unknown", "unknown"]
    assert here.find(one).external == str(theirs.number)


def test_pictures_go_along_with_their_description(net, theirs, account, at):
    line(net, account).say(saying(at, pictures=(Picture(b"x", "image/png", alt="A red shoe"),)))
    assert theirs.alts == {"77": "A red shoe"}


def test_deleted_mentions_are_noticed_once_a_day_unless_switched_off(net, theirs, account, at):
    gone, kept = theirs.post("8", "@northgate gone"), theirs.post("8", "@northgate kept")
    here = line(net, account)
    cursor = here.read({}, at=at).cursor
    del theirs.posts[gone["id"]]
    assert not here.read(cursor, at=at + 3600).items
    again = here.read(cursor, at=at + DAY).items
    assert [(one.external, one.deleted) for one in again] == [(gone["id"], True)] and kept["id"] in theirs.posts
    assert not line(net, account, again="false").read(cursor, at=at + DAY).items


def test_private_messages_are_read_and_answered_in_private(net, theirs, account, at):
    theirs.dms = [{"id": "9", "event_type": "MessageCreate", "text": "hi", "sender_id": "8",
                   "dm_conversation_id": "1-8", "created_at": "2026-09-21T10:00:00.000Z"}]  # fmt: skip
    here = line(net, account)
    [item] = here.read({}, at=at).items
    assert (item.kind, item.public, item.thread, item.who.handle) == ("dm", False, "dm:1-8", "@anna")
    assert here.say(saying(at, private=True, to="8")).external == "dm:555"


def test_hiding_taking_down_and_counting(net, theirs, account, at):
    mine = theirs.post("1", "x")["id"]
    here = line(net, account)
    assert here.hide(mine, hidden=True) and theirs.hidden == {mine: True}
    assert here.measure((mine, "9"))[mine]["views"] == 9
    assert here.remove(mine) and not here.remove(mine)


@pytest.mark.parametrize(
    ("answer", "wait"),
    [(Answer({"title": "Too Many Requests"}, 429, {"x-rate-limit-reset": "1790000300"}), 300_000_000),
     (Answer({"title": "CreditsDepleted"}, 402), 3_600_000_000)],
)  # fmt: skip
def test_limits_and_empty_credits_are_waited_for(net, theirs, account, at, answer, wait):
    here = line(net, account)
    here.me()
    date = {"Date": "Mon, 21 Sep 2026 14:13:20 GMT"}
    net.trouble = [Answer(answer.body, answer.status, {**answer.headers, **date})]
    with pytest.raises(Slower) as slower:
        here.read({}, at=at)
    assert slower.value.wait_us == wait


def test_the_month_of_a_purse_is_that_of_the_moment():
    december = 1_797_000_000_000_000
    assert from_us(december + Purse(Login(1, "x", {}), december).rest()).isoformat() == "2027-01-01T00:00:00+00:00"


def test_what_was_spent_is_said_in_words(account, at):
    budgets.take(account_id=account.id, name="usd", period="2026-09", amount=1_234_000, most=10_000_000)
    assert x.used(Login(account.id, "x", {"cap": "10"}), at=at) == "$1.23 of at most $10.00 this month"


def test_what_a_search_asked_read_and_cost_is_known_for_its_words(net, theirs, account, at):
    theirs.post("8", "my chain broke")
    theirs.post("9", "another chain")
    here = line(net, account, cap="10")
    before = spent(account, at)
    heard = here.search("chain", {}, at=at)
    assert heard.cost == spent(account, at) - before == 2 * 5_000 + 2 * 10_000
    searching.note_use(account.id, "chain", heard, at)
    searching.note_use(account.id, "chain", here.search("chain", heard.cursor, at=at), at)
    assert searching.used(["chain"], kind="x", at=at) == searching.Used(2, 2, 30_000)
    assert searching.used(["tyre"], kind="x", at=at) == searching.Used()
    assert searching.used(["chain"], kind="x", at=at + 31 * DAY) == searching.Used()


def test_searching_leaves_half_of_the_money_to_those_who_speak_to_us(net, theirs, account, at):
    theirs.post("8", "my chain broke")
    here = line(net, account, cap="1")
    assert len(here.search("chain", {}, at=at).items) == 1
    budgets.take(account_id=account.id, name="usd", period="2026-09", amount=500_000, most=1_000_000)
    assert here.search("chain", {}, at=at).wait_us and here.read({}, at=at).items
