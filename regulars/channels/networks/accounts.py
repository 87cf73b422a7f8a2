"""Accounts: connecting, changing, checking, pausing, letting go. Secrets are encrypted and never shown again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from regulars.channels.networks import cleaning, kinds
from regulars.channels.networks.errors import CannotConnect
from regulars.channels.networks.models import Account, Post, PostState
from regulars.channels.networks.renewing import tokens_of
from regulars.channels.networks.shape import Expired, Line, Login, Network, Slower, Unreachable, Who
from regulars.core.clock import DAY
from regulars.core.crypto import decrypt, encrypt
from regulars.team.actions import audit

WARN_US = 14 * DAY  # so long ahead people are told that a key ends
CALM: Mapping[str, Any] = {"failing_us": None, "failures": 0, "trouble": "", "next_us": 0}


def login_of(account: Account) -> Login:
    """The account as its network sees it, secrets in clear."""
    secrets = json.loads(decrypt(account.secrets)) if account.secrets else {}
    return Login(account.id or 0, account.kind, account.settings, secrets, remembered(account.state))


def remembered(state: Mapping[str, Any]) -> dict[str, Any]:
    """What the line remembers, in clear."""
    return json.loads(decrypt(state["sealed"])) if state.get("sealed") else {}


def sealed(state: Mapping[str, Any]) -> dict[str, str]:
    """The same as it is kept: sessions are as good as passwords."""
    return {"sealed": encrypt(json.dumps(dict(state)))} if state else {}


def connect(
    *, kind: str, values: Mapping[str, Any], name: str = "", by: str, at: int,
    keep_days: int | None = None, reads: bool = True, writes: bool = True, external: str = "", handle: str = "",
    state: Mapping[str, Any] | None = None, test: bool = True,
) -> Account:  # fmt: skip
    """A new account, asked once before it is kept: address and keys are good, and we know who we are there.

    `values`: what NETWORK.fields ask for; passwords are encrypted. With `test=False` (demo, tests, forms that ask
    nobody) it is kept as given, with `external` and `handle`. Raises CannotConnect with a sentence.
    """
    known = _network(kind)
    settings, secrets = _sorted(known, values)
    login = Login(0, kind, settings, secrets, dict(state or {}))
    who, after, secrets = _asked(login) if test else (Who(external, handle or external), login.state, secrets)
    _not_twice(kind, who.external)
    with transaction.atomic():
        made = Account(
            kind=kind, settings=settings, secrets=_encrypted(secrets), keep_days=keep_days, connected_by=by,
            reads=reads and "read" in known.can, writes=writes and _can_write(known), created_us=at,
        )  # fmt: skip
        _name(made, who, cleaning.line(name, 120))
        _remember(made, after)
        made.save()
        audit(by=by, act="account.connect", object=f"account:{made.id}", details={"kind": kind}, at=at)
    return made


def change(
    *, account_id: int, values: Mapping[str, Any], name: str = "", keep_days: int | None = None,
    reads: bool | None = None, writes: bool | None = None, by: str, at: int, test: bool = True,
) -> Account:  # fmt: skip
    """Other settings or keys; an empty password keeps the one there is. It is asked before it is kept, and goes on
    if it was paused for its keys. Raises CannotConnect, also when the keys are another account's."""
    with transaction.atomic():
        row = _locked(account_id)
        known = _network(row.kind)
        before = login_of(row)
    settings, secrets = _sorted(known, values, before.secrets)
    kept = {key: value for key, value in before.settings.items() if key not in {f.name for f in known.fields}}
    # fresh keys are tried as a stranger's: nothing of the old ones helps them. Those that renew themselves go on
    own = account_id if before.secrets.get("refresh") and not values.get("refresh") else 0
    login = Login(own, row.kind, kept | settings, secrets)
    who, after, secrets = _asked(login) if test else (Who(row.external, row.handle), before.state, secrets)
    if row.external and who.external != row.external:
        raise CannotConnect(f"These keys are of {who.handle or who.external}, not of {row.handle or row.name}.")
    with transaction.atomic():
        row = _locked(account_id)
        if own:  # somebody may have renewed them meanwhile
            secrets |= tokens_of(login_of(row).secrets)
        row.settings, row.secrets = dict(login.settings), _encrypted(secrets)
        row.keep_days = keep_days
        row.reads = row.reads if reads is None else reads and "read" in known.can
        row.writes = row.writes if writes is None else writes and _can_write(known)
        _name(row, who, cleaning.line(name, 120) or row.name)
        _remember(row, after)
        for field, value in (CALM | {"paused_us": None, "paused_why": ""}).items():
            setattr(row, field, value)
        row.save()
        audit(by=by, act="account.change", object=f"account:{row.id}", details={"fields": sorted(settings)}, at=at)
    return row


def check(*, account_id: int, by: str, at: int) -> Account:
    """Ask now whether it still works, and read it at once. What is wrong stands on the account afterwards."""
    row = Account.objects.get(id=account_id, archived_us=None)
    try:
        who, after, _kept = _asked(login_of(row))
    except CannotConnect as why:
        Account.objects.filter(id=account_id).update(trouble=str(why)[:300], failing_us=row.failing_us or at)
        raise
    with transaction.atomic():
        row = _locked(account_id)
        _name(row, who, row.name)
        _remember(row, after)
        for field, value in CALM.items():
            setattr(row, field, value)
        row.save()
    return row


