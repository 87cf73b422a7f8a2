"""Places where a test may kill the process: one stands at every commit boundary.

REGULARS_FAILPOINT=name kills on the first pass, name:3 on the third. Unset, a failpoint costs a dict lookup.
"""

from __future__ import annotations

import os
import signal

NAMES: set[str] = set()
_wanted, _, _count = os.environ.get("REGULARS_FAILPOINT", "").partition(":")
_left = int(_count or 1)


def declare(*names: str) -> None:
    """Make names known, so that a test can walk through all of them. Called at import of the room."""
    NAMES.update(names)


def failpoint(name: str) -> None:
    """Die here by SIGKILL if a test asked for it."""
    global _left
    if name != _wanted:
        return
    _left -= 1
    if _left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
