"""A million messages in a quarter of a million conversations, fifty colleagues: lists, one of them, search, reports.

Conversations of a year on six accounts, of which some thousands are open. Every question is asked again and again,
with the filters colleagues use, in one process; then the pages over HTTP on loopback, signed in, one request at a
time and with fifty colleagues at the same time (benchmarks/colleagues.py); then new messages are taken in: how many
a second, and for how long the writer is held. Yardsticks of the same run: one row by its number, and the same
server's /healthz. `--postgresql` starts a durable throw-away cluster; otherwise it is SQLite, unless DATABASE_URL
says so. With REGULARS_BENCH_HOME (and DATABASE_URL) the house is kept there and used again.
`--only ask,costs,pages,colleagues,taking` leaves out the rest; costs are processor time, which minds others little.
"""

from __future__ import annotations

import gc
import json
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

DAY, HOUR, MINUTE = 86_400_000_000, 3_600_000_000, 60_000_000
AGENTS, ACCOUNTS, PIECE, PROCESSES = 50, 6, 5_000, int(os.environ.get("REGULARS_BENCH_PROCESSES", "2"))
OPEN_SHARE, PASSWORD, EMAIL = 0.03, "correct horse battery", "owner@bench.example"
KINDS = ("mention", "comment", "message", "mail", "review", "form")
FRONT = ("bo", "ski", "ten", "ru", "bal", "net", "sho", "ra", "ca", "ti")
BACK = ("ot", "pole", "nis", "gby", "cket", "ball", "rts", "mp", "der", "ce", "ling", "ster", "ry", "n")
WORDS = [front + back for front in FRONT for back in BACK]


def main() -> None:
    """Build the house (or use the one there is), and print what everything takes."""
    messages = 100_000 if "--quick" in sys.argv else 1_000_000
    with tempfile.TemporaryDirectory(prefix="regulars-inbox-") as folder:
        home = Path(os.environ.get("REGULARS_BENCH_HOME", folder))
        if "--postgresql" in sys.argv:
            from tests import cluster

            os.environ["DATABASE_URL"] = cluster.start(durable=True)
        os.environ |= {"REGULARS_HOME": str(home / "data"), "REGULARS_KEYS": str(home / "keys.json")}
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "regulars.config.settings")
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        _build(messages)
        if "--build" in sys.argv:
            return
        parts = {"ask": _ask, "costs": _costs, "pages": _pages, "colleagues": _colleagues, "taking": _take_in}
        wanted = sys.argv[sys.argv.index("--only") + 1].split(",") if "--only" in sys.argv else parts
        for name in wanted:
            parts[name]()


# --- building


