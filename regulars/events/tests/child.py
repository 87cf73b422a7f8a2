"""Run by the tests in a process of its own, and killed there: send, take in, consume, redact; then say what is so."""

from __future__ import annotations

import base64
import io
import json
import sys

import django

django.setup()

from regulars.core import bulk  # noqa: E402
from regulars.core.clock import now_us  # noqa: E402
from regulars.events import actions, consumers, edge, inbox, ingest, redactions  # noqa: E402
from regulars.events.models import Event, Property, Redaction, Source  # noqa: E402

BATCHES, BATCH = 6, 5


def item(n: int) -> dict:
    """An event with a message id of its own; people come again in other batches."""
    return {"type": "track", "event": "Counted", "userId": f"u{n % 7}", "messageId": f"m{n}", "properties": {"n": n}}


@consumers.consumer("counting", events=("Counted",))
def count(entries, at):
    """An effect that shows when it happens twice: adding up."""
    bulk.insert(
        Property,
        ("event", "name", "type", "seen", "last_us", "dropped"),
        [("Effects", "n", "number", len(entries), at, 0)],
        conflict="(event, name) DO UPDATE SET seen = events_property.seen + excluded.seen",
    )


def source() -> Source:
    found = Source.objects.filter(name="child").first()
    return found or actions.create_source(name="child", by="system", at=now_us())


def post(key: str, items: list[dict]) -> bool:
    """Through the whole HTTP edge."""
    body = json.dumps({"batch": items}).encode()
    status: list[str] = []
    auth = base64.b64encode(f"{key}:".encode()).decode()
    environ = {"REQUEST_METHOD": "POST", "PATH_INFO": "/v1/batch", "CONTENT_LENGTH": str(len(body)),
               "HTTP_AUTHORIZATION": f"Basic {auth}", "wsgi.input": io.BytesIO(body)}  # fmt: skip
    list(edge.application(environ, lambda line, _: status.append(line)))
    return status == ["200 OK"]


def drain() -> None:
    """Until nothing is left to do."""
    while ingest.step(now_us()) | consumers.step(now_us()) | redactions.carry_out(now=True):
        pass


def work() -> None:
    """Prints the number of a batch as soon as it was answered with success."""
    shop = source()
    for number in range(BATCHES):
        if post(shop.key, [item(number * BATCH + n) for n in range(BATCH)] + [item(0)]):
            print(number, flush=True)
        if number % 2:
            drain()
    ingest.take_in(source_id=shop.id, items=[item(1000 + n) for n in range(BATCH)], at=now_us())
    print("taken in", flush=True)
    drain()


def recover() -> None:
    """Start after a kill; then the client sends everything again. One line of report after each."""
    drain()
    report()
    work()
    report()


def report() -> None:
    """What is in the log, how often the effect happened, what is left in the inbox."""
    counted = Property.objects.filter(event="Effects").first()
    print("report", json.dumps({
        "messages": sorted(Event.objects.values_list("message_id", flat=True)),
        "effects": counted.seen if counted else 0,
        "redactions": Redaction.objects.count(),
        "raw": [request.body.decode() for request in inbox.store().read(range(1, 100))],
    }))  # fmt: skip


if __name__ == "__main__":
    {"work": work, "recover": recover}[sys.argv[1]]()
