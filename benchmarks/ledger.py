"""The points ledger on PostgreSQL: earning and spending over the API, many spends of one person, and a replay.

`python -m benchmarks.ledger [--quick]`. Clients, server and database share the same cores.
"""

from __future__ import annotations

import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from benchmarks.ingest import House, show, wait_for
from tests import cluster

QUICK = "--quick" in sys.argv
CLIENTS = 50
SECONDS = int(os.environ.get("LEDGER_SECONDS", "10"))
PEOPLE = 2000
PROCESSES = 4
TARGET = 500  # requests a second
JOURNAL = 50_000 if QUICK else 1_000_000


class Client(threading.Thread):
    """One till: earns and spends for somebody at random over a kept connection."""

    def __init__(self, port: int, key: str, people: list[int], number: int, until: float, rate: float) -> None:
        super().__init__()
        self.rate = rate  # of all clients together; 0: each as fast as it can
        self.port, self.people, self.number, self.until = port, people, number, until
        self.head = f"Host: localhost\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\n"
        self.times: list[float] = []
        self.answers: dict[str, int] = {}

    def run(self) -> None:
        line = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        chance, n = random.Random(self.number), 0
        due = time.monotonic() + chance.random() * self._pause
        while max(began := due if self.rate else time.monotonic(), time.monotonic()) < self.until:
            time.sleep(max(0, began - time.monotonic()))
            n, due = n + 1, due + self._pause
            line.sendall(self._request(n, chance))
            status = _status(line)
            self.times.append(time.monotonic() - began)
            self.answers[status] = self.answers.get(status, 0) + 1

    def _request(self, n: int, chance: random.Random) -> bytes:
        what, amount = ("earn", 20) if n % 2 else ("spend", chance.randint(1, 9))
        body = json.dumps({"person": chance.choice(self.people), "amount": amount})
        more = f"Idempotency-Key: {self.number}.{n}\r\nContent-Length: {len(body)}\r\n\r\n"
        return f"POST /api/v1/points/{what} HTTP/1.1\r\n{self.head}{more}{body}".encode()

    @property
    def _pause(self) -> float:
        """Seconds from one request to the next; what is late counts from when it should have been."""
        return CLIENTS / self.rate if self.rate else 0


def _status(line: socket.socket) -> str:
    """The status of the next answer, read to its end. Bare sockets: Python's client costs half a millisecond."""
    found = line.recv(65536)
    while b"\r\n\r\n" not in found:
        found += line.recv(65536)
    head, _, body = found.partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
    while len(body) < length:
        body += line.recv(65536)
    return head[9:12].decode()


