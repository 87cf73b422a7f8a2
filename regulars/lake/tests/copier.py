"""A process that copies, and dies by SIGKILL where it is told to.

Started through multiprocessing's fork server, which imports this module once; so a kill costs no start-up.
"""

from __future__ import annotations

import os
from multiprocessing import get_context

if "DJANGO_SETTINGS_MODULE" in os.environ:
    import django
    from django.apps import apps

    if not apps.ready:
        django.setup()

CONTEXT = get_context("forkserver")
CONTEXT.set_forkserver_preload(["regulars.lake.tests.copier"])


def copy_and_die(failpoint: str, passes: int, at: int) -> int:
    """Copy in another process, to be killed at a pass of a failpoint; its exit code (-9 killed, 0 finished)."""
    from django.conf import settings
    from django.db import connection

    place = (str(settings.REGULARS_HOME), connection.settings_dict)
    child = CONTEXT.Process(target=_copy, args=(failpoint, passes, at, place))
    child.start()
    child.join(300)
    return child.exitcode


def _copy(failpoint: str, passes: int, at: int, place: tuple[str, dict]) -> None:
    from pathlib import Path

    from django.conf import settings
    from django.db import connections

    from regulars.core import failpoints
    from regulars.lake.actions import copy_once
    from regulars.lake.tests.conftest import SMALL

    settings.REGULARS_HOME = Path(place[0])
    connections["default"].settings_dict.update(place[1])
    failpoints._wanted, failpoints._left = failpoint, passes
    while copy_once(at, sizes=SMALL):
        at += 30  # so that old files fall due
