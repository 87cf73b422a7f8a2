"""One broadcast the whole way on PostgreSQL: planned by its own loop, sent by four workers to smtp-sink, looked at.

`python -m benchmarks.broadcast [--people 1000000] [--quick]`: how long planning and sending take, the memory (PSS)
of the workers while the audience goes by; then every page about messages, one request at a time, and the nightly
count of pressure over as many messages.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time

WORKERS, TARGET_MB, TARGET_MS, ROUNDS = 4, 300, 200, 20


def main() -> None:
    """Start a durable cluster and a sink, then one thing after the other."""
    from regulars.channels.tests.smtp.sink import SINK, sink
    from tests import cluster

    if SINK is None:
        sys.exit("smtp-sink was not found: apt install postfix brings it.")
    people = int(sys.argv[sys.argv.index("--people") + 1]) if "--people" in sys.argv else 1_000_000
    people = 20_000 if "--quick" in sys.argv else people
    with tempfile.TemporaryDirectory(prefix="regulars-broadcast-") as home, sink() as port:
        env = os.environ | {"REGULARS_HOME": f"{home}/data", "REGULARS_KEYS": f"{home}/keys.json",
                            "DATABASE_URL": cluster.start(durable=True), "REGULARS_LOG": "ERROR",
                            "DJANGO_SETTINGS_MODULE": "regulars.config.settings"}  # fmt: skip
        subprocess.run([sys.executable, "-m", "regulars", "manage", "migrate", "-v", "0"], env=env, check=True)
        _say(env, "fill", people, port)
        print(_say(env, "plan", people), flush=True)
        _send(env, people)
        print(_say(env, "look", people), flush=True)


def _say(env: dict[str, str], *command: object) -> str:
    words = [sys.executable, "-m", "benchmarks.broadcast", *map(str, command)]
    return subprocess.run(words, env=env, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


def _send(env: dict[str, str], people: int) -> None:
    """Workers until nothing is left; their memory by the second."""
    began = time.monotonic()
    crew = [subprocess.Popen([sys.executable, "-m", "benchmarks.broadcast", "send"], env=env) for _ in range(WORKERS)]
    seen: list[int] = []
    while any(worker.poll() is None for worker in crew):
        seen.append(max((_pss(worker.pid) for worker in crew), default=0))
        time.sleep(1)
    took, settled = time.monotonic() - began, [mb for mb in seen if mb][3:] or [0]
    tenths = [settled[min(len(settled) - 1, len(settled) * n // 10)] for n in (0, 1, 3, 5, 7, 9)]
    print(f"send to {people:,} people           {took:6.0f} s, {people / took:,.0f} people a second, start included")
    print(f"largest worker (PSS) over time     {', '.join(map(str, tenths))} MB   target {TARGET_MB} MB", flush=True)


def _pss(pid: int) -> int:
    """MB, 0 when the process is gone."""
    try:
        with open(f"/proc/{pid}/smaps_rollup") as rolled:
            return next((int(line.split()[1]) // 1024 for line in rolled if line.startswith("Pss:")), 0)
    except OSError:
        return 0


# --- in the installation


def fill(people: int, port: int) -> None:
    """People on a list, a text, a server, and a broadcast to the list."""
    from django.db import connection

    from benchmarks.delivery import shop
    from regulars.core.clock import now_us
    from regulars.journeys import actions as journeys
    from regulars.segments import actions as segments

    at, version = now_us(), shop(people, port, 0)
    crowd = segments.create_list(name="Everybody", by="system", at=at)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO segments_membership (segment_id, person_id, member, since_us)"
            " SELECT %s, id, true, %s FROM people_person",
            [crowd.id, at],
        )
        cursor.execute("UPDATE segments_segment SET people = %s, evaluated_version = version", [people])
        cursor.execute("ANALYZE")
    made = journeys.create_broadcast(
        name="Autumn", template_id=version.template_id, segments=[crowd.id], by="system", at=at
    )
    journeys.launch(broadcast_id=made.id, by="system", at=at)


def plan(people: int) -> None:
    """The loop that plans."""
    from regulars.channels.models import Message
    from regulars.core.clock import now_us
    from regulars.journeys.actions import plan_broadcasts

    began, busy = time.perf_counter(), time.process_time()
    while plan_broadcasts(now_us()):
        pass
    took, busy = time.perf_counter() - began, time.process_time() - busy
    assert Message.objects.count() == people
    print(f"plan {people:,} messages           {took:6.1f} s   target {30 * people / 1_000_000:.0f} s")
    print(f"processor time of the planner      {busy / people * 1e6:6.1f} us each")


def send() -> None:
    """A worker until nothing is left."""
    from regulars.channels.delivery import rounds
    from regulars.channels.delivery.carrying import tune_process
    from regulars.core.clock import now_us

    tune_process()
    while rounds.deliver_some("bulk", now_us()):
        pass


def look(people: int) -> None:
    """Every page about messages, and the nightly count."""
    import statistics

    from django.test import Client

    from regulars.channels.models import Message
    from regulars.core.clock import now_us
    from regulars.insights.actions import count_pressure
    from regulars.journeys.models import Broadcast
    from regulars.team.models import User

    began = time.perf_counter()
    count_pressure(at=now_us())
    print(f"count pressure over {people:,}       {time.perf_counter() - began:6.1f} s")
    visitor, one = Client(), Broadcast.objects.get().id
    visitor.force_login(User.objects.create(email="o@shop.example", role="owner"))
    last = Message.objects.order_by("-id").first()
    campaign = f"/messages?campaign={last.campaign_id}"
    paths = ["/broadcasts", f"/broadcasts/{one}", f"/broadcasts/{one}/progress", f"/broadcasts/{one}/people",
             "/messages", campaign,
             f"{campaign}&rule=holdout", f"{campaign}&rule=pressure", "/messages?rule=expired",
             "/messages?did=opened",
             f"/messages/{last.id}", f"/people/{last.node_id}", f"/people/{last.node_id}/messages", "/pressure", "/",
             "/delivery"]  # fmt: skip
    for path in paths:
        found = []
        for _ in range(ROUNDS):
            began = time.perf_counter()
            status = visitor.get(path, HTTP_HOST="localhost").status_code
            found.append((time.perf_counter() - began) * 1000)
        slow = statistics.quantiles(found, n=20, method="inclusive")[-1]
        print(
            f"{path:40} {status}  p95 {slow:6.0f} ms, median {statistics.median(found):6.0f} ms   target {TARGET_MS}"
        )


if __name__ == "__main__":
    asked = {"fill": fill, "plan": plan, "send": send, "look": look}.get(sys.argv[1] if sys.argv[1:] else "")
    if asked:
        import django

        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "regulars.config.settings")
        django.setup()
        from django.conf import settings

        settings.ALLOWED_HOSTS = ["*"]
        asked(*map(int, sys.argv[2:]))
    else:
        main()
