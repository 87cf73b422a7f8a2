"""What tests of sudden death share: an installation of its own, killed at a failpoint and started again.

A child module of the room does the work in a process of its own: `begin` fills a fresh installation, `work` goes on
with whatever is there until all is done, and says what is stored as one line of report.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from regulars.core.failpoints import NAMES
from regulars.events.tests.apart import Apart, fresh

FIRST_OR_SECOND = ["", pytest.param(":2", marks=pytest.mark.slow)]


def failpoints(*beginnings: str) -> list[str]:
    """The declared failpoints with these beginnings."""
    return sorted(name for name in NAMES if name.startswith(beginnings))


def begun(folder: Path, child: Sequence[str]) -> Apart:
    """A fresh installation that the child has filled: the template of all that follow."""
    house = fresh(folder / "home")
    done = house.run(*child, "begin")
    assert done.returncode == 0, done.stderr
    return house


def kill(house: Apart, *command: str, at: str, surely: bool = True) -> CompletedProcess:
    """Run until the failpoint kills it. Not surely: a later passage of the failpoint may never come."""
    done = house.run(*command, REGULARS_FAILPOINT=at)
    if surely or done.returncode:
        assert done.returncode == -9, done.stderr
    return done


def reported(house: Apart, *command: str) -> str:
    """What the child says is stored, after it did all there was to do."""
    done = house.run(*command)
    assert done.returncode == 0, done.stderr
    return "\n".join(line for line in done.stdout.split("\n") if line.startswith("report "))
