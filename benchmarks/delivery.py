"""Delivering a broadcast to a loopback sink (Debian's smtp-sink) on PostgreSQL, beside the bare SMTP rate.

`python -m benchmarks.delivery [--quick] [--dkim]`: one worker, four workers, then what people wait for while a bulk
send runs. Every message is a durable row with its decision, its slot and tracking links; the text has facts.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time

TARGETS = {1: 2500, 4: 5000}
WITH_DKIM = {1: 1000, 4: 3000}
HTML = """<html><body><h1>Hello {{ person.name | default: "there" }}</h1>
<p>The autumn range is here: <a href="https://shop.example/boots">boots</a>,
<a href="https://shop.example/shirts">shirts</a> and <a href="https://shop.example/gloves">gloves</a>.</p>
<p>You last came by in {{ person.city | default: "your town" }}. As always: free returns within thirty days.</p>
<p>%s</p>
<p><a href="{{ links.unsubscribe }}">Unsubscribe</a> or
<a href="{{ links.preferences }}">choose</a></p></body></html>"""
FILLER = "Boots for rain, boots for turf, boots for the way to school; all sizes, and half sizes too. " * 30


def main() -> None:
    """Start a durable cluster and a sink, fill, and measure one thing after the other."""
    from regulars.channels.tests.smtp.sink import SINK, sink
    from tests import cluster

    if SINK is None:
        sys.exit("smtp-sink was not found: apt install postfix brings it.")
    quick = "--quick" in sys.argv
    with tempfile.TemporaryDirectory(prefix="regulars-delivery-") as home, sink() as port:
        env = os.environ | {"REGULARS_HOME": f"{home}/data", "REGULARS_KEYS": f"{home}/keys.json",
                            "DATABASE_URL": cluster.start(durable=True), "REGULARS_LOG": "ERROR",
                            "DJANGO_SETTINGS_MODULE": "regulars.config.settings"}  # fmt: skip
        subprocess.run([sys.executable, "-m", "regulars", "manage", "migrate", "-v", "0"], env=env, check=True)
        people = 20_000 if quick else 200_000
        _run(env, "fill", people, port, int("--dkim" in sys.argv))
        _measure(env, port, seconds=5 if quick else 20)


def _measure(env: dict[str, str], port: int, *, seconds: int) -> None:
    targets = WITH_DKIM if "--dkim" in sys.argv else TARGETS
    for workers, target in targets.items():
        bare = sum(_together(env, workers, "bare", port, seconds))
        found = _together(env, workers, "work", seconds)
        print(
            f"{workers} worker{'s' * (workers > 1):1}  {sum(found):8,.0f} messages a second   target {target:,}",
            end="",
        )
        print(f"   bare pipelined SMTP {bare:,.0f}: {sum(found) / bare:.0%} of it", flush=True)
    waits = _run(env, "wait", seconds)
    print(f"transactional beside bulk   p95 {waits}   target 1 s")


def _together(env: dict[str, str], workers: int, *command: object) -> list[float]:
    crew = [_start(env, *command) for _ in range(workers)]
    for one in crew:
        one.stdout.readline()  # it is ready
    for one in crew:
        one.stdin.write("go\n")
        one.stdin.flush()
    answers = [one.communicate()[0].split() for one in crew]
    memory = [answer[1] for answer in answers if len(answer) > 1]
    if memory:
        print(f"memory of a worker: {', '.join(memory)}", flush=True)
    return [float(answer[0]) for answer in answers]


def _start(env: dict[str, str], *command: object) -> subprocess.Popen:
    words = [sys.executable, "-m", "benchmarks.delivery", *map(str, command)]
    return subprocess.Popen(words, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def _run(env: dict[str, str], *command: object) -> str:
    words = [sys.executable, "-m", "benchmarks.delivery", *map(str, command)]
    return subprocess.run(words, env=env, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


# --- in the installation


def fill(people: int, port: int, dkim: int) -> None:
    """People, a published text, a server, a sender, and a message for everybody."""
    from benchmarks.audience import campaign
    from regulars.channels.actions import Planned, plan
    from regulars.core.clock import now_us
    from regulars.people.models import Node

    version, at = shop(people, port, dkim), now_us()
    ids = list(Node.objects.order_by("id").values_list("id", flat=True))
    ours = campaign(version.id)
    for start in range(0, people, 20_000):
        items = [Planned(f"b:{person}", person, at) for person in ids[start : start + 20_000]]
        plan(campaign_id=ours.id, items=items, at=at)


def shop(people: int, port: int, dkim: int):
    """People, a server, a sender; returns the published version of a text."""
    from benchmarks.audience import fill as fill_people
    from regulars.channels.actions import add_server
    from regulars.content import actions as content
    from regulars.core.clock import now_us

    at = now_us()
    fill_people(people)
    variant = {"subject": "Autumn, {{ person.name | default: 'friend' }}", "preheader": "New boots", "format": "html",
               "source": HTML % FILLER}  # fmt: skip
    made = content.create_template(name="Autumn", by="system", at=at)
    content.save_draft(template_id=made.id, language="en", variant=variant, by="system", at=at)
    version = content.publish(template_id=made.id, by="system", at=at)
    settings = {"host": "127.0.0.1", "port": port, "tls": "none", "connections": 4}
    add_server(name="Sink", kind="smtp", settings=settings, secrets={}, by="system", at=at)
    _sender(dkim, at)
    return version


def _sender(dkim: int, at: int) -> None:
    from regulars.channels.actions import make_dkim_key, save_sender, use_published_key

    fields = {"name": "Northgate", "address": "hello@northgate.example", "bounce_domain": "bounces.northgate.example"}
    sender = save_sender(**fields, by="system", at=at)
    if dkim:
        use_published_key(selector=make_dkim_key(sender_id=sender.id, by="system", at=at).next_selector, at=at)


def work(seconds: int) -> None:
    """Deliver for so long; prints messages a second and the memory before and after."""
    from regulars.channels.delivery import rounds
    from regulars.channels.delivery.carrying import tune_process
    from regulars.channels.models import Message, Tally
    from regulars.core.clock import now_us

    sent = 0
    real = rounds.answers

    def counting(messages, outcomes, *args, **kwargs):
        nonlocal sent
        sent += sum(outcome.state == "handed_off" for outcome in outcomes)
        return real(messages, outcomes, *args, **kwargs)

    rounds.answers = counting
    Message.objects.first(), Tally.objects.first()
    tune_process()
    rounds.deliver_some("bulk", now_us())
    before, sent = _memory(), 0
    print("ready", flush=True)
    sys.stdin.readline()
    began = time.perf_counter()
    while time.perf_counter() - began < seconds and rounds.deliver_some("bulk", now_us()):
        pass
    print(sent / (time.perf_counter() - began), f"{before}-{_memory()}MB")


def _memory() -> int:
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) // 1024 for line in status if line.startswith("VmRSS"))


def bare(port: int, seconds: int) -> None:
    """The same letters by the same sender, without rows, decisions and rendering."""
    from regulars.channels.delivery.rendering import sender_of
    from regulars.channels.models import Campaign
    from regulars.channels.providers import Parcel, Way, smtp
    from regulars.core.clock import now_us

    carrier = smtp.open(Way(1, "smtp", {"host": "127.0.0.1", "port": port, "tls": "none", "connections": 4}, {}))
    sender = sender_of(Campaign.objects.get())
    parcels = [
        Parcel(
            n, f"b:{n}", f"ann{n}@example.com", sender, "Autumn, Ann", HTML % FILLER, FILLER, "https://u.example/u"
        )
        for n in range(1, 101)
    ]
    carrier.carry(parcels, at=now_us())
    print("ready", flush=True)
    sys.stdin.readline()
    began, sent = time.perf_counter(), 0
    while time.perf_counter() - began < seconds:
        sent += sum(outcome.state == "handed_off" for outcome in carrier.carry(parcels, at=now_us()))
    print(sent / (time.perf_counter() - began))


def wait(seconds: int) -> None:
    """Two bulk workers and one for what people wait for; prints the time from asking to handed off."""
    from regulars.channels.actions import send_transactional
    from regulars.channels.models import Message
    from regulars.content.models import Template
    from regulars.core.clock import now_us

    crew = [_start(dict(os.environ), "work", seconds + 5) for _ in range(2)]
    crew.append(_start(dict(os.environ), "now", seconds + 5))
    for one in crew:
        one.stdout.readline()
        one.stdin.write("go\n")
        one.stdin.flush()
    template = Template.objects.get().id
    until, n = time.monotonic() + seconds, 0
    while time.monotonic() < until:
        n += 1
        send_transactional(kind="code", template_id=template, key=str(n), person_id=n, at=now_us())
        time.sleep(0.05)
    for one in crew:
        one.communicate()
    rows = Message.objects.filter(lane=1).values_list("planned_us", "handed_us", "state")
    waits = sorted((handed - planned) / 1000 for planned, handed, state in rows if state == 3)
    print(f"{waits[int(len(waits) * 0.95)]:.0f} ms, median {waits[len(waits) // 2]:.0f} ms of {len(waits)} of {n}")


def now(seconds: int) -> None:
    """The lane of what people wait for."""
    from regulars.channels.delivery.rounds import deliver_some
    from regulars.core.clock import now_us

    deliver_some("transactional", now_us())
    print("ready", flush=True)
    sys.stdin.readline()
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if not deliver_some("transactional", now_us()):
            time.sleep(0.05)


if __name__ == "__main__":
    asked = {"fill": fill, "work": work, "bare": bare, "wait": wait, "now": now}.get(
        sys.argv[1] if sys.argv[1:] else ""
    )
    if asked:
        import django

        django.setup()
        asked(*map(int, sys.argv[2:]))
    else:
        main()
