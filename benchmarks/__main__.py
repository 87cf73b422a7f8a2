"""`make bench`: every benchmark in turn, each in a process of its own, so that none warms up the next."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from importlib import util

ALL = (
    "value",
    "recommend",
    "sentiment",
    "suggest",
    "identity",
    "duplicates",
    "segments",
    "ingest",
    "hooks",
    "imports",
    "lake",
    "listening",
    "journeys",
    "inbox",
    "ledger",
    "rendering",
    "smtp",
    "planning",
    "delivery",
    "broadcast",
    "social",
    "pages",
    "memory",
)


def main() -> None:
    """Run all, or those named; `--quick` makes each smaller. Exits 1 when one of them could not run."""
    options = [word for word in sys.argv[1:] if word.startswith("-")]
    wanted = [word for word in sys.argv[1:] if not word.startswith("-")] or list(ALL)
    print(f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.machine()}", flush=True)
    if os.cpu_count() < 4:
        print("Fewer than the 4 cores the targets were set for: read the ratios, not the seconds.", flush=True)
    failed = []
    for name in wanted:
        if not util.find_spec(f"benchmarks.{name}"):
            failed.append(name)
            continue
        print(f"\n== {name}", flush=True)
        if subprocess.run([sys.executable, "-m", f"benchmarks.{name}", *options], check=False).returncode:
            failed.append(name)
    if failed:
        sys.exit(f"Could not run: {', '.join(failed)}")


if __name__ == "__main__":
    main()
