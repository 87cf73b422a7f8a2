"""Telling other programs: signed requests, tried again for three days, and again by hand.

Signed as Standard Webhooks 1.0 says (standardwebhooks.com): `webhook-id`, `webhook-timestamp`, and
`webhook-signature: v1,` + base64 of HMAC-SHA256 over "id.timestamp.body". A receiver may get a call twice: the id
tells.
"""

from __future__ import annotations

import base64
import hmac
import json
import secrets
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import transaction
from django.db.models import Q

from regulars.channels.actions.errors import CannotSend
from regulars.channels.models import Call, Hook
from regulars.core import outside
from regulars.core.clock import DAY, HOUR, MINUTE, SECOND
from regulars.core.crypto import decrypt, encrypt
from regulars.core.failpoints import declare, failpoint
from regulars.team.actions import audit

declare("calls.claimed", "calls.answered")
AGAIN = (5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, DAY)
LEASE = 2 * MINUTE  # a call whose caller died is tried again after this
AT_ONCE = 40


def add_hook(*, url: str, kinds: Iterable[str], by: str, at: int) -> tuple[Hook, str]:
    """A new address to be told; returns it with its secret, which is shown only now. Raises CannotSend."""
    try:
        outside.check(url)
    except outside.Refused as problem:
        raise CannotSend(str(problem)) from problem
    secret = "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()
    with transaction.atomic():
        hook = Hook.objects.create(
            url=url, secret=encrypt(secret), kinds=sorted(set(kinds)), created_us=at, created_by=by
        )
        audit(by=by, act="hook.add", object=f"hook:{hook.id}", details={"kinds": hook.kinds}, at=at)
    return hook, secret


def pause_hook(*, hook_id: int, why: str, by: str, at: int) -> None:
    """Nothing is told for now; what happens meanwhile waits. Idempotent."""
    Hook.objects.filter(id=hook_id, paused_us=None).update(paused_us=at, paused_why=why[:300])
    audit(by=by, act="hook.pause", object=f"hook:{hook_id}", details={}, at=at)


def resume_hook(*, hook_id: int, by: str, at: int) -> None:
    """Tell it again, and what waited first."""
    Hook.objects.filter(id=hook_id).update(paused_us=None, paused_why="")
    audit(by=by, act="hook.resume", object=f"hook:{hook_id}", details={}, at=at)


def remove_hook(*, hook_id: int, by: str, at: int) -> None:
    """Forget the address and every call to it."""
    with transaction.atomic():
        Call.objects.filter(hook_id=hook_id).delete()
        Hook.objects.filter(id=hook_id).delete()
        audit(by=by, act="hook.remove", object=f"hook:{hook_id}", details={}, at=at)


def call_hook(*, key: str, url: str, body: dict[str, Any], at: int, node_id: int | None = None) -> None:
    """Call an address once that a journey names. `key` is unique for ever: asking again changes nothing."""
    queue_calls([Call(key=key, url=url, node_id=node_id, body=body, due_us=at, created_us=at)])


def queue_calls(calls: Sequence[Call]) -> None:
    """Write calls down, in the caller's transaction; known keys change nothing."""
    Call.objects.bulk_create(calls, ignore_conflicts=True, batch_size=500)


def replay_calls(*, call_ids: Iterable[int], by: str, at: int) -> int:
    """Call again, from the first try; returns how many. The receiver sees the same id."""
    ids = list(call_ids)
    changed = Call.objects.filter(id__in=ids).update(due_us=at, attempts=0, done_us=None)
    audit(by=by, act="hook.replay", object="calls", details={"calls": changed}, at=at)
    return changed


def make_calls(*, at: int) -> int:
    """Make the calls that are due, side by side; returns how many. Several may run at once: each claims its own."""
    calls = _claim(at)
    failpoint("calls.claimed")
    if not calls:
        return 0
    secret_of = {hook.id: decrypt(hook.secret) for hook in Hook.objects.filter(id__in={c.hook_id for c in calls})}
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda call: _ask(call, secret_of.get(call.hook_id, ""), at), calls))
    for call, (status, text) in zip(calls, answers, strict=True):
        _note(call, status, text, at)
    Call.objects.bulk_update(calls, ["due_us", "attempts", "status", "answer", "done_us"])
    failpoint("calls.answered")
    return len(calls)


def _claim(at: int) -> list[Call]:
    """Due calls, leased: whoever dies while calling gives them back by and by."""
    ready = Call.objects.filter(due_us__lte=at).exclude(hook_id__in=Hook.objects.exclude(paused_us=None).values("id"))
    with transaction.atomic():
        calls = list(ready.order_by("due_us").select_for_update(skip_locked=True)[:AT_ONCE])
        Call.objects.filter(id__in=[call.id for call in calls]).update(due_us=at + LEASE)
    return calls


def _ask(call: Call, secret: str, at: int) -> tuple[int | None, str]:
    body = json.dumps({"id": call.key, **call.body}, separators=(",", ":")).encode()
    headers = {"Content-Type": "application/json", "User-Agent": "Regulars", **signed(call.key, secret, body, at)}
    try:
        answer = outside.ask(call.url, headers=headers, body=body, timeout=10)
    except (outside.Refused, outside.Unreachable) as problem:
        return None, str(problem)
    return answer.status, answer.body[:300].decode("utf-8", "replace")


def signed(key: str, secret: str, body: bytes, at: int) -> dict[str, str]:
    """The headers of Standard Webhooks; without a secret only id and time."""
    when = str(at // SECOND)
    headers = {"webhook-id": key, "webhook-timestamp": when}
    if secret:
        told = b".".join((key.encode(), when.encode(), body))
        mark = hmac.digest(base64.b64decode(secret.removeprefix("whsec_")), told, "sha256")
        headers["webhook-signature"] = "v1," + base64.b64encode(mark).decode()
    return headers


def _note(call: Call, status: int | None, text: str, at: int) -> None:
    """Done on 2xx; later otherwise, each time later, for three days. 410 means: never again."""
    call.status, call.answer, call.attempts = status, text.replace("\0", "")[:300], call.attempts + 1
    if status is not None and 200 <= status < 300:
        call.due_us, call.done_us = None, at
    elif status == 410 or call.attempts > len(AGAIN):
        call.due_us = None
    else:
        call.due_us = at + AGAIN[call.attempts - 1]


def due(at: int) -> bool:
    """Whether a call waits to be made."""
    paused = Hook.objects.exclude(paused_us=None).values("id")
    return Call.objects.filter(due_us__lte=at).filter(Q(hook_id=None) | ~Q(hook_id__in=paused)).exists()
