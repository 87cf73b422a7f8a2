"""`regulars doctor`: check the installation, and for everything that is wrong say what to do."""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db import DatabaseError, connection

from regulars.core.clock import MINUTE, now_us
from regulars.core.home import keys_file
from regulars.core.models import Beat, Business, QueuedJob


@dataclass(frozen=True)
class Finding:
    """One thing looked at: fine or not, what was found, and what to do if it is not."""

    fine: bool
    what: str
    to_do: str = ""


def findings() -> Iterator[Finding]:
    """Every check in turn; a check that fails itself is a finding too."""
    for check in CHECKS:
        try:
            yield from check()
        except (DatabaseError, OSError) as error:
            yield Finding(False, f"{(check.__doc__ or check.__name__).rstrip('.')}: {error}", "Mend this first.")


def report() -> bool:
    """Print the findings; True when everything is fine."""
    from rich.console import Console

    console, found = Console(highlight=False), list(findings())
    for one in found:
        console.print(f"[{'green' if one.fine else 'red'}]{'✓' if one.fine else '✗'}[/] {one.what}")
        if not one.fine:
            console.print(f"  [dim]→[/] {one.to_do}")
    wrong = sum(not one.fine for one in found)
    console.print("Everything is fine." if not wrong else f"{wrong} thing(s) to mend.")
    return not wrong


def _python() -> Iterator[Finding]:
    """The Python version."""
    fine = sys.version_info >= (3, 11)
    yield Finding(fine, f"Python {sys.version.split()[0]}", "Install Python 3.11 or newer.")


def _home() -> Iterator[Finding]:
    """The data folder."""
    home = settings.REGULARS_HOME
    private = (home.stat().st_mode & 0o077) == 0
    yield Finding(private, f"Data folder {home} is readable by its owner only", f"Run: chmod 700 {home}")
    free = shutil.disk_usage(home).free / 2**30
    yield Finding(free > 2, f"{free:.0f} GB free on its disk", "Make room: below 2 GB imports may fail.")
    keys = keys_file()
    apart = not keys.is_relative_to(home)
    yield Finding(apart, f"Key file {keys} is kept apart from the data", "Move it and set REGULARS_KEYS.")
    locked = not keys.exists() or (keys.stat().st_mode & 0o077) == 0
    yield Finding(locked, "Key file is readable by its owner only", f"Run: chmod 600 {keys}")


def _database() -> Iterator[Finding]:
    """The database."""
    if connection.vendor == "sqlite":
        enough = sqlite3.sqlite_version_info >= (3, 38)
        yield Finding(enough, f"SQLite {sqlite3.sqlite_version}", "Python needs SQLite 3.38 or newer.")
    else:
        with connection.cursor() as cursor:
            cursor.execute("SHOW server_version")
            version = cursor.fetchone()[0]
        yield Finding(int(version.split(".")[0]) >= 13, f"PostgreSQL {version}", "Use PostgreSQL 13 or newer.")
    yield from _migrations()


def _migrations() -> Iterator[Finding]:
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    yield Finding(not missing, "The tables are up to date", "Run: regulars manage migrate")


def _business() -> Iterator[Finding]:
    """The business."""
    known = Business.objects.filter(id=1).first()
    yield Finding(known is not None, f"The business is {known or 'not set up'}", "Run: regulars init")


def _address() -> Iterator[Finding]:
    """The public address."""
    local = "localhost" in settings.PUBLIC_URL or "127.0.0.1" in settings.PUBLIC_URL
    yield Finding(
        local or settings.HTTPS,
        f"The address is {settings.PUBLIC_URL}",
        "Put a TLS proxy in front and set REGULARS_URL=https://… (docs/operate.md).",
    )
    debug = os.environ.get("REGULARS_DEBUG") == "1"
    yield Finding(not debug, "Debug pages are off", "Unset REGULARS_DEBUG: it shows internals to visitors.")


def _worker() -> Iterator[Finding]:
    """The background work."""
    last = Beat.objects.order_by("-ran_us").first()
    fresh = last is not None and last.ran_us > now_us() - 2 * MINUTE
    yield Finding(fresh, "A worker is running" if fresh else "No worker is running", "Run: regulars serve")
    failed = QueuedJob.objects.filter(failed_us__isnull=False).count()
    yield Finding(not failed, f"{failed} failed jobs", "Look at Settings → Health for the reason of each.")


def _delivery() -> Iterator[Finding]:
    """Whether mail will arrive: the DNS of every sender, its servers, the mailboxes that are read."""
    from regulars.channels import deliverability
    from regulars.channels.models import Gate, Mailbox, Sender

    closed = Gate.objects.exclude(closed_us=None).first()
    if closed:
        yield Finding(
            False, f"Nothing is sent: {closed.why}", "Look at Delivery and open the gate when you are sure."
        )
    for sender in Sender.objects.filter(channel="email", archived_us=None).order_by("id"):
        for one in deliverability.findings(sender):
            yield Finding(one.state == "good", f"{sender.address}: {one.topic}: {one.sentence}", one.to_do)
    for box in Mailbox.objects.exclude(trouble="").order_by("id"):
        yield Finding(False, f"Mailbox {box}: {box.trouble}", "Look at its settings under Delivery → Mailboxes.")


CHECKS: list[Callable[[], Iterator[Finding]]] = [
    _python,
    _home,
    _database,
    _business,
    _address,
    _worker,
    _delivery,
]
