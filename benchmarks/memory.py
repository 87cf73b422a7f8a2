"""Memory of web and worker together after every page was opened once, and seconds from start to first page.

Memory is the sum of PSS (shared pages counted once) over `regulars serve` and all its children. With
REGULARS_BENCH_HOME the shop is kept there and used again.
"""

from __future__ import annotations

import base64
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from benchmarks.site import Visitor

TARGET_MB, TARGET_SECONDS = 700, 5
EMAIL, PASSWORD = "bench@example.org", "a long enough password 7"


def main() -> None:
    """Generate the demo shop, start it, open every page, and print what was measured."""
    people = 2_000 if "--quick" in sys.argv else 20_000
    with tempfile.TemporaryDirectory(prefix="regulars-memory-") as folder:
        home = os.environ.get("REGULARS_BENCH_HOME", folder)
        env = os.environ | {"REGULARS_HOME": f"{home}/data", "REGULARS_KEYS": f"{home}/keys.json"}
        command = [sys.executable, "-m", "regulars"]
        if not os.path.exists(f"{home}/data"):
            shop = ["demo", "--people", str(people), "--email", EMAIL, "--password", PASSWORD, "--no-serve"]
            subprocess.run([*command, *shop], env=env, check=True, stdout=subprocess.DEVNULL)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        began = time.perf_counter()
        server = subprocess.Popen([*command, "serve", "--port", str(port)], env=env, stdout=subprocess.DEVNULL)
        try:
            visitor = Visitor(f"http://localhost:{port}")
            visitor.wait()
            first = time.perf_counter() - began
            _open_everything(visitor, server.pid, people, first)
            _work(env, port)
            print(
                f"memory after 2,000 events more   {sum(_pss(server.pid).values()):6.0f} MB   (every lane has worked)"
            )
        finally:
            server.terminate()
            server.wait(timeout=30)


def _open_everything(visitor: Visitor, pid: int, people: int, first: float) -> None:
    visitor.sign_in(EMAIL, PASSWORD)
    time.sleep(5)
    before = _pss(pid)
    pages = visitor.kinds_of_pages()
    time.sleep(5)
    after = _pss(pid)
    print(f"start to first page              {first:6.1f} s    target {TARGET_SECONDS} s")
    print(f"memory before the first page     {sum(before.values()):6.0f} MB")
    print(f"memory after {len(pages):3} kinds of pages  {sum(after.values()):6.0f} MB   target {TARGET_MB} MB")
    print(f"(demo shop of {people} people; PSS of {len(after)} processes)")
    for name, size in sorted(after.items(), key=lambda item: -item[1]):
        print(f"    {size:6.0f} MB  {name}")
    bare = subprocess.run([sys.executable, "-c", _BARE], capture_output=True, text=True, check=True)
    print(f"yardstick: Python with Django, DuckDB and pyarrow imported, nothing else: {float(bare.stdout):.0f} MB")


def _work(env: dict[str, str], port: int) -> None:
    """Let every lane work: some events, taken in, followed by all consumers, segments, predictions and lake."""
    from benchmarks.load import TOKEN, body

    made = [sys.executable, "-c", _SOURCE]
    settings = {"DJANGO_SETTINGS_MODULE": "regulars.config.settings"}
    key = subprocess.run(made, env=env | settings, capture_output=True, text=True, check=True).stdout.split()[-1]
    head = {"Authorization": "Basic " + base64.b64encode(f"{key}:".encode()).decode(),
            "Content-Type": "application/json"}  # fmt: skip
    for _ in range(20):
        content = body().replace(TOKEN, secrets.token_hex(4).encode())
        request = urllib.request.Request(f"http://localhost:{port}/v1/batch", content, head)
        urllib.request.urlopen(request, timeout=60).close()
    time.sleep(30)


_SOURCE = """
import django; django.setup()
import time
from regulars.events.actions import create_source
print(create_source(name=f"Bench {time.time()}", by="system", at=time.time_ns() // 1000).key)
"""
_BARE = """
import django, duckdb, pyarrow, re
print(int(re.search(r'Pss: +(\\d+)', open('/proc/self/smaps_rollup').read()).group(1)) / 1024)
"""


def _pss(pid: int) -> dict[str, float]:
    """MB of each process of the tree, by pid and command."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except OSError:
                continue
    tree = [pid]
    for member in tree:
        tree += [child for child, parent in parents.items() if parent == member]
    return {f"{member} {_command(member)}": _one(member) for member in tree}


def _one(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:"))


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()[-60:].strip()
    except OSError:
        return "ended"


if __name__ == "__main__":
    main()
