"""Open lines to accounts, kept between uses: one thread at a time has a line, and what it remembers is stored."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from regulars.channels.networks import kinds
from regulars.channels.networks.accounts import login_of, remembered, sealed
from regulars.channels.networks.models import Account
from regulars.channels.networks.shape import Line

_kept: dict[int, tuple[tuple[str, str], Line]] = {}
_guard = threading.Lock()


@contextmanager
def borrowed(account: Account) -> Iterator[Line]:
    """A line for this thread alone: the one that was open, else a new one. An error closes it."""
    key = (account.secrets, repr(sorted(account.settings.items())))
    line = _taken(account.id, key) or kinds.open_line(login_of(account))
    try:
        yield line
    except BaseException:
        _remember(account, line)
        _close(line)
        raise
    _remember(account, line)
    _put_back(account.id, key, line)


def _remember(account: Account, line: Line) -> None:
    """Sessions outlive the process: signing in is what networks limit most."""
    state = dict(line.state)
    if state == remembered(account.state):
        return
    ends = state.get("expires_us")
    account.state = sealed(state)
    live = Account.objects.filter(id=account.id, archived_us=None, secrets=account.secrets)
    live.update(state=account.state, expires_us=ends if isinstance(ends, int) else None)


def _taken(account_id: int, key: tuple[str, str]) -> Line | None:
    with _guard:
        found = _kept.pop(account_id, None)
    if found is None or found[0] == key:
        return found[1] if found else None
    _close(found[1])
    return None


def _put_back(account_id: int, key: tuple[str, str], line: Line) -> None:
    with _guard:
        before = _kept.pop(account_id, None)
        _kept[account_id] = (key, line)
    if before:
        _close(before[1])


def _close(line: Line) -> None:
    with suppress(Exception):
        line.close()


def close_all() -> None:
    """Let every line go (tests, and processes that end)."""
    with _guard:
        lines = [line for _, line in _kept.values()]
        _kept.clear()
    for line in lines:
        _close(line)