@transaction.atomic
def pause(*, account_id: int, why: str = "", by: str, at: int) -> None:
    """Neither read nor written; what was planned waits. Idempotent."""
    if Account.objects.filter(id=account_id, paused_us=None).update(paused_us=at, paused_why=why[:300]):
        audit(by=by, act="account.pause", object=f"account:{account_id}", details={}, at=at)


@transaction.atomic
def resume(*, account_id: int, by: str, at: int) -> None:
    """Read and written again, from where it stopped. Idempotent."""
    waiting = Account.objects.filter(id=account_id).exclude(paused_us=None)
    if waiting.update(paused_us=None, paused_why="", **CALM):
        audit(by=by, act="account.resume", object=f"account:{account_id}", details={}, at=at)


@transaction.atomic
def archive(*, account_id: int, by: str, at: int) -> int:
    """Let it go: the keys are forgotten, what waited is cancelled (how much). What was said stays. Idempotent."""
    gone = {"archived_us": at, "secrets": "", "state": {}, "cursor": {}}
    if not Account.objects.filter(id=account_id, archived_us=None).update(**gone):
        return 0
    waiting = Post.objects.filter(account_id=account_id, state__in=(PostState.HELD, PostState.PLANNED))
    stopped = waiting.update(state=PostState.CANCELLED, trouble="The account was let go.")
    audit(by=by, act="account.archive", object=f"account:{account_id}", details={"cancelled": stopped}, at=at)
    return stopped


def expiring(at: int, within_us: int = WARN_US) -> list[Account]:
    """Accounts whose key ends soon, the first one first."""
    live = Account.objects.filter(archived_us=None, expires_us__isnull=False, expires_us__lte=at + within_us)
    return list(live.order_by("expires_us"))


def _network(kind: str) -> Network:
    try:
        return kinds.network(kind)
    except KeyError:
        raise CannotConnect("This kind of account cannot be connected.") from None


def _can_write(known: Network) -> bool:
    return bool(known.can & {"post", "reply", "answer"})


def _sorted(
    known: Network, values: Mapping[str, Any], before: Mapping[str, str] | None = None
) -> tuple[dict[str, Any], dict[str, str]]:
    """(settings, secrets) of what a form held. Raises CannotConnect for what is missing."""
    settings: dict[str, Any] = {}
    secrets = dict(before or {})
    hidden = {one.name for one in known.fields if one.type == "password"}
    if any(values.get(name) for name in hidden):  # what was made of the old keys ends with them
        secrets = {name: kept for name, kept in secrets.items() if name in hidden}
    for one in known.fields:
        said = values.get(one.name)
        said = said.strip()[:4000] if isinstance(said, str) else said
        if one.type == "password":
            secrets |= {one.name: str(said)} if said else {}
        else:
            settings[one.name] = said if said not in (None, "") else one.default
        if one.required and not (secrets.get(one.name) or settings.get(one.name)):
            raise CannotConnect(f"{one.label}: this is needed.")
    return settings, secrets


def _asked(login: Login) -> tuple[Who, Mapping[str, Any], dict[str, str]]:
    """Who we are there, what the line remembers now, and its secrets: some networks renew keys when they are used.

    Raises CannotConnect.
    """
    line: Line | None = None
    try:
        line = kinds.open_line(login)
        who = line.me()
        renewed = getattr(getattr(line, "keys", None), "secrets", login.secrets)
        return who, dict(line.state), dict(renewed)
    except Expired as why:
        raise CannotConnect(str(why) if login.account_id else _typed(str(why))) from why
    except (Unreachable, Slower, ValueError) as why:
        raise CannotConnect(str(why)) from why
    finally:
        if line is not None:
            line.close()


def _typed(said: str) -> str:
    """The sentence for a key that was entered just now: it never was accepted."""
    now = said.replace("no longer accepts our key", "does not accept this key")
    return now.replace("Connect it anew.", "Copy it once more, from beginning to end.")


def _not_twice(kind: str, external: str) -> None:
    if external and Account.objects.filter(kind=kind, external=external, archived_us=None).exists():
        raise CannotConnect("This account is connected already: change it there.")


def _encrypted(secrets: Mapping[str, str]) -> str:
    return encrypt(json.dumps(dict(secrets))) if secrets else ""


def _name(row: Account, who: Who, name: str) -> None:
    row.external = cleaning.name_of(who.external, 200)
    row.handle = cleaning.line(who.handle, 200)
    row.name = name or cleaning.line(who.name, 120) or row.handle or row.kind


def _remember(row: Account, state: Mapping[str, Any]) -> None:
    ends = state.get("expires_us")
    row.state, row.expires_us = sealed(state), ends if isinstance(ends, int) else None


def _locked(account_id: int) -> Account:
    try:
        return Account.objects.select_for_update().get(id=account_id, archived_us=None)
    except Account.DoesNotExist:
        raise CannotConnect("This account was let go.") from None