def _build(messages: int) -> None:
    from regulars.core.clock import now_us
    from regulars.core.models import Business
    from regulars.inbox.models import Entry

    if Entry.objects.exists():
        return
    began, chance, now = time.perf_counter(), random.Random(7), now_us()
    Business.objects.create(name="Bench", timezone="Europe/London", currency="GBP")
    _people()
    for begin in range(0, messages // 4, PIECE):
        _piece(range(begin + 1, min(begin + PIECE, messages // 4) + 1), chance, now, messages // 4)
    _settle()
    print(f"made {messages:,} messages in {time.perf_counter() - began:.0f} s", flush=True)


def _people() -> None:
    from regulars.channels.networks.models import Account
    from regulars.team.models import User

    User.objects.create_user(EMAIL, name="Olive Owner", role="owner", password=PASSWORD)
    User.objects.bulk_create(
        [User(email=f"a{n}@bench.example", name=f"Agent {n}", role="agent") for n in range(AGENTS)]
    )
    kinds = ("mastodon", "bluesky", "facebook", "instagram", "youtube", "imap")
    Account.objects.bulk_create(
        [Account(kind=kinds[n], name=f"Account {n}", connected_by="user:1", created_us=0) for n in range(ACCOUNTS)]
    )


def _piece(numbers: range, chance: random.Random, now: int, of: int) -> None:
    """Conversations of two questions and two answers each; the newest of them are open and wait."""
    from django.db import transaction

    from regulars.channels.networks.models import Author, Item
    from regulars.core import bulk
    from regulars.inbox.models import Case, Entry, Spoken, Wait

    rows: dict[str, list] = {name: [] for name in ("case", "item", "entry", "wait", "spoken", "author")}
    for number in numbers:
        _conversation(number, chance, now, of, rows)
    with transaction.atomic():
        for name, model in (("author", Author), ("case", Case), ("item", Item), ("entry", Entry), ("wait", Wait),
                            ("spoken", Spoken)):  # fmt: skip
            if rows[name]:
                bulk.insert(model, list(rows[name][0]), [list(row.values()) for row in rows[name]])


def _conversation(number: int, chance: random.Random, now: int, of: int, rows: dict[str, list]) -> None:
    began = now - 365 * DAY + number * (365 * DAY // of) - chance.randrange(HOUR)
    account, agent, author = chance.randrange(ACCOUNTS) + 1, chance.randrange(AGENTS) + 2, (number + 2) // 3
    open_ = chance.random() < OPEN_SHARE and number > of // 2
    kind, public = KINDS[account - 1], account < 4
    if number % 3 == 1:
        rows["author"].append(dict(network="bench", external=f"a{author}", handle=f"@a{author}", name=f"A {author}",
                                   url="", avatar="", bot=False, proof="", proved_by="", first_us=began,
                                   last_us=began))  # fmt: skip
    at, last = began, ""
    for turn in range(4):
        ours, entry = turn % 2 == 1, number * 4 + turn
        at += chance.randrange(5 * MINUTE, 6 * HOUR)
        last = " ".join(chance.choices(WORDS, k=chance.randrange(6, 25))) + f" n{number}"
        rows["item"].append(_item(entry, account, kind, public, ours, number, author, last, at))
        rows["entry"].append(_entry(entry, number, public, ours, author, agent, last, at))
        rows["spoken"].append(dict(entry_id=entry, words=last))
        if not ours:
            over = not (open_ and turn == 2)
            took = chance.randrange(5 * MINUTE, 9 * HOUR)
            rows["wait"].append(_wait(entry, number, account, kind, public, author, agent, at, took, over, turn))
    rows["case"].append(_case(number, account, kind, public, author, agent, began, at, last, open_, chance))


def _item(number, account, kind, public, ours, thread, author, text, at) -> dict:
    return dict(id=number, account_id=account, external=f"i{number}", kind=kind[:10], public=public, to_us=not ours,
                ours=ours, thread=f"t{thread}", parent="", author_id=None if ours else author, title="", text=text,
                language="en", url="", media="[]", metrics="{}", facts="{}", at=at, seen_us=at, read_us=at,
                measured_us=at)  # fmt: skip


def _entry(number, case, public, ours, author, agent, text, at) -> dict:
    return dict(id=number, case_id=case, kind="answer" if ours else "said", public=public,
                by=f"user:{agent}" if ours else "person", at=at, text=text, facts="{}", item_id=number,
                author_id=None if ours else author, to_author_id=author if ours else None, automatic=False,
                heard_us=None if ours else at, seen_us=at, sent_us=at if ours else None)  # fmt: skip


def _wait(entry, case, account, kind, public, author, agent, at, took, over, turn) -> dict:
    return dict(case_id=case, entry_id=entry, author_id=author, account_id=account, kind=kind, first=turn == 0,
                public=public, asked_us=at, hour=at // HOUR % 168, due_us=at + 8 * HOUR, by_hand=False,
                ended_us=at + took if over else None, how="answer" if over else "", by_user=agent if over else None,
                owner_user=agent, business_us=took if over else None, wall_us=took if over else None,
                in_time=took < 8 * HOUR if over else None,
                packed=_packed(kind, over, took, turn, at, agent, account))  # fmt: skip


def _packed(kind, over, took, turn, at, agent, account) -> int:
    from regulars.inbox.packing import pack

    in_time, by = (took < 8 * HOUR, agent) if over else (None, None)
    return pack(kind=kind, how="answer" if over else "", in_time=in_time, first=turn == 0, hour=at // HOUR % 168,
                by_user=by, account=account)  # fmt: skip


def _case(number, account, kind, public, author, agent, began, at, last, open_, chance) -> dict:
    due = at + 8 * HOUR if open_ else None
    owner = f"user:{agent}" if not open_ or chance.random() < 0.8 else ""
    return dict(id=number, kind=kind, origin=f"net:{account}:{number}", title=last[:60], owner=owner, priority=0,
                facts="{}", opened_us=began, opened_by="system", due_us=began + 8 * HOUR, first_us=began + HOUR,
                changed_us=at, closed_us=None if open_ else at, closed_by="" if open_ else owner,
                outcome="" if open_ else chance.choice(("solved", "answered", "nothing")), account_id=account,
                author_id=author, audience="public" if public else "private", waiting_us=at if open_ else None,
                next_due_us=due, last_us=at, last_by="person" if open_ else "us", turn_us=due or 2**62 - at,
                preview=last[:200], labels="[]", feels="", intent="", reopened=0,
                solve_us=None if open_ else at - began)  # fmt: skip


def _settle() -> None:
    """As nightly upkeep leaves it: statistics, a merged index of words, numbers that go on."""
    from django.core.management.color import no_style
    from django.db import connection

    from regulars.channels.networks.models import Author, Item
    from regulars.core import bulk
    from regulars.core.clock import now_us
    from regulars.core.upkeep import keep_statistics
    from regulars.inbox.days import keep_days
    from regulars.inbox.models import Case, Entry
    from regulars.inbox.searching import tidy_index

    for statement in connection.ops.sequence_reset_sql(no_style(), [Author, Item, Case, Entry]):
        bulk.execute(statement)
    bulk.execute("INSERT INTO inbox_after (case_id, closed_us, angry, settled_us) SELECT id, closed_us,"
                 " id %% 20 = 0, closed_us FROM inbox_case WHERE closed_us IS NOT NULL")  # fmt: skip
    keep_statistics(at=0)
    bulk.execute(f"INSERT INTO inbox_waitchange (day) SELECT DISTINCT asked_us / {DAY} FROM inbox_wait"
                 " WHERE business_us IS NOT NULL")  # fmt: skip
    keep_days(at=now_us())
    if connection.vendor == "sqlite":
        while tidy_index(2000):
            pass


# --- asking


def _times(asks: Iterator[Callable[[], object]]) -> list[float]:
    found = []
    for ask in asks:
        began = time.perf_counter()
        ask()
        found.append((time.perf_counter() - began) * 1000)
    return found


def _tell(what: str, times: list[float]) -> None:
    p95 = statistics.quantiles(times, n=20, method="inclusive")[-1]
    print(f"{what:<44} p50 {statistics.median(times):7.1f} ms   p95 {p95:7.1f} ms   ({len(times)} times)", flush=True)


def _ask() -> None:
    from regulars.core import bulk
    from regulars.core.clock import now_us
    from regulars.inbox import queries, reports

    chance, now = random.Random(11), now_us()
    cases = bulk.query("SELECT MAX(id) FROM inbox_case")[0][0]
    owners = [f"user:{n + 2}" for n in range(AGENTS)]
    agent, number = lambda: chance.choice(owners), lambda: chance.randrange(cases) + 1
    row = "SELECT title FROM inbox_case WHERE id = %s"
    pages = queries.cases_page
    _tell("yardstick: one row by its number", _times((lambda: bulk.query(row, [number()])) for _ in range(200)))
    _tell("list, open", _times((lambda: pages(at=now)) for _ in range(50)))
    _tell("list, mine", _times((lambda: pages(at=now, owner=agent())) for _ in range(100)))
    _tell("list, overdue", _times((lambda: pages(at=now, state="overdue")) for _ in range(50)))
    _tell("list, open of one account and kind", _times(
        (lambda: pages(at=now, account_id=3, kind="message", waiting=True)) for _ in range(50)))  # fmt: skip
    _tell("list, closed by one colleague", _times((lambda: pages(at=now, state="closed", owner=agent()))
                                                  for _ in range(50)))  # fmt: skip
    _tell("list, closed, the 20th page", _times((lambda: _deep(now)) for _ in range(3)))
    _tell("counts of the tabs", _times((lambda: queries.open_counts(at=now)) for _ in range(50)))
    _tell("conversation", _times((lambda: queries.conversation(queries.case(number()))) for _ in range(200)))
    _tell("search, one frequent word", _times((lambda: queries.find_cases(chance.choice(WORDS))) for _ in range(50)))
    _tell("search, three words", _times((lambda: queries.find_cases(" ".join(chance.sample(WORDS, 3))))
                                        for _ in range(50)))  # fmt: skip
    _tell("search, a rare word", _times((lambda: queries.find_cases(f"n{number()}")) for _ in range(50)))
    for days in (30, 90, 365):
        _tell(f"report of {days} days", _times((lambda days=days: reports.answering(
            since=now - days * DAY, until=now, at=now)) for _ in range(10)))  # fmt: skip


def _deep(now: int) -> None:
    from regulars.inbox import queries

    after = ""
    for _ in range(20):
        after = queries.cases_page(at=now, state="closed", after=after).after


@contextmanager
def _served(processes: int = 1) -> Iterator[int]:
    """The port of a web server of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "regulars", "web", "--port", str(port), "--processes", str(processes)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        yield port
    finally:
        server.terminate()
        server.wait(timeout=30)


def _pages() -> None:
    from benchmarks.site import Visitor
    from regulars.core import bulk

    chance, cases = random.Random(13), bulk.query("SELECT MAX(id) FROM inbox_case")[0][0]
    with _served() as port:
        visitor = Visitor(f"http://localhost:{port}")
        visitor.wait()
        visitor.sign_in(EMAIL, PASSWORD)
        paths = {
            "/healthz": ["/healthz"] * 40,
            "page: lists": [f"/inbox?box={box}" for box in ("mine", "open", "overdue", "nobody", "closed")] * 8,
            "page: conversation": [f"/inbox/{chance.randrange(cases) + 1}" for _ in range(40)],
        }
        for days in (28, 90, 365):
            paths[f"page: how well we answer, {days} days"] = [f"/inbox/numbers?days={days}"] * 8
        for what, wanted in paths.items():
            answers = [visitor.get(path) for path in wanted]
            wrong = {status for status, _, _ in answers} - {200}
            _tell(f"{what} {wrong or ''}", [seconds * 1000 for _, seconds, _ in answers])
            print(f"{'':<44} the first one {answers[0][1] * 1000:.0f} ms", flush=True)


def _costs() -> None:
    """Of one colleague after the other, each asking for something else."""
    from benchmarks.costs import cost
    from regulars.core import bulk

    chance, cookie = random.Random(17), _cookies()[0]
    cases = bulk.query("SELECT id FROM inbox_case WHERE closed_us IS NULL")
    lists = [f"/inbox?box={box}" for box in ("mine", "open", "overdue", "nobody", "closed")] * 6
    talks = [f"/inbox/{chance.choice(cases)[0]}?box=open" for _ in range(30)]
    beats = [f"/inbox/beat?case={chance.choice(cases)[0]}" for _ in range(30)]
    years = [f"/inbox/numbers?days={days}" for days in (28, 365)]
    wanted = {"list": (lists, True), "list, whole page": (lists, False), "conversation": (talks, True),
              "conversation, whole page": (talks, False), "beat": (beats, False),
              "beat and list": ([f"{beat}&list=box%3Dopen" for beat in beats], False),
              "report of 28 days": (years[:1] * 8, False), "report of a year": (years[1:] * 8, False)}  # fmt: skip
    for what, (paths, htmx) in wanted.items():
        found = cost(paths, cookie=cookie, htmx=htmx)
        print(f"{what:<28} {found.ms:6.1f} ms of processor time, {found.questions:3.0f} questions to the database,"
              f" {found.kilobytes:4.0f} kB", flush=True)  # fmt: skip


def _colleagues() -> None:
    """Fifty of them, each signed in."""
    from benchmarks.site import Visitor

    cookies = "\n".join(_cookies())
    with _served(PROCESSES) as port:
        Visitor(f"http://localhost:{port}").wait()
        for how, seconds in (("htmx", 6), ("htmx", 20), ("calm", 6), ("calm", 30), ("pages", 20), ("rush", 8)):
            command = [sys.executable, "-m", "benchmarks.colleagues", str(port), str(seconds), how]
            done = subprocess.run(command, input=cookies, capture_output=True, text=True, check=True)
            found = json.loads(done.stdout)
            for what, times in found["times"].items():
                if times and seconds != 6:  # the first ones warm the processes up
                    _tell(f"{AGENTS} colleagues, {how}: {what}, {len(times) / seconds:.0f}/s", times)
            if found["wrong"]:
                print(f"{found['wrong']} answers were no 200")


def _cookies() -> list[str]:
    """A session of each colleague."""
    from django.conf import settings
    from django.test import Client

    from regulars.team.models import User

    found = []
    for user in User.objects.filter(role="agent").order_by("id")[:AGENTS]:
        visitor = Client()
        visitor.force_login(user, settings.AUTHENTICATION_BACKENDS[0])
        found.append(f"{settings.SESSION_COOKIE_NAME}={visitor.cookies[settings.SESSION_COOKIE_NAME].value}")
    return found


def _take_in() -> None:
    """Five thousand new messages, half in known threads, as networks bring them."""
    from regulars.channels.networks.models import Account
    from regulars.channels.networks.shape import Seen, Who
    from regulars.channels.networks.taking import take
    from regulars.core import sqlite
    from regulars.core.clock import now_us
    from regulars.inbox.loops import take_due

    now, count = now_us(), 5_000
    account = Account.objects.order_by("id").first().id
    said = [
        Seen(f"new{now}{n}", "mention", now - n, Who(f"new{n % 900}"), text="When does it arrive? " * 3, to_us=True,
             thread=f"t{n * 6 + 1}" if n % 2 else "")
        for n in range(count)
    ]  # fmt: skip
    for begin in range(0, count, 500):
        take(account_id=account, heard=said[begin : begin + 500], at=now)
    gc.collect()
    gc.freeze()  # as in a worker
    sqlite.holds.clear()
    began = time.perf_counter()
    while take_due(now):
        pass
    took = time.perf_counter() - began
    held = sorted(hold.whole for hold in sqlite.holds) or [0.0]
    print(f"taken in: {count / took:,.0f} messages/s; the writer is held for {held[len(held) // 2] * 1000:.0f} ms"
          f" at the median, {held[int(len(held) * 0.99)] * 1000:.0f} ms at p99")  # fmt: skip


if __name__ == "__main__":
    main()
