"""Every list and detail page at a million people: 95 of 100 answers under 200 ms, measured at the server's door.

Opens one page of every kind that links lead to, then each of them again and again, one request at a time, over
HTTP on loopback with a signed-in session. The yardstick is the sign-in page's static neighbour /healthz: the
same server, no page.
"""

from __future__ import annotations

import socket
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.million import EMAIL, PASSWORD, build
from benchmarks.site import Visitor

TARGET_MS = 200
ROUNDS = 20


def main() -> None:
    """Build the shop, open every kind of page twenty times, print the slowest first."""
    people = 100_000 if "--quick" in sys.argv else 1_000_000
    with tempfile.TemporaryDirectory(prefix="regulars-pages-") as folder:
        env = build(Path(folder), people=people)
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
    pages = visitor.kinds_of_pages()
    bare = statistics.quantiles([visitor.get("/healthz")[1] for _ in range(ROUNDS)], n=20)[-1]
    rows = []
    for path in pages:
        answers = [visitor.get(path)[:2] for _ in range(ROUNDS)]
        rows.append((statistics.quantiles([s for _, s in answers], n=20)[-1] * 1000, answers[0][0], path))
    rows.sort(reverse=True)
    print(f"{people:,} people, {len(rows)} kinds of pages, {ROUNDS} requests each; /healthz p95 {bare * 1000:.1f} ms")
    print(f"slow (p95 over {TARGET_MS} ms): {sum(row[0] > TARGET_MS for row in rows)}")
    for slow, status, path in rows:
        print(f"{slow:8.0f} ms  {status}  {path}")


if __name__ == "__main__":
    main()
