"""50,000 messages by several workers on PostgreSQL, ten of them killed: nobody gets two, nobody is forgotten.

`python -m tests.soak.messages [--people 50000] [--kills 10] [--workers 3] [--seed 7]`; an SMTP server on loopback
(the real smtp-sink where Debian's postfix is installed, else aiosmtpd) counts what it took responsibility for.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path


def main() -> None:
    """Run it; an assertion fails where a promise is broken."""
    wanted = argparse.ArgumentParser()
    for name, number in (("people", 50_000), ("kills", 10), ("workers", 3), ("seed", 7)):
        wanted.add_argument(f"--{name}", type=int, default=number)
    options = wanted.parse_args()
    from tests import cluster

    with tempfile.TemporaryDirectory(prefix="regulars-soak-") as home:
        os.environ |= {
            "DATABASE_URL": cluster.start(durable=True),
            "REGULARS_HOME": f"{home}/parent",
            "REGULARS_KEYS": f"{home}/keys.json",
            "DJANGO_SETTINGS_MODULE": "regulars.config.settings",
            "REGULARS_LOG": "ERROR",
        }
        import django

        django.setup()
        from regulars.channels.tests.test_killed import kills_at_random
        from regulars.events.tests import apart

        template = apart.fresh(Path(home) / "template")
        killed, unknown = kills_at_random(template, Path(home) / "home", **vars(options))
    print(
        f"{options.people:,} people, {options.workers} workers, {killed} killed: {unknown} unknown, nobody got two."
    )


if __name__ == "__main__":
    sys.exit(main())
