"""Every list and detail page at a million people: 95 of 100 answers under 200 ms, measured at the server's door.

Opens up to eight pages of every kind that links lead to (people, segments, sort orders, places on the map), and
searches of every sort, each of them again and again, one request at a time, over HTTP on loopback with a signed-in
session. A kind's figure is the 95th percentile over all its pages. Of downloads the first bytes count. The
yardstick is the sign-in page's static neighbour /healthz: the same server, no page. With REGULARS_BENCH_HOME the
shop is kept there and used again.
"""

from __future__ import annotations

import os
import socket
import statistics
import subprocess
import sys
import tempfile
import urllib.parse
from pathlib import Path

from benchmarks.million import EMAIL, PASSWORD, build
from benchmarks.site import Visitor

TARGET_MS, EACH, ROUNDS = 200, 8, 5
SEARCHES = ("a", "sm", "smith", "ann", "anna smith", "j s", "example", "an", "07", "nobody at all")
DOWNLOADS = ("/people", "/people?sort=-spent", "/drifting", "/segments", "/segments/1", "/segments/1?tab=changes",
             "/value", "/retention", "/duplicates", "/sources/refused")  # fmt: skip


def main() -> None:
    """Build the shop, open every kind of page forty times, print the slowest first."""
    people = 100_000 if "--quick" in sys.argv else 1_000_000
    with tempfile.TemporaryDirectory(prefix="regulars-pages-") as folder:
        env = build(Path(os.environ.get("REGULARS_BENCH_HOME", folder)), people=people)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        command = [sys.executable, "-m", "regulars", "web", "--port", str(port)]
        server = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL)
        try:
            _measure(Visitor(f"http://localhost:{port}"), people)
        finally:
            server.terminate()
            server.wait(timeout=30)


def _measure(visitor: Visitor, people: int) -> None:
    visitor.wait()
    visitor.sign_in(EMAIL, PASSWORD)
    kinds = visitor.pages_by_kind(each=EACH)
    kinds["search"] = [f"/people?{urllib.parse.urlencode({'q': text})}" for text in SEARCHES]
    bare = _p95([visitor.get("/healthz")[1] for _ in range(EACH * ROUNDS)])
    rows = [_row(visitor.get, kind, paths) for kind, paths in kinds.items()]
    rows += [_row(visitor.first_bytes, "download", [_csv(path)]) for path in DOWNLOADS]
    rows.sort(reverse=True)
    print(f"{people:,} people, {len(rows)} kinds of pages, up to {EACH} of each, {ROUNDS} requests of each page")
    print(
        f"/healthz p95 {bare:.1f} ms; kinds with p95 over {TARGET_MS} ms: {sum(row[0] > TARGET_MS for row in rows)}"
    )
    print("  p95     slowest page (median)")
    for slow, worst, status, path, pages in rows:
        print(f"{slow:6.0f} ms {worst:6.0f} ms  {status}  {path}  ({pages} pages)")


def _row(ask, kind: str, paths: list[str]) -> tuple[float, float, int, str, int]:
    """p95 over all requests; the slowest page by its median."""
    answers = {path: [ask(path)[:2] for _ in range(ROUNDS)] for path in paths}
    medians = {path: statistics.median(seconds for _, seconds in found) * 1000 for path, found in answers.items()}
    worst = max(medians, key=medians.__getitem__)
    every = [seconds for found in answers.values() for _, seconds in found]
    return _p95(every), medians[worst], answers[worst][0][0], worst, len(paths)


def _p95(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=20, method="inclusive")[-1] * 1000


def _csv(path: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}format=csv"


if __name__ == "__main__":
    main()
