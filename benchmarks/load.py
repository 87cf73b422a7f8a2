"""The load generator: batches of 100 events over kept-alive connections, as fast as they go or at a given rate.

Runs in processes of its own: `python -m benchmarks.load PORT KEY CONNECTIONS SECONDS REQUESTS_PER_SECOND`;
0 requests per second means as fast as they are answered. Prints one line of JSON.
"""

from __future__ import annotations

import base64
import json
import random
import secrets
import socket
import sys
import threading
import time
import uuid

BATCH = 100
TOKEN = b"RUNTOKEN"


def event(n: int, people: int = 20_000) -> dict:
    """What a shop sends: mostly product views, some orders, now and then who somebody is."""
    user = random.randrange(people)
    sent = {"userId": f"u{user}", "messageId": f"RUNTOKEN{uuid.uuid4()}", "anonymousId": None, "integrations": {},
            "context": {"library": {"name": "analytics-python", "version": "2.4.0"}},
            "timestamp": f"2026-0{n % 6 + 1}-{n % 28 + 1:02}T20:{n % 60:02}:{n % 57:02}.123456+00:00"}  # fmt: skip
    if n % 20 == 0:
        return sent | {"type": "identify", "traits": {"email": f"user{user}@shop.example.com", "firstName": "Ann"}}
    product = {"product_id": str(random.randrange(5000)), "name": "Football boots size 9", "category": "soccer",
               "price": 49.99, "quantity": 1, "brand": "Northgate", "url": "https://shop.example.com/p"}  # fmt: skip
    if n % 5:
        return sent | {"type": "track", "event": "Product Viewed", "properties": {**product, "currency": "GBP"}}
    order = {
        "order_id": f"A{random.randrange(10**9)}-RUNTOKEN",
        "total": 49.99,
        "currency": "GBP",
        "products": [product],
    }
    return sent | {"type": "track", "event": "Order Completed", "properties": order}


def body(events: int = BATCH) -> bytes:
    """A batch; TOKEN is to be replaced, so that the message ids are new."""
    return json.dumps({"batch": [event(n) for n in range(events)]}).encode()


def _request(key: str, content: bytes) -> bytes:
    auth = base64.b64encode(f"{key}:".encode()).decode()
    head = f"POST /v1/batch HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic {auth}\r\n"
    return f"{head}Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n".encode() + content


class Sender(threading.Thread):
    """One connection. With `every` it keeps to a timetable, and a late answer counts from when it was due."""

    def __init__(self, port: int, requests: list[bytes], until: float, every: float, first: float) -> None:
        super().__init__()
        self.port, self.requests, self.until, self.every, self.due = port, requests, until, every, first
        self.times: list[float] = []
        self.errors = 0

    def run(self) -> None:
        with socket.create_connection(("127.0.0.1", self.port)) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while True:
                began = self._begin()
                if began >= self.until:
                    return
                connection.sendall(self.choose())
                if b"200 OK" not in connection.recv(65536)[:20]:
                    self.errors += 1
                self.times.append(time.monotonic() - began)

    def choose(self) -> bytes:
        """The next request: any of them, with message ids of its own."""
        return random.choice(self.requests).replace(TOKEN, secrets.token_hex(4).encode())

    def _begin(self) -> float:
        if not self.every:
            return time.monotonic()
        due, self.due = self.due, self.due + self.every
        time.sleep(max(0.0, due - time.monotonic()))
        return due


def main() -> None:
    """See the module."""
    port, key, connections, seconds, rate = sys.argv[1:6]
    random.seed(int(port))
    requests = [_request(key, body()) for _ in range(400)]  # few would make a crowd around the same people
    began = time.monotonic() + 0.2
    every = int(connections) / float(rate) if float(rate) else 0.0
    senders = [
        Sender(int(port), requests, began + float(seconds), every, began + n * every / int(connections))
        for n in range(int(connections))
    ]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    times = sorted(t for sender in senders for t in sender.times)
    print(json.dumps({"times": times, "seconds": time.monotonic() - began, "errors": sum(s.errors for s in senders)}))


if __name__ == "__main__":
    main()
