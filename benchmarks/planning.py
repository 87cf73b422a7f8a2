"""Planning a broadcast to a million people on PostgreSQL: forecast decisions and rows, by one process.

`python -m benchmarks.planning [--quick]`; the people are filled in by SQL, the planning is what journeys call.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time

TARGET, BATCH = 30.0, 20_000


def main() -> None:
    """Start a durable cluster, fill it, plan, and print what was measured."""
    people = 50_000 if "--quick" in sys.argv else 1_000_000
    from tests import cluster

    with tempfile.TemporaryDirectory(prefix="regulars-planning-") as home:
        env = os.environ | {"REGULARS_HOME": f"{home}/data", "REGULARS_KEYS": f"{home}/keys.json",
                            "DATABASE_URL": cluster.start(durable=True), "REGULARS_LOG": "ERROR",
                            "DJANGO_SETTINGS_MODULE": "regulars.config.settings"}  # fmt: skip
        subprocess.run([sys.executable, "-m", "regulars", "manage", "migrate", "-v", "0"], env=env, check=True)
        subprocess.run([sys.executable, "-m", "benchmarks.planning", "measure", str(people)], env=env, check=True)


def measure(people: int) -> None:
    """In the installation: fill and plan."""
    import django

    django.setup()
    from django.db import transaction

    from benchmarks.audience import campaign, fill
    from regulars.channels.actions import Planned, plan
    from regulars.core.clock import now_us

    ids = fill(people)
    made = campaign()
    at = now_us()
    began, busy, forecast, slowest = time.perf_counter(), time.process_time(), {}, 0.0
    for start in range(0, len(ids), BATCH):
        turn = time.perf_counter()
        items = [Planned(f"broadcast:1:{person}", person, at) for person in ids[start : start + BATCH]]
        with transaction.atomic():
            done = plan(campaign_id=made.id, items=items, at=at)
        slowest = max(slowest, time.perf_counter() - turn)
        for rule, count in done.forecast.items():
            forecast[rule] = forecast.get(rule, 0) + count
    seconds, busy = time.perf_counter() - began, time.process_time() - busy
    target = TARGET * people / 1_000_000
    print(f"plan {people:,} messages           {seconds:6.1f} s    target {target:.1f} s")
    print(f"                                {people / seconds:8,.0f} a second, slowest batch {slowest:.2f} s")
    print(f"processor time of the planner   {busy / people * 1e6:8.1f} us each")
    print(f"forecast                        {dict(sorted(forecast.items()))}")
    print(
        f"memory of the planner           {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB at most"
    )


if __name__ == "__main__":
    measure(int(sys.argv[2])) if sys.argv[1:2] == ["measure"] else main()