def load(port: int, rate: float, key: str, people: list[int]) -> None:
    """In a process of its own; prints one line of JSON."""
    began = time.monotonic()
    mine = range(1000 * os.getpid(), 1000 * os.getpid() + CLIENTS // 2)
    clients = [Client(port, key, people, n, began + SECONDS, rate) for n in mine]
    for each in clients:
        each.start()
    for each in clients:
        each.join()
    print(json.dumps({"times": [t for each in clients for t in each.times], "seconds": time.monotonic() - began,
                      "answers": [each.answers for each in clients]}))  # fmt: skip


def over_the_api(home: Path, database: str) -> None:
    """Half earn, half spend, by 50 clients."""
    house = House(home, database)
    house.env["REGULARS_API_PER_MINUTE"] = "100000000"
    key, *people = house.call("-m", "benchmarks.ledger", "fill").split()
    serve = [sys.executable, "-m", "regulars", "web", "--port", str(house.port), "--processes", str(PROCESSES)]
    house.running.append(subprocess.Popen(serve, env=house.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
    wait_for(house.port)
    for rate in (0, TARGET):
        _measured(house, rate, key, people)
    house.stop()
    print(house.call("-m", "benchmarks.ledger", "check"))


def _measured(house: House, rate: float, key: str, people: list[str]) -> None:
    """The clients as fast as they can, or together at a rate."""
    command = [sys.executable, "-m", "benchmarks.ledger", "load", str(house.port), str(rate), key, *people[:PEOPLE]]
    loads = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    found = [json.loads(each.communicate()[0]) for each in loads]
    times = sorted(t for one in found for t in one["times"])
    answers: dict[str, int] = {}
    for one in found:
        for each in one["answers"]:
            for status, n in each.items():
                answers[status] = answers.get(status, 0) + n
    done = len(times) / max(one["seconds"] for one in found)
    half, most = times[len(times) // 2] * 1000, times[int(len(times) * 0.95)] * 1000
    how = f"{rate}/s asked by" if rate else "as fast as can be,"
    said = f"p50 {half:.0f} ms, p95 {most:.0f} ms, {answers}, load {os.getloadavg()[0]:.0f}"
    show(f"earn or spend over the API, {how} {CLIENTS} clients, PostgreSQL", f"{done:,.0f}/s", f"{TARGET}", said)


def replaying(home: Path, database: str) -> None:
    """A journal of a million postings into an empty database."""
    house = House(home, database)
    print(house.call("-m", "benchmarks.ledger", "replay", str(JOURNAL)))


def inside(what: str, *words: str) -> None:
    """The parts that run within an installation."""
    import django

    django.setup()
    from regulars.core.clock import DAY, now_us
    from regulars.loyalty import ledger
    from regulars.loyalty.ledger import replay
    from regulars.loyalty.models import Programme
    from regulars.people.actions import Sighting, record_sightings
    from regulars.team.actions import make_key

    at = now_us()
    if what == "fill":
        Programme.objects.create(name="Club", starts_us=0, created_us=at, created_by="system")
        made = [Sighting("shop", (("user", f"u{n}"),), (), {}, (), at) for n in range(PEOPLE)]
        nodes = record_sightings(sightings=made, source_id=1, at=at)
        for n in nodes:
            fields = {"programme_id": 1, "node_id": n, "occurred_us": at, "activates_us": at, "expires_us": None}
            ledger.post_earn(**fields, source="bench", key=f"{n}", amount=1000, cause="gift", at=at)
        print(make_key(name="till", role="owner", by="system", at=at)[1], *nodes)
    elif what == "check":
        print("broken:", ledger.check(now_us()))
    elif what == "replay":
        count, began = int(words[0]), time.monotonic()
        replay.replay(_journal(count, at - 400 * DAY))
        took = time.monotonic() - began
        show(
            f"replay a journal of {count:,} postings, empty database",
            f"{took:.0f} s",
            "180 s",
            f"{count / took:,.0f}/s",
        )
        began = time.monotonic()
        broken = ledger.verify()
        show("play it in memory and compare to the last unit", f"{time.monotonic() - began:.0f} s", "", f"{broken}")
        began = time.monotonic()
        broken = [one for one in ledger.check(at) if "in time" not in one.invariant]
        show("all invariants over these books", f"{time.monotonic() - began:.0f} s", "", f"{broken}")
        began = time.monotonic()
        show("sums made again from moves and legs", f"{time.monotonic() - began:.0f} s", "", f"{replay.rebuild()}")


def _journal(count: int, start: int):
    """Earnings, half of them pending first, and spends, for 100,000 people."""
    from regulars.core.clock import DAY, MINUTE

    chance, have, waiting = random.Random(5), {}, []
    for n in range(1, count + 1):
        at = start + n * MINUTE // 4
        node = chance.randint(1, 100_000)
        kind, what = "earn", {}
        if waiting and waiting[0][0] <= at:
            _, node, lot, amount = waiting.pop(0)
            kind, what, key = "activate", {"lot": lot}, f"lot:{lot}"
            have[node] = have.get(node, 0) + amount
        elif have.get(node, 0) > 5 and n % 3 == 0:
            amount = chance.randint(1, have[node])
            have[node] -= amount
            kind, what, key = "spend", {"amount": amount}, f"k{n}"
        else:
            amount, wait = chance.randint(1, 99), n % 2
            what = {"amount": amount, "activates_us": at + wait * DAY, "expires_us": at + 900 * DAY}
            what |= {"cause": "purchase", "funder": "", "origin": f"order:{n}", "order_line": "1", "rule": "1:base"}
            key = f"k{n}"
            if wait:
                waiting.append((at + DAY, node, n, amount))
            else:
                have[node] = have.get(node, 0) + amount
        yield (
            n,
            1,
            "points",
            kind,
            "bench",
            key,
            node,
            at,
            at,
            "system",
            "",
            None,
            "0" * 64,
            json.dumps(what),
        )


def main() -> None:
    """All of it, where PostgreSQL is installed."""
    show("work", "measured", "target", "")
    database = cluster.start(durable=True)
    with tempfile.TemporaryDirectory(prefix="regulars-bench-") as folder:
        wanted = [word for word in sys.argv[1:] if not word.startswith("-")] or ["api", "replay"]
        if "api" in wanted:
            over_the_api(Path(folder) / "api", database)
        if "replay" in wanted:
            replaying(Path(folder) / "replay", cluster.start(durable=True))


if __name__ == "__main__":
    words = [word for word in sys.argv[1:] if not word.startswith("-")]
    if words[:1] == ["load"]:
        load(int(words[1]), float(words[2]), words[3], [int(word) for word in words[4:]])
    elif words[:1] in (["fill"], ["check"]) or (words[:1] == ["replay"] and len(words) == 2):
        inside(*words)
    else:
        main()
